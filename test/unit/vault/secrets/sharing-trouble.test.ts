import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { VaultError } from '../../../../app/errors.js';
import { sealForReaders } from '../../../../main/crypto/sealed-record.js';
import { session } from '../../../../main/vault/session.js';
import type { Vault } from '../../../../main/vault/vault.js';
import { Forger } from '../../../forger.js';
import { newVault, passphraseBytes, temporaryFolder, testPassphrase, unlock } from '../../../vault-fixture.js';

const bobsPassphrase = 'nine loud ravens fold blue maps at noon';
const nextPassphrase = 'twelve bright lanterns drift past old weirs';
const draft = { type: 'credentials', name: 'Harbour', fields: { username: 'ada', password: 'first word' } } as const;
const idOf = (vault: Vault): string => vault.account().id;
const codes = (problems: readonly VaultError[]): string[] => problems.map(({ code }) => code);
const names = (accounts: readonly { name: string }[]): string[] => accounts.map(({ name }) => name);

const pair = async () => {
  const ada = await newVault();
  const { storeDir } = ada;
  const bob = await newVault({ storeDir, name: 'Bob', passphrase: bobsPassphrase });
  const { id } = await ada.vault.secrets.add(draft);
  const versions = () => readdir(join(storeDir, 'secrets', id));
  const objectPath = (version: number) => join(storeDir, 'secrets', id, String(version).padStart(10, '0'));
  const lock = async () => {
    await ada.vault.lock();
    await bob.vault.lock();
  };
  return { ada, bob, id, storeDir, versions, objectPath, lock };
};

const changePassphrase = async (vault: Vault, from: string): Promise<void> => {
  using current = passphraseBytes(from);
  using next = passphraseBytes(nextPassphrase);
  await vault.changePassphrase(current, next, 2048);
};

/** Another computer of the same person. */
const attach = async (storeDir: string, vault: Vault, passphrase: string) => {
  const profileDir = join(await temporaryFolder(), 'profile');
  using bytes = passphraseBytes(passphrase);
  const location = { kind: 'directory', path: storeDir } as const;
  return {
    vault: await session.attachVault({ profileDir, location, who: idOf(vault), passphrase: bytes }),
    profileDir,
  };
};

describe('sharing a single secret', () => {
  it('writes nothing for somebody who reads it already, and nothing when somebody who does not is taken off', async () => {
    const { ada, bob, id, versions, lock } = await pair();
    await ada.vault.secrets.unshare(id, [idOf(bob.vault)]);
    await ada.vault.secrets.share(id, [idOf(ada.vault)]);
    expect(await versions()).toHaveLength(1);
    await ada.vault.secrets.share(id, [idOf(bob.vault)]);
    const again = await ada.vault.secrets.share(id, [idOf(bob.vault)]);
    expect([names(again.sharedWith), again.version]).toEqual([['Ada', 'Bob'], 2]);
    expect(await versions()).toHaveLength(2);
    await lock();
  });

  it('takes a name off those who know the password only when the password they know is gone', async () => {
    const { ada, bob, id, lock } = await pair();
    const exposed = async () => names((await ada.vault.secrets.get(id)).exposedTo);
    await ada.vault.secrets.share(id, [idOf(bob.vault)]);
    await ada.vault.secrets.unshare(id, [idOf(bob.vault)]);
    await ada.vault.secrets.edit(id, { tags: ['sea'], fields: { username: 'harbour', recovery: 'a further field' } });
    expect(await exposed()).toEqual(['Bob']);
    await ada.vault.secrets.edit(id, { fields: { password: 'second word' } });
    expect(await exposed()).toEqual([]);
    // version 1 was never sealed to Bob, but he read the same password in version 2
    await ada.vault.secrets.restoreVersion(id, 1);
    expect(await exposed()).toEqual(['Bob']);
    await ada.vault.secrets.share(id, [idOf(bob.vault)]);
    expect(await exposed()).toEqual([]);
    await lock();
  });

  it('refuses a reader before anything else, and names an account that has no key', async () => {
    const { ada, bob, id, lock } = await pair();
    const nobody = 'f'.repeat(32);
    await ada.vault.secrets.share(id, [idOf(bob.vault)]);
    await bob.vault.refresh();
    await expect(bob.vault.secrets.share(id, [nobody])).rejects.toMatchObject({ code: 'not-allowed' });
    await expect(ada.vault.secrets.share(id, [nobody])).rejects.toMatchObject({
      code: 'no-master-key',
      message: expect.stringContaining('ffffffff') as string,
    });
    await lock();
  });

  it('works between two whose passphrase and key are the same, as the coretex suite makes them', async () => {
    const passphrase = `${bobsPassphrase} and again`;
    const ada = await newVault({ suite: 'coretex', passphrase });
    const bob = await newVault({ storeDir: ada.storeDir, name: 'Bob', suite: 'coretex', passphrase });
    const { id } = await ada.vault.secrets.add(draft);
    const shared = await ada.vault.secrets.share(id, [idOf(bob.vault)]);
    expect(names(shared.sharedWith)).toEqual(['Ada', 'Bob']);
    expect(await bob.vault.refresh()).toEqual([]);
    expect(await bob.vault.secrets.reveal(id, 'password')).toBe('first word');
    await ada.vault.lock();
    await bob.vault.lock();
  });

  it('goes to all when its owner deletes it for good: to those who could read it until then, too', async () => {
    const { ada, bob, id, lock } = await pair();
    await ada.vault.secrets.share(id, [idOf(bob.vault)]);
    await bob.vault.refresh();
    await ada.vault.secrets.unshare(id, [idOf(bob.vault)]);
    await bob.vault.refresh();
    expect(bob.vault.secrets.list()).toMatchObject([{ ended: true }]);
    await ada.vault.secrets.trash([id]);
    await ada.vault.secrets.purge([id]);
    expect(await bob.vault.refresh()).toEqual([]);
    expect(bob.vault.secrets.list()).toEqual([]);
    await lock();
  });
});

describe('a passphrase that was changed', () => {
  it('elsewhere raises no alarm about secrets on a computer that still has the old key, and hides none from it later', async () => {
    const { ada, id, storeDir, lock } = await pair();
    const other = await attach(storeDir, ada.vault, testPassphrase);
    await other.vault.refresh();
    await changePassphrase(ada.vault, testPassphrase);
    await ada.vault.secrets.edit(id, { name: 'Harbour office' });
    expect(codes(await other.vault.refresh())).toEqual(['changed-card']);
    expect(other.vault.secrets.list()).toMatchObject([{ name: 'Harbour', ended: false }]);
    await other.vault.lock();
    const unlocked = await unlock(other.profileDir, nextPassphrase);
    expect(await unlocked.refresh()).toEqual([]);
    expect(unlocked.secrets.list()).toMatchObject([{ name: 'Harbour office', ended: false }]);
    await unlocked.lock();
    await lock();
  });

  it('does not end the sharing for a reader whose other computer still has the old key', async () => {
    const { ada, bob, id, storeDir, lock } = await pair();
    await ada.vault.secrets.share(id, [idOf(bob.vault)]);
    await bob.vault.refresh();
    const other = await attach(storeDir, bob.vault, bobsPassphrase);
    await other.vault.refresh();
    await changePassphrase(bob.vault, bobsPassphrase);
    await ada.vault.refresh();
    expect(codes(await other.vault.refresh())).toEqual(['changed-card']);
    expect(other.vault.secrets.list()).toMatchObject([{ ended: false, version: 2 }]);
    await other.vault.lock();
    expect(await bob.vault.refresh()).toEqual([]);
    expect(bob.vault.secrets.list()).toMatchObject([{ ended: false, version: 3 }]);
    await lock();
  });

  it('leaves secrets alone that the store has lost, and seals the rest anew', async () => {
    const { ada, bob, id, storeDir, lock } = await pair();
    const lost = await ada.vault.secrets.add({ ...draft, name: 'Lost' });
    for (const each of [id, lost.id]) await ada.vault.secrets.share(each, [idOf(bob.vault)]);
    await changePassphrase(bob.vault, bobsPassphrase);
    await rm(join(storeDir, 'secrets', lost.id), { recursive: true });
    expect(new Set(codes(await ada.vault.refresh()))).toEqual(new Set(['rolled-back']));
    expect(ada.vault.secrets.resolve(id).version).toBe(3);
    await bob.vault.refresh();
    expect(await bob.vault.secrets.reveal(id, 'password')).toBe('first word');
    await lock();
  });
});

describe('promise 2: a single secret', () => {
  it('is not shared with an account whose card in the store was swapped, and nothing is written', async () => {
    const { ada, bob, id, storeDir, versions, lock } = await pair();
    await ada.vault.refresh();
    const stranger = await newVault({ storeDir, name: 'Bob', passphrase: 'sixteen green kites over the long wall' });
    const card = (account: Vault) => join(storeDir, 'accounts', idOf(account), '0000000001');
    await writeFile(card(bob.vault), await readFile(card(stranger.vault)));
    await expect(ada.vault.secrets.share(id, [idOf(bob.vault)])).rejects.toMatchObject({ code: 'changed-card' });
    expect(await versions()).toEqual(['0000000001']);
    await stranger.vault.lock();
    await lock();
  });
});

describe('promise 1: a shared secret', () => {
  it('that a store seals to one reader more, or drops a reader of, is refused by every reader', async () => {
    const { ada, bob, id, storeDir, objectPath, lock } = await pair();
    const carol = await newVault({ storeDir, name: 'Carol', passphrase: 'eleven calm otters carry red lamps uphill' });
    await ada.vault.secrets.share(id, [idOf(bob.vault)]);
    const theirs = await carol.vault.secrets.add(draft);
    type Sealed = { recipients: { header: { kid: string } }[] };
    const read = async (path: string) => JSON.parse(await readFile(path, 'utf8')) as Sealed;
    const original = await read(objectPath(2));
    const [carols] = (await read(join(storeDir, 'secrets', theirs.id, '0000000001'))).recipients;
    const bobsKid = (await Forger.of(storeDir, idOf(bob.vault), bobsPassphrase)).card.keys.wrap.kid;
    for (const recipients of [
      [...original.recipients, carols],
      original.recipients.filter(({ header }) => header.kid === bobsKid),
    ]) {
      await writeFile(objectPath(2), JSON.stringify({ ...original, recipients }));
      expect(codes(await bob.vault.refresh())).toEqual(['damaged']);
      expect(bob.vault.secrets.list()).toEqual([]);
    }
    await carol.vault.lock();
    await lock();
  });
});

describe('promise 3: a shared secret', () => {
  it('is taken over by nobody: a version that is not its owner’s is neither shown nor restored when asked for', async () => {
    const { ada, bob, id, storeDir, objectPath, lock } = await pair();
    await ada.vault.secrets.share(id, [idOf(bob.vault)]);
    const cards = await Promise.all([
      Forger.of(storeDir, idOf(ada.vault), testPassphrase),
      Forger.of(storeDir, idOf(bob.vault), bobsPassphrase),
    ]);
    const forger = cards[1];
    const { hash } = await forger.head(`secrets/${id}`);
    const time = new Date().toISOString();
    const forged = {
      ...{ id, version: 3, previous: hash, author: idOf(bob.vault), time, created: time, exposed: [] },
      ...{ recipients: [idOf(ada.vault), idOf(bob.vault)], type: 'credentials', name: 'Harbour', tags: [] },
      ...{ favourite: false, state: 'kept', fields: { password: 'forged' } },
    };
    const readers = cards.map(({ card }) => ({ suite: card.suite, wrap: card.keys.wrap }));
    const jws = Buffer.from(await forger.sign('secret', forged), 'latin1');
    await writeFile(objectPath(3), await sealForReaders(jws, readers));
    await ada.vault.refresh();
    for (const attempt of [
      () => ada.vault.secrets.get(id, 3),
      () => ada.vault.secrets.reveal(id, 'password', 3),
      () => ada.vault.secrets.restoreVersion(id, 3),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ code: 'damaged' });
    }
    expect((await ada.vault.secrets.history(id)).map(({ version }) => version)).toEqual([2, 1]);
    // a computer that sees the secret for the first time, with that version on top, comes to the same
    const fresh = await attach(storeDir, ada.vault, testPassphrase);
    expect(codes(await fresh.vault.refresh())).toEqual(['damaged']);
    expect(fresh.vault.secrets.list()).toMatchObject([{ mine: true, version: 2 }]);
    await fresh.vault.lock();
    await lock();
  });

  it('has one past: another one by its owner under a number that was seen is a rollback', async () => {
    const { ada, bob, id, storeDir, objectPath, lock } = await pair();
    await ada.vault.secrets.share(id, [idOf(bob.vault)]);
    await bob.vault.refresh();
    const owner = await Forger.of(storeDir, idOf(ada.vault), testPassphrase);
    const forger = await Forger.of(storeDir, idOf(bob.vault), bobsPassphrase);
    const seen = await readFile(objectPath(2));
    await rm(objectPath(2));
    const { hash } = await owner.head(`secrets/${id}`);
    const time = new Date().toISOString();
    const record = {
      ...{ id, version: 2, previous: hash, author: idOf(ada.vault), time, created: time, exposed: [] },
      ...{ recipients: [idOf(ada.vault), idOf(bob.vault)], type: 'credentials', name: 'Harbour', tags: [] },
      ...{ favourite: false, state: 'kept', fields: { password: 'another past' } },
    };
    const readers = [owner, forger].map(({ card }) => ({ suite: card.suite, wrap: card.keys.wrap }));
    const jws = Buffer.from(await owner.sign('secret', record), 'latin1');
    await writeFile(objectPath(2), await sealForReaders(jws, readers));
    await expect(bob.vault.secrets.reveal(id, 'password')).rejects.toMatchObject({ code: 'rolled-back' });
    await writeFile(objectPath(2), seen);
    expect(await bob.vault.secrets.reveal(id, 'password')).toBe('first word');
    await lock();
  });
});
