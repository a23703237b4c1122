import { describe, expect, it, vi } from 'vitest';
import { VaultError } from '../../../app/errors.js';
import type { S3Keys, S3Location } from '../../../app/model/store.js';
import { entryOf, openBucketKeychain } from '../../../main/vault/keychain/bucket-keychain.js';
import { environmentKeychain, keysInEnvironment } from '../../../main/vault/keychain/environment-keys.js';
import { LentKeys } from '../../../main/vault/keychain/lent-keys.js';

const location: S3Location = { endpoint: 'https://s3.example.org', region: 'eu-1', bucket: 'lab', prefix: 'team' };
const keys: S3Keys = { accessKeyId: 'AKIA1', secretAccessKey: 'secret-1' };
const others: S3Keys = { accessKeyId: 'AKIA2', secretAccessKey: 'secret-2', sessionToken: 'token' };

const memory = () => {
  const kept = new Map<string, string>();
  const get = vi.fn((entry: string) => Promise.resolve(kept.get(entry) ?? null));
  const system = {
    probe: () => Promise.resolve(),
    get,
    put: (entry: string, text: string) => Promise.resolve(void kept.set(entry, text)),
    remove: (entry: string) => Promise.resolve(void kept.delete(entry)),
  };
  return { kept, get, system };
};

describe('the keychain of buckets', () => {
  it('has one entry for each server, bucket and folder in it', () => {
    expect(entryOf(location)).toBe('bucket https://s3.example.org/lab/team');
    expect(entryOf({ ...location, endpoint: 'https://S3.example.org:443/' })).toBe(entryOf(location));
    const places = [
      location,
      { ...location, prefix: 'other' },
      { ...location, bucket: 'b' },
      { ...location, endpoint: 'https://x' },
    ];
    expect(new Set(places.map(entryOf)).size).toBe(4);
  });

  it('keeps keys, gives them back, asks seldom, and knows replaced ones at once', async () => {
    const { kept, get, system } = memory();
    const keychain = openBucketKeychain(system);
    expect(await keychain.get(location)).toBeNull();
    await keychain.put(location, keys);
    for (let n = 0; n < 5; n += 1) expect(await keychain.get(location)).toEqual(keys);
    expect(get).toHaveBeenCalledTimes(1);
    await keychain.put(location, others);
    expect(await keychain.get(location)).toEqual(others);
    await keychain.remove(location);
    expect(await keychain.get(location)).toBeNull();
    expect(kept.size).toBe(0);
  });

  it('says that an entry is damaged, and does not quote it', async () => {
    const { kept, system } = memory();
    kept.set(entryOf(location), '{"accessKeyId":"AKIA1","secretAccessKey":7,"x":"secret-1"}');
    const failure = await openBucketKeychain(system)
      .get(location)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'damaged' });
    expect(JSON.stringify([failure, (failure as Error).message, (failure as Error).cause])).not.toContain('secret-1');
  });
});

describe('keys that were typed', () => {
  it('are lent until they are kept, and stay lent when the keychain refuses', async () => {
    const put = vi.fn(() => Promise.reject(new VaultError('keychain-locked')));
    const lent = new LentKeys({ ...environmentKeychain, get: () => Promise.resolve(null), put });
    lent.lend(location, keys);
    expect(await lent.get(location)).toEqual(keys);
    expect(await lent.get({ ...location, prefix: 'other' })).toBeNull();
    await expect(lent.put(location, keys)).rejects.toMatchObject({ code: 'keychain-locked' });
    expect(await lent.get(location)).toEqual(keys);
    lent.takeBack(location);
    expect(await lent.get(location)).toBeNull();
  });
});

describe('keys in the environment', () => {
  it('are the three that every S3 program reads, and none without the first two', () => {
    const two = { AWS_ACCESS_KEY_ID: 'AKIA2', AWS_SECRET_ACCESS_KEY: 'secret-2' };
    expect(keysInEnvironment(two)).toEqual({ accessKeyId: 'AKIA2', secretAccessKey: 'secret-2' });
    expect(keysInEnvironment({ ...two, AWS_SESSION_TOKEN: 'token' })).toEqual(others);
    expect(keysInEnvironment({ AWS_ACCESS_KEY_ID: 'AKIA2' })).toBeNull();
    expect(keysInEnvironment({ ...two, AWS_SECRET_ACCESS_KEY: '' })).toBeNull();
  });

  it('are those of the vault before those of the programs beside it, and never a mixture', () => {
    const theirs = { AWS_ACCESS_KEY_ID: 'AKIA2', AWS_SECRET_ACCESS_KEY: 'secret-2', AWS_SESSION_TOKEN: 'token' };
    const ours = { VAULT_S3_ACCESS_KEY_ID: 'AKIA3', VAULT_S3_SECRET_ACCESS_KEY: 'secret-3' };
    expect(keysInEnvironment({ ...theirs, ...ours })).toEqual({ accessKeyId: 'AKIA3', secretAccessKey: 'secret-3' });
    expect(keysInEnvironment({ ...theirs, VAULT_S3_ACCESS_KEY_ID: 'AKIA3' })).toEqual(others);
  });
});
