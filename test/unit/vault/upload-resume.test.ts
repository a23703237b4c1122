import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { testPassphrase, unlock } from '../../vault-fixture.js';
import { livePaths, newProject, readAll, upload, write, type ProjectVault } from './project-fixture.js';
import { bundleUploadProcess, runUpload } from './upload-process.js';

const mebibyte = 1024 * 1024;
const storedBlobs = async ({ storeDir }: ProjectVault): Promise<number> =>
  (await readdir(join(storeDir, 'blobs')).catch(() => [])).length;
const uploadsIn = (profileDir: string) => readdir(join(profileDir, 'uploads')).catch(() => []);

/** Files of every size class; the content of each tells its name. */
const drop = async (sources: string, count: number): Promise<string> => {
  const folder = join(sources, 'drop');
  for (let part = 0; part < 4; part += 1) await mkdir(join(folder, `part ${part}`), { recursive: true });
  for (let number = 0; number < count; number += 1) {
    const path = `part ${number % 4}/file ${number}`;
    await writeFile(join(folder, path), `${path} `.repeat(1 + (number % 50)));
  }
  await writeFile(join(folder, 'large'), Buffer.alloc(40 * mebibyte, 'large '));
  return folder;
};

describe('promise 10: an upload that is ended by force', () => {
  beforeAll(bundleUploadProcess);

  it('goes on after kill -9 at any moment: nothing lost, nothing twice, nothing left over', async () => {
    const made = await newProject();
    const { vault, profileDir, project, sources } = made;
    await vault.lock();
    const count = 240;
    const request = {
      profileDir,
      passphrase: testPassphrase,
      projectId: project.id,
      sources: [await drop(sources, count)],
    };
    const delays: number[] = [];
    let acknowledged = 0;
    for (let kills = 0; kills < 7; kills += 1) {
      const delay = Math.round(Math.random() * 900);
      delays.push(delay);
      const run = await runUpload(request, delay);
      if (run.end !== null) break;
      acknowledged = Math.max(acknowledged, run.acknowledged);
    }
    const again = await unlock(profileDir);
    expect(await again.refresh()).toEqual([]);
    const before = again.files.list(project.id).filter(({ kind }) => kind === 'file').length;
    expect(before).toBeGreaterThanOrEqual(acknowledged);
    for (const { id, state } of again.files.transfers()) {
      expect(state).toBe('interrupted');
      const end = await again.files.resume(id).finished;
      expect(end, `delays ${delays.join(', ')}`).toMatchObject({
        state: 'done',
        failures: [],
        files: count + 1,
        filesDone: count + 1,
      });
    }
    const files = again.files.list(project.id).filter(({ kind }) => kind === 'file');
    expect(files).toHaveLength(count + 1);
    expect(files.filter(({ version }) => version !== 1)).toEqual([]);
    expect(await again.files.verify(project.id).finished).toMatchObject({ state: 'done', filesDone: count + 1 });
    for (const number of [0, 101, count - 1]) {
      const path = `part ${number % 4}/file ${number}`;
      expect(await readAll(again, project.id, `drop/${path}`)).toBe(`${path} `.repeat(1 + (number % 50)));
    }
    expect(await storedBlobs(made)).toBe(count + 1);
    expect(await uploadsIn(profileDir)).toEqual([]);
    await again.lock();
  }, 300_000);

  it('becomes interrupted when the vault locks, and goes on after unlocking', async () => {
    const made = await newProject();
    const { vault, profileDir, project, sources } = made;
    const { id, finished } = vault.files.upload(project.id, 'in', [await drop(sources, 60)]);
    await vault.lock();
    expect(await finished).toMatchObject({ id, state: 'interrupted' });
    const again = await unlock(profileDir);
    expect(again.files.transfers()).toMatchObject([
      { id, kind: 'upload', projectId: project.id, state: 'interrupted', label: 'drop' },
    ]);
    expect(await again.files.resume(id).finished).toMatchObject({ state: 'done', filesDone: 61 });
    expect(await storedBlobs(made)).toBe(61);
    await again.lock();
  }, 120_000);

  it('takes the new content of a file that changed meanwhile, never a mixture', async () => {
    const { vault, profileDir, project, sources } = await newProject();
    const path = join(sources, 'large');
    await writeFile(path, Buffer.alloc(40 * mebibyte, 'old '));
    const { id, finished } = vault.files.upload(project.id, '', [path]);
    const locked = new Promise<void>((resolve) => {
      vault.on('transfer', ({ bytesDone }) => {
        if (bytesDone > 0) resolve(vault.lock());
      });
      void finished.then(() => resolve(vault.lock()));
    });
    await locked;
    const end = await finished;
    await writeFile(path, Buffer.alloc(40 * mebibyte, 'new '));
    const again = await unlock(profileDir);
    if (end.state === 'interrupted') expect(await again.files.resume(id).finished).toMatchObject({ state: 'done' });
    else await upload(again, project.id, [path]);
    expect(await readAll(again, project.id, 'large')).toBe('new '.repeat(250_000));
    expect(await again.files.verify(project.id).finished).toMatchObject({ state: 'done', filesDone: 1 });
    await again.lock();
  }, 120_000);

  it('is not taken over while another process works on it', async () => {
    const { vault, profileDir, project, sources } = await newProject();
    const { finished } = vault.files.upload(project.id, '', [await drop(sources, 40)]);
    const other = await unlock(profileDir);
    const seen = other.files.transfers();
    const end = await finished;
    expect(end.state).toBe('done');
    // Either it was under way (and hidden), or already over: never on offer to be resumed.
    expect(seen).toEqual([]);
    await vault.lock();
    await other.lock();
  }, 60_000);

  it('leaves nothing of itself behind when it is cancelled or dismissed', async () => {
    const made = await newProject();
    const { vault, profileDir, project, sources } = made;
    const source = await drop(sources, 100);
    const { id, finished } = vault.files.upload(project.id, '', [source]);
    vault.on('transfer', ({ bytesDone }) => {
      if (bytesDone > 10 * mebibyte) vault.files.cancel(id);
    });
    const end = await finished;
    expect(['cancelled', 'done']).toContain(end.state);
    expect(await uploadsIn(profileDir)).toEqual([]);
    expect(await vault.refresh()).toEqual([]);
    const files = vault.files.list(project.id).filter(({ kind }) => kind === 'file');
    expect(await storedBlobs(made)).toBe(files.length);
    await vault.files.dismiss(id);

    const second = vault.files.upload(project.id, 'again', [source]);
    await vault.lock();
    expect((await second.finished).state).toBe('interrupted');
    const again = await unlock(profileDir);
    expect(again.files.transfers().map(({ id: left }) => left)).toEqual([second.id]);
    await again.files.dismiss(second.id);
    expect(again.files.transfers()).toEqual([]);
    expect(await uploadsIn(profileDir)).toEqual([]);
    const left = again.files.list(project.id).filter(({ kind }) => kind === 'file');
    expect(await storedBlobs(made)).toBe(left.length);
    await again.lock();
  }, 120_000);

  it('cancels at once, whatever it is doing', async () => {
    const { vault, profileDir, project, sources } = await newProject();
    const [source] = await write(sources, { 'huge.bin': Buffer.alloc(64 * mebibyte, 1) });
    const { id, finished } = vault.files.upload(project.id, '', [source!]);
    vault.files.cancel(id);
    expect(await finished).toMatchObject({ state: 'cancelled', filesDone: 0 });
    expect(livePaths(vault, project.id)).toEqual([]);
    expect(await uploadsIn(profileDir)).toEqual([]);
    expect(() => vault.files.resume(id)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
    await vault.lock();
  });
});
