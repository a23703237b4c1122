import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withFolderLock } from '../../main/store/folder-lock.js';
import { withProfileLock } from '../../main/vault/profile/profile-lock.js';
import { Children, type Child } from './children.js';

describe('the lock of a folder', () => {
  const children = new Children();
  let folder = '';
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'vault-lock-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  afterAll(() => children.dispose());

  const start = (name: string): Child =>
    children.start('lock-taker', { module: 'open-folder.ts', spec: folder }, [name]);

  it('is one process’s at a time, also while those that hold it are killed', { timeout: 60_000 }, async () => {
    const killed = new Set<string>();
    let running = ['a', 'b', 'c'].map((name) => ({ name, child: start(name) }));
    for (const { child } of running) await child.line();
    for (let n = 0; n < 24; n += 1) {
      await wait(15 + ((n * 7) % 40));
      const [victim, ...others] = running;
      victim!.child.process.kill('SIGKILL');
      killed.add(victim!.name);
      const name = `after${String(n)}`;
      running = [...others, { name, child: start(name) }];
      await running.at(-1)!.child.line();
      await victim!.child.ended;
    }
    for (const { child } of running) child.process.stdin!.end();
    await Promise.all(running.map(({ child }) => child.ended));
    const lines = readFileSync(join(folder, 'log'), 'utf8').trim().split('\n');
    let holder: string | null = null;
    let diedInside = 0;
    for (const line of lines) {
      const [what, name = ''] = line.split(' ');
      if (what === 'in') {
        if (holder !== null) {
          expect(killed).toContain(holder); // only the dead do not say that they go
          diedInside += 1;
        }
        holder = name;
      } else {
        expect(name).toBe(holder);
        holder = null;
      }
    }
    expect(lines.length).toBeGreaterThan(100);
    expect(diedInside).toBeGreaterThan(0);
  });

  it.each([
    ['of a mirror', withFolderLock],
    ['of a profile', withProfileLock],
  ])('%s that a kill left empty is given up after some seconds, and not before', async (_, withLock) => {
    const path = join(folder, 'lock');
    writeFileSync(path, '');
    let entered = false;
    const entering = withLock(folder, () => Promise.resolve((entered = true)));
    await wait(100);
    expect(entered).toBe(false);
    const long = new Date(Date.now() - 6_000);
    utimesSync(path, long, long);
    await entering;
    expect(entered).toBe(true);
    expect(existsSync(path)).toBe(false);
  });
});
