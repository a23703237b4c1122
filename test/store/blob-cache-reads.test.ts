import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { randomId } from '../../main/crypto/random-id.js';
import { SecretBytes } from '../../main/crypto/secret-bytes.js';
import { FileEngine } from '../../main/engine/file-engine.js';
import { BlobCache } from '../../main/store/mirror/blob-cache.js';
import type { ByteRange, LocalOptions, StoreOptions } from '../../main/store/store.js';
import type { VaultContext } from '../../main/vault/context.js';
import { FileReads } from '../../main/vault/files/file-reads.js';
import type { FileRecords } from '../../main/vault/files/file-records.js';
import type { FileRecordEntry } from '../../main/vault/index/index-entries.js';
import { MemoryStore } from '../memory-store.js';

const MiB = 1024 * 1024;

/** A bucket with a cache before it, as a mirror has one; it counts the bytes that come from the bucket. */
class FarStore extends MemoryStore {
  fetchedBytes = 0;
  cache: BlobCache | null = null;

  override async get(key: string, range?: ByteRange, options: StoreOptions = {}): Promise<Uint8Array> {
    const bytes = await super.get(key, range, options);
    this.fetchedBytes += bytes.length;
    return bytes;
  }

  override local(key: string, options: LocalOptions = {}): Promise<string> {
    if (this.cache === null) throw new Error('there is no cache');
    return this.cache.path(key, options, this);
  }
}

const folder = mkdtempSync(join(tmpdir(), 'far-reads-'));
const engine = new FileEngine();
const projectKey = SecretBytes.take(Buffer.alloc(32, 7));
const projectId = randomId();
const far = new FarStore();
const reads = new FileReads(
  {
    location: { kind: 's3', endpoint: 'https://bucket.test', region: 'r', bucket: 'b' },
    store: far,
    engine,
    locked: new AbortController().signal,
    projectKeys: { get: () => Promise.resolve(projectKey) },
  } as unknown as VaultContext,
  null as unknown as FileRecords, // no history is asked for
);

/** The plaintext from one place to another: each 64 KiB of it are others. */
const plaintext = (start: number, endExclusive: number): Buffer => {
  const [first, last] = [Math.floor(start / 65_536), Math.ceil(endExclusive / 65_536)];
  const blocks = Array.from({ length: last - first }, (_, i) => Buffer.alloc(65_536, `block ${String(first + i)}, `));
  return Buffer.concat(blocks).subarray(start - first * 65_536, endExclusive - first * 65_536);
};

/** Encrypts `bytes` of plaintext into the bucket; gives as much of a record as reading needs. */
const store = async (bytes: number, suite: 'vault' | 'coretex'): Promise<FileRecordEntry> => {
  const [source, target] = [join(folder, randomId()), join(folder, randomId())];
  const writer = createWriteStream(source);
  for (let at = 0; at < bytes; at += MiB)
    if (!writer.write(plaintext(at, Math.min(bytes, at + MiB)))) await once(writer, 'drain');
  await new Promise((resolve) => writer.end(resolve));
  const blob = randomId();
  const identity = { projectId, blobId: blob, epoch: 1 };
  const { root } = await engine.encrypt({ source, target, projectKey, identity, suite });
  far.objects.set(`blobs/${blob}`, readFileSync(target));
  const content = { blob, suite, epoch: 1, root: Buffer.from(root).toString('base64url') };
  return { project: projectId, size: bytes, content } as FileRecordEntry;
};

const keyOf = ({ content }: FileRecordEntry): string => `blobs/${content?.blob ?? ''}`;
const range = (record: FileRecordEntry, start: number, endExclusive: number): Promise<Uint8Array> =>
  reads.range(record, { start, endExclusive });

let film: FileRecordEntry;
let letter: FileRecordEntry;

beforeAll(async () => {
  film = await store(200 * MiB, 'vault');
  letter = await store(9 * MiB, 'coretex');
}, 120_000);
beforeEach(async () => {
  await far.cache?.close();
  rmSync(join(folder, 'cache'), { recursive: true, force: true });
  far.cache = await BlobCache.open(join(folder, 'cache'), 1024 * MiB);
  far.fetchedBytes = 0;
});
afterAll(async () => {
  await far.cache?.close();
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a file in a bucket', () => {
  it('gives a megabyte out of its middle for less than ten that are fetched', async () => {
    const [start, end] = [100 * MiB + 5, 101 * MiB + 5];
    expect(Buffer.from(await range(film, start, end)).equals(plaintext(start, end))).toBe(true);
    expect(far.fetchedBytes).toBeLessThan(10 * MiB);
    const fetched = far.fetchedBytes;
    await range(film, start + 1, end - 1);
    expect(far.fetchedBytes).toBe(fetched);
  });

  it('is played from a place on without fetching anything twice', async () => {
    for (let at = 60; at < 100; at += 1)
      expect(Buffer.from(await range(film, at * MiB, (at + 1) * MiB)).equals(plaintext(at * MiB, (at + 1) * MiB))).toBe(
        true,
      );
    expect(far.fetchedBytes).toBeLessThan(45 * MiB);
    expect((await range(film, 200 * MiB - 3, 200 * MiB)).length).toBe(3); // its end
    expect((await range(film, 200 * MiB, 200 * MiB + 5)).length).toBe(0);
  });

  it('is read whole after that with what is still missing', async () => {
    await range(film, 50 * MiB, 52 * MiB);
    await reads.verify(film, {});
    const size = far.objects.get(keyOf(film))?.length ?? 0;
    expect(far.fetchedBytes - size).toBe(0);
    far.away = true;
    await reads.write(film, join(folder, 'film'), { overwrite: true });
    far.away = false;
  });

  it('of the coretex suite is fetched whole: its parts cannot be verified alone', async () => {
    expect(Buffer.from(await range(letter, MiB, MiB + 10)).equals(plaintext(MiB, MiB + 10))).toBe(true);
    expect(far.fetchedBytes).toBe(far.objects.get(keyOf(letter))?.length);
  });

  it('is fetched anew when the copy of this computer has rotted', async () => {
    await reads.verify(film, {});
    const path = await far.local(keyOf(film));
    const rotten = readFileSync(path);
    rotten[110 * MiB] = (rotten[110 * MiB] ?? 0) ^ 1;
    writeFileSync(path, rotten);
    await reads.verify(film, {});
    expect(far.fetchedBytes).toBe(2 * rotten.length);
  });

  it('is damaged when the store’s own bytes are, also for one range, and that is asked twice', async () => {
    const whole = far.objects.get(keyOf(film)) ?? Buffer.alloc(0);
    const broken = Buffer.from(whole);
    broken[100 * MiB] = (broken[100 * MiB] ?? 0) ^ 1;
    far.objects.set(keyOf(film), broken);
    await expect(range(film, 100 * MiB - 100, 100 * MiB)).rejects.toMatchObject({ code: 'damaged' });
    expect(far.fetchedBytes).toBeLessThan(20 * MiB);
    far.objects.set(keyOf(film), whole);
    expect((await range(film, 100 * MiB - 100, 100 * MiB)).length).toBe(100);
  });
});
