import type { VaultError } from '../../../app/errors.js';
import type {
  Body,
  ByteRange,
  ListOptions,
  LocalOptions,
  ObjectInfo,
  PutOptions,
  Store,
  StoreOptions,
} from '../../store/store.js';

/** A store that can be closed for writing: what is there stays readable after the vault went elsewhere. */
export class WriteGate implements Store {
  readonly label: string;
  readonly #store: Store;
  readonly #writing = new Set<Promise<unknown>>();
  #refusal: VaultError | null = null;

  constructor(store: Store) {
    this.#store = store;
    this.label = store.label;
  }

  /** From now on every write throws `refusal`; null opens the gate again. */
  refuse(refusal: VaultError | null): void {
    this.#refusal = refusal;
  }

  get isClosed(): boolean {
    return this.#refusal !== null;
  }

  /** Throws the refusal of a closed gate: for writes that go another way. */
  requireOpen(): void {
    if (this.#refusal !== null) throw this.#refusal;
  }

  /** Resolves when what began before is over: with a closed gate, nothing more is written then. */
  async settled(): Promise<void> {
    while (this.#writing.size > 0) await Promise.allSettled(this.#writing);
  }

  list(prefix: string, options?: ListOptions): AsyncIterable<ObjectInfo> {
    return this.#store.list(prefix, options);
  }

  get(key: string, range?: ByteRange, options?: StoreOptions): Promise<Uint8Array> {
    return this.#store.get(key, range, options);
  }

  putIfAbsent(key: string, body: Body, options?: PutOptions): Promise<boolean> {
    return this.#write(() => this.#store.putIfAbsent(key, body, options));
  }

  delete(key: string, options?: StoreOptions): Promise<void> {
    return this.#write(() => this.#store.delete(key, options));
  }

  stat(key: string, options?: StoreOptions): Promise<ObjectInfo | null> {
    return this.#store.stat(key, options);
  }

  local(key: string, options?: LocalOptions): Promise<string> {
    return this.#store.local(key, options);
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  async #write<T>(write: () => Promise<T>): Promise<T> {
    this.requireOpen();
    const writing = write();
    this.#writing.add(writing);
    try {
      return await writing;
    } finally {
      this.#writing.delete(writing);
    }
  }
}
