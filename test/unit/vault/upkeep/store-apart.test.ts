import { existsSync } from 'node:fs';
import { readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { storesApart, sweepApart, type GoesOn } from '../../../../main/vault/upkeep/store-apart.js';
import type { BucketKeychain, StoreLocation } from '../../../../main/vault/vault.js';
import type { Store } from '../../../../main/store/store.js';
import { newVault, temporaryFolder, unlock } from '../../../vault-fixture.js';
import { write } from '../project-fixture.js';

/** Nothing is ever asked of it. */
const place: StoreLocation = { kind: 's3', endpoint: 'http://127.0.0.1:9', region: 'here', bucket: 'lab' };
const keychain: BucketKeychain = {
  get: () => Promise.resolve({ accessKeyId: 'a', secretAccessKey: 's' }),
  put: () => Promise.resolve(),
  remove: () => Promise.resolve(),
};
const deadProcess = '4194305';

let profileDir: string;
beforeEach(async () => {
  profileDir = await temporaryFolder();
});
const names = async (dir = profileDir): Promise<string[]> => (await readdir(join(dir, 'apart'))).sort();
const open = (): Promise<Store> => storesApart(profileDir, keychain)(place, { create: false });
const journal = (name: string): string => join(name, 'uploads-s3/uploads/blobs/b/idle_1');

describe('the folder of a store that is opened apart', () => {
  it('is its own while two use the same place, and gone when they close it', async () => {
    const [one, other] = [await open(), await open()];
    expect(await names()).toHaveLength(2);
    await sweepApart(profileDir);
    expect(await names()).toHaveLength(2);
    await one.close();
    expect(await names()).toHaveLength(1);
    await other.close();
    expect(await names()).toEqual([]);
  });

  it('is removed after a crash, when a store is next opened, and never while a living process has it', async () => {
    const apart = join(profileDir, 'apart');
    await write(apart, {
      'crashed/claim': deadProcess,
      'crashed/uploads-s3/fetched/blobs/b': 'large',
      'half.removed/x': 'x',
      'used/claim': String(process.ppid),
      'used/uploads-s3/fetched/blobs/b': 'large',
    });
    const store = await open();
    expect((await names()).filter((name) => /crashed|half|used/.test(name))).toEqual(['used']);
    await store.close();
    expect(await names()).toEqual(['used']);
    expect(existsSync(join(apart, 'used/uploads-s3/fetched/blobs/b'))).toBe(true);
  });

  it('is swept when the vault is opened', async () => {
    const made = await newVault();
    await made.vault.lock();
    await write(join(made.profileDir, 'apart'), { 'crashed/claim': deadProcess });
    await (await unlock(made.profileDir)).lock();
    expect(await names(made.profileDir)).toEqual([]);
  });

  it('remembers for a month how far an upload came, under the same name', async () => {
    const store = (await open()) as Store & GoesOn;
    const [name] = (await names()) as [string];
    expect(await store.hasBegun('blobs/b')).toBe(false);
    await write(join(profileDir, 'apart'), { [journal(name)]: '{}', [join(name, 'uploads-s3/fetched/x')]: 'large' });
    expect(await store.hasBegun('blobs/b')).toBe(true);
    expect(await store.hasBegun('blobs/c')).toBe(false);
    await store.close();
    expect(await readdir(join(profileDir, 'apart', name, 'uploads-s3'))).toEqual(['uploads']);

    const again = (await open()) as Store & GoesOn;
    expect(await names()).toEqual([name]);
    expect(await again.hasBegun('blobs/b')).toBe(true);
    await again.close();
    const longAgo = new Date(Date.now() - 31 * 24 * 60 * 60 * 1000);
    await utimes(join(profileDir, 'apart', name), longAgo, longAgo);
    await sweepApart(profileDir);
    expect(await names()).toEqual([]);
  });

  it('is left nowhere when there are no keys for the place', async () => {
    const without = storesApart(profileDir, { ...keychain, get: () => Promise.resolve(null) });
    await expect(without(place, { create: false })).rejects.toMatchObject({ code: 'store-unreachable' });
    expect(await names()).toEqual([]);
  });

  it('fails plainly where it cannot be made', async () => {
    await writeFile(join(profileDir, 'apart'), 'a file in its way');
    await expect(open()).rejects.toMatchObject({ code: 'target-unwritable' });
  });
});
