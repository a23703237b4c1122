import { copyFile, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SecretDraft } from '../../../../app/model/secret.js';
import type { Vault } from '../../../../main/vault/vault.js';
import { newVault, unlock } from '../../../vault-fixture.js';

const login = (name: string, password = 'hunter2'): SecretDraft => ({
  type: 'credentials',
  name,
  tags: ['prod'],
  fields: { username: 'ada@example.org', password, url: 'https://db.example.org' },
});

const withCode = (code: string): Error => expect.objectContaining({ code }) as Error;

describe('secrets', () => {
  let vault: Vault;
  let profileDir: string;
  let storeDir: string;

  beforeEach(async () => {
    ({ vault, profileDir, storeDir } = await newVault());
  });
  afterEach(() => vault.lock());

  const objectPath = (id: string, version: number): string =>
    join(storeDir, 'secrets', id, String(version).padStart(10, '0'));

  it('are added, listed without values, and opened', async () => {
    const added = await vault.secrets.add(login('db'));
    expect(vault.secrets.list()).toEqual([added]);
    expect(added).toMatchObject({ name: 'db', subtitle: 'ada@example.org', version: 1, trashed: false });
    const detail = await vault.secrets.get(added.id);
    expect(detail.fields.map((field) => [field.name, field.value])).toEqual([
      ['username', 'ada@example.org'],
      ['password', null],
      ['url', 'https://db.example.org'],
    ]);
    expect(await vault.secrets.reveal(added.id, 'password')).toBe('hunter2');
    await expect(vault.secrets.reveal(added.id, 'constructor')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('keep the history of every field, and restore a version without losing what came after', async () => {
    const { id } = await vault.secrets.add(login('db', 'one'));
    await vault.secrets.edit(id, { fields: { password: 'two', extra: 'mine' } });
    await vault.secrets.edit(id, { name: 'database', fields: { url: null } });
    const history = await vault.secrets.history(id);
    expect(history.map((version) => [version.version, version.changed])).toEqual([
      [3, ['url', 'name']],
      [2, ['password', 'extra']],
      [1, ['username', 'password', 'url']],
    ]);
    await vault.secrets.restoreVersion(id, 1);
    expect(await vault.secrets.reveal(id, 'password')).toBe('one');
    expect(await vault.secrets.reveal(id, 'password', 2)).toBe('two');
    expect(vault.secrets.resolve('db').version).toBe(4);
  });

  it('go to the trash, come back, and are deleted for good only from there', async () => {
    const { id } = await vault.secrets.add(login('db'));
    await expect(vault.secrets.purge([id])).rejects.toMatchObject({ code: 'invalid-input' });
    await vault.secrets.trash([id]);
    expect(vault.secrets.list()[0]?.trashed).toBe(true);
    expect(() => vault.secrets.resolve('db')).toThrow(withCode('not-found'));
    await vault.secrets.restore([id]);
    expect(vault.secrets.resolve('db').trashed).toBe(false);
    await vault.secrets.trash([id]);
    await vault.secrets.purge([id]);
    expect(vault.secrets.list()).toEqual([]);
    expect(await readdir(join(storeDir, 'secrets', id))).toHaveLength(1);
    expect(await vault.refresh()).toEqual([]);
    expect(vault.secrets.list()).toEqual([]);
  });

  it('are found by name, tag and open fields, whatever the case and accents, never by what is concealed', async () => {
    const { id } = await vault.secrets.add(login('Café Database'));
    await vault.secrets.add(login('other'));
    expect(vault.secrets.search('cafe data')).toEqual([id]);
    expect(vault.secrets.search('PROD db.example')).toHaveLength(2);
    expect(vault.secrets.search('hunter2')).toEqual([]);
  });

  it('need their required fields, and refuse what is not a secret', async () => {
    const invalid = { code: 'invalid-input' };
    await expect(vault.secrets.add({ type: 'aws', name: 'x', fields: { key: 'AKIA' } })).rejects.toMatchObject(invalid);
    await expect(vault.secrets.add({ type: 'note', name: '  ', fields: { text: 'x' } })).rejects.toMatchObject(invalid);
    await expect(vault.secrets.add({ type: 'env', name: 'e', fields: { 'no name': 'x' } })).rejects.toMatchObject(
      invalid,
    );
    const { id } = await vault.secrets.add(login('db'));
    await expect(vault.secrets.edit(id, { fields: { password: null } })).rejects.toMatchObject(invalid);
    expect(vault.secrets.list()).toHaveLength(1);
  });

  it('hold values of a megabyte and names of every kind', async () => {
    const text = '𝓍\n\u0000'.repeat(100_000);
    const name = `🔐 line\nbreak ${'long '.repeat(80)}`;
    const { id } = await vault.secrets.add({ type: 'note', name, fields: { text } });
    expect(await vault.secrets.reveal(id, 'text')).toBe(text);
    expect(vault.secrets.resolve(name).id).toBe(id);
  });

  it('tell two of the same name apart by id', async () => {
    const { id } = await vault.secrets.add(login('twin'));
    await vault.secrets.add(login('twin'));
    expect(() => vault.secrets.resolve('twin')).toThrow(withCode('ambiguous-name'));
    expect(vault.secrets.resolve(id).id).toBe(id);
  });

  it('give one-time codes', async () => {
    const otp = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
    const { id } = await vault.secrets.add({ type: 'totp', name: 't', fields: { otp } });
    const code = await vault.secrets.totp(id, 'otp');
    expect(code.code).toMatch(/^\d{6}$/);
    expect(code.remainingMs).toBeLessThanOrEqual(code.periodMs);
  });

  it('are merged when two vaults on one store edit at the same time: nothing is lost', async () => {
    const { id } = await vault.secrets.add(login('db'));
    const other = await unlock(profileDir);
    await Promise.all([
      vault.secrets.edit(id, { fields: { username: 'from one' } }),
      other.secrets.edit(id, { fields: { url: 'https://from.two' } }),
    ]);
    await vault.refresh();
    expect(await vault.secrets.revealAll(id)).toMatchObject({ username: 'from one', url: 'https://from.two' });
    expect((await vault.secrets.history(id)).map((version) => version.version)).toEqual([3, 2, 1]);
    await other.lock();
  });

  it('of one process appear in the other', async () => {
    const other = await unlock(profileDir);
    await vault.secrets.add(login('fresh'));
    expect(await other.refresh()).toEqual([]);
    expect(other.secrets.list().map((secret) => secret.name)).toEqual(['fresh']);
    await other.lock();
  });

  it('of one process are told of in the other, even when it has read the index already', async () => {
    const other = await unlock(profileDir);
    const { id } = await other.secrets.add(login('fresh'));
    await vault.refresh();
    const told: string[] = [];
    vault.on('secrets-changed', () => void told.push('secrets'));
    vault.on('projects-changed', () => void told.push('projects'));
    await other.secrets.edit(id, { name: 'renamed' });
    await vault.secrets.add(login('read the index in passing'));
    told.length = 0;
    await vault.refresh();
    expect(told).toEqual(['secrets', 'projects']);
    await vault.refresh();
    expect(told).toHaveLength(2);
    await other.lock();
  });

  it('are rebuilt from the store when the index is missing or damaged', async () => {
    await vault.secrets.addAll([login('a'), login('b'), login('c')]);
    await vault.lock();
    for (const damage of ['remove', 'flip', 'truncate'] as const) {
      const path = join(profileDir, 'index');
      const bytes = await readFile(path);
      if (damage === 'remove') await rm(path);
      if (damage === 'flip') await writeFile(path, bytes.fill(bytes[40]! ^ 1, 40, 41));
      if (damage === 'truncate') await writeFile(path, bytes.subarray(0, bytes.length - 7));
      const again = await unlock(profileDir);
      expect(await again.refresh()).toEqual([]);
      const names = again.secrets.list().map((secret) => secret.name);
      expect(names.sort()).toEqual(['a', 'b', 'c']);
      await again.lock();
    }
  });

  it('promise 3: a store that loses, replays or swaps a version is reported, and the rest stays usable', async () => {
    const { id: lost } = await vault.secrets.add(login('lost'));
    const { id: replayed } = await vault.secrets.add(login('replayed', 'one'));
    const { id: swapped } = await vault.secrets.add(login('swapped'));
    await vault.secrets.edit(replayed, { fields: { password: 'two' } });
    await vault.secrets.add(login('fine'));
    await rm(join(storeDir, 'secrets', lost), { recursive: true });
    await rm(objectPath(replayed, 2));
    await copyFile(objectPath(replayed, 1), objectPath(swapped, 2));
    const problems = await vault.refresh();
    expect(problems.map((problem) => problem.code).sort()).toEqual(['damaged', 'rolled-back', 'rolled-back']);
    expect(vault.problems()).toEqual(problems);
    expect(await vault.secrets.reveal(vault.secrets.resolve('fine').id, 'password')).toBe('hunter2');
    await expect(vault.secrets.reveal(replayed, 'password')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('promise 3: an old version under a new number is refused', async () => {
    const { id } = await vault.secrets.add(login('db', 'one'));
    await vault.secrets.edit(id, { fields: { password: 'two' } });
    await copyFile(objectPath(id, 1), objectPath(id, 3));
    expect((await vault.refresh()).map((problem) => problem.code)).toEqual(['damaged']);
    expect(await vault.secrets.reveal(id, 'password')).toBe('two');
  });

  it('promise 1: a store that renames, adds or drops a reader of a record is reported', async () => {
    const { id } = await vault.secrets.add(login('db'));
    type Stored = { recipients: { header: { kid: string }; encrypted_key: string }[] };
    const original = await readFile(objectPath(id, 1), 'utf8');
    const stranger = await newVault({ storeDir, name: 'Bob', passphrase: 'a different passphrase altogether' });
    await stranger.vault.secrets.add(login('theirs'));
    const theirs = (await readdir(join(storeDir, 'secrets'))).find((name) => name !== id);
    const entry = (JSON.parse(await readFile(objectPath(theirs!, 1), 'utf8')) as Stored).recipients[0]!;
    const rewrite = async (change: (stored: Stored) => void): Promise<void> => {
      const stored = JSON.parse(original) as Stored;
      change(stored);
      await writeFile(objectPath(id, 1), JSON.stringify(stored));
    };
    const fresh = async (): Promise<string[]> => {
      await vault.lock();
      await rm(join(profileDir, 'index'));
      vault = await unlock(profileDir);
      return (await vault.refresh()).map((problem) => problem.code);
    };
    await rewrite((stored) => (stored.recipients[0]!.header.kid = 'A'.repeat(43)));
    expect(await fresh()).toEqual(['damaged']);
    await rewrite((stored) => stored.recipients.push(entry));
    expect(await fresh()).toEqual(['damaged']);
    await writeFile(objectPath(id, 1), original);
    expect(await fresh()).toEqual([]);
    await stranger.vault.lock();
  });

  it('promise 8: nothing that was typed is found in the store or the profile', async () => {
    const typed = ['Zanzibar-name', 'Quokka-tag', 'Ocelot-user', 'Lemur-password', 'Narwhal-note'];
    const [name, tag, username, password, notes] = typed as [string, string, string, string, string];
    await vault.secrets.add({ type: 'credentials', name, tags: [tag], fields: { username, password, notes } });
    await vault.lock();
    let files = 0;
    for (const folder of [storeDir, profileDir]) {
      for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        files += 1;
        const bytes = (await readFile(join(entry.parentPath, entry.name))).toString('latin1');
        for (const word of typed) {
          const encoded = Buffer.from(word).toString('base64').slice(0, -4);
          for (const form of [word, encoded, Buffer.from(word).toString('hex')]) {
            expect(bytes.includes(form) || entry.name.includes(form), `${form} in ${entry.name}`).toBe(false);
          }
        }
      }
    }
    expect(files).toBeGreaterThan(5);
  });
});
