import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { generateEnrolmentCode } from '../../../../main/crypto/enrolment-proof.js';
import { SecretBytes } from '../../../../main/crypto/secret-bytes.js';
import { deriveMasterKey } from '../../../../main/engine/derive-master-key.js';
import { readNodeSecret } from '../../../../main/vault/nodes/node-secret.js';
import { session } from '../../../../main/vault/session.js';
import type { Vault } from '../../../../main/vault/vault.js';
import { newVault, passphraseBytes, temporaryFolder, unlock, type NewVault } from '../../../vault-fixture.js';

const strongSecret = ' Zr7-quokka-Umbrage-41-fjord-Vex-lantern\t'; // typed with spaces, which the coretex suite keeps

type Enrolling = Partial<Parameters<typeof session.enrolNode>[0]> & { name: string; storeDir: string };

const enrol = async ({ storeDir, ...request }: Enrolling): Promise<{ vault: Vault; profileDir: string }> => {
  const profileDir = join(await temporaryFolder(), 'node');
  const location = { kind: 'directory', path: storeDir } as const;
  const vault = await session.enrolNode({ profileDir, location, suite: 'vault', bits: 2048, ...request });
  return { vault, profileDir };
};

let ada: NewVault;
beforeAll(async () => {
  ada = await newVault({ name: 'Ada' });
}, 60_000);
afterEach(() => void vi.useRealTimers());
afterAll(() => ada.vault.lock());

describe('registering a node with a secret', () => {
  it('publishes the key that Coretex derives from the same bytes, and counts it as verified', async () => {
    using secret = passphraseBytes(strongSecret);
    using expected = await deriveMasterKey(secret, { suite: 'coretex', bits: 2048 });
    const node = await ada.vault.nodes.register({ name: 'gpu-1', suite: 'coretex', bits: 2048, secret });
    expect(node).toMatchObject({ name: 'gpu-1', kind: 'node', suite: 'coretex', verified: true, enrolled: false });
    const stored = await readFile(join(ada.storeDir, 'accounts', node.id, '0000000001'), 'latin1');
    const { payload } = JSON.parse(stored) as { payload: string };
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
      kdf: null,
      keys: { wrap: { n: expected.publicKeys.wrap.n } },
    });
    expect(secret.disposed).toBe(false); // the caller's
  });

  it('is found by everybody, and by its kind', async () => {
    const ben = await newVault({ name: 'gpu-1', storeDir: ada.storeDir });
    await ada.vault.refresh();
    await ben.vault.refresh();
    expect(await ben.vault.people.resolve('gpu-1', 'node')).toMatchObject({
      kind: 'node',
      verified: false,
      sameName: true,
    });
    await expect(ben.vault.people.resolve('gpu-1')).rejects.toMatchObject({ code: 'ambiguous-name' });
    await ben.vault.lock();
  });

  it('refuses a weak secret for a key that can be guessed at full speed, a taken name, and an empty secret', async () => {
    using weak = passphraseBytes('correct horse battery staple');
    const coretex = { suite: 'coretex', bits: 2048 } as const;
    const { nodes } = ada.vault;
    await expect(nodes.register({ name: 'weak', ...coretex, secret: weak })).rejects.toMatchObject({
      code: 'weak-passphrase',
    });
    await expect(nodes.register({ name: 'gpu-1', ...coretex, secret: weak })).rejects.toMatchObject({
      code: 'already-exists',
    });
    using empty = SecretBytes.take(new Uint8Array());
    const registering = nodes.register({ name: 'empty', suite: 'vault', bits: 2048, secret: empty });
    await expect(registering).rejects.toMatchObject({ code: 'invalid-input' });
    expect((await ada.vault.people.list()).filter(({ kind }) => kind === 'node')).toHaveLength(1);
  });
});

describe('enrolling a node on the node itself', () => {
  it('makes a secret that nobody typed, keeps it for its owner alone, and opens with it', async () => {
    const { vault, profileDir } = await enrol({ name: 'gpu-2', storeDir: ada.storeDir });
    expect(vault.account()).toMatchObject({ kind: 'node', name: 'gpu-2', suite: 'vault' });
    await vault.lock();
    using secret = (await readNodeSecret(profileDir))!;
    expect(secret.bytes.toString('latin1')).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect((await stat(join(profileDir, 'node-secret'))).mode & 0o777).toBe(0o600);
    const again = await session.unlockVault(profileDir, secret);
    expect(await again.refresh()).toEqual([]);
    await again.lock();
    await ada.vault.refresh();
    expect(await ada.vault.people.resolve('gpu-2')).toMatchObject({ verified: false, enrolled: false, alarm: '' });
  });

  it('goes on opening by itself after its secret was changed', async () => {
    const { vault, profileDir } = await enrol({ name: 'gpu-changed', storeDir: ada.storeDir });
    using current = (await readNodeSecret(profileDir))!;
    using next = passphraseBytes('another secret of this machine');
    await vault.changePassphrase(current, next, 2048);
    await vault.lock();
    using kept = (await readNodeSecret(profileDir))!;
    expect(kept.equals(next)).toBe(true);
    await (await session.unlockVault(profileDir, kept)).lock();
  });

  it('never begins a store, and makes nothing where there is none', async () => {
    const storeDir = join(await temporaryFolder(), 'none');
    await expect(enrol({ name: 'lost', storeDir })).rejects.toMatchObject({ code: 'store-missing' });
    await expect(stat(storeDir)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('takes a secret as it was given, if it is strong enough for its suite', async () => {
    using secret = passphraseBytes(strongSecret);
    const { vault, profileDir } = await enrol({ name: 'gpu-3', storeDir: ada.storeDir, suite: 'coretex', secret });
    await vault.lock();
    expect(await readFile(join(profileDir, 'node-secret'), 'utf8')).toBe(strongSecret);
    using weak = passphraseBytes('password1');
    const enrolling = enrol({ name: 'x', storeDir: ada.storeDir, suite: 'coretex', secret: weak });
    await expect(enrolling).rejects.toMatchObject({ code: 'weak-passphrase' });
  });

  it('is attached again by its id, and never by the name that a person may have too', async () => {
    using secret = passphraseBytes(strongSecret);
    const { id } = await ada.vault.people.resolve('gpu-1', 'node');
    const location = { kind: 'directory', path: ada.storeDir } as const;
    const profileDir = join(await temporaryFolder(), 'again');
    const vault = await session.attachVault({ profileDir, location, who: id, passphrase: secret });
    expect(vault.account()).toMatchObject({ id, kind: 'node' });
    await vault.lock();
    const other = { profileDir: `${profileDir}2`, location, who: 'gpu-2', passphrase: secret };
    await expect(session.attachVault(other)).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('a one-time code', () => {
  it('verifies the first node that comes with it, for the account that gave it out and for no other', async () => {
    const ben = await newVault({ name: 'Ben', storeDir: ada.storeDir });
    const { code, name, expires } = await ada.vault.nodes.invite(' gpu-4 ');
    expect(name).toBe('gpu-4');
    expect(Date.parse(expires) - Date.now()).toBeGreaterThan(6.9 * 24 * 3600_000);
    expect((await ada.vault.nodes.enrolments()).map((one) => one.code)).toEqual([code]);
    const { vault } = await enrol({ name: 'gpu-4', storeDir: ada.storeDir, code: code.toLowerCase() });
    let heard = 0;
    ada.vault.on('people-changed', () => (heard += 1));
    expect(await ada.vault.refresh()).toEqual([]);
    expect(heard).toBeGreaterThan(0);
    expect(await ada.vault.people.resolve('gpu-4')).toMatchObject({
      verified: true,
      enrolled: true,
      fingerprintHex: vault.account().fingerprintHex,
    });
    expect(await ada.vault.nodes.enrolments()).toEqual([]);
    await ben.vault.refresh();
    expect(await ben.vault.people.resolve('gpu-4')).toMatchObject({ verified: false, enrolled: false, alarm: '' });
    await vault.lock();
    await ben.vault.lock();
  });

  it('is kept sealed: neither the store nor the profile shows it', async () => {
    const { code } = await ada.vault.nodes.invite('gpu-sealed');
    const sealed = await readFile(join(ada.profileDir, 'enrolments'), 'latin1');
    expect(sealed).not.toContain(code);
    expect(sealed).not.toContain('gpu-sealed');
    await ada.vault.lock();
    ada = { ...ada, vault: await unlock(ada.profileDir) };
    expect((await ada.vault.nodes.enrolments()).map((one) => one.name)).toEqual(['gpu-sealed']);
    await ada.vault.nodes.withdraw(code.replaceAll('-', ''));
    expect(await ada.vault.nodes.enrolments()).toEqual([]);
    await expect(ada.vault.nodes.withdraw(code)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('proves nothing when it is another one, or for another name; with a typing error it is refused on the node', async () => {
    const { code } = await ada.vault.nodes.invite('gpu-5');
    const wrong = await enrol({ name: 'gpu-5', storeDir: ada.storeDir, code: generateEnrolmentCode() });
    await wrong.vault.lock();
    const typo = code.slice(0, -1) + (code.endsWith('0') ? '1' : '0');
    const enrolling = enrol({ name: 'gpu-5', storeDir: ada.storeDir, code: typo });
    await expect(enrolling).rejects.toMatchObject({ code: 'invalid-input' });
    expect(await ada.vault.refresh()).toEqual([]);
    expect(await ada.vault.people.resolve('gpu-5')).toMatchObject({ verified: false, enrolled: false, alarm: '' });
    expect(await ada.vault.nodes.enrolments()).toHaveLength(1);
    const renamed = await enrol({ name: 'gpu-five', storeDir: ada.storeDir, code });
    await renamed.vault.lock();
    await ada.vault.refresh();
    expect(await ada.vault.people.resolve('gpu-five')).toMatchObject({ verified: false, enrolled: false });
    // whoever gave it out is told, until they have seen it
    expect(await ada.vault.nodes.enrolments()).toMatchObject([{ name: 'gpu-5', usedBy: ['gpu-five'] }]);
    await ada.vault.nodes.withdraw(code);
    expect(await ada.vault.nodes.enrolments()).toEqual([]);
  });

  it('promise 2: used a second time is an alarm: neither node is verified by it, and nothing is shared with the second', async () => {
    const { code } = await ada.vault.nodes.invite('gpu-6');
    const first = await enrol({ name: 'gpu-6', storeDir: ada.storeDir, code });
    expect(await ada.vault.refresh()).toEqual([]);
    const second = await enrol({ name: 'gpu-6', storeDir: ada.storeDir, code });
    const [secondId, firstId] = [second.vault.account().id, first.vault.account().id];
    expect((await ada.vault.refresh()).map(({ code: of }) => of)).toEqual(['changed-card']);
    expect(await ada.vault.people.resolve(firstId)).toMatchObject({ verified: false, enrolled: true, alarm: '' });
    const { alarm, verified } = await ada.vault.people.resolve(secondId);
    expect(verified).toBe(false);
    expect(alarm).toMatch(/Two nodes came with the one-time code.*“gpu-6”.*Compare/s);
    const project = await ada.vault.projects.create('p6');
    const authorizing = ada.vault.projects.authorizeNode(project.id, secondId);
    await expect(authorizing).rejects.toMatchObject({ code: 'changed-card' });

    // a person's own comparison settles it for the first, across restarts
    await ada.vault.people.verify(firstId, first.vault.account().fingerprintHex);
    await ada.vault.lock();
    ada = { ...ada, vault: await unlock(ada.profileDir) };
    expect((await ada.vault.refresh()).map(({ code: of }) => of)).toEqual(['changed-card']);
    expect(await ada.vault.people.resolve(firstId)).toMatchObject({ verified: true });
    expect((await ada.vault.projects.authorizeNode(project.id, firstId)).nodes).toBe(1);
    // withdrawing the code ends the alarm, and verifies nobody
    expect(await ada.vault.nodes.enrolments()).toMatchObject([{ usedBy: ['gpu-6', 'gpu-6'] }]);
    await ada.vault.nodes.withdraw(code);
    expect(await ada.vault.refresh()).toEqual([]);
    expect(await ada.vault.people.resolve(secondId)).toMatchObject({ verified: false, alarm: '' });
    await first.vault.lock();
    await second.vault.lock();
  }, 60_000);

  it('proves nothing after seven days', async () => {
    const { code } = await ada.vault.nodes.invite('gpu-7');
    const late = await enrol({ name: 'gpu-7', storeDir: ada.storeDir, code });
    await late.vault.lock();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 7 * 24 * 3600_000 + 1000 });
    expect(await ada.vault.nodes.enrolments()).toEqual([]);
    await ada.vault.refresh();
    expect(await ada.vault.people.resolve('gpu-7')).toMatchObject({ verified: false, enrolled: false, alarm: '' });
  });
});

describe('the environment of a node', () => {
  it('is for nodes alone', async () => {
    await expect(ada.vault.nodes.environment()).rejects.toMatchObject({ code: 'not-allowed' });
  });
});
