import { chmod, mkdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileEntry, transfer as transferSchema, type Transfer } from '../../../../app/model/project.js';
import { temporaryFolder, unlock } from '../../../vault-fixture.js';
import { anyName } from '../any-name.js';
import { contents, livePaths, newProject, readAll, upload, write } from '../project-fixture.js';
import { newTeam } from './team-fixture.js';

describe('files of a project', () => {
  it.each(['vault', 'coretex'] as const)(
    'go in, are listed, read, verified and saved back (%s suite)',
    async (suite) => {
      const { vault, profileDir, project, sources } = await newProject({ suite });
      await write(sources, { 'drop/a.txt': 'alpha', 'drop/sub/b.txt': 'beta', 'drop/sub/empty.bin': '' });
      await mkdir(join(sources, 'drop/nothing'));
      const time = new Date('2021-03-04T05:06:07.000Z');
      await utimes(join(sources, 'drop/a.txt'), time, time);
      const done = await upload(vault, project.id, [join(sources, 'drop')], 'in');
      expect(done).toMatchObject({
        files: 3,
        filesDone: 3,
        bytes: 9,
        bytesDone: 9,
        failedFiles: 0,
        current: [],
        label: 'drop',
      });
      const expected = [
        'in/',
        'in/drop/',
        'in/drop/a.txt',
        'in/drop/nothing/',
        'in/drop/sub/',
        'in/drop/sub/b.txt',
        'in/drop/sub/empty.bin',
      ];
      expect(livePaths(vault, project.id)).toEqual(expected);
      for (const entry of vault.files.list(project.id)) expect(fileEntry.safeParse(entry).success).toBe(true);
      expect(vault.files.resolve(project.id, 'in/drop/a.txt')).toMatchObject({
        size: 5,
        modified: time.toISOString(),
        version: 1,
      });
      expect(vault.projects.resolve(project.id)).toMatchObject({ files: 3, bytes: 9 });
      await vault.lock();

      await rm(join(profileDir, 'index'));
      const again = await unlock(profileDir);
      expect(await again.refresh()).toEqual([]);
      expect(livePaths(again, project.id)).toEqual(expected);
      expect(await readAll(again, project.id, 'in/drop/sub/b.txt')).toBe('beta');
      expect(await again.files.verify(project.id).finished).toMatchObject({
        state: 'done',
        filesDone: 3,
        bytesDone: 9,
      });
      const target = await temporaryFolder();
      expect(await again.files.save(project.id, ['in'], target).finished).toMatchObject({
        state: 'done',
        filesDone: 3,
      });
      expect(await contents(target)).toEqual({
        'in/drop/a.txt': 'alpha',
        'in/drop/sub/b.txt': 'beta',
        'in/drop/sub/empty.bin': '',
      });
      expect((await stat(join(target, 'in/drop/nothing'))).isDirectory()).toBe(true);
      expect((await stat(join(target, 'in/drop/a.txt'))).mtime).toEqual(time);
      await again.lock();
    },
  );

  it('become a new version when the same path comes again', async () => {
    const { vault, project, sources } = await newProject();
    const [source] = await write(sources, { 'a.txt': 'one' });
    await upload(vault, project.id, [source!]);
    const { id } = vault.files.resolve(project.id, 'a.txt');
    await writeFile(source!, 'two!');
    await upload(vault, project.id, [source!]);
    expect(vault.files.resolve(project.id, 'a.txt')).toMatchObject({ id, version: 2, size: 4 });
    expect(await readAll(vault, project.id, 'a.txt', 1)).toBe('one');
    await vault.files.move(project.id, 'a.txt', 'b.txt');
    const restored = await vault.files.restoreVersion(project.id, id, 1);
    expect(restored).toMatchObject({ id, version: 4, path: 'b.txt', size: 3 });
    expect(await readAll(vault, project.id, 'b.txt')).toBe('one');
    const history = await vault.files.history(project.id, id);
    expect(history.map(({ version, path, size, newContent }) => ({ version, path, size, newContent }))).toEqual([
      { version: 4, path: 'b.txt', size: 3, newContent: true },
      { version: 3, path: 'b.txt', size: 4, newContent: false },
      { version: 2, path: 'a.txt', size: 4, newContent: true },
      { version: 1, path: 'a.txt', size: 3, newContent: true },
    ]);
    await vault.lock();
  });

  it('move with their folder, and only where nothing is', async () => {
    const { vault, project, sources } = await newProject();
    await write(sources, { 'drop/a.txt': 'a', 'drop/sub/b.txt': 'b', 'other.txt': 'o' });
    await upload(vault, project.id, [join(sources, 'drop'), join(sources, 'other.txt')]);
    await vault.files.createFolder(project.id, 'drop/kept');
    await vault.files.move(project.id, 'drop', 'x/y');
    expect(livePaths(vault, project.id)).toEqual([
      'other.txt',
      'x/',
      'x/y/',
      'x/y/a.txt',
      'x/y/kept/',
      'x/y/sub/',
      'x/y/sub/b.txt',
    ]);
    const move = (from: string, to: string) => vault.files.move(project.id, from, to);
    await expect(move('x', 'other.txt')).rejects.toMatchObject({ code: 'already-exists' });
    await expect(move('x', 'other.txt/x')).rejects.toMatchObject({ code: 'already-exists' });
    await expect(move('x', 'x/y/z')).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(move('x', '../up')).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(move('gone', 'y')).rejects.toMatchObject({ code: 'not-found' });
    await expect(vault.files.createFolder(project.id, 'x/y')).rejects.toMatchObject({ code: 'already-exists' });
    await expect(vault.files.createFolder(project.id, 'other.txt/z')).rejects.toMatchObject({ code: 'already-exists' });
    await vault.lock();
  });

  it('go to the trash, come back beside what took their place, and are deleted for good with all their content', async () => {
    const { vault, profileDir, storeDir, project, sources } = await newProject();
    const [source] = await write(sources, { 'd/a.txt': 'first' });
    await upload(vault, project.id, [join(sources, 'd')]);
    const { id } = vault.files.resolve(project.id, 'd/a.txt');
    await vault.files.trash(project.id, ['d']);
    expect(livePaths(vault, project.id)).toEqual([]);
    expect(vault.projects.resolve(project.id)).toMatchObject({ files: 0, bytes: 0 });
    await writeFile(source!, 'second');
    await upload(vault, project.id, [join(sources, 'd')]);
    await vault.files.restore(project.id, [id]);
    expect(livePaths(vault, project.id)).toEqual(['d/', 'd/a (2).txt', 'd/a.txt']);
    expect(await readAll(vault, project.id, 'd/a (2).txt')).toBe('first');
    await expect(vault.files.purge(project.id, [id])).rejects.toMatchObject({ code: 'invalid-input' });
    await vault.files.trash(project.id, ['d/a (2).txt']);
    await vault.files.purge(project.id, [id]);
    expect(vault.files.list(project.id).map(({ path }) => path)).toEqual(['d', 'd/a.txt']);
    expect(Object.keys(await contents(join(storeDir, 'blobs')))).toHaveLength(1);
    expect(Object.keys(await contents(join(storeDir, 'projects', project.id, 'files', id)))).toEqual(['0000000005']);
    await expect(vault.files.history(project.id, id)).rejects.toMatchObject({ code: 'not-found' });
    expect(await vault.refresh()).toEqual([]);
    await vault.lock();
    await rm(join(profileDir, 'index'));
    const again = await unlock(profileDir);
    expect(await again.refresh()).toEqual([]);
    expect(again.files.list(project.id).map(({ path }) => path)).toEqual(['d', 'd/a.txt']);
    await again.lock();
  });

  it('cannot be where a folder is, nor folders where a file is', async () => {
    const { vault, project, sources } = await newProject();
    await write(sources, { 'one/thing/inner.txt': 'x', 'two/thing': 'y' });
    await upload(vault, project.id, [join(sources, 'one/thing')]);
    const blocked = await vault.files.upload(project.id, '', [join(sources, 'two/thing')]).finished;
    expect(blocked).toMatchObject({
      state: 'failed',
      failedFiles: 1,
      failures: [{ path: 'thing', code: 'already-exists' }],
    });
    await upload(vault, project.id, [join(sources, 'two/thing')], 'other');
    const inFile = await vault.files.upload(project.id, 'other/thing', [join(sources, 'one/thing/inner.txt')]).finished;
    expect(inFile).toMatchObject({ state: 'failed', failures: [{ code: 'already-exists' }] });
    await vault.lock();
  });

  it('are never overwritten on this computer', async () => {
    const { vault, project, sources } = await newProject();
    await write(sources, { 'd/a.txt': 'mine', 'b.txt': 'also mine' });
    await upload(vault, project.id, [join(sources, 'd'), join(sources, 'b.txt')]);
    const target = await temporaryFolder();
    await write(target, { 'd/a.txt': 'was here', 'b.txt': 'was here too' });
    const saved = await vault.files.save(project.id, ['d', 'b.txt', 'd/a.txt'], target).finished;
    expect(saved).toMatchObject({ state: 'done', files: 2, filesDone: 2 });
    expect(await contents(target)).toEqual({
      'd/a.txt': 'was here',
      'b.txt': 'was here too',
      'd (2)/a.txt': 'mine',
      'b (2).txt': 'also mine',
    });
    const { id } = vault.files.resolve(project.id, 'b.txt');
    await expect(vault.files.saveFile(project.id, id, join(target, 'b.txt'))).rejects.toMatchObject({
      code: 'already-exists',
    });
    await vault.files.saveFile(project.id, id, join(target, 'b.txt'), { overwrite: true });
    expect(await readFile(join(target, 'b.txt'), 'utf8')).toBe('also mine');
    await expect(vault.files.saveFile(project.id, id, join(target, 'no/such/folder'))).rejects.toMatchObject({
      code: 'target-unwritable',
    });
    await vault.lock();
  });

  it('keep their bytes and names whatever the name, and never land outside the folder they are saved to', async () => {
    const { vault, project } = await newProject();
    let round = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(anyName, { minLength: 1, maxLength: 12, selector: (name) => name.normalize('NFC') }),
        async (names) => {
          round += 1;
          const sources = await temporaryFolder();
          const files = Object.fromEntries(names.map((name) => [name, `content of ${name}`]));
          for (const [name, content] of Object.entries(files)) await writeFile(`${sources}/${name}`, content);
          const folder = `round ${round}`;
          await upload(
            vault,
            project.id,
            Object.keys(files).map((name) => `${sources}/${name}`),
            folder,
          );
          const parent = await temporaryFolder();
          await mkdir(join(parent, 'target'));
          await vault.files.save(project.id, [folder], join(parent, 'target')).finished;
          const normal = Object.fromEntries(
            names.map((name) => [`target/${folder}/${name.normalize('NFC')}`, files[name]]),
          );
          expect(await contents(parent)).toEqual(normal);
        },
      ),
      { numRuns: 15 },
    );
    await vault.lock();
  });

  it('reports links, pipes and unreadable files one by one and takes the others', async () => {
    const { vault, project, sources } = await newProject();
    await write(sources, { 'd/good.txt': 'x' });
    await symlink('/etc/passwd', join(sources, 'd/link'));
    const result = await vault.files.upload(project.id, '', [join(sources, 'd'), join(sources, 'gone')]).finished;
    expect(result).toMatchObject({ state: 'done', filesDone: 1, failedFiles: 2 });
    expect(result.failures.map(({ path, code }) => `${path} ${code}`).sort()).toEqual([
      'd/link source-special',
      'gone source-unreadable',
    ]);
    expect(livePaths(vault, project.id)).toEqual(['d/', 'd/good.txt']);
    await vault.lock();
  });

  it('refuses two sources that would have one path', async () => {
    const { vault, project, sources } = await newProject();
    const twins = await write(sources, { 'one/a.txt': 'first', 'two/a.txt': 'second' });
    const result = await vault.files.upload(project.id, '', twins).finished;
    expect(result).toMatchObject({
      state: 'done',
      filesDone: 1,
      failures: [{ path: 'a.txt', code: 'already-exists' }],
    });
    expect(await readAll(vault, project.id, 'a.txt')).toBe('first');
    await vault.lock();
  });

  it('tell their progress at most ten times a second, and how it ended', async () => {
    const { vault, project, sources } = await newProject();
    await writeFile(join(sources, 'big'), Buffer.alloc(48 * 1024 * 1024, 7));
    const told: Transfer[] = [];
    vault.on('transfer', (state) => told.push(transferSchema.parse(state)));
    const startedMs = Date.now();
    const { id, finished } = vault.files.upload(project.id, '', [join(sources, 'big')]);
    const end = await finished;
    expect(told.at(-1)).toEqual(end);
    expect(vault.files.transfers()).toEqual([end]);
    expect(told.length).toBeLessThanOrEqual((Date.now() - startedMs) / 100 + 3);
    for (const state of told) {
      expect(state.id).toBe(id);
      expect(state.current.length).toBeLessThanOrEqual(4);
      expect(state.bytesDone).toBeLessThanOrEqual(state.bytes);
    }
    await vault.files.dismiss(id);
    expect(vault.files.transfers()).toEqual([]);
    await vault.lock();
  });

  it('promise 1: reads by range exactly what is there, at most 16 MiB', async () => {
    const { vault, project, sources } = await newProject();
    const bytes = Buffer.from(Array.from({ length: 9_000_001 }, (_, at) => (at * 7919) & 0xff));
    await writeFile(join(sources, 'video'), bytes);
    await upload(vault, project.id, [join(sources, 'video')]);
    const { id } = vault.files.resolve(project.id, 'video');
    for (const [start, endExclusive] of [
      [0, 1],
      [4_194_300, 4_194_310],
      [8_999_999, 9_100_000],
      [9_000_001, 9_000_002],
    ] as const) {
      const range = await vault.files.readRange(project.id, id, { start, endExclusive });
      expect(Buffer.compare(range, bytes.subarray(start, endExclusive))).toBe(0);
    }
    const tooMuch = { start: 0, endExclusive: 16 * 1024 * 1024 + 1 };
    await expect(vault.files.readRange(project.id, id, tooMuch)).rejects.toMatchObject({ code: 'invalid-input' });
    await vault.lock();
    await expect(vault.files.readRange(project.id, id, { start: 0, endExclusive: 1 })).rejects.toMatchObject({
      code: 'locked',
    });
  });

  it('show both of two files that two computers gave one path at the same time', async () => {
    const { vault, profileDir, project, sources } = await newProject();
    const [left, right] = await write(sources, { 'left/a.txt': 'left', 'right/a.txt': 'right' });
    const other = await unlock(profileDir);
    await Promise.all([upload(vault, project.id, [left!]), upload(other, project.id, [right!])]);
    await vault.refresh();
    await other.refresh();
    expect(livePaths(vault, project.id)).toEqual(livePaths(other, project.id));
    const found = await Promise.all(livePaths(vault, project.id).map((path) => readAll(vault, project.id, path)));
    // One after the other they are two versions of one file; at once they are two files. Either way both are there.
    if (found.length === 1) {
      const both = [await readAll(vault, project.id, 'a.txt', 1), await readAll(vault, project.id, 'a.txt', 2)];
      expect(both.sort()).toEqual(['left', 'right']);
    } else expect(found.sort()).toEqual(['left', 'right']);
    await vault.lock();
    await other.lock();
  });

  it('keep the name that one person gave them while another, who did not know of it yet, brought new content', async () => {
    const { ada, bob, project, sources, lockAll } = await newTeam('editor');
    await ada.files.move(project.id, 'a.txt', 'diary.txt');
    await write(sources, { 'a.txt': 'from Bob' });
    await upload(bob, project.id, [join(sources, 'a.txt')]);
    await ada.refresh();
    await bob.refresh();
    for (const vault of [ada, bob]) {
      expect(livePaths(vault, project.id).sort()).toEqual(['b.txt', 'diary.txt']);
      expect(await readAll(vault, project.id, 'diary.txt')).toBe('from Bob');
      expect(await readAll(vault, project.id, 'diary.txt', 1)).toBe('alpha');
    }
    await lockAll();
  });

  it('give no chance to what may not be written', async () => {
    const { vault, project, sources } = await newProject();
    await write(sources, { 'a.txt': 'x' });
    await upload(vault, project.id, [join(sources, 'a.txt')]);
    const target = await temporaryFolder();
    await chmod(target, 0o500);
    const result = await vault.files.save(project.id, [''], join(target, 'file-not-folder/x')).finished;
    expect(result).toMatchObject({ state: 'failed', failures: [{ code: 'target-unwritable' }] });
    await vault.lock();
  });
});
