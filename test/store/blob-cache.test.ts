import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { readdir, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VaultError } from '../../app/errors.js';
import { BlobCache } from '../../main/store/mirror/blob-cache.js';
import type { ByteRange, StoreOptions } from '../../main/store/store.js';
import { MemoryStore } from '../memory-store.js';

const MiB = 1024 * 1024;

/** A far store that writes down what was fetched of it. */
class FarStore extends MemoryStore {
  fetched: number[] = [];
  /** so many `get`s are answered before the connection is gone */
  patience = Infinity;
  failure: Error = new VaultError('store-unreachable');
  slow = false;

  override async get(key: string, range?: ByteRange, options: StoreOptions = {}): Promise<Uint8Array> {
    if (this.slow) await new Promise((resolve) => setTimeout(resolve, 20));
    if (this.fetched.length >= this.patience) throw this.failure;
    const bytes = await super.get(key, range, options);
    this.fetched.push(bytes.length);
    return bytes;
  }

  get fetchedBytes(): number {
    return this.fetched.reduce((sum, bytes) => sum + bytes, 0);
  }
}

let folder: string;
let far: FarStore;
let cache: BlobCache;
const opened: BlobCache[] = [];

const openCache = async (limitBytes = 1024 * MiB): Promise<BlobCache> => {
  const another = await BlobCache.open(folder, limitBytes);
  opened.push(another);
  return another;
};

/** Bytes that differ from place to place. */
const contents = (bytes: number, seed = 1): Buffer => {
  const buffer = Buffer.alloc(bytes);
  for (let at = 0; at + 4 <= bytes; at += 4) buffer.writeUInt32LE((at * 2654435761 + seed) >>> 0, at);
  return buffer;
};

const put = (key: string, bytes: number): Buffer => {
  const buffer = contents(bytes, key.length);
  far.objects.set(key, buffer);
  return buffer;
};

const closeAll = async (): Promise<void> => {
  for (const one of opened.splice(0)) await one.close();
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'blob-cache-'));
  far = new FarStore();
  cache = await openCache();
});
afterEach(async () => {
  await closeAll();
  rmSync(folder, { recursive: true, force: true });
});

describe('the cache of contents', () => {
  it('fetches a small object with one request, and never again', async () => {
    const bytes = put('blobs/a', 100_000);
    const path = await cache.path('blobs/a', {}, far);
    expect(readFileSync(path).equals(bytes)).toBe(true);
    far.away = true;
    expect(await cache.path('blobs/a', {}, far)).toBe(path);
    expect(far.requests).toMatchObject({ get: 1, stat: 0 });
    expect(cache.bytes()).toBe(100_000);
    expect(await cache.has('blobs/a')).toBe(true);
  });

  it('fetches a large object in pieces of at most 4 MiB', async () => {
    const bytes = put('blobs/a', 21 * MiB + 5);
    expect(readFileSync(await cache.path('blobs/a', {}, far)).equals(bytes)).toBe(true);
    expect(Math.max(...far.fetched)).toBe(4 * MiB);
    expect(far.fetchedBytes).toBe(bytes.length);
    expect(await cache.has('blobs/a')).toBe(true);
  });

  it('holds empty objects and such of exactly one piece', async () => {
    for (const bytes of [0, 4 * MiB]) {
      const key = `blobs/${String(bytes)}`;
      put(key, bytes);
      expect(statSync(await cache.path(key, {}, far)).size).toBe(bytes);
      expect(await cache.has(key)).toBe(true);
    }
  });

  it('says what the store says', async () => {
    await expect(cache.path('blobs/none', {}, far)).rejects.toMatchObject({ code: 'not-found' });
    await expect(
      cache.path('blobs/none', { ranges: [{ start: 0, endExclusive: 9 * MiB }] }, far),
    ).rejects.toMatchObject({ code: 'not-found' });
    far.away = true;
    await expect(cache.path('blobs/a', {}, far)).rejects.toMatchObject({ code: 'store-unreachable' });
  });

  it('fetches once for callers who ask at the same time, and one who gives up ends nothing for the other', async () => {
    const bytes = put('blobs/a', 10 * MiB);
    far.slow = true;
    const giveUp = new AbortController();
    const first = cache.path('blobs/a', { signal: giveUp.signal }, far);
    const second = cache.path('blobs/a', {}, far);
    setTimeout(() => giveUp.abort(), 30);
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
    expect(readFileSync(await second).equals(bytes)).toBe(true);
    await Promise.all([cache.path('blobs/a', {}, far), cache.path('blobs/a', {}, far)]);
    expect(far.fetchedBytes).toBeLessThanOrEqual(bytes.length + 4 * MiB);
  });
});

describe('parts of contents', () => {
  it('fetches what is asked for, leaves a hole elsewhere, and fetches nothing twice', async () => {
    const bytes = put('blobs/a', 200 * MiB);
    const ask = async (start: number, endExclusive: number): Promise<void> => {
      const path = await cache.path('blobs/a', { ranges: [{ start, endExclusive }] }, far);
      const read = readFileSync(path);
      expect(read.length).toBe(bytes.length);
      expect(read.subarray(start, endExclusive).equals(bytes.subarray(start, endExclusive))).toBe(true);
    };
    await ask(100 * MiB + 17, 101 * MiB + 17);
    expect(far.fetchedBytes).toBeLessThan(1.2 * MiB);
    for (let at = 100; at < 110; at += 1) await ask(at * MiB, (at + 1) * MiB);
    expect(far.fetchedBytes).toBe(10 * MiB);
    expect(await cache.has('blobs/a')).toBe(false);
    expect(cache.bytes()).toBe(10 * MiB);
  });

  it('asks for a short gap too instead of asking twice', async () => {
    put('blobs/a', 20 * MiB);
    const ranges = [0, 128, 256].map((start) => ({ start: start * 1024, endExclusive: start * 1024 + 10 }));
    await cache.path('blobs/a', { ranges: [...ranges, { start: 19 * MiB, endExclusive: 20 * MiB }] }, far);
    expect(far.fetched.sort((a, b) => a - b)).toEqual([320 * 1024, MiB]);
  });

  it('becomes whole when the rest is asked for', async () => {
    const bytes = put('blobs/a', 9 * MiB);
    const done = new AbortController();
    const ranges = [{ start: 5 * MiB, endExclusive: 6 * MiB }];
    const part = await cache.path('blobs/a', { ranges, inUse: done.signal }, far);
    const meanwhile = await cache.path('blobs/a', {}, far);
    expect(meanwhile).toBe(part); // the first reader has not opened it yet
    expect(readFileSync(meanwhile).equals(bytes)).toBe(true);
    done.abort();
    expect(far.fetchedBytes).toBe(bytes.length);
    expect(await cache.has('blobs/a')).toBe(true);
  });

  it('never takes a half-fetched object for whole, and goes on with it in another process', async () => {
    const bytes = put('blobs/a', 30 * MiB);
    far.patience = 3;
    await expect(cache.path('blobs/a', {}, far)).rejects.toMatchObject({ code: 'store-unreachable' });
    expect(await cache.has('blobs/a')).toBe(false);
    const before = far.fetchedBytes;
    await closeAll();
    cache = await openCache();
    far.patience = Infinity;
    expect(readFileSync(await cache.path('blobs/a', {}, far)).equals(bytes)).toBe(true);
    expect(before).toBeGreaterThan(0);
    expect(far.fetchedBytes).toBe(bytes.length);
  });

  it('goes on with what a killed process left, except for a list that was cut short', async () => {
    const bytes = put('blobs/a', 30 * MiB);
    far.patience = 4;
    await expect(cache.path('blobs/a', {}, far)).rejects.toMatchObject({ code: 'store-unreachable' });
    const parts = join(folder, 'parts/blobs/a');
    const [name = ''] = await readdir(parts);
    await closeAll();
    const [left = ''] = await readdir(parts);
    await rename(join(parts, left), join(parts, name.replace(/_\d+_/, '_999999999_'))); // as its owner had called it
    const held = join(parts, name.replace(/_\d+_/, '_999999999_'), 'held');
    writeFileSync(held, readFileSync(held, 'utf8').slice(0, -3));
    cache = await openCache();
    far.patience = Infinity;
    expect(readFileSync(await cache.path('blobs/a', {}, far)).equals(bytes)).toBe(true);
    expect(far.fetchedBytes - bytes.length).toBe(4 * MiB);
  });

  it('forgets a part that the store turns out to hold less of', async () => {
    put('blobs/a', 10 * MiB);
    await cache.path('blobs/a', { ranges: [{ start: 5 * MiB, endExclusive: 6 * MiB }] }, far);
    put('blobs/a', 7 * MiB);
    await expect(cache.path('blobs/a', {}, far)).rejects.toMatchObject({ code: 'damaged' });
    expect(statSync(await cache.path('blobs/a', { fresh: true }, far)).size).toBe(7 * MiB);
  });
});

describe('the room that the cache takes', () => {
  const fill = async (...keys: string[]): Promise<void> => {
    for (const key of keys) {
      put(key, MiB);
      await cache.path(key, { inUse: AbortSignal.abort() }, far);
    }
  };
  const kept = async (...keys: string[]): Promise<string[]> => {
    const found = [];
    for (const key of keys) if (await cache.has(key)) found.push(key);
    return found;
  };
  const all = ['blobs/a', 'blobs/b', 'blobs/c', 'blobs/d'];

  it('gives up what was not used for longest', async () => {
    cache.setLimit(3 * MiB);
    await fill('blobs/a', 'blobs/b', 'blobs/c');
    await cache.path('blobs/a', { inUse: AbortSignal.abort() }, far);
    await fill('blobs/d');
    await expect.poll(() => kept(...all)).toEqual(['blobs/a', 'blobs/c', 'blobs/d']);
    expect(cache.bytes()).toBe(3 * MiB);
  });

  it('knows after a restart what it holds', async () => {
    await fill(...all);
    await closeAll();
    cache = await openCache(2 * MiB);
    await expect.poll(() => cache.bytes()).toBe(2 * MiB);
  });

  it('keeps what is pinned, apart from its limit', async () => {
    cache.setPinned(new Set(['blobs/a', 'blobs/b']));
    await fill(...all);
    cache.setLimit(MiB);
    await expect.poll(() => kept(...all)).toEqual(['blobs/a', 'blobs/b', 'blobs/d']);
    cache.setPinned(new Set());
    await expect.poll(() => kept(...all)).toEqual(['blobs/d']);
  });

  it('takes nothing away from a reader until he is done', async () => {
    cache.setLimit(0);
    const bytes = put('blobs/a', MiB);
    const done = new AbortController();
    const path = await cache.path('blobs/a', { inUse: done.signal }, far);
    await fill('blobs/b', 'blobs/c');
    await expect.poll(() => kept(...all)).toEqual(['blobs/a']);
    expect(readFileSync(path).equals(bytes)).toBe(true);
    done.abort();
    await expect.poll(() => kept(...all)).toEqual([]);
    expect(cache.bytes()).toBe(0);
  });

  it('keeps what was written here without copying it, unless it would take most of the room', async () => {
    const file = join(folder, 'written');
    writeFileSync(file, contents(MiB));
    await cache.take('blobs/a', file);
    far.away = true;
    expect(statSync(await cache.path('blobs/a', {}, far)).ino).toBe(statSync(file).ino);
    cache.setLimit(1.5 * MiB);
    await cache.take('blobs/b', file);
    expect(await kept(...all)).toEqual(['blobs/a']);
  });

  it('makes room once when the disk is full, and says so when that is not enough', async () => {
    await fill('blobs/a', 'blobs/b', 'blobs/c');
    put('blobs/d', MiB);
    far.failure = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    far.patience = 3;
    await expect(cache.path('blobs/d', {}, far)).rejects.toMatchObject({ code: 'disk-full' });
    expect(await kept(...all)).toEqual(['blobs/c']);
  });

  it('forgets a copy that is damaged, and fetches it anew', async () => {
    const bytes = put('blobs/a', MiB);
    writeFileSync(await cache.path('blobs/a', {}, far), 'rotten');
    expect(readFileSync(await cache.path('blobs/a', { fresh: true }, far)).equals(bytes)).toBe(true);
    expect(cache.bytes()).toBe(MiB);
    await cache.remove('blobs/a');
    expect([cache.bytes(), ...(await kept(...all))]).toEqual([0]);
  });
});

describe('several processes with one cache', () => {
  it('find what the others fetched, and fetch the same at once without harm', async () => {
    const other = await openCache();
    const [a, b] = [put('blobs/a', MiB), put('blobs/bb', 12 * MiB)];
    await cache.path('blobs/a', {}, far);
    const before = far.fetched.length;
    expect(readFileSync(await other.path('blobs/a', {}, far)).equals(a)).toBe(true);
    expect(far.fetched.length).toBe(before);
    const paths = await Promise.all([cache, other].map((one) => one.path('blobs/bb', {}, far)));
    for (const path of paths) expect(readFileSync(path).equals(b)).toBe(true);
    expect(await other.has('blobs/bb')).toBe(true);
  });

  it('does not take away what another one has just used', async () => {
    put('blobs/a', MiB);
    await cache.path('blobs/a', { inUse: AbortSignal.abort() }, far);
    const other = await openCache();
    await expect.poll(() => other.bytes()).toBe(MiB);
    await cache.remove('blobs/a');
    await new Promise((resolve) => setTimeout(resolve, 20));
    await cache.path('blobs/a', {}, far);
    other.setLimit(0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await cache.has('blobs/a')).toBe(true);
  });
});
