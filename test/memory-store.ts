import { writeFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VaultError } from '../app/errors.js';
import { cutRange, parseKey, parsePrefix, throwIfCancelled } from '../main/store/key.js';
import type { Body, ByteRange, ListOptions, ObjectInfo, Store, StoreOptions } from '../main/store/store.js';

/**
 * A store in this process's memory that passes the conformance suite: for tests of thousands of histories, where the disk would be what is
 * measured. `away` makes it a server that does not answer.
 */
export class MemoryStore implements Store {
  readonly label = 'memory';
  readonly objects = new Map<string, Uint8Array>();
  /** when each object came, in milliseconds since 1970; tests let it age */
  readonly times = new Map<string, number>();
  away = false;
  /** requests answered, by verb */
  readonly requests = { list: 0, get: 0, put: 0, delete: 0, stat: 0 };
  #folder: string | null = null;

  async *list(prefix: string, options: ListOptions = {}): AsyncGenerator<ObjectInfo> {
    parsePrefix(prefix);
    this.#answer('list', options);
    await Promise.resolve();
    const { after = '' } = options;
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(prefix) && key > after);
    for (const key of keys.sort()) {
      throwIfCancelled(options.signal);
      const bytes = this.objects.get(key);
      if (bytes !== undefined) yield this.#told(key, bytes);
    }
  }

  async get(key: string, range?: ByteRange, options: StoreOptions = {}): Promise<Uint8Array> {
    const bytes = this.#object('get', key, options);
    const { start, byteLength } = cutRange(range, bytes.length);
    return Promise.resolve(Buffer.from(bytes.subarray(start, start + byteLength)));
  }

  async putIfAbsent(key: string, body: Body, options: StoreOptions = {}): Promise<boolean> {
    parseKey(key);
    this.#answer('put', options);
    const bytes = body instanceof Uint8Array ? Buffer.from(body) : await readFile(body.file);
    throwIfCancelled(options.signal);
    if (this.objects.has(key)) return false;
    this.objects.set(key, bytes);
    this.times.set(key, Date.now());
    return true;
  }

  async delete(key: string, options: StoreOptions = {}): Promise<void> {
    parseKey(key);
    this.#answer('delete', options);
    this.objects.delete(key);
    return Promise.resolve();
  }

  async stat(key: string, options: StoreOptions = {}): Promise<ObjectInfo | null> {
    parseKey(key);
    this.#answer('stat', options);
    const bytes = this.objects.get(key);
    return Promise.resolve(bytes === undefined ? null : this.#told(key, bytes));
  }

  async local(key: string, options: StoreOptions = {}): Promise<string> {
    const bytes = this.#object('get', key, options);
    this.#folder ??= await mkdtemp(join(tmpdir(), 'memory-store-'));
    const path = join(this.#folder, key.replaceAll('/', '_'));
    await writeFile(path, bytes);
    return path;
  }

  async close(): Promise<void> {
    if (this.#folder !== null) await rm(this.#folder, { recursive: true, force: true });
    this.#folder = null;
  }

  #told(key: string, { length }: Uint8Array): ObjectInfo {
    const modifiedMs = this.times.get(key);
    return { key, bytes: length, ...(modifiedMs !== undefined && { modifiedMs }) };
  }

  #object(verb: 'get', key: string, options: StoreOptions): Uint8Array {
    parseKey(key);
    this.#answer(verb, options);
    const bytes = this.objects.get(key);
    if (bytes === undefined) throw new VaultError('not-found');
    return bytes;
  }

  #answer(verb: keyof MemoryStore['requests'], options: StoreOptions): void {
    throwIfCancelled(options.signal);
    if (this.away) throw new VaultError('store-unreachable');
    this.requests[verb] += 1;
  }
}
