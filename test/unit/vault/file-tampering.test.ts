import { copyFile, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unlock } from '../../vault-fixture.js';
import { contents, livePaths, newProject, readAll, upload, write } from './project-fixture.js';

const prepare = async () => {
  const made = await newProject();
  const { vault, project, storeDir, sources } = made;
  await write(sources, { 'a.txt': 'alpha', 'b.txt': 'beta' });
  await upload(vault, project.id, [join(sources, 'a.txt'), join(sources, 'b.txt')]);
  const [a, b] = [vault.files.resolve(project.id, 'a.txt'), vault.files.resolve(project.id, 'b.txt')];
  const files = join(storeDir, 'projects', project.id, 'files');
  return {
    ...made,
    a,
    b,
    files,
    recordOf: (id: string, version: number) => join(files, id, String(version).padStart(10, '0')),
  };
};

/** What a computer that has never seen the store finds, and what one that has seen it finds. */
const look = async (profileDir: string, projectId: string, options: { fresh: boolean }) => {
  if (options.fresh) await rm(join(profileDir, 'index'));
  const vault = await unlock(profileDir);
  const problems = (await vault.refresh()).map(({ code }) => code);
  const paths = livePaths(vault, projectId);
  await vault.lock();
  return { problems, paths };
};

describe('promises 1 and 3: a store that tampers with file records', () => {
  it('by swapping two files’ records: damaged, nothing of them shown', async () => {
    const { vault, profileDir, project, a, b, recordOf } = await prepare();
    await vault.lock();
    await rename(recordOf(a.id, 1), `${recordOf(a.id, 1)}.swap`);
    await rename(recordOf(b.id, 1), recordOf(a.id, 1));
    await rename(`${recordOf(a.id, 1)}.swap`, recordOf(b.id, 1));
    expect(await look(profileDir, project.id, { fresh: true })).toEqual({
      problems: ['damaged', 'damaged'],
      paths: [],
    });
  });

  it('by showing a record under another id, version or project: damaged', async () => {
    const { vault, profileDir, project, a, recordOf, files } = await prepare();
    const other = await vault.projects.create('Other');
    await vault.lock();
    const { mkdir } = await import('node:fs/promises');
    await copyFile(recordOf(a.id, 1), recordOf(a.id, 2));
    const elsewhere = join(files, '../../', other.id, 'files', a.id);
    await mkdir(elsewhere, { recursive: true });
    await copyFile(recordOf(a.id, 1), join(elsewhere, '0000000001'));
    const twin = join(files, 'f'.repeat(32));
    await mkdir(twin);
    await copyFile(recordOf(a.id, 1), join(twin, '0000000001'));
    expect(await look(profileDir, project.id, { fresh: true })).toEqual({
      problems: ['damaged', 'damaged', 'damaged'],
      paths: ['b.txt'],
    });
  });

  it('by changing any byte of a record: damaged, the others open', async () => {
    const { vault, profileDir, project, a, recordOf } = await prepare();
    await vault.lock();
    const bytes = await readFile(recordOf(a.id, 1));
    for (let step = 0; step < 3; step += 1) {
      const changed = Buffer.from(bytes);
      const position = Math.floor(((step + 0.5) / 3) * bytes.length);
      changed[position] = changed[position] === 0x41 ? 0x42 : 0x41;
      await writeFile(recordOf(a.id, 1), changed);
      expect(await look(profileDir, project.id, { fresh: true })).toEqual({ problems: ['damaged'], paths: ['b.txt'] });
    }
  });

  it('by dropping the newest version: rolled-back, and the newest state stays known', async () => {
    const { vault, profileDir, project, a, recordOf } = await prepare();
    await vault.files.move(project.id, 'a.txt', 'renamed.txt');
    await vault.lock();
    await rm(recordOf(a.id, 2));
    expect(await look(profileDir, project.id, { fresh: false })).toEqual({
      problems: ['rolled-back'],
      paths: ['b.txt', 'renamed.txt'],
    });
  });

  it('by dropping a file whole: rolled-back, unless it was deleted for good', async () => {
    const { vault, profileDir, project, a, b, files } = await prepare();
    await vault.files.trash(project.id, ['b.txt']);
    await vault.files.purge(project.id, [b.id]);
    expect(await vault.refresh()).toEqual([]);
    await vault.lock();
    await rm(join(files, a.id), { recursive: true });
    await rm(join(files, b.id), { recursive: true }); // the tombstone too
    expect(await look(profileDir, project.id, { fresh: false })).toEqual({
      problems: ['rolled-back', 'rolled-back'],
      paths: ['a.txt'],
    });
  });

  it('by replacing an earlier version, or leaving it out: damaged on a computer that is new to it', async () => {
    const { vault, profileDir, project, a, b, recordOf } = await prepare();
    await vault.files.move(project.id, 'a.txt', 'a2.txt');
    await vault.files.move(project.id, 'b.txt', 'b2.txt');
    await vault.lock();
    await rm(recordOf(a.id, 1));
    await copyFile(recordOf(a.id, 2), recordOf(b.id, 1));
    expect(await look(profileDir, project.id, { fresh: true })).toEqual({
      problems: ['damaged', 'damaged'],
      paths: [],
    });
  });

  it('by showing another past than this computer saw: rolled-back', async () => {
    const { vault, profileDir, project, a, recordOf } = await prepare();
    // This computer's second version is hidden while another computer writes its own second and third.
    await vault.files.move(project.id, 'a.txt', 'mine.txt');
    const mine = await readFile(recordOf(a.id, 2));
    await vault.lock();
    const index = await readFile(join(profileDir, 'index'));
    await rm(recordOf(a.id, 2));
    await rm(join(profileDir, 'index'));
    const other = await unlock(profileDir);
    await other.refresh();
    await other.files.move(project.id, 'a.txt', 'forked.txt');
    await other.files.move(project.id, 'forked.txt', 'forked again.txt');
    await other.lock();
    await writeFile(join(profileDir, 'index'), index);
    expect(await look(profileDir, project.id, { fresh: false })).toEqual({
      problems: ['rolled-back'],
      paths: ['b.txt', 'mine.txt'],
    });
    expect(mine.length).toBeGreaterThan(0);
    const again = await unlock(profileDir);
    await expect(again.files.history(project.id, a.id)).rejects.toMatchObject({ code: 'rolled-back' });
    await again.lock();
  });

  it('promise 5, in part: a record of somebody else, who can read the store but has no key, counts for nothing', async () => {
    const { vault, profileDir, storeDir, project, a, recordOf } = await prepare();
    await vault.lock();
    const { newVault } = await import('../../vault-fixture.js');
    const mallory = await newVault({
      storeDir,
      name: 'Mallory',
      passphrase: 'ten green foxes paint old boats at noon',
    });
    const theirs = await mallory.vault.projects.create('Theirs');
    const { temporaryFolder } = await import('../../vault-fixture.js');
    const folder = await temporaryFolder();
    await write(folder, { 'evil.txt': 'evil' });
    await upload(mallory.vault, theirs.id, [join(folder, 'evil.txt')]);
    const { id } = mallory.vault.files.resolve(theirs.id, 'evil.txt');
    await mallory.vault.lock();
    await copyFile(join(storeDir, 'projects', theirs.id, 'files', id, '0000000001'), recordOf(a.id, 2));
    expect(await look(profileDir, project.id, { fresh: false })).toEqual({
      problems: ['damaged'],
      paths: ['a.txt', 'b.txt'],
    });
  });
});

describe('promise 1: a store that tampers with contents', () => {
  it('by swapping, cutting, changing or removing blobs: damaged, and no wrong byte comes out', async () => {
    const { vault, storeDir, project, a, sources } = await prepare();
    const target = join(sources, 'saved.txt');
    const blobs = join(storeDir, 'blobs');
    const [one, two] = (await readdir(blobs)).map((name) => join(blobs, name));
    const [first, second] = [await readFile(one!), await readFile(two!)];
    const broken: (() => Promise<void>)[] = [
      async () => {
        await writeFile(one!, second);
        await writeFile(two!, first);
      },
      async () => {
        await writeFile(one!, first.subarray(0, -1));
        await writeFile(two!, second.subarray(0, -1));
      },
      async () => {
        for (const [path, bytes] of [
          [one!, first],
          [two!, second],
        ] as const) {
          const changed = Buffer.from(bytes);
          changed[90]! ^= 1;
          await writeFile(path, changed);
        }
      },
      async () => {
        await rm(one!);
        await rm(two!);
      },
    ];
    for (const breakIt of broken) {
      await breakIt();
      expect(await vault.files.verify(project.id).finished).toMatchObject({
        state: 'failed',
        failedFiles: 2,
        failures: [{ code: 'damaged' }, { code: 'damaged' }],
      });
      await expect(readAll(vault, project.id, 'a.txt')).rejects.toMatchObject({ code: 'damaged' });
      await expect(vault.files.saveFile(project.id, a.id, target)).rejects.toMatchObject({ code: 'damaged' });
      expect(Object.keys(await contents(sources)).sort()).toEqual(['a.txt', 'b.txt']);
      await rm(one!, { force: true });
      await rm(two!, { force: true });
      await writeFile(one!, first);
      await writeFile(two!, second);
    }
    expect(await vault.files.verify(project.id).finished).toMatchObject({ state: 'done' });
    await vault.lock();
  });
});
