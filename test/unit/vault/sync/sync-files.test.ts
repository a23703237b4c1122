import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Role } from '../../../../app/model/project.js';
import type { OpenVault } from '../../../../main/vault/open-vault.js';
import { MemoryStore } from '../../../memory-store.js';
import { temporaryFolder } from '../../../vault-fixture.js';
import { livePaths, readAll, upload, write } from '../project-fixture.js';
import { announced, meet, newComputer, publishAccount, type FarComputer } from './far-vaults.js';

const blobsPassphrase = 'nine loud ravens fold blue maps at noon';

/** Mira owns a project with report.pdf; Bob is in it. Both have seen all of it. */
const newTeam = async (role: Role = 'editor') => {
  const store = new MemoryStore();
  const [miraId, bobId] = [await publishAccount(store, 'Mira'), await publishAccount(store, 'Bob', blobsPassphrase)];
  const one = await newComputer(store, miraId);
  const two = await newComputer(store, bobId, blobsPassphrase);
  const [mira, bob] = [await one.open(), await two.open()];
  await mira.refresh();
  const project = await mira.projects.create('Tide tables');
  await put(mira, project.id, 'first');
  await mira.projects.addMember(project.id, bobId, role);
  await meet(store, mira, bob);
  return { store, one, two, mira, bob, bobId, project: project.id };
};

const put = async (vault: OpenVault, project: string, text: string, name = 'report.pdf'): Promise<void> => {
  const folder = await temporaryFolder();
  await write(folder, { [name]: text });
  await upload(vault, project, [join(folder, name)]);
};

const texts = async (vault: OpenVault, project: string): Promise<Record<string, string>> => {
  const read: Record<string, string> = {};
  for (const path of livePaths(vault, project)) read[path] = await readAll(vault, project, path);
  return read;
};

const offline = async (computer: FarComputer, vault: OpenVault, work: () => Promise<void>): Promise<void> => {
  computer.line.away = true;
  await vault.refresh().catch(() => undefined);
  await work();
  computer.line.away = false;
};

/** The container's header says whose key it is encrypted with. */
const epochOf = (blob: Uint8Array): number => Buffer.from(blob).readUInt32BE(48);

const conflictName = (path: string): boolean => /^report \(Bob, \d{1,2} \w{3} \d{4}\)\.pdf$/.test(path);

describe('files of a far store', () => {
  it('are put in, moved and read offline, in a project made offline too, and arrive with their contents', async () => {
    const { store, one, two, mira, bob, project } = await newTeam();
    await offline(two, bob, async () => {
      await put(bob, project, 'from the train', 'notes.txt');
      await bob.files.move(project, 'notes.txt', 'journey.txt');
      expect(await readAll(bob, project, 'journey.txt')).toBe('from the train');
    });
    let made = '';
    await offline(one, mira, async () => {
      made = (await mira.projects.create('Made offline')).id;
      await put(mira, made, 'new', 'new.txt');
    });
    expect(mira.sync.status().waitingItems).toBe(4);
    expect((await mira.sync.waiting()).map(({ kind, name }) => `${kind} ${name}`)).toContain('file new.txt');
    await mira.refresh();
    await bob.refresh();
    expect(await meet(store, mira, bob)).toEqual([[], []]);
    expect(await texts(mira, project)).toEqual({ 'report.pdf': 'first', 'journey.txt': 'from the train' });
    expect(await texts(mira, made)).toEqual({ 'new.txt': 'new' });
    expect([mira, bob].map((vault) => vault.sync.status().waitingItems)).toEqual([0, 0]);
    await mira.lock();
    await bob.lock();
  });

  it('changed on two sides are there twice: theirs at its place, ours beside it with our name', async () => {
    const { store, two, mira, bob, project } = await newTeam();
    await offline(two, bob, () => put(bob, project, 'by bob'));
    await put(mira, project, 'by mira');
    expect(await meet(store, bob, mira)).toEqual([[], []]);
    await meet(store, bob, mira);
    const both = await texts(mira, project);
    expect(both).toEqual(await texts(bob, project));
    const [beside = '', ...more] = Object.keys(both).filter(conflictName);
    expect(more).toEqual([]);
    expect(both).toEqual({ 'report.pdf': 'by mira', [beside]: 'by bob' });
    expect(bob.sync.notices().map(({ kind, projectId }) => [kind, projectId])).toEqual([['file', project]]);
    await mira.lock();
    await bob.lock();
  });

  it('promise 5: are encrypted again before they are sent when somebody’s access ended meanwhile', async () => {
    const { store, two, mira, bob, project } = await newTeam();
    const before = new Set(store.objects.keys());
    await offline(two, bob, () => put(bob, project, 'written in epoch 1', 'late.txt'));
    await mira.projects.rotate(project);
    await meet(store, mira);
    expect(await meet(store, bob, mira)).toEqual([[], []]);
    await meet(store, mira);
    expect(await readAll(mira, project, 'late.txt')).toBe('written in epoch 1');
    const late = mira.files.resolve(project, 'late.txt');
    const [header = ''] = Buffer.from(
      store.objects.get(`projects/${project}/files/${late.id}/0000000001`) ?? new Uint8Array(),
    )
      .toString('latin1')
      .split('.');
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toMatchObject({ epoch: 2 });
    const blobs = [...store.objects].filter(([key]) => key.startsWith('blobs/') && !before.has(key));
    expect(blobs.map(([, bytes]) => epochOf(bytes))).toEqual([2]);
    await mira.lock();
    await bob.lock();
  });

  it('promise 5: are encrypted again also when their contents had been sent before, and only the record had not', async () => {
    const { store, two, mira, bob, project } = await newTeam();
    await offline(two, bob, () => put(bob, project, 'sent in epoch 1', 'late.txt'));
    await offline(two, bob, () => bob.files.move(project, 'report.pdf', 'moved.pdf'));
    const putIfAbsent = store.putIfAbsent.bind(store);
    store.putIfAbsent = async (key, body, options) => {
      const created = await putIfAbsent(key, body, options);
      two.line.away ||= key.startsWith('blobs/');
      return created;
    };
    await bob.refresh().catch(() => undefined);
    store.putIfAbsent = putIfAbsent;
    expect((await bob.sync.waiting()).map(({ name, bytes }) => [name, bytes < 3000])).toContainEqual([
      'late.txt',
      true,
    ]);
    expect([...store.objects.keys()].filter((key) => key.startsWith('blobs/'))).toHaveLength(2);
    await bob.lock();
    await mira.projects.rotate(project);
    await expect.poll(() => announced(store)).toContain(`projects/${project}/log/0000000003`);
    two.line.away = false;
    const again = await two.open();
    expect(await again.refresh()).toEqual([]);
    expect(await meet(store, again, mira)).toEqual([[], []]);
    expect(again.sync.status().waitingItems).toBe(0);
    expect(await texts(mira, project)).toEqual({ 'moved.pdf': 'first', 'late.txt': 'sent in epoch 1' });
    const blobs = [...store.objects].filter(([key]) => key.startsWith('blobs/'));
    // what was moved, what was sent too early, and the same with the new key
    expect(blobs.map(([, bytes]) => epochOf(bytes)).sort()).toEqual([1, 1, 2]);
    const { damages, garbage } = await mira.upkeep.check({ contents: true });
    expect(damages).toEqual([]);
    expect(garbage.map(({ key }) => epochOf(store.objects.get(key) ?? new Uint8Array()))).toEqual([1]);
    await mira.lock();
    await again.lock();
  });

  it('of a member removed while offline stay here, refused with a sentence, keep nothing else, and can be given up', async () => {
    const { store, two, mira, bob, bobId, project } = await newTeam();
    await offline(two, bob, async () => {
      await put(bob, project, 'too late', 'late.txt');
      await put(bob, project, 'too late too');
      await bob.secrets.add({ type: 'note', name: 'Mine', fields: { text: 'sent' } });
    });
    await mira.projects.removeMember(project, bobId);
    const sent = [...store.objects.keys()].filter((key) => /^(?:blobs|projects)/.test(key));
    await meet(store, mira, bob);
    expect([...store.objects.keys()].filter((key) => /^(?:blobs|projects)/.test(key))).toEqual(sent);
    const waiting = await bob.sync.waiting();
    expect(waiting.map(({ name, state }) => [name, state]).sort()).toEqual([
      ['late.txt', 'refused'],
      ['report.pdf', 'refused'],
    ]);
    expect(waiting[0]?.message).toBe('You no longer have access to “Tide tables”.');
    expect(bob.sync.status()).toMatchObject({ state: 'trouble', message: waiting[0]?.message });
    for (const { id } of waiting) await bob.sync.discard(id);
    expect(bob.sync.status()).toMatchObject({ state: 'current', waitingItems: 0, waitingBytes: 0 });
    await mira.lock();
    await bob.lock();
  });

  it('of whoever may only read now are refused, and sent once they may write again', async () => {
    const { store, two, mira, bob, bobId, project } = await newTeam();
    await offline(two, bob, () => put(bob, project, 'patient', 'late.txt'));
    await mira.projects.setRole(project, bobId, 'viewer');
    await meet(store, mira, bob);
    expect((await bob.sync.waiting()).map(({ state }) => state)).toEqual(['refused']);
    expect(await readAll(bob, project, 'late.txt')).toBe('patient');
    await mira.projects.setRole(project, bobId, 'editor');
    await meet(store, mira);
    await bob.sync.flush();
    await meet(store, mira);
    expect(await readAll(mira, project, 'late.txt')).toBe('patient');
    await mira.lock();
    await bob.lock();
  });

  it('given up are as the store has them, and nothing of their contents is kept', async () => {
    const { store, two, mira, bob, project } = await newTeam();
    const before = [...store.objects.keys()].filter((key) => !key.startsWith('changes/')).sort();
    await offline(two, bob, async () => {
      await put(bob, project, 'never sent', 'new.txt');
      await put(bob, project, 'never sent either');
      await bob.files.move(project, 'report.pdf', 'moved.pdf');
    });
    for (const path of ['new.txt', 'moved.pdf']) {
      const waiting = (await bob.sync.waiting()).find(({ name }) => name === path);
      await bob.sync.discard(waiting?.id ?? '');
    }
    expect(bob.sync.status()).toMatchObject({ waitingItems: 0, waitingBytes: 0 });
    expect(livePaths(bob, project)).toEqual(['report.pdf']);
    expect(await meet(store, mira, bob)).toEqual([[], []]);
    expect(await texts(bob, project)).toEqual({ 'report.pdf': 'first' });
    expect([...store.objects.keys()].filter((key) => !key.startsWith('changes/')).sort()).toEqual(before);
    await mira.lock();
    await bob.lock();
  });

  it('deleted for good are gone with their contents, unless the other side changed them', async () => {
    const { store, two, mira, bob, project } = await newTeam();
    await put(mira, project, 'second', 'other.pdf');
    await meet(store, mira, bob);
    await offline(two, bob, async () => {
      const ids = ['report.pdf', 'other.pdf'].map((path) => bob.files.resolve(project, path).id);
      await bob.files.trash(project, ['report.pdf', 'other.pdf']);
      await bob.files.purge(project, ids);
    });
    await put(mira, project, 'changed meanwhile');
    await meet(store, bob, mira);
    await meet(store, bob, mira);
    for (const vault of [mira, bob]) expect(await texts(vault, project)).toEqual({ 'report.pdf': 'changed meanwhile' });
    expect([...store.objects.keys()].filter((key) => key.startsWith('blobs/'))).toHaveLength(2);
    expect(bob.sync.status().waitingItems).toBe(0);
    await mira.lock();
    await bob.lock();
  });

  it('killed after each write to the store arrive once, whole and beside each other', async () => {
    const { store, two, mira, bob, project } = await newTeam();
    await bob.lock();
    for (let writes = 1; writes <= 4; writes += 1) {
      const vault = await two.open();
      await vault.refresh();
      await offline(two, vault, () => put(vault, project, `bob ${writes}`));
      await put(mira, project, `mira ${writes}`);
      await meet(store, mira);
      two.line.writesLeft = writes;
      await vault.refresh().catch(() => undefined);
      await vault.lock();
      two.line.writesLeft = Infinity;
      two.line.away = false;
      const again = await two.open();
      expect(await again.refresh()).toEqual([]);
      expect(again.sync.status().waitingItems).toBe(0);
      await again.lock();
      await meet(store, mira);
    }
    const all = await texts(mira, project);
    expect(all['report.pdf']).toBe('mira 4');
    expect(Object.values(all).sort()).toEqual(['bob 1', 'bob 2', 'bob 3', 'bob 4', 'mira 4']);
    await mira.lock();
  });
});
