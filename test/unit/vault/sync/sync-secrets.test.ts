import { describe, expect, it } from 'vitest';
import { conflictTag } from '../../../../app/model/secret.js';
import { MemoryStore } from '../../../memory-store.js';
import { meet, newComputer, publishAccount, twoComputers } from './far-vaults.js';

const mail = { type: 'credentials', name: 'Mail', fields: { username: 'mira', password: 'p0' } } as const;

describe('secrets of a far store', () => {
  it('are read, made and edited offline, wait, and reach the store and the other computer when it is back', async () => {
    const { store, one, vaults } = await twoComputers();
    const [ada, eve] = vaults;
    const { id } = await ada.secrets.add(mail);
    await meet(store, eve);
    one.line.away = true;
    await expect(ada.refresh()).rejects.toMatchObject({ code: 'store-unreachable' });
    await ada.secrets.edit(id, { fields: { password: 'p1' } });
    await ada.secrets.edit(id, { fields: { url: 'https://mail' } });
    const made = await ada.secrets.add({ ...mail, name: 'Made offline' });
    expect(ada.sync.status()).toMatchObject({ state: 'offline', waitingItems: 3 });
    expect(await ada.sync.waiting()).toMatchObject([
      { id, kind: 'secret', name: 'Mail', state: 'waiting', projectId: null },
      { id: made.id, name: 'Made offline' },
    ]);
    expect(store.objects.has(`secrets/${id}/0000000002`)).toBe(false);
    await ada.lock();
    const again = await one.open();
    expect(await again.secrets.revealAll(id)).toEqual({ username: 'mira', password: 'p1', url: 'https://mail' });
    one.line.away = false;
    expect(await meet(store, again)).toEqual([[]]);
    expect(again.sync.status()).toMatchObject({ state: 'current', waitingItems: 0 });
    expect(await meet(store, eve)).toEqual([[]]);
    expect(await eve.secrets.revealAll(id)).toEqual({ username: 'mira', password: 'p1', url: 'https://mail' });
    expect((await eve.secrets.history(id)).map(({ version }) => version)).toEqual([3, 2, 1]);
    expect(
      eve.secrets
        .list()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['Mail', 'Made offline'].sort());
    await again.lock();
    await eve.lock();
  });

  it('changed on two sides keep both values, are marked on both, and told until somebody says so', async () => {
    const { store, one, vaults } = await twoComputers();
    const [ada, eve] = vaults;
    const { id } = await ada.secrets.add(mail);
    await meet(store, eve);
    one.line.away = true;
    await ada.secrets.edit(id, { fields: { password: 'ours', url: 'https://ours' } });
    await eve.secrets.edit(id, { fields: { password: 'theirs' }, favourite: true });
    one.line.away = false;
    expect(await meet(store, ada)).toEqual([[]]);
    const both = { username: 'mira', password: 'theirs', 'password.other': 'ours', url: 'https://ours' };
    expect(await ada.secrets.revealAll(id)).toEqual(both);
    expect(await meet(store, eve)).toEqual([[]]);
    expect(await eve.secrets.revealAll(id)).toEqual(both);
    expect(eve.secrets.resolve(id)).toMatchObject({ favourite: true, tags: [conflictTag] });
    expect(eve.sync.notices()).toEqual([]);
    const [notice] = ada.sync.notices();
    expect(notice).toMatchObject({ kind: 'secret', objectId: id, name: 'Mail' });
    await ada.lock();
    const again = await one.open();
    expect(again.sync.notices()).toEqual([notice]);
    await again.sync.dismissNotice(notice!.id);
    expect(again.sync.notices()).toEqual([]);
    expect((await again.secrets.history(id)).length).toBe(3);
    await again.lock();
    await eve.lock();
  });

  it('killed between publishing a merge and taking it out of the outbox are not merged twice', async () => {
    const { store, one, vaults } = await twoComputers();
    const [ada, eve] = vaults;
    const { id } = await ada.secrets.add(mail);
    await meet(store, eve);
    for (let writes = 1; writes <= 3; writes += 1) {
      const vault = writes === 1 ? ada : await one.open();
      one.line.away = true;
      await vault.secrets.edit(id, { fields: { password: `ours ${writes}` } });
      await meet(store, eve);
      await eve.secrets.edit(id, { fields: { password: `theirs ${writes}` } });
      one.line.away = false;
      one.line.writesLeft = writes;
      await vault.refresh().catch(() => undefined);
      await vault.lock().catch(() => undefined);
      one.line.writesLeft = Infinity;
      one.line.away = false;
      const again = await one.open();
      expect(await meet(store, again)).toEqual([[]]);
      expect(again.sync.status().waitingItems).toBe(0);
      await again.lock();
    }
    await meet(store, eve);
    const values = Object.values(await eve.secrets.revealAll(id));
    expect(values.filter((value) => value.startsWith('ours'))).toEqual(['ours 1', 'ours 2', 'ours 3']);
    expect(values).toContain('theirs 3');
    expect([...store.objects.keys()].filter((key) => key.startsWith('secrets/'))).toHaveLength(7);
    await eve.lock();
  });

  it('deleted for good offline are gone, and come back when another computer changed them', async () => {
    const { store, one, vaults } = await twoComputers();
    const [ada, eve] = vaults;
    const [gone, kept] = await ada.secrets.addAll([mail, { ...mail, name: 'Kept' }]);
    await meet(store, eve);
    one.line.away = true;
    for (const { id } of [gone!, kept!]) {
      await ada.secrets.trash([id]);
      await ada.secrets.purge([id]);
    }
    await eve.secrets.edit(kept!.id, { fields: { password: 'edited' } });
    one.line.away = false;
    expect(await meet(store, ada)).toEqual([[]]);
    expect(await meet(store, eve)).toEqual([[]]);
    for (const vault of [ada, eve]) expect(vault.secrets.list().map(({ name }) => name)).toEqual(['Kept']);
    expect(await ada.secrets.reveal(kept!.id, 'password')).toBe('edited');
    expect([...store.objects.keys()].filter((key) => key.startsWith(`secrets/${gone!.id}/`))).toEqual([
      `secrets/${gone!.id}/0000000003`,
    ]);
    expect(ada.sync.notices()).toHaveLength(1);
    await ada.lock();
    await eve.lock();
  });

  it('given up are as the store has them', async () => {
    const { one, vaults } = await twoComputers();
    const [ada, eve] = vaults;
    const { id } = await ada.secrets.add(mail);
    one.line.away = true;
    await ada.secrets.edit(id, { fields: { password: 'never sent' } });
    const made = await ada.secrets.add({ ...mail, name: 'Never sent' });
    await ada.sync.discard(id);
    await ada.sync.discard(made.id);
    await expect(ada.sync.discard(id)).rejects.toMatchObject({ code: 'not-found' });
    expect(ada.sync.status().waitingItems).toBe(0);
    expect(await ada.secrets.reveal(id, 'password')).toBe('p0');
    expect(ada.secrets.list()).toHaveLength(1);
    one.line.away = false;
    expect(await ada.refresh()).toEqual([]);
    await ada.lock();
    await eve.lock();
  });

  it('promise 3: do not go on top of a store that was rolled back', async () => {
    const { store, one, vaults } = await twoComputers();
    const [ada, eve] = vaults;
    const { id } = await ada.secrets.add(mail);
    await meet(store, ada);
    const backup = new Map(store.objects);
    await ada.secrets.edit(id, { fields: { password: 'p1' } });
    await meet(store, ada);
    one.line.away = true;
    await ada.secrets.edit(id, { fields: { password: 'p2' } });
    one.line.away = false;
    store.objects.clear();
    for (const [key, bytes] of backup) store.objects.set(key, bytes);
    const problems = await ada.refresh();
    expect(problems.map(({ code }) => code)).toContain('rolled-back');
    await expect(ada.sync.flush()).rejects.toMatchObject({ code: 'rolled-back' });
    expect(ada.sync.status()).toMatchObject({ state: 'trouble', waitingItems: 1 });
    expect([...store.objects.keys()].filter((key) => key.startsWith('secrets/'))).toHaveLength(1);
    expect(await ada.secrets.reveal(id, 'password')).toBe('p2');
    await ada.sync.acceptStore();
    await ada.sync.flush();
    const [item] = await ada.sync.waiting();
    expect(item).toMatchObject({ id, state: 'refused' });
    expect(item?.message).toMatch(/lost the newest version|another past/);
    await ada.sync.discard(id);
    expect(await ada.secrets.reveal(id, 'password')).toBe('p0');
    await ada.lock();
    await eve.lock();
  });

  it('are sent once when the app and a command flush one profile at the same time', async () => {
    const store = new MemoryStore();
    const computer = await newComputer(store, await publishAccount(store, 'Mira'));
    const app = await computer.open();
    computer.line.away = true;
    for (let one = 0; one < 6; one += 1) await app.secrets.add({ ...mail, name: `Number ${one}` });
    const command = await computer.open();
    computer.line.away = false;
    await Promise.all([app.sync.flush(), command.sync.flush()]);
    expect([...store.objects.keys()].filter((key) => key.startsWith('secrets/'))).toHaveLength(6);
    for (const vault of [app, command]) {
      expect(await vault.refresh()).toEqual([]);
      expect(vault.sync.status().waitingItems).toBe(0);
      expect(vault.secrets.list()).toHaveLength(6);
      await vault.lock();
    }
  });

  it('membership, which may not wait, fails before anything is written', async () => {
    const { one, vaults } = await twoComputers();
    const [ada, eve] = vaults;
    const project = await ada.projects.create('Tide tables');
    one.line.away = true;
    await expect(ada.refresh()).rejects.toMatchObject({ code: 'store-unreachable' });
    await expect(ada.projects.rotate(project.id)).rejects.toMatchObject({ code: 'store-unreachable' });
    await expect(ada.projects.rename(project.id, 'Tides')).rejects.toMatchObject({ code: 'store-unreachable' });
    expect(ada.sync.status().waitingItems).toBe(0);
    await ada.lock();
    await eve.lock();
  });
});
