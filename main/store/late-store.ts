import type { Body, ListOptions, LocalOptions, ObjectInfo, Store, StoreOptions } from './store.js';

/**
 * A store that is opened when it is first needed, and tried again at the next call when that failed: a vault whose disk or
 * network is away can be unlocked, and goes on by itself when the store is back.
 */
export class LateStore implements Store {
  readonly label: string;
  readonly #open: () => Promise<Store>;
  #store: Promise<Store> | null = null;

  /** @param open opens the store and checks that it is the right one; its errors reach the caller of each verb */
  constructor(label: string, open: () => Promise<Store>) {
    this.label = label;
    this.#open = open;
  }

  async *list(prefix: string, options?: ListOptions): AsyncGenerator<ObjectInfo> {
    yield* (await this.#opened()).list(prefix, options);
  }

  async get(
    key: string,
    range?: Readonly<{ start: number; endExclusive: number }>,
    options?: StoreOptions,
  ): Promise<Uint8Array> {
    return (await this.#opened()).get(key, range, options);
  }

  async putIfAbsent(key: string, body: Body, options?: StoreOptions): Promise<boolean> {
    return (await this.#opened()).putIfAbsent(key, body, options);
  }

  async delete(key: string, options?: StoreOptions): Promise<void> {
    return (await this.#opened()).delete(key, options);
  }

  async stat(key: string, options?: StoreOptions): Promise<ObjectInfo | null> {
    return (await this.#opened()).stat(key, options);
  }

  async local(key: string, options?: LocalOptions): Promise<string> {
    return (await this.#opened()).local(key, options);
  }

  async close(): Promise<void> {
    const store = await this.#store?.catch(() => null);
    await store?.close();
  }

  #opened(): Promise<Store> {
    if (this.#store === null) {
      const opening = this.#open();
      this.#store = opening;
      opening.catch(() => {
        this.#store = null;
      });
    }
    return this.#store;
  }
}
