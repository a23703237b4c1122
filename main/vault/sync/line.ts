import type { MergeNotice } from '../../../app/model/sync.js';
import type { OutboxItem } from '../../store/mirror/mirror.js';
import type { Merged } from './three-way.js';

/** A version by its number and the hash of its stored bytes. */
export type Place = Readonly<{ version: number; hash: string }>;

/** One version of a secret or file that waits here to be sent. */
export type WaitingVersion<B> = Place &
  Readonly<{
    item: OutboxItem;
    /** hash of the version that it was written on top of; null for the first */
    previous: string | null;
    body: B;
  }>;

/** What the store says of a secret or file. */
export type Theirs<B> = Readonly<{
  /** what both sides had in common; null when that is nothing, or is gone with a deletion */
  base: B | null;
  /** the newest version that counts; its body says so when it was deleted for good */
  body: B;
}>;

/**
 * One secret or file: what waits of it here, and what the store has. The flush (line-flush.ts) decides what happens with it and knows
 * nothing else of secrets, files, or how they are sealed.
 */
export interface Line<B> {
  readonly id: string;
  readonly kind: MergeNotice['kind'];
  /** Puts of its versions that wait, in the order of versions. */
  items(): readonly OutboxItem[];
  /** Opens what waits, in the order of versions. */
  waiting(): Promise<readonly WaitingVersion<B>[]>;
  /** Throws `not-allowed`, `not-found` when this account may not write it (any more). */
  admit(): void;
  /** Hash of the store's bytes of a version; null when it has none. */
  stored(version: number): Promise<string | null>;
  /** The highest version in the store; 0 for none. */
  highest(): Promise<number>;
  /** Whether a version may go to the store as it is: nobody lost access since it was sealed. */
  isCurrent(version: WaitingVersion<B>): boolean;
  /** Waiting contents that a version points at. */
  contents(version: WaitingVersion<B>): readonly OutboxItem[];
  /**
   * Reads the store's chain from `base` on; null when it has nothing of this. Throws `rolled-back` unless `base` is in it, or was deleted
   * for good since.
   */
  theirs(base: Place | null): Promise<Theirs<B> | null>;
  merge(base: B | null, ours: WaitingVersion<B>, theirs: B): Merged<B>;
  /**
   * Brings the contents of a version to the store under the newest key, but for those that a version of the store points at already; gives
   * the version as it may be published then.
   */
  prepared(ours: WaitingVersion<B>, theirs: Theirs<B> | null): Promise<WaitingVersion<B>>;
  /** Writes version 1. False when somebody else has. */
  create(body: B): Promise<boolean>;
  /** Writes what `merge` gives on top of the store's newest version, asked again after a lost race. False when it was deleted for good meanwhile. */
  publish(merge: (theirs: B) => B | null): Promise<boolean>;
  /** Writes ours as something new, once however often it is called. False when its content is nowhere any more. */
  copy(body: B, of: WaitingVersion<B>): Promise<boolean>;
  /** Runs `work` while nothing else here writes this secret or file. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
  /** Brings the index to what was published (or the store has), and keeps a notice. */
  learn(notice: string | null, of: WaitingVersion<B>): Promise<void>;
  /** When nothing of it waits any more: removes from the store what a deletion for good supersedes. */
  finish(): Promise<void>;
}
