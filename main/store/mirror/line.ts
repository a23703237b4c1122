import { isVaultError, VaultError } from '../../../app/errors.js';
import type { ListOptions, ObjectInfo, Store } from '../store.js';
import type { Connection } from './mirror.js';

export type Pauses = Readonly<{ firstMs: number; longestMs: number }>;

const pausedSentence = 'Sync is paused, and this was not fetched to this computer yet. Resume sync to get it.';

/** What finding out what is new needs of a store. */
export type FarStore = Pick<Store, 'get' | 'stat' | 'putIfAbsent'> &
  Readonly<{ list(prefix: string, options?: ListOptions): Promise<ObjectInfo[]> }>;

/** Errors that only a store which answers can have. */
const answers = ['not-found', 'conflict', 'store-readonly', 'store-full'] as const;

/**
 * The line to the far store: opens it when it is first needed, and remembers whether it answers. Once it does not, everything fails at once
 * until somebody tries again by `attempt`, with a growing pause between real attempts.
 */
export class Line {
  readonly #open: () => Promise<Store>;
  readonly #pauses: Pauses;
  readonly #changed: () => void;
  #store: Promise<Store> | null = null;
  #paused = false;
  #trouble: VaultError | null = null;
  #failures = 0;
  #nextMs = 0;
  #contactMs: number | null;
  /** ends of the requests under way */
  readonly #ends = new Set<(reason: VaultError) => void>();
  #over: VaultError | null = null;
  #isConnected = false;

  constructor(open: () => Promise<Store>, contactMs: number | null, pauses: Pauses, changed: () => void) {
    this.#open = open;
    this.#contactMs = contactMs;
    this.#pauses = pauses;
    this.#changed = changed;
  }

  get contactMs(): number | null {
    return this.#contactMs;
  }

  get isOpen(): boolean {
    return !this.#paused && this.#trouble === null;
  }

  /** Somebody hung up: what became of the requests that were under way is not known. */
  get isOver(): boolean {
    return this.#over !== null;
  }

  /** Ends at once what is asked now, and all that would be, with `reason`; but for what was to outlive that (see {@link far}). */
  hangUp(reason: VaultError): void {
    this.#over = reason;
    for (const end of this.#ends) end(reason);
  }

  connection(): Connection {
    return {
      state: this.#paused ? 'paused' : this.#trouble === null ? 'online' : 'offline',
      lastContact: this.#contactMs === null ? null : new Date(this.#contactMs).toISOString(),
      trouble: this.#trouble,
    };
  }

  setPaused(paused: boolean): void {
    if (paused === this.#paused) return;
    this.#paused = paused;
    this.#nextMs = 0;
    this.#changed();
  }

  /** Asks the store. Throws at once while it is known to be away; tells others when that changes. */
  async ask<T>(work: (remote: Store) => Promise<T>): Promise<T> {
    this.throwIfAway();
    return this.#try(work);
  }

  /** Asks it even though it was away, unless that was a moment ago. */
  async attempt<T>(work: (remote: Store) => Promise<T>): Promise<T> {
    if (this.isOver || this.#paused || Date.now() < this.#nextMs) this.throwIfAway();
    return this.#try(work);
  }

  /**
   * The store's verbs, each asked through this line.
   * @param again the first of them asks even though the store was away
   * @param outlives they are asked also after somebody hung up
   */
  far({ again = false, outlives = false }: Readonly<{ again?: boolean; outlives?: boolean }> = {}): FarStore {
    let first = again;
    const ask = <T>(work: (remote: Store) => Promise<T>): Promise<T> => {
      if (outlives) {
        this.#throwIfOff();
        return this.#try(work, true);
      }
      const how = first ? this.attempt(work) : this.ask(work);
      first = false;
      return how;
    };
    return {
      list: (prefix, options) => ask((remote) => all(remote.list(prefix, options))),
      get: (key, range, options) => ask((remote) => remote.get(key, range, options)),
      stat: (key, options) => ask((remote) => remote.stat(key, options)),
      putIfAbsent: (key, body, options) => ask((remote) => remote.putIfAbsent(key, body, options)),
    };
  }

  async close(): Promise<void> {
    const closing = this.#store?.then(
      (store) => store.close(),
      () => undefined, // it was never open
    );
    // nobody waits for a store that does not answer, only to close it
    if (this.#isConnected || !this.isOver) await closing;
    else closing?.catch(() => undefined);
  }

  /** Throws what is wrong when it is known that the store cannot be asked now. */
  throwIfAway(): void {
    if (this.#over !== null) throw this.#over;
    this.#throwIfOff();
  }

  #throwIfOff(): void {
    if (this.#paused) throw new VaultError('store-unreachable', pausedSentence, { details: { reason: 'paused' } });
    if (this.#trouble !== null) throw this.#trouble;
  }

  async #try<T>(work: (remote: Store) => Promise<T>, outlives = false): Promise<T> {
    try {
      const asked = this.#opened().then(work);
      const told = await (outlives ? asked : this.#untilOver(asked));
      this.#answered();
      return told;
    } catch (error) {
      if (isVaultError(error, 'store-unreachable')) this.#failed(error);
      else if (isVaultError(error, ...answers)) this.#answered();
      throw error;
    }
  }

  #untilOver<T>(asked: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#ends.add(reject);
      asked.then(resolve, reject).finally(() => this.#ends.delete(reject));
    });
  }

  #answered(): void {
    const wasAway = this.#trouble !== null;
    [this.#trouble, this.#failures, this.#nextMs] = [null, 0, 0];
    this.#contactMs = Date.now();
    if (wasAway) this.#changed();
  }

  #failed(trouble: VaultError): void {
    const wasAway = this.#trouble !== null;
    if (!wasAway || Date.now() >= this.#nextMs) {
      const pause = Math.min(this.#pauses.longestMs, this.#pauses.firstMs * 2 ** Math.min(this.#failures, 16));
      this.#nextMs = Date.now() + pause;
      this.#failures += 1;
    }
    this.#trouble = trouble;
    if (!wasAway) this.#changed();
  }

  #opened(): Promise<Store> {
    if (this.#store === null) {
      const opening = this.#open();
      this.#store = opening;
      opening.then(
        () => (this.#isConnected = true),
        () => (this.#store = null),
      );
    }
    return this.#store;
  }
}

export async function all(items: AsyncIterable<ObjectInfo>): Promise<ObjectInfo[]> {
  const collected: ObjectInfo[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}
