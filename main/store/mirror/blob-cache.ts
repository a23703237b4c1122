import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { VaultError } from '../../../app/errors.js';
import { throwIfCancelled } from '../key.js';
import { Limit } from '../limit.js';
import { isDiskFull, localFailure } from '../local-failure.js';
import { unlessCancelled } from '../s3/patience.js';
import type { LocalOptions, Store } from '../store.js';
import { BlobLeases } from './blob-leases.js';
import { BlobLedger } from './blob-ledger.js';
import { BlobParts } from './blob-parts.js';
import { pieceBytes } from './blob-ranges.js';
import { BlobShelf } from './blob-shelf.js';

/** Pieces that are fetched at a time, over all objects: what is in memory at most is so many times {@link pieceBytes}. */
const mostPieces = 12;
/** What another process has used so lately is not taken away from it. Files tell their last use to ten minutes. */
const guestMs = 60 * 60 * 1000;

/** Contents of a far store that are kept here. Keys name contents that never change. */
export interface ContentsCache {
  /**
   * A path where the object's bytes can be read, all or at least `options.ranges`; fetched from `remote` as far as they are not here.
   * Throws what `remote` throws, `not-found`, `disk-full`, `target-unwritable`, `cancelled`.
   */
  path(key: string, options: LocalOptions, remote: Store): Promise<string>;
  /**
   * Keeps contents that were written here: a second name of `file`, which must not change any more. Does nothing where that cannot be done,
   * and for a file that would take the place of most others.
   */
  take(key: string, file: string): Promise<void>;
  /** Whether all of it is here. */
  has(key: string): Promise<boolean>;
  /** Forgets an object that is gone from the store, or whose copy is damaged. */
  remove(key: string): Promise<void>;
  /** of everything that is kept here */
  bytes(): number;
  /** The longest unused goes while there is more than that; what is pinned does not count. */
  setLimit(bytes: number): void;
  setPinned(keys: ReadonlySet<string>): void;
  close(): Promise<void>;
}

/**
 * The cache in a folder, which several processes may share. What is in it is ciphertext that whoever opens it verifies: nothing here is
 * trusted, and nothing is synced. An object that is not here whole is a file with holes of the same length; it has another name than
 * a whole one, so that it is never taken for whole, and it is gone on with after a crash.
 */
export class BlobCache implements ContentsCache {
  readonly #shelf: BlobShelf;
  readonly #parts: BlobParts;
  readonly #ledger = new BlobLedger();
  readonly #leases = new BlobLeases();
  readonly #limit = new Limit(mostPieces);
  readonly #turns = new Map<string, Promise<void>>();
  readonly #closing = new AbortController();
  readonly #counted: Promise<void>;
  #limitBytes: number;
  #trimming: Promise<void> | null = null;

  private constructor(shelf: BlobShelf, parts: BlobParts, limitBytes: number) {
    this.#shelf = shelf;
    this.#parts = parts;
    this.#limitBytes = limitBytes;
    this.#counted = this.#count().catch(() => undefined); // what could not be counted is not removed either
  }

  /** Opens the folder, which is made when it is not there. Throws `target-unwritable`. What is in it is counted meanwhile. */
  static async open(folder: string, limitBytes: number): Promise<BlobCache> {
    try {
      return new BlobCache(await BlobShelf.open(folder), new BlobParts(join(folder, 'parts')), limitBytes);
    } catch (error) {
      const sentence = 'The folder on this computer for fetched files cannot be written.';
      throw new VaultError('target-unwritable', sentence, { cause: error });
    }
  }

  async path(key: string, options: LocalOptions, remote: Store): Promise<string> {
    throwIfCancelled(options.signal);
    const signal = AbortSignal.any([this.#closing.signal, ...(options.signal ? [options.signal] : [])]);
    const asked = { ...options, signal };
    try {
      return await this.#inTurn(key, signal, async () => {
        if (options.fresh === true) await this.#forget(key);
        const path = (await this.#find(key)) ?? (await this.#withRoom(() => this.#fetch(key, asked, remote)));
        this.#leases.hold(key, options.inUse, () => void this.#settle(key));
        void this.#trim();
        return path;
      });
    } catch (error) {
      throw localFailure(error);
    }
  }

  async take(key: string, file: string): Promise<void> {
    await this.#inTurn(key, this.#closing.signal, async () => {
      if ((await stat(file)).size > this.#limitBytes / 2 || !(await this.#shelf.link(key, file))) return;
      const found = await this.#shelf.look(key);
      if (found !== null) this.#ledger.use(key, found.bytes, found.touchedMs);
    });
    void this.#trim();
  }

  async has(key: string): Promise<boolean> {
    return (await this.#shelf.look(key)) !== null || this.#parts.get(key)?.isWhole === true;
  }

  async remove(key: string): Promise<void> {
    await this.#inTurn(key, this.#closing.signal, () => this.#forget(key));
  }

  bytes(): number {
    return this.#ledger.bytes;
  }

  setLimit(bytes: number): void {
    this.#limitBytes = bytes;
    void this.#trim();
  }

  setPinned(keys: ReadonlySet<string>): void {
    this.#ledger.setPinned(keys);
    void this.#trim();
  }

  /** Ends what is being fetched; the rest of it is fetched another time. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#leases.close();
    await Promise.all([this.#counted, this.#trimming, ...this.#turns.values()]);
    await this.#parts.close();
    await this.#shelf.close();
  }

  /** The object, when it is here whole. */
  async #find(key: string): Promise<string | null> {
    const found = await this.#shelf.find(key, this.#leases.has(key));
    if (found === null) return null;
    this.#ledger.use(key, found.bytes, found.touchedMs);
    return this.#shelf.path(key);
  }

  async #fetch(key: string, options: LocalOptions & { signal: AbortSignal }, remote: Store): Promise<string> {
    const { ranges, signal } = options;
    const part = (await this.#parts.take(key)) ?? (await this.#begin(key, options, remote));
    if (part === null) return this.#shelved(key);
    try {
      await part.fetch(key, ranges, { remote, limit: this.#limit, signal });
    } finally {
      this.#ledger.use(key, part.heldBytes, Date.now());
    }
    // Whoever was given its path is still to open it.
    if (!part.isWhole || this.#leases.has(key)) return part.path;
    await this.#shelf.bring(key, (path) => this.#parts.moveTo(key, path));
    return this.#shelved(key);
  }

  /** Asks for the first piece: a small object comes whole with it, and null is given. A large one is begun. */
  async #begin(key: string, { ranges, signal }: LocalOptions, remote: Store) {
    const end = ranges === undefined ? 0 : Math.max(...ranges.map(({ endExclusive }) => endExclusive));
    const first = end > pieceBytes ? null : await this.#first(key, remote, signal);
    if (first !== null && first.length < pieceBytes) {
      await this.#shelf.write(key, first);
      return null;
    }
    const found = await remote.stat(key, signal && { signal });
    if (found === null) throw new VaultError('not-found');
    const part = await this.#parts.begin(key, found.bytes);
    if (first !== null) await part.begun(first);
    return part;
  }

  #first(key: string, remote: Store, signal: AbortSignal | undefined): Promise<Uint8Array> {
    return this.#limit.run(() => remote.get(key, { start: 0, endExclusive: pieceBytes }, signal && { signal }));
  }

  async #shelved(key: string): Promise<string> {
    const path = await this.#find(key);
    if (path === null) throw new VaultError('not-found'); // another process made room this very moment
    return path;
  }

  async #forget(key: string): Promise<void> {
    await this.#parts.take(key);
    await this.#parts.remove(key);
    await this.#shelf.remove(key);
    this.#ledger.drop(key);
  }

  /** Nobody here reads that object any more: it gets its name when it is whole, and may go. */
  async #settle(key: string): Promise<void> {
    try {
      await this.#inTurn(key, this.#closing.signal, async () => {
        if (this.#parts.get(key)?.isWhole !== true || this.#leases.has(key)) return;
        await this.#shelf.bring(key, (path) => this.#parts.moveTo(key, path));
      });
    } catch {
      return; // closing, or a disk that refuses: the next reader tries it again, and is told
    }
    await this.#trim();
  }

  /** A full disk is a reason to give back what this takes of it. Throws `disk-full` when that is not enough. */
  async #withRoom<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      await this.#counted;
      await this.#trimTo(this.#ledger.unpinnedBytes / 2);
      return await work();
    }
  }

  /** Brings the cache below its limit. Never throws: what cannot be removed now goes another time. */
  #trim(): Promise<void> {
    if (this.#ledger.unpinnedBytes <= this.#limitBytes) return Promise.resolve();
    this.#trimming ??= this.#counted
      .then(() => this.#trimTo(this.#limitBytes))
      .catch(() => undefined)
      .finally(() => (this.#trimming = null));
    return this.#trimming;
  }

  async #trimTo(bytes: number): Promise<void> {
    for (const key of this.#ledger.oldest()) {
      if (this.#ledger.unpinnedBytes <= bytes || this.#closing.signal.aborted) return;
      if (this.#leases.has(key) || this.#turns.has(key)) continue;
      await this.#inTurn(key, this.#closing.signal, () => this.#giveUp(key));
    }
  }

  /** Removes an object, unless somebody reads it. */
  async #giveUp(key: string): Promise<void> {
    if (this.#leases.has(key)) return;
    const found = await this.#shelf.look(key);
    const known = this.#ledger.get(key)?.touchedMs ?? 0;
    if (found !== null && found.touchedMs > known && Date.now() - found.touchedMs < guestMs) return;
    await this.#forget(key);
  }

  /** What earlier and other processes brought here. */
  async #count(): Promise<void> {
    const found = [];
    for await (const blob of this.#shelf.all()) found.push(blob);
    for (const { key, bytes, touchedMs } of found.sort((a, b) => a.touchedMs - b.touchedMs))
      if (this.#ledger.get(key) === undefined) this.#ledger.use(key, bytes, touchedMs);
    for await (const key of this.#parts.left()) {
      const part = await this.#inTurn(key, this.#closing.signal, () => this.#parts.take(key));
      if (part !== null) this.#ledger.use(key, part.heldBytes, Date.now());
    }
    void this.#trim();
  }

  /** One at a time for each object, in no order. The caller who gives up while waiting hears `cancelled` at once. */
  async #inTurn<T>(key: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    for (let before = this.#turns.get(key); before !== undefined; before = this.#turns.get(key))
      await unlessCancelled(before, signal);
    throwIfCancelled(signal);
    const running = work();
    const end = (): void => void this.#turns.delete(key);
    this.#turns.set(key, running.then(end, end));
    return running;
  }
}
