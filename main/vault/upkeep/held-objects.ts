import { VaultError } from '../../../app/errors.js';
import { cutRange } from '../../store/key.js';
import type { ByteRange, ListOptions, LocalOptions, ObjectInfo, Store, StoreOptions } from '../../store/store.js';

/** What stands for an object while it is judged: its bytes, or null for one that is not there. */
export type Held = ReadonlyMap<string, Uint8Array | null>;

/**
 * A store of which some objects are held in memory, as they are judged: read once, or as they would be with another copy in their place.
 * Everything else is what the store below says. Nothing can be written through it.
 */
export class HeldObjects implements Store {
  #below: Store;
  readonly #held = new Map<string, Uint8Array | null>();

  constructor(below: Store) {
    this.#below = below;
  }

  get label(): string {
    return this.#below.label;
  }

  /** Another store is judged from now on. */
  lieOver(below: Store): void {
    this.#below = below;
  }

  /** While `work` runs, these objects are as they are given. */
  async holding<T>(objects: Held, work: () => Promise<T>): Promise<T> {
    for (const [key, bytes] of objects) this.#held.set(key, bytes);
    try {
      return await work();
    } finally {
      for (const key of objects.keys()) this.#held.delete(key);
    }
  }

  list(prefix: string, options?: ListOptions): AsyncIterable<ObjectInfo> {
    return this.#below.list(prefix, options);
  }

  async get(key: string, range?: ByteRange, options?: StoreOptions): Promise<Uint8Array> {
    const held = this.#held.get(key);
    if (held === undefined) return this.#below.get(key, range, options);
    if (held === null) throw new VaultError('not-found');
    const { start, byteLength } = cutRange(range, held.length);
    return Buffer.from(held.subarray(start, start + byteLength));
  }

  stat(key: string, options?: StoreOptions): Promise<ObjectInfo | null> {
    return this.#below.stat(key, options);
  }

  local(key: string, options?: LocalOptions): Promise<string> {
    return this.#below.local(key, options);
  }

  putIfAbsent(): Promise<boolean> {
    return Promise.reject(new VaultError('store-readonly', 'A check changes nothing.'));
  }

  delete(): Promise<void> {
    return Promise.reject(new VaultError('store-readonly', 'A check changes nothing.'));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
