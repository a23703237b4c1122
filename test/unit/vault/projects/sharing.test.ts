import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Vault } from '../../../../main/vault/vault.js';
import { newVault, unlock } from '../../../vault-fixture.js';

const passphrases = {
  Bob: 'nine loud ravens fold blue maps at noon',
  Carol: 'eleven calm otters carry red lamps uphill',
};

const team = async () => {
  const ada = await newVault();
  const { storeDir } = ada;
  const bob = await newVault({ storeDir, name: 'Bob', passphrase: passphrases.Bob });
  const carol = await newVault({ storeDir, name: 'Carol', passphrase: passphrases.Carol });
  const project = await ada.vault.projects.create('Tide tables');
  const lockAll = async () => {
    for (const { vault } of [ada, bob, carol]) await vault.lock();
  };
  return { ada, bob, carol, project, storeDir, lockAll };
};

const idOf = (vault: Vault): string => vault.account().id;

describe('sharing a project', () => {
  it('shows the project to the newcomer without any further action of the owner', async () => {
    const { ada, bob, project, lockAll } = await team();
    const shared = await ada.vault.projects.addMember(project.id, idOf(bob.vault), 'editor');
    expect(shared).toMatchObject({ members: 2, nodes: 0, role: 'owner' });
    expect(await bob.vault.refresh()).toEqual([]);
    expect(bob.vault.projects.list()).toMatchObject([{ name: 'Tide tables', role: 'editor', members: 2, epoch: 1 }]);
    const members = await bob.vault.projects.members(project.id);
    expect(members.map(({ name, access, byName, isSelf }) => [name, access, byName, isSelf])).toEqual([
      ['Ada', 'owner', 'Ada', false],
      ['Bob', 'editor', 'Ada', true],
    ]);
    expect(await ada.vault.refresh()).toEqual([]);
    await lockAll();
  });

  it('is refused for somebody without a master key, for a stranger to the project, and twice', async () => {
    const { ada, bob, carol, project, lockAll } = await team();
    const nobody = 'f'.repeat(32);
    await expect(ada.vault.projects.addMember(project.id, nobody, 'viewer')).rejects.toMatchObject({
      code: 'no-master-key',
    });
    await ada.vault.projects.addMember(project.id, idOf(bob.vault), 'viewer');
    await expect(ada.vault.projects.addMember(project.id, idOf(bob.vault), 'editor')).rejects.toMatchObject({
      code: 'already-exists',
    });
    await bob.vault.refresh();
    await expect(bob.vault.projects.addMember(project.id, idOf(carol.vault), 'viewer')).rejects.toMatchObject({
      code: 'not-allowed',
    });
    await expect(carol.vault.projects.addMember(project.id, idOf(carol.vault), 'owner')).rejects.toMatchObject({
      code: 'not-found',
    });
    await lockAll();
  });

  it('gives and takes roles, and never the last owner’s', async () => {
    const { ada, bob, carol, project, lockAll } = await team();
    await ada.vault.projects.addMember(project.id, idOf(bob.vault), 'viewer');
    await ada.vault.projects.setRole(project.id, idOf(bob.vault), 'admin');
    await bob.vault.refresh();
    await bob.vault.projects.addMember(project.id, idOf(carol.vault), 'editor');
    await expect(bob.vault.projects.setRole(project.id, idOf(ada.vault), 'viewer')).rejects.toMatchObject({
      code: 'not-allowed',
    });
    await ada.vault.refresh();
    await expect(ada.vault.projects.setRole(project.id, idOf(ada.vault), 'viewer')).rejects.toMatchObject({
      code: 'not-allowed',
    });
    await ada.vault.projects.setRole(project.id, idOf(bob.vault), 'owner');
    await ada.vault.projects.setRole(project.id, idOf(ada.vault), 'viewer');
    expect(ada.vault.projects.resolve(project.id).role).toBe('viewer');
    await lockAll();
  });

  it('merges what two managers do at the same time', async () => {
    const { ada, bob, carol, project, storeDir, lockAll } = await team();
    const dave = await newVault({ storeDir, name: 'Dave', passphrase: 'thirteen slow foxes paint tall boats green' });
    await ada.vault.projects.addMember(project.id, idOf(bob.vault), 'admin');
    await bob.vault.refresh();
    await Promise.all([
      ada.vault.projects.addMember(project.id, idOf(carol.vault), 'editor'),
      bob.vault.projects.addMember(project.id, idOf(dave.vault), 'viewer'),
      ada.vault.projects.rename(project.id, 'Tides'),
    ]);
    for (const { vault } of [ada, bob, carol, dave]) {
      expect(await vault.refresh()).toEqual([]);
      expect(vault.projects.resolve(project.id)).toMatchObject({ name: 'Tides', members: 4 });
    }
    await dave.vault.lock();
    await lockAll();
  });
});

describe('removing a member', () => {
  it('begins an epoch with a new key for those who remain, and hides the project from the leaver', async () => {
    const { ada, bob, carol, project, lockAll } = await team();
    await ada.vault.projects.addMember(project.id, idOf(bob.vault), 'editor');
    await ada.vault.projects.addMember(project.id, idOf(carol.vault), 'editor');
    await bob.vault.refresh();
    const reach = await ada.vault.projects.removeMember(project.id, idOf(bob.vault));
    expect(reach.projects).toMatchObject([{ id: project.id, former: true }]);
    await ada.vault.projects.rename(project.id, 'Without Bob');
    expect(await bob.vault.refresh()).toEqual([]);
    expect(bob.vault.projects.list()).toEqual([]);
    expect(bob.vault.projects.former()).toMatchObject([{ id: project.id, name: 'Tide tables', byName: 'Ada' }]);
    await carol.vault.refresh();
    expect(carol.vault.projects.resolve(project.id)).toMatchObject({ epoch: 2, name: 'Without Bob' });
    await lockAll();
  });

  it('a newcomer after several new keys reads the oldest epoch too, by one wrapped key', async () => {
    const { ada, bob, project, storeDir, lockAll } = await team();
    const source = join(storeDir, '..', 'old.txt');
    await writeFile(source, 'written under the first key');
    expect((await ada.vault.files.upload(project.id, '', [source]).finished).state).toBe('done');
    for (let turn = 0; turn < 3; turn += 1) await ada.vault.projects.rotate(project.id);
    const before = (await readdir(join(storeDir, 'secrets'))).length;
    await ada.vault.projects.addMember(project.id, idOf(bob.vault), 'viewer');
    expect((await readdir(join(storeDir, 'secrets'))).length - before).toBe(1);
    expect(await bob.vault.refresh()).toEqual([]);
    const [entry] = bob.vault.files.list(project.id);
    const bytes = await bob.vault.files.readRange(project.id, entry!.id, { start: 0, endExclusive: 100 });
    expect(Buffer.from(bytes).toString()).toBe('written under the first key');
    await lockAll();
  });

  it('promise 10: a key that a crash kept from a member is handed over at the next look', async () => {
    const { ada, bob, project, storeDir, lockAll } = await team();
    const before = new Set(await readdir(join(storeDir, 'secrets')));
    await ada.vault.projects.addMember(project.id, idOf(bob.vault), 'editor');
    const [delivery] = (await readdir(join(storeDir, 'secrets'))).filter((name) => !before.has(name));
    await ada.vault.lock();
    // as if the process had been killed between the log entry and the delivery, before the index learnt of either
    await rm(join(storeDir, 'secrets', delivery!), { recursive: true });
    await rm(join(ada.profileDir, 'index'));
    await bob.vault.refresh();
    expect(bob.vault.projects.list()).toEqual([]);
    const again = await unlock(ada.profileDir);
    expect(await again.refresh()).toEqual([]);
    await bob.vault.refresh();
    expect(bob.vault.projects.list()).toMatchObject([{ name: 'Tide tables', role: 'editor' }]);
    await again.lock();
    await lockAll();
  });
});

describe('promise 3: a store that lost the newest entry', () => {
  it('gets nothing put on top of it, and the log says what is wrong', async () => {
    const { ada, bob, project, storeDir, lockAll } = await team();
    await ada.vault.projects.addMember(project.id, idOf(bob.vault), 'viewer');
    await rm(join(storeDir, 'projects', project.id, 'log', '0000000002'));
    const before = await readdir(join(storeDir, 'projects', project.id, 'log'));
    await expect(ada.vault.projects.rename(project.id, 'On top')).rejects.toMatchObject({ code: 'rolled-back' });
    await expect(ada.vault.projects.removeMember(project.id, idOf(bob.vault))).rejects.toMatchObject({
      code: 'rolled-back',
    });
    await expect(ada.vault.projects.log(project.id, { limit: 10 })).rejects.toMatchObject({ code: 'rolled-back' });
    expect(await readdir(join(storeDir, 'projects', project.id, 'log'))).toEqual(before);
    await lockAll();
  });
});

describe('the log', () => {
  it('tells who did what, and verifies from its first entry', async () => {
    const { ada, bob, project, lockAll } = await team();
    await ada.vault.projects.addMember(project.id, idOf(bob.vault), 'viewer');
    await bob.vault.refresh();
    expect(
      await bob.vault.projects.addReceipt(project.id, { command: 'train.py', secrets: ['AWS'], files: ['a', 'b'] }),
    ).toBe(true);
    await ada.vault.refresh();
    await ada.vault.projects.removeMember(project.id, idOf(bob.vault));
    const lines = await ada.vault.projects.log(project.id, { limit: 10 });
    expect(lines.map(({ sequence, type, actorName, subject }) => [sequence, type, actorName, subject?.name])).toEqual([
      [4, 'remove-member', 'Ada', 'Bob'],
      [3, 'receipt', 'Bob', undefined],
      [2, 'add-member', 'Ada', 'Bob'],
      [1, 'create', 'Ada', undefined],
    ]);
    expect(lines[1]?.receipt).toEqual({ command: 'train.py', secrets: ['AWS'], files: 2 });
    expect(await ada.vault.projects.log(project.id, { before: 3, limit: 1 })).toMatchObject([{ sequence: 2 }]);
    expect((await ada.vault.projects.verifyLog(project.id)).entries).toBe(4);
    expect(await ada.vault.activity.recent(2)).toMatchObject([{ sequence: 4 }, { sequence: 3 }]);
    expect(await bob.vault.projects.addReceipt(project.id, { command: 'x', secrets: [], files: [] })).toBe(false);
    await lockAll();
  });

  it('promise 8: shows the store neither names of projects nor of what a receipt tells', async () => {
    const { ada, project, storeDir, lockAll } = await team();
    await ada.vault.projects.addReceipt(project.id, { command: 'uncommon-command', secrets: ['Rare name'], files: [] });
    await lockAll();
    const folder = join(storeDir, 'projects', project.id, 'log');
    for (const name of await readdir(folder)) {
      const [, payload = ''] = (await readFile(join(folder, name), 'latin1')).split('.');
      const text = Buffer.from(payload, 'base64url').toString('utf8');
      expect(text).not.toMatch(/Tide tables|uncommon-command|Rare name/);
    }
  });
});
