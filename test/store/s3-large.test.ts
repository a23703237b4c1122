import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { HeadObjectCommand, ListMultipartUploadsCommand, ListPartsCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Bucket } from '../../main/store/s3/bucket.js';
import type { S3Location, S3Store } from '../../main/store/s3.js';
import { type Ceph, startCeph } from './ceph.js';
import { Children } from './children.js';
import { collect } from './conformance.js';
import { openStore, type S3Spec } from './open-s3.js';

const mebibyte = 1024 * 1024;
const partBytes = 5 * mebibyte;

/** Different in every part, so that a part that is missing, doubled or in another's place shows. */
function content(bytes: number, seed: number): Buffer {
  const made = Buffer.alloc(bytes, `${String(seed)}.`);
  for (let at = 0; at < bytes; at += 4096) made.writeUInt32LE((seed * 1_000_003 + at) >>> 0, Math.min(at, bytes - 4));
  return made;
}

function largeFiles(ceph: Ceph): void {
  const client = ceph.client();
  const children = new Children();
  const opened: S3Store[] = [];
  let scratch: string;
  let location: S3Location;
  let prefixes = 0;
  let here: S3Spec;
  let store: S3Store;

  /** The same bucket as another computer sees it. */
  const open = async (name: string): Promise<S3Store> => {
    const other = await openStore(JSON.stringify({ ...here, folder: join(scratch, name) }));
    opened.push(other);
    return other;
  };
  const file = (name: string, bytes: Buffer): string => {
    const path = join(scratch, name);
    writeFileSync(path, bytes);
    return path;
  };
  const named = (key: string) => ({ Bucket: location.bucket, Key: `${here.location.prefix ?? ''}/${key}` });
  const reservedFor = async (key: string): Promise<string | undefined> =>
    client.send(new HeadObjectCommand(named(key))).then(
      ({ Metadata }) => Metadata?.['coretex-reserved-for'],
      () => undefined,
    );
  /** Waits until the server has acknowledged `count` parts of the upload that is under way. */
  const whenSent = async (key: string, count: number): Promise<number> => {
    for (;;) {
      const UploadId = await reservedFor(key);
      if (UploadId !== undefined) {
        const { Parts } = await client.send(new ListPartsCommand({ ...named(key), UploadId }));
        if ((Parts?.length ?? 0) >= count) return Parts!.length;
      }
      await wait(10);
    }
  };
  const uploadsUnderWay = async (): Promise<number> => {
    const { Bucket: name, Key: Prefix } = named('');
    return (await client.send(new ListMultipartUploadsCommand({ Bucket: name, Prefix }))).Uploads?.length ?? 0;
  };
  const expectAbsent = async (key: string): Promise<void> => {
    expect(await store.stat(key)).toBeNull();
    expect(await collect(store.list(''))).toEqual([]);
    await expect(store.get(key)).rejects.toMatchObject({ code: 'not-found' });
    await expect(store.get(key, { start: 0, endExclusive: 0 })).rejects.toMatchObject({ code: 'not-found' });
    await expect(store.local(key)).rejects.toMatchObject({ code: 'not-found' });
  };
  /** Begins to store a file and gives up after some parts. */
  const begin = async (writer: S3Store, key: string, path: string): Promise<void> => {
    const giveUp = new AbortController();
    const putting = writer.putIfAbsent(key, { file: path }, { signal: giveUp.signal });
    await Promise.all([
      expect(putting).rejects.toMatchObject({ code: 'cancelled' }),
      whenSent(key, 3).then(() => giveUp.abort()),
    ]);
  };

  // One for all tests: after its gateway was killed, Ceph takes half a minute to make another.
  beforeAll(async () => void (location = await ceph.newBucket()));
  beforeEach(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'vault-s3-large-'));
    prefixes += 1;
    here = {
      location: { ...location, prefix: `vaults/${String(prefixes)}` },
      keys: ceph.owner,
      folder: join(scratch, 'here'),
      partBytes,
    };
    store = await open('here');
  });
  afterEach(async () => {
    vi.useRealTimers();
    for (const each of opened.splice(0)) await each.close();
    rmSync(scratch, { recursive: true, force: true });
  });
  afterAll(() => {
    children.dispose();
    client.destroy();
  });

  it('is not there until all of it is, goes on after the app was killed, and sends no part twice', async () => {
    const bytes = content(100 * mebibyte + 17, 1);
    const path = file('large', bytes);
    const app = children.start('one-file', { module: 'open-s3.ts', spec: JSON.stringify(here) }, ['blobs/b', path]);
    await whenSent('blobs/b', 4);
    app.process.kill('SIGKILL');
    await app.ended;
    const acknowledged = await whenSent('blobs/b', 4);
    await expectAbsent('blobs/b');
    const sent = vi.spyOn(Bucket.prototype, 'putPart');
    expect(await store.putIfAbsent('blobs/b', { file: path })).toBe(true);
    // What was acknowledged but not yet noted when the app died is sent again: at most what was under way.
    expect(sent.mock.calls.length).toBeGreaterThanOrEqual(21 - acknowledged);
    expect(sent.mock.calls.length).toBeLessThanOrEqual(21 - acknowledged + 4);
    expect(bytes.equals(await store.get('blobs/b'))).toBe(true);
    expect(await uploadsUnderWay()).toBe(0);
    expect(await store.putIfAbsent('blobs/b', { file: path })).toBe(false);
  });

  it('arrives though the gateway is killed and started again in the middle, and so does the way back', async () => {
    const bytes = content(100 * mebibyte, 2);
    const putting = store.putIfAbsent('blobs/b', { file: file('large', bytes) });
    await whenSent('blobs/b', 4);
    await ceph.run('kill-rgw');
    await ceph.run('start-rgw');
    expect(await putting).toBe(true);
    const fetching = store.local('blobs/b');
    await ceph.run('kill-rgw');
    await ceph.run('start-rgw');
    expect(bytes.equals(readFileSync(await fetching))).toBe(true);
    expect(bytes.equals(await store.get('blobs/b'))).toBe(true);
    expect(await uploadsUnderWay()).toBe(0);
  }, 60_000);

  it('says that the server is gone when it stays away, and goes on later', async () => {
    const path = file('large', content(60 * mebibyte, 3));
    const impatient = await openStore(JSON.stringify({ ...here, folder: join(scratch, 'impatient'), attempts: 2 }));
    opened.push(impatient);
    const putting = impatient.putIfAbsent('blobs/b', { file: path });
    await Promise.all([
      expect(putting).rejects.toMatchObject({ code: 'store-unreachable', details: { reason: 'network' } }),
      whenSent('blobs/b', 2).then(() => ceph.run('kill-rgw')),
    ]);
    await ceph.run('start-rgw');
    const sent = vi.spyOn(Bucket.prototype, 'putPart');
    expect(await impatient.putIfAbsent('blobs/b', { file: path })).toBe(true);
    expect(sent.mock.calls.length).toBeLessThanOrEqual(10);
  }, 60_000);

  it('is what the file is now, when it changed between two runs', async () => {
    const bytes = content(60 * mebibyte, 4);
    const path = file('large', bytes);
    await begin(store, 'blobs/b', path);
    bytes.fill('changed', 10, 2 * partBytes);
    writeFileSync(path, bytes);
    expect(await store.putIfAbsent('blobs/b', { file: path })).toBe(true);
    expect(bytes.equals(await store.get('blobs/b'))).toBe(true);
    await store.delete('blobs/b');
    await begin(store, 'blobs/b', path);
    writeFileSync(path, bytes.subarray(0, 33 * mebibyte));
    expect(await store.putIfAbsent('blobs/b', { file: path })).toBe(true);
    expect(bytes.subarray(0, 33 * mebibyte).equals(await store.get('blobs/b'))).toBe(true);
    expect(await uploadsUnderWay()).toBe(0);
  });

  it('ends with its upload when it is deleted half-way', async () => {
    const path = file('large', content(60 * mebibyte, 5));
    await begin(store, 'blobs/b', path);
    expect(await uploadsUnderWay()).toBe(1);
    await store.delete('blobs/b');
    expect(await uploadsUnderWay()).toBe(0);
    expect(await reservedFor('blobs/b')).toBeUndefined();
    expect(await store.putIfAbsent('blobs/b', { file: path })).toBe(true);
  });

  it('has one winner among writers on 8 computers, whatever the sizes', async () => {
    for (let round = 0; round < 3; round += 1) {
      const key = `race/${String(round)}`;
      const contents = Array.from({ length: 8 }, (_, i) => content((i % 4 === 3 ? 1 : 11) * mebibyte, 10 + i));
      const writers = await Promise.all(contents.map((_, i) => open(`computer ${String(i)}`)));
      const created = await Promise.all(
        writers.map((writer, i) =>
          writer.putIfAbsent(key, { file: file(`${String(round)}-${String(i)}`, contents[i]!) }),
        ),
      );
      expect(created.filter(Boolean)).toHaveLength(1);
      expect(contents[created.indexOf(true)]!.equals(await store.get(key))).toBe(true);
    }
    expect(await uploadsUnderWay()).toBe(0);
  }, 60_000);

  it('has one winner among calls that put one file at once, on one computer', async () => {
    const path = file('large', content(20 * mebibyte, 6));
    const created = await Promise.all(Array.from({ length: 6 }, () => store.putIfAbsent('b', { file: path })));
    expect(created.filter(Boolean)).toHaveLength(1);
    expect(await uploadsUnderWay()).toBe(0);
  });

  for (const [what, bytes] of [['another large file', content(12 * mebibyte, 7)], ['a record', content(500, 8)]] as const)
    it(`gives way to ${what} when its writer has been silent for an hour, and cannot come back`, async () => {
      const path = file('large', content(60 * mebibyte, 9));
      await begin(store, 'b', path);
      const other = await open('elsewhere');
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2 * 60 * 60 * 1000 });
      expect(await other.putIfAbsent('b', { file: file('other', bytes) })).toBe(true);
      vi.useRealTimers();
      expect(await store.putIfAbsent('b', { file: path })).toBe(false);
      expect(bytes.equals(await store.get('b'))).toBe(true);
      expect(await uploadsUnderWay()).toBe(0);
    }); // prettier-ignore

  it('goes up and comes down no faster than it may, and the limit can change on the way', async () => {
    const bytes = content(12 * mebibyte, 11);
    const path = file('limited', bytes);
    const perSecond = 4 * mebibyte;
    await store.putIfAbsent('warm', new Uint8Array(1));
    const took = async (work: Promise<unknown>): Promise<number> => {
      const start = performance.now();
      await work;
      return (performance.now() - start) / 1000;
    };
    const even = (seconds: number): void => {
      expect(seconds).toBeGreaterThan((bytes.length / perSecond) * 0.75);
      expect(seconds).toBeLessThan((bytes.length / perSecond) * 1.25);
    };
    store.setLimits({ up: perSecond, down: perSecond });
    even(await took(store.putIfAbsent('blobs/limited', { file: path })));
    even(await took(store.local('blobs/limited')));
    store.setLimits({ up: 0, down: 64 * 1024 });
    const giveUp = new AbortController();
    const cancelled = store.get('blobs/limited', undefined, { signal: giveUp.signal });
    const freed = store.get('blobs/limited');
    await wait(200);
    giveUp.abort();
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    store.setLimits({ up: 0, down: 0 });
    expect(await took(freed)).toBeLessThan(2);
    expect(bytes.equals(await freed)).toBe(true);
  }, 30_000);

  it('takes no more memory when it is five times as large', async () => {
    const peak = async (bytes: number): Promise<number> => {
      const spec = JSON.stringify({ ...here, partBytes: 16 * mebibyte });
      const path = file('large', content(bytes, 10));
      const app = children.start('one-file', { module: 'open-s3.ts', spec }, [`blobs/${String(bytes)}`, path]);
      const told = JSON.parse(await app.line()) as { created: boolean; size: number; peak: number };
      expect(told).toMatchObject({ created: true, size: bytes });
      return told.peak / mebibyte;
    };
    const [small, large] = [await peak(50 * mebibyte), await peak(250 * mebibyte)];
    expect(large).toBeLessThan(small + 64);
    expect(large).toBeLessThan(300);
  }, 60_000);
}

const ceph = await startCeph();
describe('a large file in a bucket', () => {
  if (typeof ceph === 'string') it('arrives whole', (test) => test.skip(ceph));
  else {
    afterAll(() => ceph.stop());
    largeFiles(ceph);
  }
});
