import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { VaultError } from '../../app/errors.js';
import { objectHash } from '../../main/crypto/object-hash.js';
import { Bucket } from '../../main/store/s3/bucket.js';
import { newSession } from '../../main/vault/session.js';
import type { BucketKeychain, StoreLocation, Vault } from '../../main/vault/vault.js';
import { objectsOf } from '../unit/vault/upkeep/rich-vault.js';
import { upload, write } from '../unit/vault/project-fixture.js';
import { passphraseBytes, temporaryFolder } from '../vault-fixture.js';
import { collect } from './conformance.js';
import { startCeph } from './ceph.js';
import { openStore } from './open-s3.js';

const ceph = await startCeph();
const large = 21 * 1024 * 1024;
const noteKey = 'moved/0000000001';

const hashesOf = async (place: string): Promise<Record<string, string>> =>
  Object.fromEntries(
    [...(await objectsOf(place))].filter(([key]) => key !== noteKey).map(([key, bytes]) => [key, objectHash(bytes)]),
  );

/** The second part of a large object does not get through, once. Gives the numbers of the parts that did. */
const interruptedAfterFirstPart = (): number[] => {
  const sent: number[] = [];
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with the bucket that it is called on
  const put = Bucket.prototype.putPart;
  let isCut = true;
  vi.spyOn(Bucket.prototype, 'putPart').mockImplementation(async function (this: Bucket, ...words) {
    if (words[2] === 2 && isCut) {
      while (sent.length === 0) await sleep(20);
      await sleep(200); // until the journal has it
      isCut = false;
      throw new VaultError('store-unreachable');
    }
    const etag = await put.apply(this, words);
    sent.push(words[2]);
    return etag;
  });
  return sent;
};

if (typeof ceph === 'string') {
  it('a vault moves into a bucket and back', (test) => test.skip(ceph));
} else {
  afterAll(() => ceph.stop());

  it('ends uploads of large objects that were given up long ago, and no others', async () => {
    const location = { ...(await ceph.newBucket()), prefix: 'team' };
    const folder = await temporaryFolder();
    const store = await openStore(JSON.stringify({ location, keys: ceph.owner, folder, partBytes: 5 * 1024 * 1024 }));
    const path = join(folder, 'large.bin');
    await write(folder, { 'large.bin': randomBytes(large) });
    const stopped = new AbortController();
    const sending = vi.spyOn(Bucket.prototype, 'putPart').mockImplementation(() => {
      stopped.abort();
      return Promise.reject(new VaultError('cancelled'));
    });
    const putting = store.putIfAbsent('blobs/b', { file: path }, { signal: stopped.signal });
    await expect(putting).rejects.toMatchObject({ code: 'cancelled' });
    sending.mockRestore();
    expect(await store.sweep(60_000)).toBe(0);
    expect(await store.sweep(-60_000)).toBe(1);
    expect(await store.sweep(-60_000)).toBe(0);
    expect(await store.putIfAbsent('blobs/b', { file: path })).toBe(true);
    expect(await store.sweep(-60_000)).toBe(0);
    expect((await store.stat('blobs/b'))?.bytes).toBe(large);
    await store.close();
  });

  describe('a vault moves from a folder into a bucket, and on into a folder', () => {
    it('with every byte of it, files in parts too; and is checked, mended and cleaned in the bucket', async () => {
      const folder = await temporaryFolder();
      const [profileDir, storeDir, backDir] = ['profile', 'store', 'back'].map((name) => join(folder, name)) as [string, string, string]; // prettier-ignore
      const keychain: BucketKeychain = {
        get: () => Promise.resolve(ceph.owner),
        put: () => Promise.resolve(),
        remove: () => Promise.resolve(),
      };
      const session = newSession(keychain);
      const unlock = async (): Promise<Vault> => {
        using passphrase = passphraseBytes();
        return await session.unlockVault(profileDir, passphrase);
      };
      using passphrase = passphraseBytes();
      const location: StoreLocation = { kind: 'directory', path: storeDir };
      const made = await session.createVault({ profileDir, location, name: 'Ada', passphrase, suite: 'vault', bits: 2048 }); // prettier-ignore
      const project = await made.projects.create('Tides');
      await write(folder, { 'a.txt': 'alpha', 'large.bin': randomBytes(large) });
      await upload(made, project.id, [join(folder, 'a.txt'), join(folder, 'large.bin')]);
      await made.secrets.add({ type: 'note', name: 'N', tags: [], favourite: false, fields: { text: 't' } });
      const before = await hashesOf(storeDir);

      const bucket = { ...(await ceph.newBucket()), prefix: 'team/vault' };
      const sent = interruptedAfterFirstPart();
      await expect(made.upkeep.move({ kind: 's3', ...bucket })).rejects.toMatchObject({ code: 'store-unreachable' });
      expect(sent).toEqual([1]);
      await made.upkeep.move({ kind: 's3', ...bucket });
      expect(sent, 'goes on with the second part').toEqual([1, 2]);
      expect(await readdir(join(profileDir, 'apart'))).toEqual([]);
      await made.lock();
      const direct = await openStore(JSON.stringify({ location: bucket, keys: ceph.owner, folder: join(folder, 'direct') })); // prettier-ignore
      const there = await collect(direct.list(''));
      expect(there.map(({ key }) => key)).toEqual(Object.keys(before).sort());
      for (const { key } of there) expect(objectHash(await direct.get(key)), key).toBe(before[key]);

      const inBucket = await unlock();
      expect(inBucket.location).toEqual({ kind: 's3', ...bucket });
      expect(await inBucket.refresh()).toEqual([]);
      expect((await inBucket.upkeep.check({ contents: true })).damages).toEqual([]);
      const { id } = inBucket.secrets.resolve('N');
      const secret = `secrets/${id}/0000000001`;
      expect(await inBucket.secrets.reveal(id, 'text')).toBe('t'); // what was read is kept
      await direct.delete(secret);
      const report = await inBucket.upkeep.check({ contents: false });
      expect(report.damages).toMatchObject([{ key: secret, kind: 'lost', repairable: true }]);
      expect(await inBucket.upkeep.repair(report)).toEqual([secret]);
      expect(objectHash(await direct.get(secret))).toBe(before[secret]);

      await inBucket.upkeep.move({ kind: 'directory', path: backDir });
      await inBucket.lock();
      expect(await hashesOf(backDir)).toEqual(before);
      const back = await unlock();
      expect(await back.refresh()).toEqual([]);
      expect((await back.upkeep.check({ contents: true })).damages).toEqual([]);
      await back.lock();
      await direct.close();
    }, 240_000);
  });
}
