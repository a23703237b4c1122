import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FlattenedSign } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseCard } from '../../../../main/crypto/account-card.js';
import type { Vault } from '../../../../main/vault/vault.js';
import { vectorKey } from '../../../vectors/records-vectors.js';
import { newVault, passphraseBytes, unlock, type NewVault } from '../../../vault-fixture.js';

const cardPath = (storeDir: string, id: string, version = 1): string =>
  join(storeDir, 'accounts', id, String(version).padStart(10, '0'));

/** Puts other bytes where the store is read-only to honest programs. */
const put = async (path: string, bytes: Uint8Array | string): Promise<void> => {
  await rm(path, { force: true });
  await writeFile(path, bytes);
};

const problemsOf = async (vault: Vault): Promise<string[]> => (await vault.refresh()).map(({ code }) => code);

describe('people', () => {
  let ada: NewVault;
  let ben: NewVault;
  beforeAll(async () => {
    ada = await newVault({ name: 'Ada' });
    ben = await newVault({ name: 'Ben', storeDir: ada.storeDir });
    expect(await ada.vault.refresh()).toEqual([]);
  }, 60_000);
  afterAll(async () => {
    await ada.vault.lock();
    await ben.vault.lock();
  });

  it('are the accounts of the store, oneself first, and each sees the same fingerprints', async () => {
    const people = await ada.vault.people.list();
    expect(people.map(({ name, isSelf, verified, alarm }) => ({ name, isSelf, verified, alarm }))).toEqual([
      { name: 'Ada', isSelf: true, verified: true, alarm: '' },
      { name: 'Ben', isSelf: false, verified: false, alarm: '' },
    ]);
    expect(people[1]?.fingerprintHex).toBe(ben.vault.account().fingerprintHex);
    expect(Date.now() - Date.parse(people[1]!.firstSeen)).toBeLessThan(60_000);
    await ben.vault.refresh();
    expect((await ben.vault.people.list()).map(({ name }) => name)).toEqual(['Ben', 'Ada']);
  });

  it('are told of when they are new, and only then', async () => {
    let heard = 0;
    const stop = ada.vault.on('people-changed', () => (heard += 1));
    await ada.vault.refresh();
    expect(heard).toBe(0);
    const cleo = await newVault({ name: 'Cleo', storeDir: ada.storeDir });
    await cleo.vault.lock();
    await ada.vault.refresh();
    expect(heard).toBe(1);
    stop();
  });

  it('are told of also when something else has met them before the refresh: a signature of theirs, or the command beside the app', async () => {
    const dora = await newVault({ name: 'Dora', storeDir: ada.storeDir });
    await dora.vault.lock();
    const beside = await unlock(ada.profileDir);
    await beside.refresh();
    await beside.lock();
    let heard = 0;
    const stop = ada.vault.on('people-changed', () => (heard += 1));
    await ada.vault.refresh();
    await ada.vault.refresh();
    expect(heard).toBe(1);
    stop();
  });

  it('are found by name, then whatever the case, and by id; not when two have the name', async () => {
    const { people } = ada.vault;
    expect((await people.resolve('Ben')).isSelf).toBe(false);
    expect((await people.resolve('ben')).id).toBe(ben.vault.account().id);
    await expect(people.resolve('Ben', 'node')).rejects.toMatchObject({ code: 'not-found' });
    await expect(people.resolve('Nobody')).rejects.toMatchObject({ code: 'not-found' });
    const other = await newVault({ name: 'BEN', storeDir: ada.storeDir });
    await ada.vault.refresh();
    expect((await people.resolve('Ben')).id).toBe(ben.vault.account().id);
    await expect(people.resolve('ben')).rejects.toMatchObject({ code: 'ambiguous-name' });
    expect((await people.resolve(other.vault.account().id)).sameName).toBe(true);
    expect((await people.resolve('Ada')).sameName).toBe(false);
    await other.vault.lock();
  });

  it('promise 2: are verified by all seven words or all 64 digits, however they are typed, and never by less', async () => {
    const { people } = ada.vault;
    const { id, fingerprintWords: words, fingerprintHex: hex } = ben.vault.account();
    const colons = hex.toUpperCase().replace(/(..)(?!$)/g, '$1:');
    for (const text of [words.join(' '), words.join(', ').toUpperCase(), words.join('-'), ` ${hex}\n`, colons]) {
      expect((await people.byFingerprint(text)).id).toBe(id);
    }
    const tooShort = [
      words.slice(0, 6).join(' '),
      hex.slice(0, 32),
      hex.slice(0, 63),
      words[0]!,
      '',
      `${words.join(' ')} x`,
    ];
    for (const text of tooShort) {
      await expect(people.byFingerprint(text), text).rejects.toMatchObject({ code: 'invalid-input' });
    }
    const others = [...words.slice(1), words[0]!].join(' ');
    await expect(people.byFingerprint(others)).rejects.toMatchObject({ code: 'not-found' });
    await expect(people.byFingerprint('0'.repeat(64))).rejects.toMatchObject({ code: 'not-found' });
  });

  it('stay verified on this computer until the mark is taken back', async () => {
    const { people } = ada.vault;
    const { id, fingerprintHex } = ben.vault.account();
    expect(await people.verify(id, fingerprintHex)).toMatchObject({
      verified: true,
      keyChanged: false,
      enrolled: false,
    });
    await ada.vault.lock();
    ada = { ...ada, vault: await unlock(ada.profileDir) };
    expect(await ada.vault.people.resolve(id)).toMatchObject({ verified: true });
    expect(await ada.vault.people.unverify(id)).toMatchObject({ verified: false });
    await expect(ada.vault.people.verify('0'.repeat(32), fingerprintHex)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('promise 2: are not marked by another fingerprint than the one that is pinned', async () => {
    const { id } = ben.vault.account();
    const wrong = ada.vault.account().fingerprintHex;
    await expect(ada.vault.people.verify(id, wrong)).rejects.toMatchObject({ code: 'changed-card' });
    expect(await ada.vault.people.resolve(id)).toMatchObject({ verified: false });
  });
});

describe('a passphrase change of somebody else', () => {
  it('is followed by its signature, without an alarm, and shown to who verified the old key', async () => {
    const ada = await newVault({ name: 'Ada' });
    const ben = await newVault({ name: 'Ben', storeDir: ada.storeDir });
    await ada.vault.refresh();
    const before = ben.vault.account();
    await ada.vault.people.verify(before.id, before.fingerprintHex);
    using current = passphraseBytes();
    using next = passphraseBytes('a new one of several plain words');
    await ben.vault.changePassphrase(current, next, 2048);
    expect(await problemsOf(ada.vault)).toEqual([]);
    const after = await ada.vault.people.resolve('Ben');
    expect(after).toMatchObject({ version: 2, verified: true, keyChanged: true, alarm: '' });
    expect(after.fingerprintHex).toBe(ben.vault.account().fingerprintHex);
    const stale = ada.vault.people.byFingerprint(before.fingerprintWords.join(' '));
    await expect(stale).rejects.toMatchObject({ code: 'not-found', message: expect.stringContaining('Ben') as string });
    await expect(ada.vault.people.verify(before.id, before.fingerprintHex)).rejects.toMatchObject({
      code: 'changed-card',
    });
    const again = await ada.vault.people.verify(before.id, after.fingerprintHex);
    expect(again).toMatchObject({ verified: true, keyChanged: false });
    await ada.vault.lock();
    await ben.vault.lock();
  }, 60_000);
});

describe('a store that shows another card than the pinned one', () => {
  let ada: NewVault;
  let ben: NewVault;
  let benId: string;
  let honest: Buffer;
  beforeAll(async () => {
    ada = await newVault({ name: 'Ada' });
    ben = await newVault({ name: 'Ben', storeDir: ada.storeDir });
    benId = ben.vault.account().id;
    await ada.vault.refresh();
    honest = await readFile(cardPath(ada.storeDir, benId));
  }, 60_000);
  afterAll(async () => {
    await ada.vault.lock();
    await ben.vault.lock();
  });

  /** A card of Ben's account, by whoever holds these keys. */
  const forged = async (change: (card: Record<string, unknown>) => object): Promise<string> => {
    const key = await vectorKey('ada');
    const payload = Buffer.from(JSON.stringify(change({ ...parseCard(honest) })));
    const jws = await new FlattenedSign(payload)
      .setProtectedHeader({ alg: key.signingAlg, kid: key.publicKeys.sign.kid, typ: 'coretex-vault/v1/account-card' })
      .sign(key.signingKey);
    const signature = { protected: jws.protected, signature: jws.signature };
    key.dispose();
    return JSON.stringify({ payload: payload.toString('base64url'), signatures: [signature] });
  };

  const expectAlarm = async (code: string): Promise<void> => {
    expect(await problemsOf(ada.vault)).toEqual([code]);
    const person = await ada.vault.people.resolve('Ben');
    expect(person.fingerprintHex).toBe(ben.vault.account().fingerprintHex); // the old pin is kept
    expect(person.alarm).toMatch(/“Ben”.*Nothing is shared with it.*(Ask|Update)/s);
    await expect(ada.vault.people.verify(benId, person.fingerprintHex)).rejects.toMatchObject({ code });
    const project = await ada.vault.projects.create(`shared under ${code}`);
    await expect(ada.vault.projects.addMember(project.id, benId, 'viewer')).rejects.toMatchObject({ code });
    expect((await ada.vault.projects.members(project.id)).map(({ name }) => name)).toEqual(['Ada']);
  };

  const expectAllWell = async (): Promise<void> => {
    expect(await problemsOf(ada.vault)).toEqual([]);
    expect(await ada.vault.people.resolve('Ben')).toMatchObject({ alarm: '' });
  };

  it('promise 2: raises an alarm, stops sharing and keeps the old pin, until the store is honest again', async () => {
    const key = await vectorKey('ada');
    await put(cardPath(ada.storeDir, benId), await forged((card) => ({ ...card, keys: key.publicKeys })));
    key.dispose();
    await expectAlarm('changed-card');
    await ada.vault.lock();
    ada = { ...ada, vault: await unlock(ada.profileDir) };
    await expectAlarm('changed-card');
    await put(cardPath(ada.storeDir, benId), honest);
    await expectAllWell();
  });

  it('promise 2: refuses a next version that the old key did not sign', async () => {
    const path = cardPath(ada.storeDir, benId, 2);
    await put(path, await forged((card) => ({ ...card, version: 2 })));
    await expectAlarm('damaged');
    await rm(path);
    await expectAllWell();
  });

  it('promise 4: refuses a next version with a weaker key derivation', async () => {
    const path = cardPath(ada.storeDir, benId, 2);
    const weak = { alg: 'argon2id', memoryKib: 8, iterations: 1, parallelism: 1, salt: 'AAAAAAAAAAAAAAAAAAAAAA' };
    await put(path, await forged((card) => ({ ...card, version: 2, kdf: weak })));
    await expectAlarm('weak-parameters');
    await rm(path);
    await expectAllWell();
  });

  it('promise 3: reports a card that the store lost, and one that it replays', async () => {
    const path = cardPath(ada.storeDir, benId);
    await rm(path);
    await expectAlarm('rolled-back');
    await put(path, honest);
    await expectAllWell();

    using current = passphraseBytes();
    using next = passphraseBytes('a new one of several plain words');
    await ben.vault.changePassphrase(current, next, 2048);
    await expectAllWell();
    const second = cardPath(ada.storeDir, benId, 2);
    const newer = await readFile(second);
    await rm(second);
    await expectAlarm('rolled-back');
    await put(second, honest); // version 1 in the place of version 2
    await expectAlarm('changed-card');
    await put(second, newer);
    await expectAllWell();
  });

  it('does not take in a stranger whose first card is bad, and says so', async () => {
    const id = 'f'.repeat(32);
    await mkdir(join(ada.storeDir, 'accounts', id), { recursive: true });
    await put(cardPath(ada.storeDir, id), honest);
    expect(await problemsOf(ada.vault)).toEqual(['damaged']);
    expect((await ada.vault.people.list()).map(({ name }) => name)).toEqual(['Ada', 'Ben']);
    const project = await ada.vault.projects.create('p');
    await expect(ada.vault.projects.addMember(project.id, id, 'viewer')).rejects.toMatchObject({ code: 'damaged' });
    const nobody = '0'.repeat(32);
    const adding = ada.vault.projects.addMember(project.id, nobody, 'viewer');
    await expect(adding).rejects.toMatchObject({ code: 'no-master-key' });
  });
});
