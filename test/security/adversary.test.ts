import { cp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { VaultError } from '../../app/errors.js';
import { createCard } from '../../main/crypto/account-card.js';
import { deriveRecordKey, openWithKey } from '../../main/crypto/keyed-record.js';
import { openSealed } from '../../main/crypto/sealed-record.js';
import { containerRoot } from '../../main/crypto/container-root.js';
import { deriveFileKeys } from '../../main/crypto/file-keys.js';
import type { SecretBytes } from '../../main/crypto/secret-bytes.js';
import { openContainer } from '../../main/crypto/whole-container.js';
import { session } from '../../main/vault/session.js';
import type { Vault } from '../../main/vault/vault.js';
import { Forger } from '../forger.js';
import { newVault, passphraseBytes, temporaryFolder } from '../vault-fixture.js';
import { livePaths, readAll, upload, write } from '../unit/vault/project-fixture.js';

/**
 * Adversaries with everything that they could have: an account of their own, keys that they once held, and the store itself.
 * Each attack is detected or harmless. The names say which promise of docs/protocol.md section 8 is tried.
 */
const secretsOf = {
  Bob: 'nine loud ravens fold blue maps at noon',
  Carol: 'eleven calm otters carry red lamps uphill',
};
const idOf = (vault: Vault): string => vault.account().id;
const codes = (problems: readonly VaultError[]): string[] => problems.map(({ code }) => code);

const team = async (role: 'viewer' | 'editor' | 'admin') => {
  const ada = await newVault();
  const { storeDir } = ada;
  const bob = await newVault({ storeDir, name: 'Bob', passphrase: secretsOf.Bob });
  const carol = await newVault({ storeDir, name: 'Carol', passphrase: secretsOf.Carol });
  const sources = await temporaryFolder();
  const project = await ada.vault.projects.create('Tide tables');
  await upload(ada.vault, project.id, await write(sources, { 'old.txt': 'what Bob could read' }));
  await ada.vault.projects.addMember(project.id, idOf(bob.vault), role);
  await ada.vault.projects.addMember(project.id, idOf(carol.vault), 'editor');
  expect(await bob.vault.refresh()).toEqual([]);
  expect(await carol.vault.refresh()).toEqual([]);
  const forger = await Forger.of(storeDir, idOf(bob.vault), secretsOf.Bob);
  const lock = async () => {
    for (const { vault } of [ada, bob, carol]) await vault.lock();
  };
  return { ada, bob, carol, project, storeDir, sources, forger, lock };
};

const everyObject = async (storeDir: string): Promise<string[]> =>
  (await readdir(storeDir, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

/** Whether a key opens a blob that holds one of the texts of these tests, whatever its record says. */
const opensBlob = (path: string, stored: Buffer, projectId: string, key: SecretBytes): boolean => {
  const blobId = path.split('/').at(-1)!;
  using keys = deriveFileKeys(key.bytes, blobId);
  const root = containerRoot(stored.subarray(0, 64), stored.subarray(-32));
  const lengths = ['what Bob could read', 'what Bob may not read'].map((text) => text.length);
  return lengths.some((bytes) => {
    try {
      openContainer(stored, keys, { projectId, blobId, epoch: 2 }, { bytes, root });
      return true;
    } catch {
      return false;
    }
  });
};

describe('promise 5: a former member with the old keys and the whole store', () => {
  it('opens no secret, record, name or blob that was written after the removal', async () => {
    const { ada, bob, carol, project, storeDir, sources, forger, lock } = await team('admin');
    const before = new Set(await everyObject(storeDir));
    await ada.vault.projects.removeMember(project.id, idOf(bob.vault));
    await ada.vault.files.rekey(project.id);
    await ada.vault.projects.rename(project.id, 'After Bob');
    await upload(ada.vault, project.id, await write(sources, { 'new.txt': 'what Bob may not read' }));
    await ada.vault.secrets.add({ type: 'note', name: 'Later', fields: { text: 'kept from Bob' } });
    await ada.vault.projects.addReceipt(project.id, { command: 'train.py', secrets: [], files: ['new.txt'] });
    expect(await carol.vault.refresh()).toEqual([]);
    expect(livePaths(carol.vault, project.id).sort()).toEqual(['new.txt', 'old.txt']);
    expect(await readAll(carol.vault, project.id, 'old.txt')).toBe('what Bob could read');

    const keys = await forger.projectKeys(project.id);
    expect([...keys.keys()]).toEqual([1]);
    const old = keys.get(1)!;
    const carols = await Forger.of(storeDir, idOf(carol.vault), secretsOf.Carol);
    const current = (await carols.projectKeys(project.id)).get(2)!;
    const written = (await everyObject(storeDir)).filter((path) => !before.has(path));
    const kinds = { secrets: 0, files: 0, blobs: 0, log: 0 };
    for (const path of written) {
      const stored = await readFile(path);
      if (path.includes('/secrets/')) {
        kinds.secrets += 1;
        await expect(openSealed(stored, forger.key)).rejects.toMatchObject({ code: 'not-a-reader' });
      } else if (path.includes('/files/')) {
        kinds.files += 1;
        using key = deriveRecordKey(old, project.id, 'file-record');
        await expect(openWithKey(stored.toString('latin1'), () => key)).rejects.toMatchObject({ code: 'damaged' });
      } else if (path.includes('/blobs/')) {
        kinds.blobs += 1;
        expect(opensBlob(path, stored, project.id, current)).toBe(true);
        expect(opensBlob(path, stored, project.id, old)).toBe(false);
      } else if (path.includes('/log/')) {
        kinds.log += 1;
        const { operation } = JSON.parse(
          Buffer.from(stored.toString('latin1').split('.')[1]!, 'base64url').toString(),
        ) as { operation: Record<string, string> };
        for (const [member, purpose] of [
          ['name', 'project-name'],
          ['earlier', 'earlier-key'],
          ['sealed', 'receipt'],
        ] as const) {
          const sealed = operation[member];
          if (sealed === undefined) continue;
          using key = deriveRecordKey(old, project.id, purpose);
          await expect(openWithKey(sealed, () => key)).rejects.toMatchObject({ code: 'damaged' });
        }
      }
    }
    for (const count of Object.values(kinds)) expect(count).toBeGreaterThan(1);
    await lock();
  });

  it('is shown nothing new by a store that hides the removal from them', async () => {
    const { ada, bob, project, storeDir, sources, lock } = await team('editor');
    await ada.vault.projects.removeMember(project.id, idOf(bob.vault));
    await upload(ada.vault, project.id, await write(sources, { 'new.txt': 'what Bob may not read' }));
    await rm(join(storeDir, 'projects', project.id, 'log', '0000000004'));
    using passphrase = passphraseBytes(secretsOf.Bob);
    const fresh = await session.attachVault({
      profileDir: join(await temporaryFolder(), 'profile'),
      location: { kind: 'directory', path: storeDir },
      who: 'Bob',
      passphrase,
    });
    await fresh.refresh();
    expect(livePaths(fresh, project.id)).toEqual(['old.txt']);
    await fresh.lock();
    await lock();
  });

  it('cannot write as if in the past, once the files were re-encrypted', async () => {
    const { ada, bob, carol, project, forger, lock } = await team('editor');
    const then = await forger.head(`projects/${project.id}/log`);
    const old = (await forger.projectKeys(project.id)).get(1)!;
    const [known] = carol.vault.files.list(project.id);
    await ada.vault.projects.removeMember(project.id, idOf(bob.vault));
    await ada.vault.files.rekey(project.id);
    expect(await carol.vault.refresh()).toEqual([]);
    const log = { sequence: then.version, hash: then.hash };
    const of = { project: project.id, epoch: 1, log };
    await forger.putFileRecord({ ...of, id: 'e'.repeat(32), version: 1, previous: null, path: 'planted' }, old);
    const { version, hash } = await forger.head(`projects/${project.id}/files/${known!.id}`);
    await forger.putFileRecord(
      { ...of, id: known!.id, version: version + 1, previous: hash, path: 'overwritten', trashed: true },
      old,
    );
    for (const { vault } of [ada, carol]) {
      expect(codes(await vault.refresh())).toEqual(['damaged', 'damaged']);
      expect(livePaths(vault, project.id)).toEqual(['old.txt']);
      expect(await readAll(vault, project.id, 'old.txt')).toBe('what Bob could read');
    }
    await lock();
  });
});

describe('promise 3: a member who forges', () => {
  it('a role: the entry has no effect, is told, and the log goes on', async () => {
    const { ada, bob, carol, project, forger, lock } = await team('editor');
    await forger.appendToLog(project.id, { type: 'set-role', member: idOf(bob.vault), role: 'owner' });
    const problems = await carol.vault.refresh();
    expect(codes(problems)).toEqual(['damaged']);
    expect(problems[0]?.message).toMatch(/“Bob”.*no effect/);
    const bobsRole = async (vault: Vault) =>
      (await vault.projects.members(project.id)).find(({ name }) => name === 'Bob')?.access;
    expect(await bobsRole(carol.vault)).toBe('editor');
    await ada.vault.refresh();
    await ada.vault.projects.setRole(project.id, idOf(bob.vault), 'viewer');
    await carol.vault.refresh();
    expect(await bobsRole(carol.vault)).toBe('viewer');
    const lines = await carol.vault.projects.log(project.id, { limit: 3 });
    expect(lines.map((line) => [line.actorName, line.void])).toEqual([
      ['Ada', false],
      ['Bob', true],
      ['Ada', false],
    ]);
    expect((await carol.vault.projects.verifyLog(project.id)).entries).toBe(5);
    await lock();
  });

  it('somebody else’s signature: the log ends there, and nothing changes', async () => {
    const { ada, bob, project, forger, lock } = await team('editor');
    await forger.appendToLog(project.id, { type: 'set-role', member: idOf(bob.vault), role: 'owner' }, idOf(ada.vault));
    expect(codes(await ada.vault.refresh())).toEqual(['damaged']);
    expect(ada.vault.projects.resolve(project.id)).toMatchObject({ role: 'owner', members: 3 });
    await lock();
  });

  it('a file, being only a viewer: it has no effect, is told, and the next honest version goes on top', async () => {
    const { ada, carol, project, sources, forger, lock } = await team('viewer');
    const head = await forger.head(`projects/${project.id}/log`);
    const key = (await forger.projectKeys(project.id)).get(1)!;
    const of = { project: project.id, epoch: 1, log: { sequence: head.version, hash: head.hash } };
    const [known] = ada.vault.files.list(project.id);
    const { version, hash } = await forger.head(`projects/${project.id}/files/${known!.id}`);
    await forger.putFileRecord(
      { ...of, id: known!.id, version: version + 1, previous: hash, path: 'gone', trashed: true },
      key,
    );
    await forger.putFileRecord({ ...of, id: 'e'.repeat(32), version: 1, previous: null, path: 'planted' }, key);
    for (const { vault } of [ada, carol]) {
      const problems = await vault.refresh();
      expect(codes(problems)).toEqual(['damaged', 'damaged']);
      expect(livePaths(vault, project.id)).toEqual(['old.txt']);
    }
    await upload(ada.vault, project.id, await write(sources, { 'old.txt': 'written over it by Ada' }));
    await carol.vault.refresh();
    expect(await readAll(carol.vault, project.id, 'old.txt')).toBe('written over it by Ada');
    await lock();
  });

  it('a key: one that is not the log’s is never used', async () => {
    const { ada, bob, carol, project, lock } = await team('admin');
    const forger = await Forger.of(ada.storeDir, idOf(bob.vault), secretsOf.Bob);
    await forger.appendToLog(project.id, {
      ...{ type: 'rotate', epoch: 2, commitment: 'A'.repeat(43), name: 'x.y.z', earlier: 'x.y.z', earlierEpoch: 1 },
    });
    expect(codes(await carol.vault.refresh())).toEqual(['damaged']);
    expect(carol.vault.projects.resolve(project.id)).toMatchObject({ name: 'Tide tables', epoch: 2 });
    expect(await readAll(carol.vault, project.id, 'old.txt')).toBe('what Bob could read');
    await expect(carol.vault.files.createFolder(project.id, 'no key')).rejects.toMatchObject({ code: 'not-a-reader' });
    // the owner goes on without it
    await ada.vault.refresh();
    await ada.vault.projects.removeMember(project.id, idOf(bob.vault));
    expect(await carol.vault.refresh()).toEqual([]);
    expect(await readAll(carol.vault, project.id, 'old.txt')).toBe('what Bob could read');
    await carol.vault.files.createFolder(project.id, 'with a key');
    await ada.vault.refresh();
    await ada.vault.files.rekey(project.id);
    expect(await carol.vault.refresh()).toEqual([]);
    expect(livePaths(carol.vault, project.id).sort()).toEqual(['old.txt', 'with a key/']);
    await lock();
  });
});

describe('promise 3: a store that shows two people different logs', () => {
  it('is found out by the first record that passes between them', async () => {
    const { ada, carol, project, storeDir, sources, lock } = await team('editor');
    const forked = `${storeDir}-forked`;
    await cp(storeDir, forked, { recursive: true });
    await ada.vault.projects.rename(project.id, 'As Ada sees it');
    await rename(storeDir, `${storeDir}-ada`);
    await rename(forked, storeDir);
    const bobsFork = await Forger.of(storeDir, idOf(ada.vault), 'seven quiet herons read old maps at dusk');
    await bobsFork.appendToLog(project.id, { type: 'rekeyed', epoch: 1 });
    await carol.vault.refresh();
    await upload(carol.vault, project.id, await write(sources, { 'from-carol.txt': 'written after the fork' }));
    // now Ada is shown her own log again, and Carol's file
    for (const part of ['files'])
      await cp(join(storeDir, 'projects', project.id, part), join(`${storeDir}-ada`, 'projects', project.id, part), {
        recursive: true,
      });
    await cp(join(storeDir, 'blobs'), join(`${storeDir}-ada`, 'blobs'), { recursive: true });
    await rm(storeDir, { recursive: true });
    await rename(`${storeDir}-ada`, storeDir);
    const problems = await ada.vault.refresh();
    expect(codes(problems)).toEqual(['rolled-back']);
    expect(problems[0]?.message).toMatch(/different/);
    await lock();
  });

  it('and one that reorders, cuts or swaps entries is refused by a computer that sees them first', async () => {
    const { ada, project, storeDir, lock } = await team('editor');
    const log = join(storeDir, 'projects', project.id, 'log');
    await rename(join(log, '0000000002'), join(log, 'kept'));
    await rename(join(log, '0000000003'), join(log, '0000000002'));
    await rename(join(log, 'kept'), join(log, '0000000003'));
    using passphrase = passphraseBytes(secretsOf.Carol);
    const fresh = await session.attachVault({
      profileDir: join(await temporaryFolder(), 'profile'),
      location: { kind: 'directory', path: storeDir },
      who: 'Carol',
      passphrase,
    });
    expect(codes(await fresh.refresh())).toEqual(['damaged']);
    expect(fresh.projects.list()).toEqual([]);
    await expect(ada.vault.projects.verifyLog(project.id)).rejects.toMatchObject({ code: 'damaged' });
    await fresh.lock();
    await lock();
  });
});

describe('promise 2: a store that shows one person another key', () => {
  it('is found out by those who know the right one, as soon as the log names it', async () => {
    const { ada, bob, carol, storeDir, lock } = await team('viewer');
    const mallory = await Forger.of(storeDir, idOf(carol.vault), secretsOf.Carol);
    // Dave has never seen Bob: he is shown a card with Bob's id and name and another's keys
    const card = join(storeDir, 'accounts', idOf(bob.vault), '0000000001');
    const real = await readFile(card);
    const { kdf } = mallory.card;
    await mallory.put(
      `accounts/${idOf(bob.vault)}/0000000001`,
      await createCard({ id: idOf(bob.vault), kind: 'person', name: 'Bob', masterKey: mallory.key, kdf }),
    );
    const dave = await newVault({ storeDir, name: 'Dave', passphrase: 'thirteen slow foxes paint tall boats green' });
    const project = await dave.vault.projects.create('Dave’s');
    await dave.vault.projects.addMember(project.id, idOf(bob.vault), 'viewer');
    await dave.vault.projects.addMember(project.id, idOf(ada.vault), 'viewer');
    await mallory.put(`accounts/${idOf(bob.vault)}/0000000001`, real);
    const problems = await ada.vault.refresh();
    expect(codes(problems)).toEqual(['changed-card']);
    expect(problems[0]?.message).toMatch(/“Bob”.*another key/);
    expect(codes(await dave.vault.refresh())).toContain('changed-card');
    await expect(dave.vault.projects.setRole(project.id, idOf(ada.vault), 'admin')).resolves.toBeDefined();
    const other = await dave.vault.projects.create('Second');
    await expect(dave.vault.projects.addMember(other.id, idOf(bob.vault), 'viewer')).rejects.toMatchObject({
      code: 'changed-card',
    });
    await dave.vault.lock();
    await lock();
  });
});
