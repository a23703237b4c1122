import { randomBytes } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { encodeHeader } from '../../../../main/crypto/file-container.js';
import { storedBlobs } from '../files/team-fixture.js';
import { newProject, readAll, upload, write, type ProjectVault } from '../project-fixture.js';

const day = 24 * 60 * 60 * 1000;
const week = 7 * day;

afterEach(() => vi.useRealTimers());

/** The clock alone: the store, the engine and their timers go on as they are. */
const later = (ms: number): void => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms });
};

const putBlob = async (
  storeDir: string,
  projectId: string,
  blob = randomBytes(16).toString('hex'),
): Promise<string> => {
  const header = encodeHeader({ projectId, blobId: blob, epoch: 1 }, 4 * 1024 * 1024);
  await writeFile(join(storeDir, 'blobs', blob), Buffer.concat([header, randomBytes(100)]));
  return `blobs/${blob}`;
};

const prepare = async (): Promise<ProjectVault> => {
  const made = await newProject();
  await write(made.sources, { 'a.txt': 'alpha' });
  await upload(made.vault, made.project.id, [join(made.sources, 'a.txt')]);
  return made;
};

describe('garbage', () => {
  it('is a blob of ours that no version points at, and goes only when it is old', async () => {
    const { vault, storeDir, project } = await prepare();
    const stray = await putBlob(storeDir, project.id);
    const report = await vault.upkeep.check({ contents: true });
    expect(report.damages).toEqual([]);
    expect(report.garbage.map(({ key, bytes }) => [key, bytes])).toEqual([[stray, 164]]);
    expect(await vault.upkeep.collect(report, week)).toEqual([]);
    later(week - 60_000);
    expect(await vault.upkeep.collect(report, week)).toEqual([]);
    later(120_000);
    expect(await vault.upkeep.collect(report, week)).toEqual([stray]);
    expect(await storedBlobs(storeDir)).toHaveLength(1);
    expect(await readAll(vault, project.id, 'a.txt')).toBe('alpha');
    await vault.lock();
  });

  it('is never younger than a day, whatever somebody asks for', async () => {
    const { vault, storeDir, project } = await prepare();
    const stray = await putBlob(storeDir, project.id);
    const report = await vault.upkeep.check({ contents: false });
    later(day - 60_000);
    expect(await vault.upkeep.collect(report, 0)).toEqual([]);
    later(120_000);
    expect(await vault.upkeep.collect(report, 0)).toEqual([stray]);
    await vault.lock();
  });

  it('is nothing of others, nothing without a header, and nothing of a project that cannot be read whole', async () => {
    const { vault, storeDir, project } = await prepare();
    await putBlob(storeDir, randomBytes(16).toString('hex'));
    await writeFile(join(storeDir, 'blobs', randomBytes(16).toString('hex')), randomBytes(4096));
    const well = await vault.upkeep.check({ contents: false });
    expect(well.garbage).toEqual([]);
    expect(well.unjudged).toBe(2);
    const stray = await putBlob(storeDir, project.id);
    const report = await vault.upkeep.check({ contents: false });
    const { id } = vault.files.resolve(project.id, 'a.txt');
    await writeFile(join(storeDir, 'projects', project.id, 'files', id, '0000000002'), 'garbage');
    const broken = await vault.upkeep.check({ contents: false });
    expect(broken.garbage).toEqual([]);
    later(2 * week);
    expect(await vault.upkeep.collect(report, week)).toEqual([]);
    await rm(join(storeDir, 'projects', project.id, 'files', id, '0000000002'));
    expect(await vault.upkeep.collect(report, week)).toEqual([stray]);
    await vault.lock();
  });

  it('is nothing that an earlier version points at, or one that is written while it is collected', async () => {
    const { vault, storeDir, project, sources } = await prepare();
    const [first] = await storedBlobs(storeDir);
    await write(sources, { 'a.txt': 'beta' });
    await upload(vault, project.id, [join(sources, 'a.txt')]);
    const report = await vault.upkeep.check({ contents: false });
    expect(report.garbage).toEqual([]);
    // a report of somebody who is wrong about everything
    const all = (await storedBlobs(storeDir)).map((blob) => ({ key: `blobs/${blob}`, bytes: 1, modifiedMs: 0 }));
    later(2 * week);
    expect(await vault.upkeep.collect({ ...report, garbage: all }, week)).toEqual([]);
    expect(await storedBlobs(storeDir)).toContain(first);
    await vault.lock();
  });

  it('is no blob whose record comes between the check and its removal', async () => {
    const { vault, storeDir, project, sources } = await prepare();
    await write(sources, { 'late.txt': 'late' });
    await upload(vault, project.id, [join(sources, 'late.txt')]);
    const late = vault.files.resolve(project.id, 'late.txt');
    const record = join(storeDir, 'projects', project.id, 'files', late.id, '0000000001');
    const bytes = await readFile(record);
    await rm(record); // as if the upload were between its blob and its record
    const report = await vault.upkeep.check({ contents: false });
    later(2 * week);
    const removed = vault.upkeep.collect(report, week, {
      onProgress: ({ step }) => {
        if (step === 'files') void writeFile(record, bytes);
      },
    });
    expect(await removed).toEqual([]);
    expect(await readAll(vault, project.id, 'late.txt')).toBe('late');
    await vault.lock();
  });
});

describe('repair', () => {
  it('puts account cards back from what this computer has pinned, and says which', async () => {
    const { vault, storeDir } = await prepare();
    const key = `accounts/${vault.account().id}/0000000001`;
    const good = await readFile(join(storeDir, key));
    for (const spoil of [() => rm(join(storeDir, key)), () => writeFile(join(storeDir, key), 'garbage')]) {
      await spoil();
      const report = await vault.upkeep.check({ contents: false });
      expect(report.damages).toMatchObject([{ key, repairable: true }]);
      expect(await vault.upkeep.repair(report)).toEqual([key]);
      expect(await readFile(join(storeDir, key))).toEqual(good);
    }
    expect((await vault.upkeep.check({ contents: false })).damages).toEqual([]);
    await vault.lock();
  });

  it('puts contents back from the container of an upload that is still on this computer, and only when it verifies', async () => {
    const { vault, storeDir, profileDir } = await prepare();
    const [blob] = (await storedBlobs(storeDir)) as [string];
    const path = join(storeDir, 'blobs', blob);
    const good = await readFile(path);
    const staged = join(profileDir, 'uploads', 'left');
    await write(staged, { [blob]: Buffer.concat([good.subarray(0, -1), Buffer.from('x')]) });
    await rm(path);
    const bad = await vault.upkeep.check({ contents: true });
    expect(bad.damages).toMatchObject([{ key: `blobs/${blob}`, kind: 'lost', repairable: false }]);
    expect(await vault.upkeep.repair(bad)).toEqual([]);
    await write(staged, { [blob]: good });
    await writeFile(path, good.subarray(0, -7));
    const report = await vault.upkeep.check({ contents: true });
    expect(report.damages).toMatchObject([{ kind: 'damaged', repairable: true }]);
    expect(await vault.upkeep.repair(report)).toEqual([`blobs/${blob}`]);
    expect(await readFile(path)).toEqual(good);
    await vault.lock();
  });

  it('changes nothing when there is no good copy', async () => {
    const { vault, storeDir, project } = await prepare();
    const { id } = vault.files.resolve(project.id, 'a.txt');
    const path = join(storeDir, 'projects', project.id, 'files', id, '0000000001');
    await writeFile(path, 'garbage');
    const report = await vault.upkeep.check({ contents: false });
    expect(report.damages).toMatchObject([{ kind: 'damaged', repairable: false }]);
    expect(await vault.upkeep.repair({ ...report, damages: report.damages.map((one) => ({ ...one, repairable: true })) })).toEqual([]); // prettier-ignore
    expect(await readFile(path, 'utf8')).toBe('garbage');
    await vault.lock();
  });
});
