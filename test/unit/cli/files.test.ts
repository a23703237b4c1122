import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FileEntry, FileVersion, ProjectSummary, Transfer } from '../../../app/model/project.js';
import { Profile, run, start, useCommand, useFolder } from './command.js';

useCommand();
const folder = useFolder();
const ana = new Profile(folder());
const inAlpha = ['--project', 'Alpha'];

const write = (name: string, content: string | Uint8Array): string => {
  mkdirSync(dirname(folder(name)), { recursive: true });
  writeFileSync(folder(name), content);
  return folder(name);
};
const big = randomBytes(9_000_000);

/** Ciphertext on its way: larger than anything else here but its source. Files come and go meanwhile. */
const isLarge = (path: string): boolean =>
  basename(path) !== 'huge.bin' && (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 20_000_000;

beforeAll(async () => {
  await ana.vault(['init', '--store', ana.store, '--name', 'Ana', '--suite', 'coretex', '--bits', '2048']);
  await ana.vault(['project', 'create', 'Alpha']);
});

describe('projects by the command', () => {
  it('are listed, renamed and found by name or id', async () => {
    const { id } = await ana.json<ProjectSummary>(['project', 'create', 'Beta', '--suite', 'coretex']);
    const renamed = await ana.json<ProjectSummary>(['project', 'rename', 'Beta', 'Gamma']);
    expect(renamed).toMatchObject({ id, name: 'Gamma', suite: 'coretex', role: 'owner', epoch: 1 });
    expect((await ana.json<ProjectSummary[]>(['project', 'list'])).map(({ name }) => name).sort()).toEqual([
      'Alpha',
      'Gamma',
    ]);
    expect(await ana.attempt(['project', 'rename', 'Beta', 'x'])).toMatchObject({ code: 6 });
    expect(await ana.attempt(['file', 'list', '--project', id])).toMatchObject({ code: 0 });
  });
});

describe('files by the command', () => {
  it('go in and come out as they were', async () => {
    const put = await ana.json<Transfer>([
      'file',
      'put',
      write('big.bin', big),
      write('docs/a/b.txt', 'b\n') && folder('docs'),
      ...inAlpha,
    ]);
    expect(put).toMatchObject({ state: 'done', files: 2, filesDone: 2, failedFiles: 0, bytes: big.length + 2 });
    const listed = await ana.json<FileEntry[]>(['file', 'list', ...inAlpha]);
    expect(listed.map(({ path }) => path)).toEqual(['big.bin', 'docs', 'docs/a', 'docs/a/b.txt']);
    expect((await ana.json<FileEntry[]>(['file', 'list', 'docs/a/', ...inAlpha])).map(({ path }) => path)).toEqual([
      'docs/a/b.txt',
    ]);

    await ana.vault(['file', 'get', 'big.bin', ...inAlpha, '-o', folder('big.out')]);
    expect(readFileSync(folder('big.out')).equals(big)).toBe(true);
    expect((await ana.vault(['file', 'get', './big.bin', ...inAlpha, '-o', '-'])).bytes.equals(big)).toBe(true);
    await ana.vault(['file', 'get', 'docs', ...inAlpha, '-o', folder('out')]);
    expect(readFileSync(folder('out/docs/a/b.txt'), 'utf8')).toBe('b\n');
    expect(await ana.json<Transfer>(['file', 'verify', ...inAlpha])).toMatchObject({ state: 'done', filesDone: 2 });
  });

  it('replace nothing on this computer unless forced', async () => {
    const target = write('taken', 'precious');
    const get = ['file', 'get', 'docs/a/b.txt', ...inAlpha, '-o', target];
    const { code, stderr } = await ana.attempt([...get, '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'already-exists' } });
    expect(readFileSync(target, 'utf8')).toBe('precious');
    await ana.vault([...get, '--force']);
    expect(readFileSync(target, 'utf8')).toBe('b\n');
  });

  it('have versions, places, a trash and an end', async () => {
    const source = write('v.txt', 'one');
    await ana.vault(['file', 'put', source, ...inAlpha, '--folder', 'texts']);
    writeFileSync(source, 'two!');
    await ana.vault(['file', 'put', source, ...inAlpha, '--folder', 'texts']);
    expect((await ana.vault(['file', 'get', 'texts/v.txt', ...inAlpha, '-o', '-'])).stdout).toBe('two!');
    const first = ['file', 'get', 'texts/v.txt', ...inAlpha, '-o', '-', '--version', '1'];
    expect((await ana.vault(first)).stdout).toBe('one');
    await ana.vault(['file', 'move', 'texts/v.txt', 'moved/w.txt', ...inAlpha]);
    const history = await ana.json<FileVersion[]>(['file', 'history', 'moved/w.txt', ...inAlpha]);
    expect(history.map(({ version, size, newContent }) => [version, size, newContent])).toEqual([
      [3, 4, false],
      [2, 4, true],
      [1, 3, true],
    ]);
    await ana.vault(['file', 'restore', 'moved/w.txt', ...inAlpha, '--version', '1']);
    expect((await ana.vault(['file', 'get', 'moved/w.txt', ...inAlpha, '-o', '-'])).stdout).toBe('one');

    await ana.vault(['file', 'remove', 'moved', ...inAlpha]);
    expect(await ana.attempt(['file', 'get', 'moved/w.txt', ...inAlpha, '-o', '-'])).toMatchObject({
      code: 6,
      stdout: '',
    });
    const trash = await ana.json<FileEntry[]>(['file', 'list', ...inAlpha, '--trash']);
    expect(trash.map(({ path }) => path)).toEqual(['moved/w.txt']);
    expect(await ana.json<FileEntry[]>(['file', 'restore', 'moved', ...inAlpha])).toMatchObject([
      { path: 'moved/w.txt', trashed: false },
    ]);
    await ana.vault(['file', 'remove', 'moved/w.txt', ...inAlpha, '--for-good']);
    expect(await ana.attempt(['file', 'history', 'moved/w.txt', ...inAlpha])).toMatchObject({ code: 6 });
    expect(await ana.attempt(['file', 'remove', 'moved/w.txt', ...inAlpha])).toMatchObject({ code: 6 });
  }, 60_000);

  it('keep odd names, and show them without letting them act', async () => {
    const names = ['two\nlines', '\u001b[31mred', '🗝️', 'x'.repeat(255), '-rf', '..a'];
    for (const name of names) write(join('odd', name), name);
    await ana.vault(['file', 'put', ...inAlpha, '--', folder('odd')]);
    const { stdout } = await ana.vault(['file', 'list', 'odd', ...inAlpha]);
    expect(stdout.trim().split('\n')).toHaveLength(names.length);
    expect(stdout).not.toContain('\u001b');
    for (const name of names) {
      const get = ['file', 'get', ...inAlpha, '-o', '-', '--', `odd/${name}`];
      expect((await ana.vault(get)).stdout).toBe(name);
    }
  }, 60_000);

  it('that are not there or not files are told one by one; the others are kept', async () => {
    expect(await ana.attempt(['file', 'put', folder('none'), ...inAlpha])).toMatchObject({ code: 6, stdout: '' });
    expect(await ana.attempt(['file', 'put', folder('big.bin'), '--project', 'None'])).toMatchObject({ code: 6 });
    write('mixed/good', 'good');
    symlinkSync('/etc/passwd', folder('mixed/link'));
    const { code, stdout, stderr } = await ana.attempt(['file', 'put', folder('mixed'), ...inAlpha, '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ filesDone: 1, failedFiles: 1, failures: [{ code: 'source-special' }] });
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'source-special', details: { failed: 1 } } });
    expect((await ana.vault(['file', 'get', 'mixed/good', ...inAlpha, '-o', '-'])).stdout).toBe('good');
  });

  it('ends with 130 on Ctrl-C, and goes on with --resume', async () => {
    const huge = write('huge.bin', '');
    truncateSync(huge, 400_000_000);
    const words = ['--vault', ana.dir, '--passphrase-file', ana.passphraseFile, 'file', 'put', huge, ...inAlpha];
    const child = start(words);
    const underWay = (): boolean =>
      readdirSync(ana.folder, { recursive: true, encoding: 'utf8' }).some((path) => isLarge(join(ana.folder, path)));
    while (child.exitCode === null && !underWay()) await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill('SIGINT');
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(130);
    const resumed = await ana.json<Transfer[]>(['file', 'put', '--resume']);
    expect(resumed).toMatchObject([{ state: 'done', filesDone: 1, bytes: 400_000_000 }]);
    expect(await ana.json(['file', 'put', '--resume'])).toEqual([]);
    await ana.vault(['file', 'remove', 'huge.bin', ...inAlpha, '--for-good']);
  }, 120_000);
});

describe('a store that is not as it was', () => {
  const blobs = (): string[] => readdirSync(join(ana.store, 'blobs')).map((name) => join(ana.store, 'blobs', name));
  const flipped = async (path: string, at: number, work: () => Promise<void>): Promise<void> => {
    const before = readFileSync(path);
    const after = Buffer.from(before);
    after[at] = (after[at] ?? 0) ^ 1;
    chmodSync(path, 0o600);
    writeFileSync(path, after);
    try {
      await work();
    } finally {
      writeFileSync(path, before);
    }
  };

  it('promise 1: a flipped byte of a blob ends with 4 and leaves no file', async () => {
    const blob = blobs().find((path) => readFileSync(path).length > big.length) ?? '';
    for (const at of [3, 9, 20, 70, 5_000_000, readFileSync(blob).length - 1]) {
      await flipped(blob, at, async () => {
        const get = ['file', 'get', 'big.bin', ...inAlpha, '-o'];
        const target = folder('damaged.out');
        expect((await ana.attempt([...get, target])).code, `byte ${at}`).toBe(4);
        expect(existsSync(target)).toBe(false);
        expect(await ana.attempt([...get, '-'])).toMatchObject({ code: 4, stdout: '' });
      });
    }
    const last = readFileSync(blob).length - 1;
    await flipped(blob, last, async () => {
      expect((await ana.attempt(['file', 'verify', ...inAlpha])).code).toBe(4);
    });
  }, 120_000);

  it('promise 1: a flipped byte of a secret ends with 4', async () => {
    const { id } = await ana.json<{ id: string }>(['secret', 'add', 'note', 'brittle', 'text=@-'], { stdin: 'x' });
    const path = join(ana.store, 'secrets', id, '0000000001');
    await flipped(path, readFileSync(path).length - 20, async () => {
      expect(await ana.attempt(['secret', 'get', 'brittle'])).toMatchObject({ code: 4, stdout: '' });
    });
    expect((await ana.vault(['secret', 'get', 'brittle', '--field', 'text'])).stdout).toBe('x\n');
  });

  it('promise 1: what a new computer finds damaged fails its list, which shows the rest', async () => {
    const { id } = await ana.json<{ id: string }>(['secret', 'add', 'note', 'hurt', 'text=@-'], { stdin: 'x' });
    const path = join(ana.store, 'secrets', id, '0000000001');
    const attach = [
      'attach',
      '--store',
      ana.store,
      '--vault',
      folder('second'),
      '--passphrase-file',
      ana.passphraseFile,
    ];
    await flipped(path, readFileSync(path).length - 20, async () => {
      expect(await run(attach)).toMatchObject({ code: 0 });
      const list = ['secret', 'list', '--vault', folder('second'), '--passphrase-file', ana.passphraseFile];
      const { code, stdout } = await run(list);
      expect(code).toBe(4);
      expect(stdout).toContain('brittle');
    });
  });

  it('is offline (7) while its folder is away, and lists what was seen', async () => {
    renameSync(ana.store, `${ana.store}.away`);
    try {
      const { code, stdout } = await ana.attempt(['secret', 'list']);
      expect(code).toBe(7);
      expect(stdout).toContain('brittle');
      expect((await ana.attempt(['secret', 'add', 'note', 'n', 'text=@-'], { stdin: 'x' })).code).toBe(7);
      expect((await ana.attempt(['file', 'get', 'big.bin', ...inAlpha, '-o', '-'])).code).toBe(7);
      expect((await ana.attempt(['file', 'put', folder('big.bin'), ...inAlpha])).code).toBe(7);
    } finally {
      renameSync(`${ana.store}.away`, ana.store);
    }
    expect(await ana.attempt(['secret', 'list'])).toMatchObject({ code: 0 });
  });

  it('cannot be written to by a folder that is a file', async () => {
    const words = ['init', '--store', write('a-file', ''), '--name', 'N', '--vault', folder('third')];
    const outcome = await run([...words, '--passphrase-file', ana.passphraseFile, '--bits', '2048']);
    expect(outcome).toMatchObject({ code: 7, stdout: '', stderr: expect.stringContaining('that is a file') as string });
    expect(existsSync(folder('third/profile.json'))).toBe(false);
  });
});
