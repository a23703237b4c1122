import { execFileSync } from 'node:child_process';
import { appendFile, mkdir, readdir, readFile, rename, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newVault, temporaryFolder, testPassphrase, unlock } from '../../vault-fixture.js';
import { livePaths, newProject, readAll, upload, write } from './project-fixture.js';
import { bundleUploadProcess, runUpload } from './upload-process.js';

const mebibyte = 1024 * 1024;

const canMount = (() => {
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'ignore' });
    return process.getuid?.() === 0;
  } catch {
    return false;
  }
})();

/** Runs `work` with a file system of that size at a folder. */
const onSmallDisk = async (size: string, work: (disk: string) => Promise<void>): Promise<void> => {
  const disk = await temporaryFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'none', disk]);
  try {
    await work(disk);
  } finally {
    execFileSync('umount', ['--lazy', disk]);
  }
};

describe('an upload in trouble', () => {
  it('fails a file that changes while it is read, and takes the others', async () => {
    const { vault, project, sources } = await newProject();
    await write(sources, { 'd/quiet.txt': 'quiet' });
    const growing = join(sources, 'd/growing.log');
    await writeFile(growing, Buffer.alloc(96 * mebibyte));
    let growth: Promise<void> = Promise.resolve();
    let busy = true;
    const grow = async (): Promise<void> => {
      while (busy) await appendFile(growing, 'one more line\n');
    };
    growth = grow();
    const end = await vault.files.upload(project.id, '', [join(sources, 'd')]).finished;
    busy = false;
    await growth;
    expect(end).toMatchObject({
      state: 'done',
      filesDone: 1,
      failures: [{ path: 'd/growing.log', code: 'source-changed' }],
    });
    expect(livePaths(vault, project.id)).toEqual(['d/', 'd/quiet.txt']);
    await upload(vault, project.id, [join(sources, 'd')]);
    expect(livePaths(vault, project.id)).toEqual(['d/', 'd/growing.log', 'd/quiet.txt']);
    await vault.lock();
  }, 120_000);

  it('fails with store-missing when the store’s folder goes away, and goes on when it is back', async () => {
    const { vault, storeDir, project, sources } = await newProject();
    await mkdir(join(sources, 'd'));
    for (let number = 0; number < 600; number += 1)
      await writeFile(join(sources, 'd', `${number}.txt`), `content ${number}`);
    const { id, finished } = vault.files.upload(project.id, '', [join(sources, 'd')]);
    await rename(storeDir, `${storeDir}.unplugged`);
    const end = await finished;
    expect(end.state).toBe('failed');
    expect(end.failures.map(({ code }) => code)).toEqual(['store-missing']);
    await rename(`${storeDir}.unplugged`, storeDir);
    expect(await vault.files.resume(id).finished).toMatchObject({
      state: 'done',
      files: 600,
      filesDone: 600,
      failures: [],
    });
    expect(await vault.refresh()).toEqual([]);
    expect(await readAll(vault, project.id, 'd/599.txt')).toBe('content 599');
    expect((await readdir(join(storeDir, 'blobs'))).length).toBe(600);
    await vault.lock();
  }, 120_000);

  it.skipIf(!canMount)(
    'fails with store-full or disk-full on a full disk, keeps what it has, and goes on when there is room',
    async () => {
      await onSmallDisk('24m', async (disk) => {
        const { vault } = await newVault({ storeDir: join(disk, 'store') });
        const project = await vault.projects.create('P');
        const sources = await temporaryFolder();
        await write(sources, { 'd/small.txt': 'small' });
        await upload(vault, project.id, [join(sources, 'd')]);
        const ballast = join(disk, 'ballast');
        await writeFile(join(sources, 'd/large.bin'), Buffer.alloc(12 * mebibyte, 3));
        await writeFile(ballast, Buffer.alloc(16 * mebibyte));
        const { id, finished } = vault.files.upload(project.id, '', [join(sources, 'd/large.bin')]);
        const end = await finished;
        expect(end).toMatchObject({ state: 'failed', failures: [{ code: 'store-full' }] });
        expect(await vault.refresh()).toEqual([]);
        expect(await readAll(vault, project.id, 'd/small.txt')).toBe('small');
        await truncate(ballast, 0);
        expect(await vault.files.resume(id).finished).toMatchObject({ state: 'done', filesDone: 1 });
        expect(await vault.files.verify(project.id).finished).toMatchObject({ state: 'done', filesDone: 2 });
        await vault.lock();
      });
    },
    120_000,
  );

  it.skipIf(!canMount)(
    'fails with disk-full when the profile’s disk is full, and leaves the vault usable',
    async () => {
      await onSmallDisk('24m', async (disk) => {
        const { vault, profileDir } = await newVaultOn(disk);
        const project = await vault.projects.create('P');
        const sources = await temporaryFolder();
        await writeFile(join(sources, 'large.bin'), Buffer.alloc(40 * mebibyte, 3));
        await write(sources, { 'small.txt': 'small' });
        const { id, finished } = vault.files.upload(project.id, '', [join(sources, 'large.bin')]);
        expect(await finished).toMatchObject({ state: 'failed', failures: [{ code: 'disk-full' }] });
        await vault.files.dismiss(id);
        await upload(vault, project.id, [join(sources, 'small.txt')]);
        await vault.lock();
        const again = await unlock(profileDir);
        expect(livePaths(again, project.id)).toEqual(['small.txt']);
        await again.lock();
      });
    },
    120_000,
  );

  it('promise 8: no path, name or content of a file is in the store or the profile, whatever the moment', async () => {
    const { vault, profileDir, storeDir, sources } = await newProject();
    const project = await vault.projects.create('PROJECTNAME of the merger');
    const words = ['FOLDERNAME', 'FILENAME', 'CONTENTWORD', 'PROJECTNAME', 'RENAMED', sources];
    await mkdir(join(sources, 'FOLDERNAME'));
    for (let number = 0; number < 20; number += 1)
      await writeFile(join(sources, 'FOLDERNAME', `FILENAME ${number}`), 'CONTENTWORD '.repeat(100));
    await writeFile(join(sources, 'FOLDERNAME/FILENAME large'), 'CONTENTWORD '.repeat(2_000_000));
    await upload(vault, project.id, [join(sources, 'FOLDERNAME')]);
    await vault.files.move(project.id, 'FOLDERNAME', 'RENAMED');
    vault.files.upload(project.id, '', [join(sources, 'FOLDERNAME')]);
    await vault.lock(); // leaves a journal and staged ciphertext
    expect(await readdir(join(profileDir, 'uploads'))).toHaveLength(1);
    let looked = 0;
    for (const root of [profileDir, storeDir]) {
      for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
        const path = join(entry.parentPath, entry.name);
        for (const word of words) expect(path.slice(root.length)).not.toContain(word);
        if (!entry.isFile()) continue;
        looked += 1;
        const bytes = await readFile(path);
        for (const word of words) {
          for (const form of [
            word,
            Buffer.from(word).toString('base64').slice(0, -4),
            Buffer.from(word).toString('hex'),
            word.toLowerCase(),
          ])
            expect(bytes.includes(form), `${entry.name} holds a word that a person typed`).toBe(false);
        }
      }
    }
    expect(looked).toBeGreaterThan(60);
  }, 60_000);
});

describe('uploads of any size', () => {
  it('ten thousand small files in one drop, and a sparse file of 1 GiB, in less than 250 MB of memory', async () => {
    await bundleUploadProcess();
    const { vault, profileDir, project, sources } = await newProject();
    await vault.lock();
    await mkdir(join(sources, 'many'));
    for (let number = 0; number < 10_000; number += 1)
      await writeFile(join(sources, 'many', `file ${number}`), `content ${number}`);
    const request = { profileDir, passphrase: testPassphrase, projectId: project.id };
    const many = await runUpload({ ...request, sources: [join(sources, 'many')] });
    expect(many.end?.ends).toMatchObject([{ state: 'done', files: 10_000, filesDone: 10_000, failures: [] }]);
    expect(many.end?.peakKib).toBeLessThan(250 * 1024);
    await writeFile(join(sources, 'large'), '');
    await truncate(join(sources, 'large'), 1024 * mebibyte);
    const large = await runUpload({ ...request, sources: [join(sources, 'large')] });
    expect(large.end?.ends).toMatchObject([{ state: 'done', filesDone: 1, bytes: 1024 * mebibyte }]);
    expect(large.end?.peakKib).toBeLessThan(250 * 1024);
    const again = await unlock(profileDir);
    expect(await again.refresh()).toEqual([]);
    expect(again.projects.resolve(project.id)).toMatchObject({ files: 10_001 });
    expect(await readAll(again, project.id, 'many/file 9999')).toBe('content 9999');
    await again.lock();
  }, 300_000);
});

const newVaultOn = async (disk: string) => {
  const { session } = await import('../../../main/vault/session.js');
  const { passphraseBytes } = await import('../../vault-fixture.js');
  using passphrase = passphraseBytes();
  const profileDir = join(disk, 'profile');
  const path = join(await temporaryFolder(), 'store');
  const vault = await session.createVault({
    profileDir,
    location: { kind: 'directory', path },
    name: 'A',
    passphrase,
    suite: 'vault',
    bits: 2048,
  });
  return { vault, profileDir };
};
