import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { FileEngine } from '../../../../main/engine/file-engine.js';
import { testPassphrase, unlock } from '../../../vault-fixture.js';
import { livePaths, newProject, readAll, upload, write } from '../project-fixture.js';
import { bundleRekeyProcess, runRekey } from './rekey-process.js';
import { idOf, newTeam, sealedEpochs, storedBlobs } from './team-fixture.js';

const mebibyte = 1024 * 1024;

/** Runs `meanwhile` once, when the first file has been re-encrypted and nothing says so yet. */
const onceReencrypted = (meanwhile: () => Promise<void>): void => {
  vi.spyOn(FileEngine.prototype, 'reencrypt').mockImplementationOnce(async function (this: FileEngine, job) {
    const done = await this.reencrypt(job); // the real one: this stands in only once
    await meanwhile();
    return done;
  });
};

describe.each(['vault', 'coretex'] as const)('re-encrypting a project (%s suite)', (suite) => {
  it('brings everything under the newest key, keeps the past, says so in the log, and does it once', async () => {
    const { vault, project, sources, storeDir, profileDir } = await newProject({ suite });
    await write(sources, {
      'd/a.txt': 'alpha',
      'd/b.txt': 'beta',
      'd/empty': '',
      'd/gone': 'gone',
      'd/trash': 'trash',
    });
    await writeFile(join(sources, 'd/large'), Buffer.alloc(9 * mebibyte + 7, 'large '));
    await upload(vault, project.id, [join(sources, 'd')]);
    await vault.files.createFolder(project.id, 'only a folder');
    await vault.files.trash(project.id, ['d/gone', 'd/trash']);
    const gone = vault.files.list(project.id).find(({ path }) => path === 'd/gone')!;
    await vault.files.purge(project.id, [gone.id]);
    const blobs = await storedBlobs(storeDir);
    expect(blobs).toHaveLength(5);
    await vault.projects.rotate(project.id);
    const told: { done: number; total: number }[] = [];
    vault.on('rekey', ({ done, total }) => told.push({ done, total }));
    await vault.files.rekey(project.id);
    expect(told.at(-1)).toEqual({ done: 7, total: 7 }); // 5 files, a folder and a tombstone
    const epochs = await sealedEpochs(storeDir, project.id);
    expect(new Set(epochs)).toEqual(new Set([2]));
    const [newest] = await vault.projects.log(project.id, { limit: 1 });
    expect(newest).toMatchObject({ type: 'rekeyed' });
    expect(await readAll(vault, project.id, 'd/a.txt')).toBe('alpha');
    expect(await readAll(vault, project.id, 'd/empty')).toBe('');
    expect(await vault.files.verify(project.id).finished).toMatchObject({ state: 'done', filesDone: 5 });
    const { id } = vault.files.resolve(project.id, 'd/a.txt');
    expect(await vault.files.history(project.id, id)).toMatchObject([
      { version: 2, newContent: false },
      { version: 1, newContent: true },
    ]);
    expect(await readAll(vault, project.id, 'd/a.txt', 1)).toBe('alpha');
    const after = await storedBlobs(storeDir);
    expect(after).toHaveLength(10);
    expect(after).toEqual(expect.arrayContaining(blobs));
    expect(await readdir(join(profileDir, 'rekey'))).toEqual([]);
    expect(await vault.refresh()).toEqual([]);
    const seen = vault.projects.resolve(project.id);
    await vault.files.rekey(project.id);
    expect(await storedBlobs(storeDir)).toEqual(after);
    expect(vault.projects.resolve(project.id)).toEqual(seen);
    await vault.lock();
    const again = await unlock(profileDir);
    expect(await again.refresh()).toEqual([]);
    expect(livePaths(again, project.id)).toEqual(['d/', 'd/a.txt', 'd/b.txt', 'd/empty', 'd/large', 'only a folder/']);
    await again.lock();
  }, 60_000);

  it('promise 1: a damaged file stops no other, is told by its path, and leaves the log silent until it is well', async () => {
    const { ada, project, storeDir, lockAll } = await newTeam('editor', suite);
    const [blob = ''] = await storedBlobs(storeDir);
    const path = join(storeDir, 'blobs', blob);
    const bytes = await readFile(path);
    const flipped = Buffer.from(bytes);
    flipped.writeUInt8(flipped.readUInt8(20) ^ 1, 20);
    await writeFile(path, flipped);
    await ada.projects.rotate(project.id);
    await expect(ada.files.rekey(project.id)).rejects.toMatchObject({
      code: 'damaged',
      message: expect.stringMatching(/“[ab].txt” could not be encrypted/) as string,
    });
    expect((await sealedEpochs(storeDir, project.id)).sort()).toEqual([1, 2]);
    expect((await ada.projects.log(project.id, { limit: 1 }))[0]).toMatchObject({ type: 'rotate' });
    await writeFile(path, bytes);
    await ada.files.rekey(project.id);
    expect(await sealedEpochs(storeDir, project.id)).toEqual([2, 2]);
    expect(await storedBlobs(storeDir)).toHaveLength(4);
    expect((await ada.projects.log(project.id, { limit: 1 }))[0]).toMatchObject({ type: 'rekeyed' });
    await lockAll();
  }, 60_000);
});

describe('re-encrypting while others work', () => {
  it('never loses an edit: a move keeps its new path, a new content stays and is looked at again', async () => {
    const { ada, bob, project, storeDir, sources, lockAll } = await newTeam('editor');
    await ada.projects.rotate(project.id);
    await write(sources, { 'a.txt': 'edited by Bob' });
    onceReencrypted(async () => {
      await upload(bob, project.id, [join(sources, 'a.txt')]); // Bob still writes with the older key
      await bob.files.move(project.id, 'b.txt', 'moved by Bob.txt');
    });
    await ada.files.rekey(project.id);
    expect(livePaths(ada, project.id)).toEqual(['a.txt', 'moved by Bob.txt']);
    expect(await readAll(ada, project.id, 'a.txt')).toBe('edited by Bob');
    expect(await readAll(ada, project.id, 'moved by Bob.txt')).toBe('beta');
    expect(await sealedEpochs(storeDir, project.id)).toEqual([2, 2]);
    expect(await bob.refresh()).toEqual([]);
    expect(livePaths(bob, project.id)).toEqual(['a.txt', 'moved by Bob.txt']);
    expect(await readAll(bob, project.id, 'a.txt')).toBe('edited by Bob');
    // a.txt: Ada's, Bob's, and Bob's again with the new key; b.txt: twice. What lost the race is gone.
    expect(await storedBlobs(storeDir)).toHaveLength(5);
    await lockAll();
  }, 60_000);

  it('two members do it at the same time: each file once, nothing left over', async () => {
    const { ada, bob, project, storeDir, lockAll } = await newTeam('editor');
    await ada.projects.rotate(project.id);
    await bob.refresh();
    await Promise.all([ada.files.rekey(project.id), bob.files.rekey(project.id)]);
    for (const vault of [ada, bob]) {
      expect(await vault.refresh()).toEqual([]);
      expect(await readAll(vault, project.id, 'a.txt')).toBe('alpha');
      expect(await vault.files.verify(project.id).finished).toMatchObject({ state: 'done', filesDone: 2 });
    }
    expect(await storedBlobs(storeDir)).toHaveLength(4);
    await lockAll();
  }, 60_000);

  it('goes on to a key that comes meanwhile', async () => {
    const { ada, bob, project, storeDir, lockAll } = await newTeam('editor');
    await ada.projects.rotate(project.id);
    onceReencrypted(async () => {
      await ada.projects.removeMember(project.id, idOf(bob));
    });
    await ada.files.rekey(project.id);
    expect(await sealedEpochs(storeDir, project.id)).toEqual([3, 3]);
    expect((await ada.projects.log(project.id, { limit: 1 }))[0]).toMatchObject({ type: 'rekeyed', epoch: 3 });
    await lockAll();
  }, 60_000);

  it('promise 5: an upload under way when somebody is removed reaches the store with the new key alone', async () => {
    const { ada, bob, project, storeDir, sources, lockAll } = await newTeam('editor');
    await write(sources, { 'secret plan.txt': 'not for Bob' });
    vi.spyOn(FileEngine.prototype, 'encryptMany').mockImplementationOnce(async function (this: FileEngine, ...job) {
      await this.encryptMany(...job); // the real one
      await ada.projects.removeMember(project.id, idOf(bob));
    });
    const before = await storedBlobs(storeDir);
    await upload(ada, project.id, [join(sources, 'secret plan.txt')]);
    expect(await readAll(ada, project.id, 'secret plan.txt')).toBe('not for Bob');
    const [blob = '', ...more] = (await storedBlobs(storeDir)).filter((name) => !before.includes(name));
    expect(more).toEqual([]);
    const container = await readFile(join(storeDir, 'blobs', blob));
    expect(container.readUInt32BE(48)).toBe(2); // the epoch in its header
    await lockAll();
  }, 60_000);
});

describe('promise 10: re-encryption that is ended', () => {
  beforeAll(bundleRekeyProcess);

  const drop = async (sources: string): Promise<string> => {
    const folder = join(sources, 'drop');
    await mkdir(folder);
    for (let number = 0; number < 120; number += 1) await writeFile(join(folder, `${number}`), `content ${number}`);
    await writeFile(join(folder, 'large'), Buffer.alloc(24 * mebibyte, 'large '));
    return folder;
  };

  it('goes on after kill -9 at any moment, and leaves nothing over', async () => {
    const { vault, project, sources, storeDir, profileDir } = await newProject();
    await upload(vault, project.id, [await drop(sources)]);
    await vault.projects.rotate(project.id);
    await vault.lock();
    const request = { profileDir, passphrase: testPassphrase, projectId: project.id };
    for (let kills = 0; kills < 6; kills += 1) if (await runRekey(request, Math.round(Math.random() * 600))) break;
    const again = await unlock(profileDir);
    await again.files.rekey(project.id);
    expect(new Set(await sealedEpochs(storeDir, project.id))).toEqual(new Set([2]));
    expect(await again.refresh()).toEqual([]);
    expect(await again.files.verify(project.id).finished).toMatchObject({ state: 'done', filesDone: 121 });
    expect(again.files.list(project.id).filter(({ kind, version }) => kind === 'file' && version !== 2)).toEqual([]);
    expect(await readAll(again, project.id, 'drop/77')).toBe('content 77');
    expect(await storedBlobs(storeDir)).toHaveLength(242);
    expect(await readdir(join(profileDir, 'rekey'))).toEqual([]);
    await again.lock();
  }, 300_000);

  it('ends with the lock, and goes on after it', async () => {
    const { vault, project, sources, storeDir, profileDir } = await newProject();
    await upload(vault, project.id, [await drop(sources)]);
    await vault.projects.rotate(project.id);
    let locking: Promise<void> = Promise.resolve();
    onceReencrypted(() => {
      locking = vault.lock();
      return Promise.resolve();
    });
    await expect(vault.files.rekey(project.id)).rejects.toMatchObject({ code: 'locked' });
    await locking;
    const again = await unlock(profileDir);
    await again.files.rekey(project.id);
    expect(new Set(await sealedEpochs(storeDir, project.id))).toEqual(new Set([2]));
    expect(await storedBlobs(storeDir)).toHaveLength(242);
    await again.lock();
  }, 60_000);
});
