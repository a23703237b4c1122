import { randomBytes } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { encodeHeader } from '../../../../main/crypto/file-container.js';
import type { OpenVault } from '../../../../main/vault/open-vault.js';
import { loadProfile } from '../../../../main/vault/profile/profile.js';
import { temporaryFolder } from '../../../vault-fixture.js';
import { readAll, upload, write } from '../project-fixture.js';
import { meet, twoComputers, type FarComputer } from '../sync/far-vaults.js';
import { objectsOf } from './rich-vault.js';

const week = 7 * 24 * 60 * 60 * 1000;
const noteOf = (name: string) => ({ type: 'note' as const, name, tags: [], favourite: false, fields: { text: 't' } });
const newTarget = async (): Promise<string> => join(await temporaryFolder(), 'elsewhere');

afterEach(() => vi.useRealTimers());

const opened: OpenVault[] = [];
afterEach(async () => {
  for (const vault of opened.splice(0)) await vault.lock();
});

/** Two computers of Mira on a far store with a secret and a project, both up to date. */
const prepare = async () => {
  const { store, one, two, vaults } = await twoComputers();
  opened.push(...vaults);
  const [ada, eve] = vaults;
  const secret = await ada.secrets.add(noteOf('Door'));
  const project = await ada.projects.create('Tides');
  const sources = await temporaryFolder();
  await write(sources, { 'a.txt': 'alpha' });
  await upload(ada, project.id, [join(sources, 'a.txt')]);
  await meet(store, ada, eve);
  return { store, one, two, ada, eve, secret, project, sources };
};

/** The feed belongs to the place. */
const withoutFeed = (keys: Iterable<string>): string[] => [...keys].filter((key) => !key.startsWith('changes/')).sort();

const filesBelow = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

describe('what this computer keeps of a far store', () => {
  const spoil = async ({ profileDir }: FarComputer, ...below: readonly string[]): Promise<void> => {
    const files = await filesBelow(join(profileDir, 'mirror', ...below));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) await writeFile(file, randomBytes(200));
  };

  it.each([
    ['records', ['records']],
    ['contents', ['contents']],
    ['all of it', []],
  ])('may rot (%s): the store is well all the same, and everything is read from it again', async (_name, below) => {
    const { one, ada, secret, project } = await prepare();
    expect(await readAll(ada, project.id, 'a.txt')).toBe('alpha');
    await ada.lock();
    await spoil(one, ...below);
    const again = await one.open();
    opened.push(again);
    const report = await again.upkeep.check({ contents: true });
    expect(report.damages.map(({ key, error }) => [key, error.message])).toEqual([]);
    expect(await again.refresh()).toEqual([]);
    expect(await again.secrets.reveal(secret.id, 'text')).toBe('t');
    expect(await readAll(again, project.id, 'a.txt')).toBe('alpha');
  });

  it('is never put into the store when it has rotted, and is when it is good', async () => {
    const { store, one, ada, secret } = await prepare();
    const key = `secrets/${secret.id}/0000000001`;
    const good = store.objects.get(key)!;
    store.objects.set(key, Buffer.from('garbage'));
    const report = await ada.upkeep.check({ contents: false });
    expect(report.damages).toMatchObject([{ key, repairable: true }]);
    expect(await ada.upkeep.repair(report)).toEqual([key]);
    expect(Buffer.compare(store.objects.get(key)!, good)).toBe(0);
    store.objects.set(key, Buffer.from('garbage'));
    await writeFile(join(one.profileDir, 'mirror/records', key), randomBytes(good.length));
    const rotten = await ada.upkeep.check({ contents: false });
    expect(rotten.damages).toMatchObject([{ key, kind: 'damaged', repairable: false }]);
    expect(await ada.upkeep.repair(rotten)).toEqual([]);
    expect(Buffer.from(store.objects.get(key)!).toString()).toBe('garbage');
  });
});

describe('garbage of a far store', () => {
  it('goes when it is old, and others learn that it went', async () => {
    const { store, ada, eve, project } = await prepare();
    const blob = randomBytes(16).toString('hex');
    const header = encodeHeader({ projectId: project.id, blobId: blob, epoch: 1 }, 4 * 1024 * 1024);
    await store.putIfAbsent(`blobs/${blob}`, Buffer.concat([header, randomBytes(100)]));
    const report = await ada.upkeep.check({ contents: true });
    expect(report.garbage.map(({ key }) => key)).toEqual([`blobs/${blob}`]);
    expect(await ada.upkeep.collect(report, week)).toEqual([]);
    const before = new Set(store.objects.keys());
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + week + 60_000 });
    expect(await ada.upkeep.collect(report, week)).toEqual([`blobs/${blob}`]);
    vi.useRealTimers();
    before.delete(`blobs/${blob}`);
    expect(withoutFeed(store.objects.keys())).toEqual(withoutFeed(before));
    expect(await meet(store, ada, eve)).toEqual([[], []]);
    expect(await readAll(eve, project.id, 'a.txt')).toBe('alpha');
  });

  it('is nothing that was uploaded offline and is on its way', async () => {
    const { one, ada, project, sources } = await prepare();
    one.line.away = true;
    await write(sources, { 'later.txt': 'later' });
    await upload(ada, project.id, [join(sources, 'later.txt')]);
    one.line.away = false;
    const report = await ada.upkeep.check({ contents: true });
    expect([report.damages, report.garbage]).toEqual([[], []]);
    expect(await readAll(ada, project.id, 'later.txt')).toBe('later');
  });
});

describe('a move away from a far store', () => {
  it('sends what waits first, and takes it along', async () => {
    const { store, one, ada } = await prepare();
    one.line.away = true;
    const waiting = await ada.secrets.add(noteOf('Written offline'));
    const target = await newTarget();
    await expect(ada.upkeep.move({ kind: 'directory', path: target })).rejects.toMatchObject({ code: 'store-unreachable' }); // prettier-ignore
    expect((await loadProfile(one.profileDir))?.store.kind).toBe('s3');
    one.line.away = false;
    await ada.upkeep.move({ kind: 'directory', path: target });
    expect(ada.sync.status().waitingItems).toBe(0);
    const key = `secrets/${waiting.id}/0000000001`;
    expect(store.objects.has(key)).toBe(true);
    const moved = await objectsOf(target);
    expect(moved.get(key)).toEqual(Buffer.from(store.objects.get(key)!));
    const left = withoutFeed(store.objects.keys()).filter((each) => !each.startsWith('moved/'));
    expect([...moved.keys()].sort()).toEqual(left);
    expect((await loadProfile(one.profileDir))?.store).toEqual({ kind: 'directory', path: target });
  });

  it('leaves what others wrote offline on their computers: nothing more is sent to the old place, however they ask', async () => {
    const { store, two, ada, eve, secret, project } = await prepare();
    two.line.away = true;
    await eve.secrets.add(noteOf('Too late'));
    const target = await newTarget();
    await ada.upkeep.move({ kind: 'directory', path: target });
    await meet(store);
    const left = [...store.objects.keys()].sort();
    two.line.away = false;
    const problems = await eve.refresh();
    expect(problems.map(({ code }) => code)).toEqual(['store-readonly']);
    expect(problems[0]?.message).toContain(target);
    await eve.sync.flush();
    const [late] = await eve.sync.waiting();
    expect(late).toMatchObject({ name: 'Too late', state: 'refused', message: problems[0]!.message });
    await expect(eve.secrets.add(noteOf('N'))).rejects.toMatchObject({ code: 'store-readonly' });
    await expect(eve.upkeep.follow(null)).rejects.toMatchObject({ code: 'busy' });
    expect(eve.secrets.list().map(({ name }) => name).sort()).toEqual(['Door', 'Too late']); // prettier-ignore
    expect(await eve.secrets.reveal(secret.id, 'text')).toBe('t');
    expect(await readAll(eve, project.id, 'a.txt')).toBe('alpha');
    expect(eve.sync.status().waitingItems).toBe(1);
    expect([...store.objects.keys()].sort()).toEqual(left);
  });
});
