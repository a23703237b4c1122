import { readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { session } from '../../../main/vault/session.js';
import { newVault, passphraseBytes, temporaryFolder, unlock } from '../../vault-fixture.js';

const cardPath = async (storeDir: string): Promise<string> => {
  const [accountId] = await readdir(join(storeDir, 'accounts'));
  return join(storeDir, 'accounts', accountId!, '0000000001');
};

const directory = (path: string) => ({ kind: 'directory', path }) as const;

describe('a vault', () => {
  it('is made, locked, and unlocked with the same passphrase', async () => {
    const { vault, profileDir } = await newVault({ name: 'Ada Lovelace' });
    const account = vault.account();
    expect(account.name).toBe('Ada Lovelace');
    await vault.lock();
    const again = await unlock(profileDir);
    expect(again.account()).toEqual(account);
    expect(await again.refresh()).toEqual([]);
    await again.lock();
  });

  it('refuses a wrong passphrase with wrong-passphrase and nothing more', async () => {
    const { vault, profileDir } = await newVault();
    await vault.lock();
    await expect(unlock(profileDir, 'seven quiet herons read old maps at dawn')).rejects.toMatchObject({
      code: 'wrong-passphrase',
      message: 'That passphrase does not open this vault.',
      details: {},
    });
  });

  it('does not overwrite a profile', async () => {
    const { vault, profileDir, storeDir } = await newVault();
    await vault.lock();
    using passphrase = passphraseBytes();
    const request = { profileDir, location: directory(storeDir), name: 'B', passphrase, suite: 'vault', bits: 2048 };
    await expect(session.createVault(request as never)).rejects.toMatchObject({ code: 'vault-exists' });
  });

  it('tells a folder without a profile', async () => {
    expect(await session.readProfile(await temporaryFolder())).toBeNull();
    await expect(unlock(await temporaryFolder())).rejects.toMatchObject({ code: 'no-vault' });
  });

  it('answers nothing after locking', async () => {
    const { vault } = await newVault();
    const secret = await vault.secrets.add({ type: 'note', name: 'n', fields: { text: 'x' } });
    await vault.lock();
    const draft = { type: 'note', name: 'n', fields: { text: 'x' } } as const;
    await expect(vault.secrets.add(draft)).rejects.toMatchObject({ code: 'locked' });
    await expect(vault.secrets.reveal(secret.id, 'text')).rejects.toMatchObject({ code: 'not-found' });
    expect(vault.secrets.list()).toEqual([]);
  });

  it('joins a store as a new person, who sees nothing of the first', async () => {
    const ada = await newVault({ name: 'Ada' });
    await ada.vault.secrets.add({ type: 'note', name: 'ada only', fields: { text: 'x' } });
    const bob = await newVault({
      storeDir: ada.storeDir,
      name: 'Bob',
      passphrase: 'a different passphrase altogether',
    });
    expect(await bob.vault.refresh()).toEqual([]);
    expect(bob.vault.secrets.list()).toEqual([]);
    expect(bob.vault.account().id).not.toBe(ada.vault.account().id);
    await ada.vault.lock();
    await bob.vault.lock();
  });

  it('promise 6: two people with the same passphrase have different keys', async () => {
    const ada = await newVault({ name: 'Ada' });
    const bob = await newVault({ storeDir: ada.storeDir, name: 'Bob' });
    expect(ada.vault.account().fingerprintHex).not.toBe(bob.vault.account().fingerprintHex);
    await ada.vault.lock();
    await bob.vault.lock();
  });

  it('is attached on a second computer from the store and the passphrase alone', async () => {
    const { vault, storeDir } = await newVault();
    await vault.secrets.add({ type: 'credentials', name: 'db', fields: { username: 'u', password: 'p' } });
    await vault.lock();
    using passphrase = passphraseBytes();
    const profileDir = join(await temporaryFolder(), 'second');
    const second = await session.attachVault({ profileDir, location: directory(storeDir), passphrase });
    expect(await second.refresh()).toEqual([]);
    expect(second.secrets.list().map((secret) => secret.name)).toEqual(['db']);
    await second.lock();
    using wrong = passphraseBytes('nope');
    const third = join(await temporaryFolder(), 'third');
    const request = { profileDir: third, location: directory(storeDir), passphrase: wrong };
    await expect(session.attachVault(request)).rejects.toMatchObject({ code: 'wrong-passphrase' });
  });

  it('remembers on this computer until forgotten', async () => {
    const { vault, profileDir } = await newVault();
    using deviceKey = await vault.rememberKey();
    await vault.lock();
    const again = await session.unlockRemembered(profileDir, deviceKey);
    expect((await session.readProfile(profileDir))?.remembered).toBe(true);
    await again.forgetKey();
    await again.lock();
    await expect(session.unlockRemembered(profileDir, deviceKey)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('coretex suite: refuses a weak passphrase, saying its price, and takes a strong one', async () => {
    const weak = newVault({ suite: 'coretex', passphrase: 'password1' });
    await expect(weak).rejects.toMatchObject({ code: 'weak-passphrase' });
    const { vault, profileDir } = await newVault({ suite: 'coretex' });
    await vault.secrets.add({ type: 'git', name: 'g', fields: { token: 't' } });
    await vault.lock();
    const again = await unlock(profileDir);
    const [secret] = again.secrets.list();
    expect(await again.secrets.reveal(secret!.id, 'token')).toBe('t');
    await again.lock();
  });

  it('takes a passphrase of odd Unicode and of 1 MB', async () => {
    const odd = `Å\u0301 \u{1F510}\u0000\uFEFF ${'é'.repeat(1000)}`;
    const { vault, profileDir } = await newVault({ passphrase: odd });
    await vault.lock();
    await (await unlock(profileDir, odd.normalize('NFD'))).lock();
    const huge = 'x'.repeat(1_000_000);
    const second = await newVault({ passphrase: huge });
    await second.vault.lock();
    await (await unlock(second.profileDir, huge)).lock();
  });
});

describe('a store that misbehaves', () => {
  it('promise 4: a card with weaker key derivation is refused', async () => {
    const { vault, profileDir, storeDir } = await newVault();
    await vault.lock();
    const path = await cardPath(storeDir);
    const card = JSON.parse(await readFile(path, 'utf8')) as { payload: string };
    const payload = JSON.parse(Buffer.from(card.payload, 'base64url').toString('utf8')) as {
      kdf: { memoryKib: number };
    };
    payload.kdf.memoryKib = 8;
    card.payload = Buffer.from(JSON.stringify(payload)).toString('base64url');
    await writeFile(path, JSON.stringify(card));
    await expect(unlock(profileDir)).rejects.toMatchObject({ code: 'changed-card' });
    using passphrase = passphraseBytes();
    const request = { profileDir: join(await temporaryFolder(), 'p'), location: directory(storeDir), passphrase };
    await expect(session.attachVault(request)).rejects.toMatchObject({
      code: expect.stringMatching(/^(weak-parameters|damaged)$/) as string,
    });
  });

  it('promise 2: another card in place of the pinned one is an alarm', async () => {
    const { vault, profileDir, storeDir } = await newVault();
    await vault.lock();
    const other = await newVault({ name: 'Mallory' });
    await other.vault.lock();
    await writeFile(await cardPath(storeDir), await readFile(await cardPath(other.storeDir)));
    await expect(unlock(profileDir)).rejects.toMatchObject({ code: 'changed-card' });
  });

  it('promise 3: a store that lost the card is reported, and does not keep the owner out', async () => {
    const { vault, profileDir, storeDir } = await newVault();
    await vault.lock();
    await rm(join(storeDir, 'accounts'), { recursive: true });
    const again = await unlock(profileDir);
    expect((await again.refresh()).map((problem) => problem.code)).toContain('rolled-back');
    await again.lock();
  });

  it('unlocks and lists what was seen while the store is away, and goes on when it is back', async () => {
    const { vault, profileDir, storeDir } = await newVault();
    await vault.secrets.add({ type: 'note', name: 'seen', fields: { text: 'x' } });
    await vault.lock();
    await rename(storeDir, `${storeDir}-away`);
    const offline = await unlock(profileDir);
    expect(offline.secrets.list().map((secret) => secret.name)).toEqual(['seen']);
    await expect(offline.refresh()).rejects.toMatchObject({ code: 'store-missing' });
    await rename(`${storeDir}-away`, storeDir);
    expect(await offline.refresh()).toEqual([]);
    await offline.lock();
  });

  it('is not mistaken for another vault that stands in its place', async () => {
    const { vault, profileDir, storeDir } = await newVault();
    await vault.lock();
    const other = await newVault();
    await other.vault.lock();
    await rm(storeDir, { recursive: true });
    await rename(other.storeDir, storeDir);
    const again = await unlock(profileDir);
    await expect(again.refresh()).rejects.toMatchObject({ code: 'store-missing' });
    await again.lock();
  });
});

describe('changing the passphrase', () => {
  const next = 'nine loud otters sang new songs at noon';

  it('opens everything with the new one, history too, and nothing with the old one', async () => {
    const { vault, profileDir, storeDir } = await newVault();
    const secret = await vault.secrets.add({ type: 'credentials', name: 'db', fields: { password: 'first' } });
    await vault.secrets.edit(secret.id, { fields: { password: 'second' } });
    using current = passphraseBytes();
    using wanted = passphraseBytes(next);
    await vault.changePassphrase(current, wanted, 3072);
    expect(vault.account()).toMatchObject({ version: 2, bits: 3072 });
    await vault.lock();
    await expect(unlock(profileDir)).rejects.toMatchObject({ code: 'wrong-passphrase' });
    const again = await unlock(profileDir, next);
    expect(await again.refresh()).toEqual([]);
    expect(await again.secrets.reveal(secret.id, 'password')).toBe('second');
    expect(await again.secrets.reveal(secret.id, 'password', 1)).toBe('first');
    await again.lock();
    using passphrase = passphraseBytes(next);
    const second = { profileDir: join(await temporaryFolder(), 'p'), location: directory(storeDir), passphrase };
    const rebuilt = await session.attachVault(second);
    expect(await rebuilt.refresh()).toEqual([]);
    expect(await rebuilt.secrets.reveal(secret.id, 'password', 1)).toBe('first');
    await rebuilt.lock();
  });

  it('demands the current one', async () => {
    const { vault } = await newVault();
    using wrong = passphraseBytes('not it');
    using wanted = passphraseBytes(next);
    await expect(vault.changePassphrase(wrong, wanted, 2048)).rejects.toMatchObject({ code: 'wrong-passphrase' });
    expect(vault.account().version).toBe(1);
    await vault.lock();
  });

  it('promise 10: goes on where a crash stopped it, with the index key and records still sealed to the old key', async () => {
    const { vault, profileDir } = await newVault();
    const secret = await vault.secrets.add({ type: 'note', name: 'n', fields: { text: 'kept' } });
    const indexKey = await readFile(join(profileDir, 'index-key.jwe'));
    const index = await readFile(join(profileDir, 'index'));
    using current = passphraseBytes();
    using wanted = passphraseBytes(next);
    await vault.changePassphrase(current, wanted, 2048);
    await vault.lock();
    // the profile as it was right after the card was published
    await writeFile(join(profileDir, 'index-key.jwe'), indexKey);
    await writeFile(join(profileDir, 'index'), index);
    const again = await unlock(profileDir, next);
    expect(again.secrets.list()).toHaveLength(1);
    expect(await again.refresh()).toEqual([]);
    expect(await again.secrets.reveal(secret.id, 'text')).toBe('kept');
    await again.lock();
  });
});
