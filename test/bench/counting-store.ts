import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Body, ObjectInfo, Store, StoreOptions } from '../../main/store/store.js';

export type StoreCalls = Record<'list' | 'listed' | 'get' | 'stat' | 'put' | 'delete', number>;

const noCalls = (): StoreCalls => ({ list: 0, listed: 0, get: 0, stat: 0, put: 0, delete: 0 });

/** A store that counts what is asked of it; `listed` are the objects that its lists gave. */
export class CountingStore implements Store {
  readonly label: string;
  readonly #store: Store;
  #calls = noCalls();

  constructor(store: Store) {
    this.#store = store;
    this.label = store.label;
  }

  /** What was asked since it was last asked for this. */
  take(): StoreCalls {
    const calls = this.#calls;
    this.#calls = noCalls();
    return calls;
  }

  async *list(prefix: string, options?: StoreOptions): AsyncGenerator<ObjectInfo> {
    this.#calls.list += 1;
    for await (const found of this.#store.list(prefix, options)) {
      this.#calls.listed += 1;
      yield found;
    }
  }

  get(key: string, range?: Parameters<Store['get']>[1], options?: StoreOptions): Promise<Uint8Array> {
    this.#calls.get += 1;
    return this.#store.get(key, range, options);
  }

  async putIfAbsent(key: string, body: Body, options?: StoreOptions): Promise<boolean> {
    const created = await this.#store.putIfAbsent(key, body, options);
    if (created) this.#calls.put += 1;
    return created;
  }

  delete(key: string, options?: StoreOptions): Promise<void> {
    this.#calls.delete += 1;
    return this.#store.delete(key, options);
  }

  stat(key: string, options?: StoreOptions): Promise<ObjectInfo | null> {
    this.#calls.stat += 1;
    return this.#store.stat(key, options);
  }

  local(key: string, options?: StoreOptions): Promise<string> {
    return this.#store.local(key, options);
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}

/** Fills a folder's store with new objects, without the syncs that make an object durable: they cost most of a write. */
export class HastyStore extends CountingStore {
  readonly #folder: string;

  constructor(store: Store, folder: string) {
    super(store);
    this.#folder = folder;
  }

  override putIfAbsent(key: string, body: Body): Promise<boolean> {
    if (!(body instanceof Uint8Array)) throw new Error('only bytes are written in haste');
    const path = join(this.#folder, ...key.split('/'));
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, body, { flag: 'wx', mode: 0o600 });
    return Promise.resolve(true);
  }
}
