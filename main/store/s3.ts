import { join } from 'node:path';
import { VaultError } from '../../app/errors.js';
import { cutRange, isKey, parseKey, parsePrefix, throwIfCancelled } from './key.js';
import { localFailure } from './local-failure.js';
import { BlobCache } from './mirror/blob-cache.js';
import { Bucket, type Found, type Page } from './s3/bucket.js';
import { loadSdk, newClient } from './s3/client.js';
import { createAbsent, type Outcome } from './s3/create-absent.js';
import { LargeUpload } from './s3/large-upload.js';
import { keyPrefix, type S3Credentials, type S3Location } from './s3/location.js';
import { newToken, reservationByteLength } from './s3/mark.js';
import { PartBuffers } from './s3/part-buffers.js';
import { Patience, type PatienceOptions, unlessCancelled } from './s3/patience.js';
import { proveConditions } from './s3/probe.js';
import { isReservation, outwait } from './s3/reservation.js';
import { UploadJournals } from './s3/upload-journal.js';
import { openSource, readSource } from './source-file.js';
import type { Body, ListOptions, LocalOptions, ObjectInfo, Store, StoreOptions } from './store.js';

export type { S3Credentials, S3Location } from './s3/location.js';

export type S3StoreOptions = Readonly<{
  location: S3Location;
  credentials: S3Credentials;
  /** on this computer, for this store alone: uploads under way, and objects that were fetched */
  folder: string;
  /** size of the parts in which large files travel, at least 5 MiB; smaller files are one request */
  partBytes?: number;
  patience?: PatienceOptions;
}>;

const defaultPartBytes = 16 * 1024 * 1024;
const partsInMemory = 4;
/** What `local` keeps here. A mirror has a cache of its own, and does not ask for `local`. */
const mostFetchedBytes = 1024 * 1024 * 1024;
/** What one `get` may bring into memory; larger objects are read by ranges or through `local`. */
const maxGetBytes = 1024 * 1024 * 1024;
/** How long `putIfAbsent` waits for somebody else who is bringing the same object. */
const waitForOthersMs = 10 * 60 * 1000;

type Put = (replaced: Found | null) => Promise<Outcome>;

/**
 * A store in an S3-compatible bucket (docs/protocol.md section 7, docs/decisions/0013-s3-store.md): each object is one object of the bucket,
 * at its key below the location's prefix. What the server must honour is `If-None-Match: *`; that is tried before the first write.
 */
export class S3Store implements Store {
  readonly label: string;
  readonly #bucket: Bucket;
  readonly #prefix: string;
  readonly #partBytes: number;
  readonly #buffers: PartBuffers;
  readonly #fetched: BlobCache;
  readonly #journals: UploadJournals;
  #proof: Promise<void> | null = null;

  private constructor(options: S3StoreOptions, bucket: Bucket, buffers: PartBuffers, fetched: BlobCache) {
    this.#prefix = keyPrefix(options.location);
    this.#partBytes = options.partBytes ?? defaultPartBytes;
    this.#bucket = bucket;
    this.#buffers = buffers;
    this.#fetched = fetched;
    this.#journals = new UploadJournals(join(options.folder, 'uploads'));
    this.label = `${options.location.bucket}/${this.#prefix}`.slice(0, -1);
  }

  /** Sends nothing yet: a store whose server is away opens. Throws `invalid-input`, and `target-unwritable`. */
  static async open(options: S3StoreOptions): Promise<S3Store> {
    keyPrefix(options.location);
    const sdk = await loadSdk();
    const client = newClient(sdk, options.location, options.credentials);
    const bucket = new Bucket(sdk, client, options.location.bucket, new Patience(options.patience));
    const fetched = await BlobCache.open(join(options.folder, 'fetched'), mostFetchedBytes);
    return new S3Store(options, bucket, new PartBuffers(partsInMemory), fetched);
  }

  /** Bytes per second that go up and come down, over all requests; 0 is as fast as it goes, and nothing is slower than 64 KiB. */
  setLimits({ up, down }: Readonly<{ up: number; down: number }>): void {
    this.#bucket.up.setLimit(up);
    this.#bucket.down.setLimit(down);
  }

  async *list(prefix: string, options: ListOptions = {}): AsyncGenerator<ObjectInfo> {
    parsePrefix(prefix);
    throwIfCancelled(options.signal);
    const after = options.after === undefined ? null : this.#prefix + options.after;
    const page = (token: string | null): Promise<Page> =>
      this.#bucket.page(this.#prefix + prefix, { token, after }, options.signal);
    for (let coming: Promise<Page> | null = page(null); coming !== null;) {
      const { listed, continues }: Page = await coming;
      coming = continues === null ? null : page(continues);
      coming?.catch(() => undefined); // it is awaited above, unless the caller stops listening before
      for (const { name, ...told } of listed) {
        throwIfCancelled(options.signal);
        const key = name.slice(this.#prefix.length);
        if (!isKey(key)) continue;
        if (told.bytes === reservationByteLength && (await this.#isReserved(name, options))) continue;
        yield { key, ...told };
      }
    }
  }

  async get(
    key: string,
    range?: Readonly<{ start: number; endExclusive: number }>,
    options: StoreOptions = {},
  ): Promise<Uint8Array> {
    const name = this.#name(key);
    throwIfCancelled(options.signal);
    if (range !== undefined && cutRange(range, Number.MAX_SAFE_INTEGER).byteLength === 0) {
      if ((await this.stat(key, options)) === null) throw new VaultError('not-found');
      return new Uint8Array(0);
    }
    const got = await this.#bucket.get(name, range, roomFor, options.signal);
    if (got === null || got.mark.upload !== null) throw new VaultError('not-found');
    return got.bytes;
  }

  async putIfAbsent(key: string, body: Body, options: StoreOptions = {}): Promise<boolean> {
    const { signal } = options;
    const name = this.#name(key);
    throwIfCancelled(signal);
    if (body instanceof Uint8Array) {
      await this.#proven(signal);
      const token = newToken();
      return this.#put(name, signal, (replaced) => this.#putWhole(name, body, token, replaced, signal));
    }
    const source = await openSource(body.file);
    try {
      await this.#proven(signal);
      const { size } = await source.stat();
      if (size > this.#partBytes) {
        const upload = new LargeUpload({
          bucket: this.#bucket,
          journals: this.#journals,
          buffers: this.#buffers,
          partBytes: this.#partBytes,
        });
        const object = { name, keyParts: parseKey(key), source, bytes: size };
        return await this.#put(name, signal, (replaced) => upload.attempt(object, replaced, signal));
      }
      const token = newToken();
      return await this.#buffers.lend(size, async (bytes) => {
        await readSource(source, 0, bytes);
        return this.#put(name, signal, (replaced) => this.#putWhole(name, bytes, token, replaced, signal));
      });
    } catch (error) {
      throw localFailure(error);
    } finally {
      await source.close();
    }
  }

  /** Ends also an upload of that key that is under way, here or elsewhere. */
  async delete(key: string, options: StoreOptions = {}): Promise<void> {
    const name = this.#name(key);
    throwIfCancelled(options.signal);
    const found = await this.#bucket.head(name, options.signal);
    if (found === null) return;
    if (found.mark.upload !== null) await this.#bucket.abort(name, found.mark.upload, options.signal);
    await this.#bucket.delete(name, options.signal);
    await this.#fetched.remove(key);
  }

  async stat(key: string, options: StoreOptions = {}): Promise<ObjectInfo | null> {
    const name = this.#name(key);
    throwIfCancelled(options.signal);
    const found = await this.#bucket.head(name, options.signal);
    return found === null || isReservation(found) ? null : { key, bytes: found.bytes, modifiedMs: found.modifiedMs };
  }

  async local(key: string, options: LocalOptions = {}): Promise<string> {
    if ((await this.stat(key, options)) === null) throw new VaultError('not-found');
    return this.#fetched.path(key, options, this);
  }

  /**
   * Ends uploads of large objects that nobody has gone on with for so long: their parts cost room and show in no listing. Gives how many.
   * Whoever comes back to one begins it anew.
   */
  async sweep(olderThanMs: number, options: StoreOptions = {}): Promise<number> {
    const { signal } = options;
    const oldMs = Date.now() - olderThanMs;
    let ended = 0;
    for (const { name, upload, begunMs } of await this.#bucket.uploads(this.#prefix, signal)) {
      throwIfCancelled(signal);
      if (begunMs > oldMs || !isKey(name.slice(this.#prefix.length))) continue;
      const parts = (await this.#bucket.parts(name, upload, signal)) ?? [];
      if (parts.some(({ modifiedMs }) => modifiedMs > oldMs)) continue;
      await this.#bucket.abort(name, upload, signal);
      const found = await this.#bucket.head(name, signal);
      if (found?.mark.upload === upload) await this.#bucket.delete(name, signal);
      ended += 1;
    }
    return ended;
  }

  async close(): Promise<void> {
    this.#bucket.close();
    await this.#fetched.close();
  }

  #name(key: string): string {
    return this.#prefix + parseKey(key).join('/');
  }

  /** Puts until it is clear who won; while somebody else has reserved the key, that is not clear. */
  async #put(name: string, signal: AbortSignal | undefined, put: Put): Promise<boolean> {
    const untilMs = Date.now() + waitForOthersMs;
    for (let replaced: Found | null = null; ;) {
      const outcome: Outcome = await put(replaced);
      if (outcome === 'created') return true;
      if (outcome !== null && !isReservation(outcome)) return false;
      replaced = outcome && (await outwait(this.#bucket, name, outcome, untilMs, signal));
    }
  }

  #putWhole(
    name: string,
    bytes: Uint8Array,
    token: string,
    replaced: Found | null,
    signal: AbortSignal | undefined,
  ): Promise<Outcome> {
    return createAbsent(this.#bucket, name, { bytes, mark: { token, upload: null } }, replaced, signal);
  }

  async #isReserved(name: string, { signal }: StoreOptions): Promise<boolean> {
    const found = await this.#bucket.head(name, signal);
    return found === null || isReservation(found);
  }

  /** SECURITY (promise 3): nothing is written to a server that would let two writers both win. */
  #proven(signal: AbortSignal | undefined): Promise<void> {
    if (this.#proof === null) {
      const proof = proveConditions(this.#bucket, this.#prefix);
      this.#proof = proof;
      proof.catch(() => (this.#proof = null)); // a server may be away, or replaced by a better one
    }
    return unlessCancelled(this.#proof, signal);
  }
}

/** Other programs may keep objects of their own in the bucket. */

function roomFor(byteLength: number): Buffer {
  if (byteLength > maxGetBytes) throw new VaultError('invalid-input', 'Read an object this large in ranges.');
  return Buffer.allocUnsafeSlow(byteLength);
}
