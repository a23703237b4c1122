import type { VaultError } from '../../../app/errors.js';
import type { Store, StoreOptions } from '../store.js';

/** One write that the store has not taken yet. */
export type OutboxItem = Readonly<{
  /** position in the outbox: items are sent in this order */
  order: number;
  operation: 'put' | 'delete';
  key: string;
  /** of the body; 0 for a deletion */
  bytes: number;
  /** when it was written, ISO 8601 */
  time: string;
}>;

/** What was written while the store was away or sending was paused. Everything in it is sealed already; it survives a crash. */
export interface Outbox {
  /** in the order in which they were written, as far as this process knows */
  items(): readonly OutboxItem[];
  /** Reads what other processes of this profile put in and took out. */
  refresh(): void;
  /** the bytes of a put; of a large one use `Mirror.local` */
  read(key: string): Promise<Uint8Array>;
  /**
   * Brings one item to the store as it is. `sent`: it is there now (also when an earlier attempt had brought it) and out of the outbox.
   * `taken`: the store holds other bytes at that key; the item stays. Throws `store-unreachable` and whatever the store says.
   */
  send(item: OutboxItem, options?: StoreOptions): Promise<'sent' | 'taken'>;
  /**
   * Takes items out that were sent in another form, or given up. False, and none is taken out, when somebody put more into the folders of
   * `known` than those: it was written on top of what would be gone.
   */
  remove(items: readonly OutboxItem[], known?: readonly OutboxItem[]): Promise<boolean>;
}

export type Connection = Readonly<{
  state: 'online' | 'offline' | 'paused';
  /** when the store answered last, ISO 8601; null before the first time */
  lastContact: string | null;
  /** why it is offline */
  trouble: VaultError | null;
}>;

/**
 * One entry of the change feed, `changes/<sequence>` in the bucket: JWS (RFC 7515) compact, typ `coretex-vault/v1/change`, of
 * {sequence, previous (object hash of the entry before, null for 1), time, author, written: keys, removed: keys}.
 * Readers learn from it what is new without listing the bucket; since each entry signs the hash of the one before, a store that
 * shows two people different states can never show either of them anything of the other again without being noticed.
 */
export interface FeedSigner {
  /** @param payload without `author`; gives the JWS */
  sign(payload: Readonly<Record<string, unknown>>): Promise<string>;
  /** Throws `damaged` and the like when no account's key signed it. */
  verify(entry: string): Promise<unknown>;
}

export type PullOptions = StoreOptions &
  Readonly<{
    /** list the whole store, as is done once a day anyway: finds what was never announced, and what was lost */
    full?: boolean;
  }>;

/**
 * A store that is far away, kept here as far as it was seen: records whole, contents as a bounded cache, and an outbox for what was written
 * while it was away. Every verb works offline on what is here; what is not here throws `store-unreachable`.
 * Reads and lists answer from what the last `pull` saw, with the outbox on top.
 */
export interface Mirror extends Store {
  /** Asks the store what is new: one listing of the change feed when nothing is. Throws when the store does not answer, and at once while paused. */
  pull(options?: PullOptions): Promise<Readonly<{ changed: boolean }>>;
  /** The store as the bucket has it: the outbox is left out, and writes go to the bucket or throw. */
  readonly beyond: Store;
  readonly outbox: Outbox;
  connection(): Connection;
  setPaused(paused: boolean): void;
  /** While there is no signer, what was written is announced later. */
  announceAs(signer: FeedSigner): void;
  /** The store lost or rewrote part of what this computer saw: kept until the store shows it again, or `accept`. */
  alarms(): readonly VaultError[];
  /** Goes on with what the store shows now. What it lost stays here as files (see `lost`). */
  accept(): Promise<void>;
  /** Objects that the store has no more though nobody announced their removal, and whose bytes are still here. */
  lost(): Promise<readonly string[]>;
  /** Ends at once what is asked of the store now, and all that would be, with `reason`. Only `close` still announces what was written last. */
  hangUp(reason: VaultError): void;
  /** told of every change of the connection or the outbox; returns the end of it */
  onChange(listener: () => void): () => void;
}
