import { cp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { VaultError } from '../../../../app/errors.js';
import { sealForReaders } from '../../../../main/crypto/sealed-record.js';
import type { Vault } from '../../../../main/vault/vault.js';
import { Forger } from '../../../forger.js';
import { newVault, passphraseBytes, unlock } from '../../../vault-fixture.js';

const bobsPassphrase = 'nine loud ravens fold blue maps at noon';
const draft = { type: 'credentials', name: 'Harbour', fields: { username: 'ada', password: 'first word' } } as const;
const idOf = (vault: Vault): string => vault.account().id;
const codes = (problems: readonly VaultError[]): string[] => problems.map(({ code }) => code);

const pair = async (suite: 'vault' | 'coretex' = 'vault') => {
  const ada = await newVault();
  const bob = await newVault({
    storeDir: ada.storeDir,
    name: 'Bob',
    passphrase: suite === 'vault' ? bobsPassphrase : `${bobsPassphrase} and again`,
    suite,
  });
  const { id } = await ada.vault.secrets.add(draft);
  const shared = await ada.vault.secrets.share(id, [idOf(bob.vault)]);
  const lock = async () => {
    await ada.vault.lock();
    await bob.vault.lock();
  };
  return { ada, bob, id, shared, storeDir: ada.storeDir, lock };
};

describe('sharing a single secret', () => {
  it.each(['vault', 'coretex'] as const)('lets a reader of the %s suite read it, and nothing more', async (suite) => {
    const { ada, bob, id, shared, lock } = await pair(suite);
    expect(shared.sharedWith.map(({ name }) => name)).toEqual(['Ada', 'Bob']);
    expect(await bob.vault.refresh()).toEqual([]);
    expect(bob.vault.secrets.resolve('Harbour')).toMatchObject({ mine: false, ownerName: 'Ada', readers: 2 });
    expect(await bob.vault.secrets.reveal(id, 'password')).toBe('first word');
    for (const attempt of [
      () => bob.vault.secrets.edit(id, { name: 'Mine' }),
      () => bob.vault.secrets.trash([id]),
      () => bob.vault.secrets.share(id, [idOf(bob.vault)]),
      () => bob.vault.secrets.unshare(id, [idOf(bob.vault)]),
    ])
      await expect(attempt()).rejects.toMatchObject({ code: expect.stringMatching(/not-allowed/) as string });
    await ada.vault.secrets.edit(id, { fields: { password: 'second word' } });
    await bob.vault.refresh();
    expect(await bob.vault.secrets.reveal(id, 'password')).toBe('second word');
    await lock();
  });

  it('is refused for somebody without a master key, and writes nothing', async () => {
    const { ada, id, storeDir, lock } = await pair();
    const before = await readdir(join(storeDir, 'secrets', id));
    await expect(ada.vault.secrets.share(id, ['f'.repeat(32)])).rejects.toMatchObject({ code: 'no-master-key' });
    expect(await readdir(join(storeDir, 'secrets', id))).toEqual(before);
    await lock();
  });

  it('ends: the reader keeps the last version marked so, and is named until the password changes', async () => {
    const { ada, bob, id, lock } = await pair();
    await bob.vault.refresh();
    const after = await ada.vault.secrets.unshare(id, [idOf(bob.vault)]);
    expect(after).toMatchObject({ readers: 1, exposedTo: [{ name: 'Bob' }] });
    await ada.vault.secrets.edit(id, { name: 'Harbour office' });
    expect((await ada.vault.secrets.get(id)).exposedTo).toHaveLength(1);
    await ada.vault.secrets.edit(id, { fields: { password: 'third word' } });
    expect((await ada.vault.secrets.get(id)).exposedTo).toEqual([]);
    expect(await bob.vault.refresh()).toEqual([]);
    expect(bob.vault.secrets.resolve(id)).toMatchObject({ name: 'Harbour', ended: true });
    expect(await bob.vault.secrets.reveal(id, 'password')).toBe('first word');
    await expect(bob.vault.secrets.get(id, 4)).rejects.toMatchObject({ code: 'not-a-reader' });
    await ada.vault.secrets.share(id, [idOf(bob.vault)]);
    expect(await bob.vault.refresh()).toEqual([]);
    expect(bob.vault.secrets.resolve(id)).toMatchObject({ name: 'Harbour office', ended: false });
    expect(await bob.vault.secrets.reveal(id, 'password')).toBe('third word');
    await expect(ada.vault.secrets.unshare(id, [idOf(ada.vault)])).rejects.toMatchObject({ code: 'invalid-input' });
    await lock();
  });

  it('goes with the secret when its owner deletes it for good', async () => {
    const { ada, bob, id, lock } = await pair();
    await bob.vault.refresh();
    await ada.vault.secrets.trash([id]);
    await ada.vault.secrets.purge([id]);
    expect(await bob.vault.refresh()).toEqual([]);
    expect(bob.vault.secrets.list()).toEqual([]);
    await lock();
  });

  it('follows a reader to a new passphrase: the owner’s vault seals it to the new key', async () => {
    const { ada, bob, id, lock } = await pair();
    await bob.vault.refresh();
    using current = passphraseBytes(bobsPassphrase);
    using next = passphraseBytes('twelve bright lanterns drift past old weirs');
    await bob.vault.changePassphrase(current, next, 2048);
    expect(await bob.vault.secrets.reveal(id, 'password')).toBe('first word');
    expect(await ada.vault.refresh()).toEqual([]);
    expect(ada.vault.secrets.resolve(id).version).toBe(3);
    await ada.vault.refresh();
    expect(ada.vault.secrets.resolve(id).version).toBe(3);
    expect(await bob.vault.refresh()).toEqual([]);
    expect(bob.vault.secrets.resolve(id).version).toBe(3);
    expect(await bob.vault.secrets.reveal(id, 'password')).toBe('first word');
    await lock();
  });
});

describe('promise 3: a shared secret', () => {
  it('has one owner: what a reader writes in the owner’s place counts for nobody, and the owner writes on', async () => {
    const { ada, bob, id, storeDir, lock } = await pair();
    await bob.vault.refresh();
    const forger = await Forger.of(storeDir, idOf(bob.vault), bobsPassphrase);
    const { hash } = await forger.head(`secrets/${id}`);
    const time = new Date().toISOString();
    const forged = {
      ...{ id, version: 3, previous: hash, author: idOf(bob.vault), time, created: time, exposed: [] },
      ...{ recipients: [idOf(ada.vault), idOf(bob.vault)], type: 'credentials', name: 'Harbour', tags: [] },
      ...{ favourite: false, state: 'kept', fields: { password: 'forged' } },
    };
    const ownCard = (await Forger.of(storeDir, idOf(ada.vault), 'seven quiet herons read old maps at dusk')).card;
    const readers = [ownCard, forger.card].map((card) => ({ suite: card.suite, wrap: card.keys.wrap }));
    const jws = Buffer.from(await forger.sign('secret', forged), 'latin1');
    await forger.put(`secrets/${id}/0000000003`, await sealForReaders(jws, readers));

    expect(codes(await ada.vault.refresh())).toEqual(['damaged']);
    expect(await ada.vault.secrets.reveal(id, 'password')).toBe('first word');
    await ada.vault.secrets.edit(id, { fields: { password: 'second word' } });
    expect(await ada.vault.refresh()).toEqual([]);
    expect(await bob.vault.refresh()).toEqual([]);
    expect(await bob.vault.secrets.reveal(id, 'password')).toBe('second word');
    // a computer that sees it all for the first time comes to the same
    await ada.vault.lock();
    await rm(join(ada.profileDir, 'index'));
    const fresh = await unlock(ada.profileDir);
    expect(await fresh.refresh()).toEqual([]);
    expect(await fresh.secrets.reveal(id, 'password')).toBe('second word');
    await fresh.lock();
    await lock();
  });

  it('cannot be rolled back for a reader', async () => {
    const { ada, bob, id, storeDir, lock } = await pair();
    await ada.vault.secrets.edit(id, { fields: { password: 'second word' } });
    await bob.vault.refresh();
    await rm(join(storeDir, 'secrets', id, '0000000003'));
    expect(codes(await bob.vault.refresh())).toEqual(['rolled-back']);
    await lock();
  });

  it('cannot be put under another name', async () => {
    const { ada, bob, id, storeDir, lock } = await pair();
    const other = await ada.vault.secrets.add({ ...draft, name: 'Other' });
    await rm(join(storeDir, 'secrets', other.id), { recursive: true });
    await cp(join(storeDir, 'secrets', id), join(storeDir, 'secrets', other.id), { recursive: true });
    expect(codes(await bob.vault.refresh())).toEqual(['damaged']);
    await lock();
  });
});
