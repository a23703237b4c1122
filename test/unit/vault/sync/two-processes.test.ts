import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { VaultError } from '../../../../app/errors.js';
import { WaitingWrites } from '../../../../main/store/mirror/waiting-writes.js';
import type { OpenVault } from '../../../../main/vault/open-vault.js';
import type { MemoryStore } from '../../../memory-store.js';
import { temporaryFolder } from '../../../vault-fixture.js';
import { readAll, upload, write } from '../project-fixture.js';
import { meet, twoComputers } from './far-vaults.js';

const mail = { type: 'credentials', name: 'Mail', fields: { username: 'mira', password: 'p0' } } as const;

/** Runs `work` once, when the store has taken an object whose key ends so and before its writer knows. */
const whenWritten = (store: MemoryStore, end: string, work: () => Promise<unknown>): void => {
  const put = store.putIfAbsent.bind(store);
  store.putIfAbsent = async (key, body, options) => {
    const created = await put(key, body, options);
    if (created && key.endsWith(end)) {
      store.putIfAbsent = put;
      await work();
    }
    return created;
  };
};

/** Every version in the store names the bytes of the one below. */
const versionsOf = (store: MemoryStore, folder: string): number[] =>
  [...store.objects.keys()].filter((key) => key.startsWith(folder)).map((key) => Number(key.slice(-10)));

const put = async (vault: OpenVault, project: string, text: string): Promise<void> => {
  const folder = await temporaryFolder();
  await write(folder, { 'report.txt': text });
  await upload(vault, project, [join(folder, 'report.txt')]);
};

/** The process ends before the outbox gets shorter, the next time that it would. */
const killBeforeRemoval = (): void =>
  void vi.spyOn(WaitingWrites.prototype, 'remove').mockRejectedValueOnce(new VaultError('target-unwritable'));

afterEach(() => void vi.restoreAllMocks());

describe('the app and a command on one profile', () => {
  it('write a secret in the moment in which the other has published its merge: nothing is lost, and no link', async () => {
    const { store, one, vaults } = await twoComputers();
    const [app, eve] = vaults;
    const { id } = await app.secrets.add(mail);
    await meet(store, eve);
    one.line.away = true;
    await app.secrets.edit(id, { fields: { password: 'by the app' } });
    const command = await one.open();
    await eve.secrets.edit(id, { fields: { password: 'by eve' } });
    one.line.away = false;
    whenWritten(store, `${id}/0000000003`, () => command.secrets.edit(id, { fields: { url: 'by the command' } }));
    expect(await meet(store, app)).toEqual([[]]);
    expect(app.sync.status()).toMatchObject({ state: 'current', waitingItems: 0 });
    expect(await meet(store, command, eve)).toEqual([[], []]);
    const both = { username: 'mira', password: 'by eve', 'password.other': 'by the app', url: 'by the command' };
    for (const vault of [app, command, eve]) {
      expect(await vault.secrets.revealAll(id)).toEqual(both);
      expect((await vault.secrets.history(id)).length).toBe(versionsOf(store, `secrets/${id}/`).length);
      await vault.lock();
    }
  });

  it('go on from a merge that the other made, without a look at the store and without an alarm', async () => {
    const { store, one, vaults } = await twoComputers();
    const [app, eve] = vaults;
    const { id } = await app.secrets.add(mail);
    const project = await app.projects.create('Tide tables');
    await put(app, project.id, 'first');
    await meet(store, eve);
    one.line.away = true;
    await app.secrets.edit(id, { fields: { password: 'by the app' } });
    await app.secrets.edit(id, { fields: { password: 'by the app again' } });
    await app.files.move(project.id, 'report.txt', 'moved.txt');
    await app.files.move(project.id, 'moved.txt', 'moved again.txt');
    const command = await one.open();
    await eve.secrets.edit(id, { favourite: true });
    await put(eve, project.id, 'by eve');
    one.line.away = false;
    await app.refresh();
    expect(app.sync.status().waitingItems).toBe(0);
    await command.secrets.edit(id, { fields: { url: 'by the command' } });
    await command.files.move(project.id, 'moved again.txt', 'moved by the command.txt');
    expect(await command.refresh()).toEqual([]);
    expect(await meet(store, app, eve)).toEqual([[], []]);
    for (const vault of [app, command, eve]) {
      expect(await vault.secrets.revealAll(id)).toMatchObject({ password: 'by the app again', url: 'by the command' });
      expect(vault.secrets.resolve(id).favourite).toBe(true);
      expect((await vault.secrets.history(id)).length).toBe(4);
      expect(await readAll(vault, project.id, 'moved by the command.txt')).toBe('by eve');
      const file = vault.files.resolve(project.id, 'moved by the command.txt').id;
      expect((await vault.files.history(project.id, file)).length).toBe(4);
      await vault.lock();
    }
  });
});

describe('a merge that ended before it left the outbox', () => {
  it('is opened, edited offline and sent in the end without a false alarm', async () => {
    const { store, one, vaults } = await twoComputers();
    const [ada, eve] = vaults;
    const { id } = await ada.secrets.add(mail);
    await meet(store, eve);
    one.line.away = true;
    await ada.secrets.edit(id, { fields: { password: 'ours' } });
    await ada.secrets.edit(id, { fields: { password: 'ours again' } });
    await eve.secrets.edit(id, { fields: { url: 'theirs' } });
    one.line.away = false;
    killBeforeRemoval();
    await ada.refresh().catch(() => undefined);
    await ada.lock();
    expect(versionsOf(store, `secrets/${id}/`)).toEqual([1, 2, 3]);
    one.line.away = true;
    const again = await one.open();
    expect(again.sync.status().waitingItems).toBe(2);
    expect(await again.secrets.revealAll(id)).toEqual({ username: 'mira', password: 'ours again', url: 'theirs' });
    expect((await again.secrets.history(id)).length).toBe(3);
    expect(await again.secrets.revealAll(id, 2)).toEqual({ username: 'mira', password: 'p0', url: 'theirs' });
    await again.secrets.edit(id, { fields: { username: 'offline' } });
    one.line.away = false;
    expect(await again.refresh()).toEqual([]);
    expect(again.sync.status()).toMatchObject({ state: 'current', waitingItems: 0 });
    expect(await meet(store, eve)).toEqual([[]]);
    const all = { username: 'offline', password: 'ours again', url: 'theirs' };
    for (const vault of [again, eve]) {
      expect(await vault.secrets.revealAll(id)).toEqual(all);
      await vault.lock();
    }
  });

  it('of a file is opened, moved offline and sent in the end without a false alarm', async () => {
    const { store, one, vaults } = await twoComputers();
    const [ada, eve] = vaults;
    const project = (await ada.projects.create('Tide tables')).id;
    await put(ada, project, 'first');
    await meet(store, eve);
    const { id } = ada.files.resolve(project, 'report.txt');
    one.line.away = true;
    await ada.files.move(project, 'report.txt', 'moved.txt');
    await ada.files.move(project, 'moved.txt', 'moved again.txt');
    await put(eve, project, 'by eve');
    one.line.away = false;
    killBeforeRemoval();
    await ada.refresh().catch(() => undefined);
    expect(await readAll(ada, project, 'moved again.txt')).toBe('by eve');
    await ada.lock();
    expect(versionsOf(store, `projects/${project}/files/${id}/`)).toEqual([1, 2, 3]);
    one.line.away = true;
    const again = await one.open();
    expect(again.sync.status().waitingItems).toBe(2);
    expect(await readAll(again, project, 'moved again.txt')).toBe('by eve');
    expect((await again.files.history(project, id)).map(({ path }) => path)).toEqual([
      'moved again.txt',
      'report.txt',
      'report.txt',
    ]);
    await again.files.move(project, 'moved again.txt', 'moved offline.txt');
    one.line.away = false;
    expect(await again.refresh()).toEqual([]);
    expect(again.sync.status()).toMatchObject({ state: 'current', waitingItems: 0 });
    expect(await meet(store, eve)).toEqual([[]]);
    // what was published stands against what came later, as if somebody else had written it; a person is told
    expect(again.sync.notices().map(({ text }) => text)).toEqual([
      expect.stringContaining('“moved offline.txt” was moved'),
    ]);
    for (const vault of [again, eve]) {
      expect(vault.files.list(project).map(({ path }) => path)).toEqual(['moved again.txt']);
      expect(await readAll(vault, project, 'moved again.txt')).toBe('by eve');
      expect((await vault.files.history(project, id)).length).toBe(3);
      await vault.lock();
    }
  });

  it('is given up without an alarm, also when the process ends in the middle of that', async () => {
    const { store, one, vaults } = await twoComputers();
    const [ada, eve] = vaults;
    const { id } = await ada.secrets.add(mail);
    const project = await ada.projects.create('Tide tables');
    await put(ada, project.id, 'first');
    await meet(store, ada);
    one.line.away = true;
    await ada.secrets.edit(id, { fields: { password: 'never sent' } });
    await put(ada, project.id, 'never sent');
    const file = ada.files.resolve(project.id, 'report.txt').id;
    for (const object of [id, file]) {
      killBeforeRemoval();
      await expect(ada.sync.discard(object)).rejects.toMatchObject({ code: 'target-unwritable' });
    }
    await ada.lock();
    const again = await one.open();
    expect(await again.secrets.reveal(id, 'password')).toBe('p0');
    for (const object of [id, file]) await again.sync.discard(object);
    expect(again.sync.status()).toMatchObject({ waitingItems: 0, waitingBytes: 0 });
    one.line.away = false;
    expect(await again.refresh()).toEqual([]);
    expect(await readAll(again, project.id, 'report.txt')).toBe('first');
    expect(versionsOf(store, `secrets/${id}/`)).toEqual([1]);
    expect([...store.objects.keys()].filter((key) => key.startsWith('blobs/'))).toHaveLength(1);
    await again.lock();
    await eve.lock();
  });
});
