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

type Gate = { readonly writing: Set<Promise<unknown>>; refusal: VaultError | null };

/** A store that can be closed for writing: what is there stays readable after the vault went elsewhere. */
export class WriteGate implements Store {
  readonly label: string;
  readonly #store: Store;
  readonly #gate: Gate;

  private constructor(store: Store, gate: Gate) {
    this.#store = store;
    this.#gate = gate;
    this.label = store.label;
  }

  static of(store: Store): WriteGate {
    return new WriteGate(store, { writing: new Set(), refusal: null });
  }

  /** The same gate before another way to the store. */
  before(store: Store): WriteGate {
    return new WriteGate(store, this.#gate);
  }

  /** From now on every write throws `refusal`; null opens the gate again. */
  refuse(refusal: VaultError | null): void {
    this.#gate.refusal = refusal;
  }

  get isClosed(): boolean {
    return this.#gate.refusal !== null;
  }

  /** Throws the refusal of a closed gate: for writes that go another way. */
  requireOpen(): void {
    if (this.#gate.refusal !== null) throw this.#gate.refusal;
  }

  /** Resolves when what began before is over: with a closed gate, nothing more is written then. */
  async settled(): Promise<void> {
    while (this.#gate.writing.size > 0) await Promise.allSettled(this.#gate.writing);
  }

  list(prefix: string, options?: ListOptions): AsyncIterable<ObjectInfo> {
    return this.#store.list(prefix, options);
  }

  get(key: string, range?: ByteRange, options?: StoreOptions): Promise<Uint8Array> {
    return this.#store.get(key, range, options);
  }

  putIfAbsent(key: string, body: Body, options?: PutOptions): Promise<boolean> {
    return this.through(() => this.#store.putIfAbsent(key, body, options));
  }

  delete(key: string, options?: StoreOptions): Promise<void> {
    return this.through(() => this.#store.delete(key, options));
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

  /** Runs what writes to the store, unless the gate is closed. */
  async through<T>(write: () => Promise<T>): Promise<T> {
    this.requireOpen();
    const writing = write();
    this.#gate.writing.add(writing);
    try {
      return await writing;
    } finally {
      this.#gate.writing.delete(writing);
    }
  }
}
