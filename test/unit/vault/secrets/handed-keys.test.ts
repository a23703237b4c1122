import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sealForReaders, sealedReaders } from '../../../../main/crypto/sealed-record.js';
import type { Vault } from '../../../../main/vault/vault.js';
import { Forger } from '../../../forger.js';
import { newVault, passphraseBytes } from '../../../vault-fixture.js';

const bobsPassphrase = 'nine loud ravens fold blue maps at noon';
const nextPassphrase = 'twelve bright lanterns drift past old weirs';
const idOf = (vault: Vault): string => vault.account().id;

const team = async () => {
  const ada = await newVault();
  const { storeDir } = ada;
  const bob = await newVault({ storeDir, name: 'Bob', passphrase: bobsPassphrase });
  const project = await ada.vault.projects.create('Tide tables');
  await ada.vault.projects.addMember(project.id, idOf(bob.vault), 'editor');
  await bob.vault.refresh();
  const changePassphrase = async () => {
    using current = passphraseBytes(bobsPassphrase);
    using next = passphraseBytes(nextPassphrase);
    await bob.vault.changePassphrase(current, next, 2048);
    return (await Forger.of(storeDir, idOf(bob.vault), nextPassphrase)).card.keys.wrap.kid;
  };
  /** the keys that each secret's first version is sealed to */
  const sealedTo = async () => {
    const ids = await readdir(join(storeDir, 'secrets'));
    return Promise.all(
      ids.map(async (id) => sealedReaders(await readFile(join(storeDir, 'secrets', id, '0000000001')))),
    );
  };
  const lock = async () => {
    await ada.vault.lock();
    await bob.vault.lock();
  };
  return { ada, bob, project, storeDir, changePassphrase, sealedTo, lock };
};

describe('a project key that somebody else handed over', () => {
  it('is copied once to the key of a new passphrase, and to no other', async () => {
    const { bob, project, changePassphrase, sealedTo, lock } = await team();
    const before = await sealedTo();
    const kid = await changePassphrase();
    const after = await sealedTo();
    expect(after).toHaveLength(before.length + 1);
    expect(after.filter((kids) => kids.includes(kid))).toEqual([[kid]]);
    expect(await bob.vault.refresh()).toEqual([]);
    expect(await sealedTo()).toHaveLength(after.length);
    await bob.vault.files.createFolder(project.id, 'spring');
    expect(bob.vault.files.list(project.id).map(({ path }) => path)).toEqual(['spring']);
    await lock();
  });

  it('promise 3: that is no key is told, and keeps nothing else from being done', async () => {
    const { ada, bob, project, storeDir, changePassphrase, sealedTo, lock } = await team();
    const carols = 'eleven calm otters carry red lamps uphill';
    const carol = await newVault({ storeDir, name: 'Carol', passphrase: carols });
    const forger = await Forger.of(storeDir, idOf(carol.vault), carols);
    const { card } = await Forger.of(storeDir, idOf(bob.vault), bobsPassphrase);
    const id = '0'.repeat(32);
    const time = new Date().toISOString();
    const junk = {
      ...{ id, version: 1, previous: null, author: idOf(carol.vault), time, created: time, exposed: [] },
      ...{ recipients: [card.id], type: 'project', name: '', tags: [], favourite: false, state: 'kept' },
      fields: { encryptionKey: Buffer.alloc(256).toString('base64'), projectId: project.id, epoch: '2' },
    };
    const jws = Buffer.from(await forger.sign('secret', junk), 'latin1');
    const sealed = await sealForReaders(jws, [{ suite: card.suite, wrap: card.keys.wrap }]);
    await forger.put(`secrets/${id}/0000000001`, sealed);
    await bob.vault.refresh();
    const kid = await changePassphrase();
    expect((await sealedTo()).filter((kids) => kids.includes(kid))).toHaveLength(1);
    const { id: shared } = await ada.vault.secrets.add({ type: 'note', name: 'Ebb', fields: { text: 'six hours' } });
    await ada.vault.secrets.share(shared, [idOf(bob.vault)]);
    expect((await bob.vault.refresh()).map(({ code }) => code)).toEqual(['damaged']);
    expect(await bob.vault.secrets.reveal(shared, 'text')).toBe('six hours');
    await bob.vault.files.createFolder(project.id, 'spring');
    await carol.vault.lock();
    await lock();
  });
});
