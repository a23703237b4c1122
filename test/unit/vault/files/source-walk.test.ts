import { execFileSync } from 'node:child_process';
import { link, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { walkSources, type Found, type WalkOptions } from '../../../../main/vault/files/source-walk.js';

let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'walk-'));
});
afterEach(() => rm(base, { recursive: true, force: true }));

const walk = async (sources: readonly string[], folder = '', options: WalkOptions = {}): Promise<Found[]> => {
  const found: Found[] = [];
  for await (const one of walkSources(sources, folder, options)) found.push(one);
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
};
const told = (found: readonly Found[]) =>
  found.map((one) => `${one.kind} ${one.path}${one.kind === 'failure' ? ` ${one.error.code}` : ''}`);

describe('walking what was dropped', () => {
  it('finds files with size and time, keeps names of folders, tells empty ones', async () => {
    await mkdir(join(base, 'drop/sub/empty'), { recursive: true });
    await writeFile(join(base, 'drop/one.txt'), 'one');
    await writeFile(join(base, 'drop/sub/two.txt'), 'two!');
    await utimes(join(base, 'drop/one.txt'), new Date(1_000_000), new Date(1_000_000));
    const found = await walk([join(base, 'drop')], 'to/here');
    expect(told(found)).toEqual([
      'file to/here/drop/one.txt',
      'folder to/here/drop/sub/empty',
      'file to/here/drop/sub/two.txt',
    ]);
    expect(found[0]).toMatchObject({ bytes: 3, modifiedMs: 1_000_000, source: join(base, 'drop/one.txt') });
  });

  it('takes a single file under its own name', async () => {
    await writeFile(join(base, 'only'), '');
    expect(told(await walk([join(base, 'only')]))).toEqual(['file only']);
  });

  it('fails links, pipes and devices one by one and follows none', async () => {
    await mkdir(join(base, 'drop'));
    await mkdir(join(base, 'outside'));
    await writeFile(join(base, 'outside/secret'), 'x');
    await writeFile(join(base, 'drop/real'), 'x');
    await link(join(base, 'drop/real'), join(base, 'drop/hard'));
    await symlink('../outside', join(base, 'drop/to-folder'));
    await symlink('real', join(base, 'drop/to-file'));
    await symlink('nowhere', join(base, 'drop/dangling'));
    await symlink('.', join(base, 'drop/loop'));
    execFileSync('mkfifo', [join(base, 'drop/pipe')]);
    expect(told(await walk([join(base, 'drop'), '/dev/null']))).toEqual([
      'failure drop/dangling source-special',
      'file drop/hard',
      'failure drop/loop source-special',
      'failure drop/pipe source-special',
      'file drop/real',
      'failure drop/to-file source-special',
      'failure drop/to-folder source-special',
      'failure null source-special',
    ]);
  });

  it('keeps a folder that holds nothing it could take', async () => {
    await mkdir(join(base, 'drop'));
    await symlink('nowhere', join(base, 'drop/link'));
    expect(told(await walk([join(base, 'drop')]))).toEqual(['folder drop', 'failure drop/link source-special']);
  });

  it.runIf(process.platform === 'linux')('fails names that are no text, and takes the rest of the folder', async () => {
    await mkdir(join(base, 'drop'));
    await writeFile(Buffer.concat([Buffer.from(join(base, 'drop/bad-')), Buffer.from([0xff, 0xfe])]), 'x');
    await writeFile(join(base, 'drop/good'), 'x');
    expect(told(await walk([join(base, 'drop')]))).toEqual([
      'failure drop/bad-\ufffd\ufffd source-unreadable',
      'file drop/good',
    ]);
  });

  it('gives names one Unicode form', async () => {
    await writeFile(join(base, 'e\u0301'), 'x');
    expect(told(await walk([join(base, 'e\u0301')]))).toEqual(['file \u00e9']);
  });

  it('does not walk into the vault itself', async () => {
    await mkdir(join(base, 'home/vault/blobs'), { recursive: true });
    await writeFile(join(base, 'home/vault/blobs/x'), 'x');
    await writeFile(join(base, 'home/mine'), 'x');
    expect(told(await walk([join(base, 'home')], '', { exclude: [join(base, 'home/vault')] }))).toEqual([
      'file home/mine',
      'failure home/vault invalid-input',
    ]);
  });

  it('fails what is not there', async () => {
    expect(told(await walk([join(base, 'gone')]))).toEqual(['failure gone source-unreadable']);
  });

  it('ends when it is aborted', async () => {
    for (let number = 0; number < 10; number += 1) await writeFile(join(base, String(number)), '');
    const abort = new AbortController();
    let found = 0;
    for await (const one of walkSources(
      [...Array(10).keys()].map((number) => join(base, String(number))),
      '',
      { signal: abort.signal },
    )) {
      found += one.kind === 'file' ? 1 : 0;
      if (found === 3) abort.abort();
    }
    expect(found).toBe(3);
  });
});
