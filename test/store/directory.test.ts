import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'; // prettier-ignore
import { rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DirectoryStore } from '../../main/store/directory.js';
import { ownName } from '../../main/store/staging.js';
import { busyContent, busyKey } from './busy-writer.js';
import { Children, type Opener } from './children.js';
import { collect, describeStore } from './conformance.js';

const isRoot = process.getuid?.() === 0;
const onLinux = process.platform === 'linux';
const newFolder = (): string => mkdtempSync(join(tmpdir(), 'vault-store-'));
const remove = (path: string): void => {
  rmSync(path, { recursive: true, force: true });
};
const openerOf = (path: string, options: object = {}): Opener => ({
  module: 'open-directory.ts',
  spec: JSON.stringify({ path, options }),
});

for (const [name, hardLinks] of [['a folder', true], ['a folder without hard links', false]] as const) {
  describeStore(name, async () => {
    const path = newFolder();
    return {
      store: await DirectoryStore.open(path, { hardLinks }),
      opener: openerOf(path, { hardLinks }),
      dispose: () => {
        remove(path);
        return Promise.resolve();
      },
    };
  });
} // prettier-ignore

describe('a folder as a store', () => {
  let path: string;
  let store: DirectoryStore;
  const children = new Children();
  const bytes = Buffer.from('content');

  beforeEach(async () => {
    path = newFolder();
    store = await DirectoryStore.open(path);
  });
  afterEach(async () => {
    await store.close();
    remove(path);
  });
  afterAll(() => children.dispose());

  it('is made when asked, and private', async () => {
    const deep = join(path, 'new', 'store');
    await expect(DirectoryStore.open(deep)).rejects.toMatchObject({ code: 'store-missing' });
    expect(existsSync(deep)).toBe(false);
    const made = await DirectoryStore.open(deep, { create: true });
    await made.putIfAbsent('secrets/x/0000000001', bytes);
    expect(made.label).toBe('store');
    for (const part of ['', 'secrets', 'secrets/x']) expect(statSync(join(deep, part)).mode & 0o777).toBe(0o700);
    expect(statSync(join(deep, 'secrets/x/0000000001')).mode & 0o777).toBe(0o600);
    await made.close();
  });

  it('is no file', async () => {
    writeFileSync(join(path, 'file'), '');
    await expect(DirectoryStore.open(join(path, 'file'))).rejects.toMatchObject({ code: 'store-missing' });
    await expect(DirectoryStore.open(join(path, 'file'), { create: true })).rejects.toMatchObject({
      code: 'store-missing',
    });
    await expect(DirectoryStore.open(join(path, 'file/below'), { create: true })).rejects.toMatchObject({
      code: 'store-missing',
    });
  });

  it('leaves nothing but objects behind', async () => {
    await Promise.all(
      Array.from({ length: 50 }, (_, i) => store.putIfAbsent(`o/${String(i % 10)}`, Buffer.alloc(5000))),
    );
    const never = new AbortController();
    const putting = store.putIfAbsent('cancelled', Buffer.alloc(32 * 1024 * 1024), { signal: never.signal });
    never.abort();
    await expect(putting).rejects.toMatchObject({ code: 'cancelled' });
    expect(readdirSync(join(path, '.tmp'))).toEqual([]);
    await store.close();
    expect(readdirSync(path)).toEqual(['o']);
  });

  it('takes emptied folders away', async () => {
    await store.putIfAbsent('secrets/x/0000000001', bytes);
    await store.putIfAbsent('secrets/y/0000000001', bytes);
    await store.delete('secrets/x/0000000001');
    expect(readdirSync(join(path, 'secrets'))).toEqual(['y']);
    await store.delete('secrets/y/0000000001');
    expect(existsSync(join(path, 'secrets'))).toBe(false);
    expect(existsSync(path)).toBe(true);
  });

  it('links a staged file into place instead of copying it', async () => {
    const staged = join(path, '..', `${ownName('temp')}.staged`);
    writeFileSync(staged, bytes);
    await store.putIfAbsent('blobs/b', { file: staged });
    expect(lstatSync(join(path, 'blobs/b')).ino).toBe(lstatSync(staged).ino);
    rmSync(staged);
    expect(readFileSync(join(path, 'blobs/b'))).toEqual(bytes);
  });

  it('copies a staged file from another file system', async (test) => {
    if (!onLinux || !existsSync('/dev/shm') || statSync('/dev/shm').dev === statSync(path).dev) {
      return test.skip('there is no second file system here');
    }
    const staged = join('/dev/shm', ownName('temp'));
    try {
      writeFileSync(staged, Buffer.alloc(9_000_001, 'abc'));
      expect(await store.putIfAbsent('blobs/b', { file: staged })).toBe(true);
      expect(Buffer.alloc(9_000_001, 'abc').equals(await store.get('blobs/b'))).toBe(true);
    } finally {
      rmSync(staged, { force: true });
    }
  });

  describe('with foreign things in it', () => {
    it('lists only objects', async () => {
      await store.putIfAbsent('secrets/x/0000000001', bytes);
      for (const name of [
        '.DS_Store',
        'Thumbs.db',
        'secrets/.hidden',
        'secrets/x/copy (1)',
        'secrets/x/UPPER',
        'a~',
        'é',
      ]) {
        writeFileSync(join(path, name), 'foreign');
      }
      mkdirSync(join(path, '.sync/deep'), { recursive: true });
      writeFileSync(join(path, '.sync/deep/x'), 'foreign');
      symlinkSync(join(path, 'secrets'), join(path, 'linked'));
      symlinkSync(join(path, 'secrets/x/0000000001'), join(path, 'secrets/x/0000000002'));
      if (onLinux) execFileSync('mkfifo', [join(path, 'pipe')]);
      expect(await collect(store.list(''))).toEqual([{ key: 'secrets/x/0000000001', bytes: bytes.length }]);
    });

    it('follows no link out of the store (promise 3)', async () => {
      const outside = newFolder();
      writeFileSync(join(outside, 'treasure'), 'private');
      mkdirSync(join(path, 'secrets'));
      symlinkSync(outside, join(path, 'secrets/folder'));
      symlinkSync(join(outside, 'treasure'), join(path, 'secrets/file'));
      symlinkSync(join(outside, 'nowhere'), join(path, 'secrets/dangling'));
      for (const key of ['secrets/folder/treasure', 'secrets/file', 'secrets/dangling']) {
        await expect(store.get(key), key).rejects.toMatchObject({ code: 'not-found' });
        await expect(store.local(key), key).rejects.toMatchObject({ code: 'not-found' });
        expect(await store.stat(key), key).toBeNull();
        await store.delete(key);
      }
      await expect(store.putIfAbsent('secrets/folder/new', bytes)).rejects.toMatchObject({ code: 'damaged' });
      expect(await store.putIfAbsent('secrets/dangling', bytes)).toBe(false);
      expect(readdirSync(outside)).toEqual(['treasure']);
      expect(await collect(store.list('secrets/'))).toEqual([]);
      expect(await collect(store.list('secrets/folder/'))).toEqual([]);
      remove(outside);
    });

    it('writes its temporary files to no linked folder', async () => {
      const outside = newFolder();
      symlinkSync(outside, join(path, '.tmp'));
      await expect(store.putIfAbsent('a', bytes)).rejects.toMatchObject({ code: 'damaged' });
      expect(readdirSync(outside)).toEqual([]);
      await DirectoryStore.open(path);
      remove(outside);
    });

    it('takes no folder or pipe for an object, and no object for a folder', async () => {
      mkdirSync(join(path, 'folder'));
      await expect(store.get('folder')).rejects.toMatchObject({ code: 'not-found' });
      expect(await store.stat('folder')).toBeNull();
      await store.delete('folder');
      expect(existsSync(join(path, 'folder'))).toBe(true);
      if (onLinux) {
        execFileSync('mkfifo', [join(path, 'pipe')]);
        await expect(store.get('pipe')).rejects.toMatchObject({ code: 'not-found' });
        await expect(store.putIfAbsent('p', { file: join(path, 'pipe') })).rejects.toMatchObject({
          code: 'source-special',
        });
      }
      await store.putIfAbsent('object', bytes);
      expect(await store.stat('object/below')).toBeNull();
      await expect(store.get('object/below')).rejects.toMatchObject({ code: 'not-found' });
      await expect(store.putIfAbsent('object/below', bytes)).rejects.toMatchObject({ code: 'damaged' });
    });
  });

  describe('that goes away', () => {
    const everyVerb = async (): Promise<unknown[]> => {
      const results = await Promise.allSettled([
        store.get('a/b'), store.stat('a/b'), store.local('a/b'), store.delete('a/b'), store.putIfAbsent('a/c', bytes),
        store.putIfAbsent('c', bytes), collect(store.list('')), collect(store.list('a/')),
      ]);
      return results.map((result) => (result.status === 'rejected' ? (result.reason as { code: unknown }).code : 'succeeded'));
    }; // prettier-ignore

    it('is missing, for every verb, and is not made again', async () => {
      await store.putIfAbsent('a/b', bytes);
      remove(path);
      expect(new Set(await everyVerb())).toEqual(new Set(['store-missing']));
      expect(existsSync(path)).toBe(false);
    });

    it('is missing when an empty folder stands in its place, as when its disk is not mounted', async () => {
      await store.putIfAbsent('a/b', bytes);
      const away = `${path}-away`;
      renameSync(path, away);
      mkdirSync(path);
      expect(new Set(await everyVerb())).toEqual(new Set(['store-missing']));
      expect(readdirSync(path)).toEqual([]);
      rmSync(path, { recursive: true });
      renameSync(away, path);
      expect(await store.get('a/b')).toEqual(bytes);
    });

    it('is known again by its marker when the disk comes back under another device number', async () => {
      await store.putIfAbsent('store', Buffer.from('{"id":"1"}'));
      const again = await DirectoryStore.open(path);
      const copy = `${path}-copy`;
      execFileSync('cp', ['-r', path, copy]);
      remove(path);
      renameSync(copy, path);
      expect(await again.putIfAbsent('a', bytes)).toBe(true);
      writeFileSync(join(path, 'store'), '{"id":"2"}');
      expect(await again.putIfAbsent('b', bytes)).toBe(true); // the same folder as just before
      await again.close();
    });
  });

  describe('that refuses', () => {
    it('tells a full disk, loses nothing, and leaves nothing behind', async (test) => {
      if (!onLinux || !isRoot) return test.skip('mounting a small file system needs root on Linux');
      const small = mount(test, ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs']);
      if (small === null) return;
      try {
        const tight = await DirectoryStore.open(small);
        expect(await tight.putIfAbsent('fits', Buffer.alloc(300_000))).toBe(true);
        await expect(tight.putIfAbsent('blobs/large', Buffer.alloc(2_000_000))).rejects.toMatchObject({
          code: 'store-full',
        });
        writeFileSync(join(path, 'large'), Buffer.alloc(2_000_000));
        await expect(tight.putIfAbsent('large', { file: join(path, 'large') })).rejects.toMatchObject({
          code: 'store-full',
        });
        expect((await collect(tight.list(''))).map(({ key }) => key)).toEqual(['fits']);
        expect(readdirSync(join(small, '.tmp'))).toEqual([]);
        await tight.delete('fits');
        expect(await tight.putIfAbsent('next', Buffer.alloc(600_000))).toBe(true);
        await tight.close();
      } finally {
        unmount(small);
      }
    });

    it('can be read while its file system is read-only', async (test) => {
      if (!onLinux || !isRoot) return test.skip('mounting a read-only file system needs root on Linux');
      const fixed = mount(test, ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs']);
      if (fixed === null) return;
      try {
        const before = await DirectoryStore.open(fixed);
        await before.putIfAbsent('a/b', bytes);
        mkdirSync(join(fixed, '.tmp'), { recursive: true });
        writeFileSync(join(fixed, '.tmp', ownName('temp').replace(/_\d+_/, '_999999999_')), 'leftover');
        execFileSync('mount', ['-o', 'remount,ro', fixed]);
        const readonly = await DirectoryStore.open(fixed);
        expect(await readonly.get('a/b')).toEqual(bytes);
        expect(await collect(readonly.list(''))).toHaveLength(1);
        expect(await readonly.putIfAbsent('a/b', bytes)).toBe(false);
        await expect(readonly.putIfAbsent('a/c', bytes)).rejects.toMatchObject({ code: 'store-readonly' });
        await expect(readonly.delete('a/b')).rejects.toMatchObject({ code: 'store-readonly' });
        await expect(DirectoryStore.open(join(fixed, 'new'), { create: true })).rejects.toMatchObject({
          code: 'store-readonly',
        });
        await readonly.close();
      } finally {
        unmount(fixed);
      }
    });

    it('can be read where only its owner may write', async (test) => {
      if (!onLinux) return test.skip('uses setpriv');
      await store.putIfAbsent('a/b', bytes);
      execFileSync('chmod', ['-R', 'a+rX', path]);
      chmodSync(path, 0o555);
      const asNobody = isRoot ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];
      const child = children.start('one-put', openerOf(path), ['a/c', 'a/b'], asNobody);
      const told = JSON.parse(await child.line()) as Record<string, unknown>;
      expect(await child.ended).toBe(0);
      expect(told).toEqual({
        get: bytes.length,
        list: 1,
        put: 'store-readonly',
        delete: isRoot ? 'store-readonly' : undefined,
      });
      chmodSync(path, 0o755);
    });
  });

  describe('after a crash', () => {
    it('holds whole objects only, and all that were acknowledged (promise 10)', { timeout: 120_000 }, async () => {
      for (let run = 0; run < 12; run += 1) {
        const hardLinks = run % 3 !== 2;
        const name = String(run);
        const child = children.start('busy-writer', openerOf(path, { hardLinks }), [name]);
        const acknowledged: number[] = [];
        const listening = (async () => {
          for (;;) acknowledged.push(Number(await child.line()));
        })().catch(() => undefined);
        while (acknowledged.length < 3) await wait(2);
        await wait(Math.random() * 120);
        child.process.kill('SIGKILL');
        await child.ended;
        await listening;
        const found = await collect(store.list(`busy/${name}/`));
        const numbers = found.map(({ key }) => Number(key.split('/').at(-1)));
        for (const n of numbers)
          expect(busyContent(n).equals(await store.get(busyKey(name, n))), `${name}/${String(n)}`).toBe(true);
        for (const n of acknowledged) expect(numbers, 'an acknowledged object is lost').toContain(n);
        expect(numbers.length).toBeGreaterThan(0);
        await store.delete(found[0]!.key);
        const next = await DirectoryStore.open(path, { hardLinks });
        expect(readdirOrNone(join(path, '.tmp'))).toEqual([]);
        expect(await next.putIfAbsent(found[0]!.key, bytes)).toBe(true); // no claim of the dead stands in the way
        await next.close();
      }
    });

    it('removes leftovers of dead processes and very old ones, never those of the living', async () => {
      const temp = join(path, '.tmp');
      mkdirSync(temp);
      const dead = ownName('temp').replace(/_\d+_/, '_999999999_');
      const elsewhere = ownName('temp').replace(/^temp_[a-z0-9-]+_/, 'temp_another-machine_');
      const oldElsewhere = ownName('claim').replace(/^claim_[a-z0-9-]+_/, 'claim_another-machine_');
      const alive = ownName('temp');
      for (const name of [dead, elsewhere, oldElsewhere, alive, 'notes.txt']) writeFileSync(join(temp, name), 'x');
      const twoDaysAgo = Date.now() / 1000 - 2 * 86_400;
      for (const name of [oldElsewhere, alive, 'notes.txt']) utimesSync(join(temp, name), twoDaysAgo, twoDaysAgo);
      await DirectoryStore.open(path);
      expect(readdirSync(temp).sort()).toEqual([alive, elsewhere, 'notes.txt'].sort());
    });

    it('writes again when an eager cleaner took the folder of temporary files away', async () => {
      let cleaning = true as boolean;
      const cleaner = (async () => {
        while (cleaning) {
          await rmdir(join(path, '.tmp')).catch(() => undefined); // in use
          await wait(0);
        }
      })(); // prettier-ignore
      for (let i = 0; i < 60; i += 1) expect(await store.putIfAbsent(`k/${String(i)}`, bytes)).toBe(true);
      cleaning = false;
      await cleaner;
    });
  });

  it('syncs the content before any name leads to it, and the folder after', async (test) => {
    if (!onLinux || !hasStrace()) return test.skip('strace is not installed');
    const trace = `${newFolder()}/trace`;
    await store.putIfAbsent('a/existing', bytes);
    const traced = ['strace', '-f', '-o', trace, '-e', 'trace=fsync,link,linkat'];
    const child = children.start('one-put', openerOf(path), ['a/b', 'a/existing'], traced);
    await child.line();
    await child.ended;
    const calls = Array.from(readFileSync(trace, 'latin1').matchAll(/ (fsync|link)(?:at)?\(/g), ([, call]) => call);
    remove(join(trace, '..'));
    expect(calls).toEqual(['fsync', 'link', 'fsync', 'fsync']); // the last one makes the deletion durable
  });

  it('lists 10,000 objects in the time of a few plain walks through their folders', { timeout: 120_000 }, async () => {
    const many = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'vault-store-'));
    try {
      const secrets = join(many, 'secrets');
      for (let i = 0; i < 10_000; i += 1) {
        const folder = join(secrets, i.toString(16).padStart(32, '0'));
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, '0000000001'), 'x');
      }
      const manyStore = await DirectoryStore.open(many);
      const timed = async (work: () => unknown): Promise<number> => {
        const start = performance.now();
        await work();
        return performance.now() - start;
      };
      const list = async (): Promise<void> => expect(await collect(manyStore.list('secrets/'))).toHaveLength(10_000);
      const walk = (): void => {
        for (const name of readdirSync(secrets)) {
          for (const file of readdirSync(join(secrets, name))) lstatSync(join(secrets, name, file));
        }
      };
      const lists: number[] = [];
      const walks: number[] = [];
      for (let i = 0; i < 4; i += 1) {
        lists.push(await timed(list));
        walks.push(await timed(walk));
      }
      const [listMs, walkMs] = [Math.min(...lists), Math.min(...walks)];
      console.info(`10,000 objects listed in ${listMs.toFixed(0)} ms, a plain walk takes ${walkMs.toFixed(0)} ms`);
      expect(listMs / walkMs).toBeLessThan(8); // 2 on an idle machine
    } finally {
      remove(many);
    }
  });
});

const readdirOrNone = (path: string): string[] => (existsSync(path) ? readdirSync(path) : []);

function hasStrace(): boolean {
  try {
    execFileSync('strace', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Mounts something on a new folder; null (and the test is skipped) where the system forbids it, as in many containers. */
function mount(test: { skip: (reason: string) => void }, args: readonly string[]): string | null {
  const path = newFolder();
  try {
    execFileSync('mount', [...args, path], { stdio: 'pipe' });
    return path;
  } catch (error) {
    remove(path);
    test.skip(`this system forbids mounting: ${String(error)}`);
    return null;
  }
}

function unmount(path: string): void {
  execFileSync('umount', ['-l', path]);
  remove(path);
}
