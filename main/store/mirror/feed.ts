import { isVaultError, type VaultError } from '../../../app/errors.js';
import { Limit } from '../limit.js';
import type { ObjectInfo, StoreOptions } from '../store.js';
import { type Alarm, alarmIs, type Catalogue, type FeedPosition, gone, readTo } from './catalogue.js';
import { type Announcement, damagedEntry, entryKey, feedPrefix, type FeedChange, maxEntryBytes, parseChange, readUnverified, sequenceOf } from './feed-entry.js'; // prettier-ignore
import { beginning, entryRange, findHead } from './feed-head.js';
import type { FarStore } from './line.js';
import type { FeedSigner } from './mirror.js';
import { hasGap, rolledBack, sameLook, showsLess, showsOther } from './feed-alarms.js';
import { pause } from '../s3/patience.js';
import { hashOf } from './sha256.js';

/** How many entries are fetched at a time. */
const parallel = 8;

/** One entry as it was found: its change is null when it is garbage. */
type Read = Readonly<{ position: FeedPosition; change: FeedChange | null }>;

export type FeedParts = Readonly<{
  catalogue: Catalogue;
  /** brings the catalogue to know objects that an entry says were written; false when they are too many for that */
  written: (keys: readonly string[], options: StoreOptions) => Promise<boolean>;
  /** forgets what is kept of objects that are gone */
  removed: (keys: readonly string[]) => Promise<void>;
}>;

/** How long who lost a race for the next number waits at most, times the number of lost races: others want to write too. */
const yieldMs = 20;

/**
 * Reads the bucket's change feed from where this computer stopped, and sees to it that the store shows everybody one and the same past.
 * What nobody can verify yet (before `signer` is set) is used as a hint, and read again later.
 */
export class Feed {
  readonly #catalogue: Catalogue;
  readonly #parts: FeedParts;
  #signer: FeedSigner | null = null;
  #unverified: FeedPosition | null = null;
  /** garbage that was reported, by sequence */
  readonly #garbage = new Map<number, VaultError>();
  #turn: Promise<unknown> = Promise.resolve();
  #isIncomplete = false;

  constructor(parts: FeedParts) {
    this.#parts = parts;
    this.#catalogue = parts.catalogue;
  }

  /** Somebody can sign, and the store shows what was seen before. */
  get mayAppend(): boolean {
    return this.#signer !== null && this.#catalogue.alarm === null;
  }

  /** The feed did not tell everything: the whole bucket must be listed. */
  get isIncomplete(): boolean {
    return this.#isIncomplete;
  }

  /** A listing begins, which tells everything; gives what to call when nothing came of it. */
  listingBegins(): () => void {
    const was = this.#isIncomplete;
    this.#isIncomplete = false;
    return () => (this.#isIncomplete ||= was);
  }

  verifyWith(signer: FeedSigner): void {
    this.#signer = signer;
    this.#unverified = null;
  }

  alarms(): VaultError[] {
    const { alarm } = this.#catalogue;
    return [...(alarm === null ? [] : [rolledBack(alarm)]), ...this.#garbage.values()];
  }

  /** Finds the end of the feed, where reading begins: the whole bucket is listed afterwards. */
  async begin(far: FarStore, options: StoreOptions): Promise<void> {
    const head = await findHead(far, options);
    await this.#catalogue.change(() => (this.#catalogue.position === null ? [readTo(head)] : []));
  }

  /** Goes on from what the store shows now, whatever it showed before. */
  accept(far: FarStore, options: StoreOptions): Promise<void> {
    return this.#inTurn(async () => {
      const head = await findHead(far, options);
      this.#unverified = null;
      this.#garbage.clear();
      await this.#catalogue.change(() => [readTo(head), alarmIs(null)]);
    });
  }

  /** Reads what is new, and tells whether anything is. Costs one request when nothing is. */
  read(far: FarStore, options: StoreOptions): Promise<boolean> {
    return this.#inTurn(() => this.#read(far, options));
  }

  /**
   * Appends an entry, after whatever others appended meanwhile. False, and nothing is appended, while nobody can sign or the store does not
   * show what was seen before. Throws what the store says.
   */
  append(far: FarStore, announcement: Announcement, options: StoreOptions = {}): Promise<boolean> {
    return this.#inTurn(async () => {
      for (let lost = 0; ; lost += 1) {
        this.#catalogue.refresh();
        const { position: base, alarm } = this.#catalogue;
        if (base === null || alarm !== null || this.#signer === null) return false;
        if (await this.#appendAfter(base, this.#signer, far, announcement, options)) return true;
        await this.#read(far, options);
        if ((this.#catalogue.position?.sequence ?? 0) <= base.sequence) return false;
        await pause(Math.random() * yieldMs * Math.min(lost, 10), options.signal);
      }
    });
  }

  async #appendAfter(
    base: FeedPosition,
    signer: FeedSigner,
    far: FarStore,
    announcement: Announcement,
    options: StoreOptions,
  ): Promise<boolean> {
    const sequence = base.sequence + 1;
    const previous = base.sequence === 0 ? null : base.hash;
    const entry = await signer.sign({ sequence, previous, time: new Date().toISOString(), ...announcement });
    const stored = Buffer.from(entry);
    if (!(await far.putIfAbsent(entryKey(sequence), stored, options))) return false;
    const position = { sequence, hash: await hashOf(stored), bytes: stored.length, modifiedMs: null };
    await this.#catalogue.change(() =>
      this.#catalogue.position?.sequence === base.sequence ? [readTo(position)] : [],
    );
    return true;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work);
    this.#turn = turn;
    return turn;
  }

  async #read(far: FarStore, options: StoreOptions): Promise<boolean> {
    const base = this.#base();
    const after = base.sequence < 2 ? feedPrefix : entryKey(base.sequence - 1);
    const rows = await far.list(feedPrefix, { ...options, ...(after !== feedPrefix && { after }) });
    const bySequence = new Map(rows.flatMap((row) => [[sequenceOf(row.key) ?? 0, row] as const]));
    bySequence.delete(0);
    const alarm = await this.#contradiction(base, bySequence, far, options);
    if (alarm !== null) return this.#raise(alarm);
    return this.#readOn(base, bySequence, far, options);
  }

  #base(): FeedPosition {
    const position = this.#catalogue.position ?? beginning;
    const hint = this.#unverified;
    return this.#signer === null && hint !== null && hint.sequence > position.sequence ? hint : position;
  }

  /** Whether the entry seen last is still there, as it was. */
  async #contradiction(
    base: FeedPosition,
    rows: ReadonlyMap<number, ObjectInfo>,
    far: FarStore,
    options: StoreOptions,
  ): Promise<Alarm | null> {
    if (base.sequence === 0) return null;
    const row = rows.get(base.sequence);
    if (row === undefined) return showsLess(base, (await findHead(far, options)).sequence);
    if (sameLook(base, row) && this.#catalogue.alarm === null) return null;
    const stored = await far.get(row.key, entryRange, options);
    return (await hashOf(stored)) === base.hash ? null : showsOther(base);
  }

  async #readOn(
    base: FeedPosition,
    rows: ReadonlyMap<number, ObjectInfo>,
    far: FarStore,
    options: StoreOptions,
  ): Promise<boolean> {
    const coming: ObjectInfo[] = [];
    for (let row = rows.get(base.sequence + 1); row !== undefined; row = rows.get(base.sequence + coming.length + 1))
      coming.push(row);
    const limit = new Limit(parallel);
    const stored = await Promise.all(coming.map((row) => limit.run(() => far.get(row.key, entryRange, options))));
    const hints = stored.flatMap((bytes, i) => this.#hint(bytes, base.sequence + 1 + i) ?? []);
    const { written } = lastWords(hints);
    // First what was written, as the bucket has it: among it may be the card of whoever signed an entry.
    const isTold = await this.#parts.written(written, options);
    const { read, alarm } = await this.#judge(base, coming, stored);
    const beyond = alarm ?? (await this.#gap(base.sequence + coming.length, rows, far, options));
    await this.#advance(base, read, rows.get(base.sequence));
    if (beyond !== null && beyond !== 'garbage') return this.#raise(beyond);
    if (this.#catalogue.alarm !== null) await this.#catalogue.change(() => [alarmIs(null)]);
    this.#isIncomplete ||= !isTold || beyond === 'garbage' || read.some(({ change }) => change === null);
    return read.length > 0;
  }

  #hint(stored: Uint8Array, sequence: number): FeedChange | null {
    try {
      return readUnverified(Buffer.from(stored).toString('utf8'), sequence);
    } catch (error) {
      if (isVaultError(error, 'damaged')) return null; // reported when it is judged
      throw error;
    }
  }

  /** Each entry in turn, up to the first that is a member's and does not follow what was seen before. */
  async #judge(
    base: FeedPosition,
    rows: readonly ObjectInfo[],
    stored: readonly Uint8Array[],
  ): Promise<{ read: Read[]; alarm: Alarm | null }> {
    const read: Read[] = [];
    let before = base;
    for (const [i, row] of rows.entries()) {
      const bytes = stored[i] ?? new Uint8Array(0);
      const sequence = before.sequence + 1;
      const change = row.bytes > maxEntryBytes ? this.#report(sequence) : await this.#open(bytes, sequence);
      const follows = change === null || change.previous === (before.sequence === 0 ? null : before.hash);
      if (!follows && this.#signer !== null) return { read, alarm: showsOther(before) };
      before = { sequence, hash: await hashOf(bytes), bytes: row.bytes, modifiedMs: row.modifiedMs ?? null };
      read.push({ position: before, change: follows ? change : null });
    }
    return { read, alarm: null };
  }

  /** What a member says in an entry; null for garbage. */
  async #open(stored: Uint8Array, sequence: number): Promise<FeedChange | null> {
    const entry = Buffer.from(stored).toString('utf8');
    try {
      if (this.#signer === null) return readUnverified(entry, sequence);
      return parseChange(await this.#signer.verify(entry), sequence);
    } catch (error) {
      // Who cannot be asked just now is no forger: `store-unreachable`, `locked` and the like go to the caller.
      if (!isVaultError(error, 'damaged', 'unsupported-version', 'not-found', 'invalid-input', 'changed-card'))
        throw error;
      return this.#report(sequence);
    }
  }

  #report(sequence: number): null {
    if (!this.#garbage.has(sequence)) this.#garbage.set(sequence, damagedEntry(sequence));
    return null;
  }

  /** Entries that lie beyond a missing one: a member's tells that the store lost some; anything else is garbage. */
  async #gap(
    last: number,
    rows: ReadonlyMap<number, ObjectInfo>,
    far: FarStore,
    options: StoreOptions,
  ): Promise<Alarm | 'garbage' | null> {
    const next = [...rows.keys()].filter((sequence) => sequence > last + 1 && !this.#garbage.has(sequence)).sort((a, b) => a - b)[0]; // prettier-ignore
    if (next === undefined || this.#signer === null) return null;
    // The listing may have begun before the missing one came.
    if ((await far.stat(entryKey(last + 1), options)) !== null) return null;
    const stored = await far.get(entryKey(next), entryRange, options);
    return (await this.#open(stored, next)) === null ? 'garbage' : hasGap(last + 1, next);
  }

  /** Remembers how far it was read, and that what members removed is gone. */
  async #advance(base: FeedPosition, read: readonly Read[], row: ObjectInfo | undefined): Promise<void> {
    const last = read.at(-1)?.position ?? null;
    if (this.#signer === null) this.#unverified = last ?? this.#unverified;
    const removed = this.#signer === null ? [] : lastWords(read.flatMap(({ change }) => change ?? [])).removed;
    const to = (this.#signer === null ? null : last) ?? newLook(base, row);
    if (to === null) return;
    await this.#catalogue.change(() => {
      // Another process may have been here meanwhile, or a hint was all there was.
      if (this.#catalogue.position?.sequence !== base.sequence) return [];
      return [...removed.map(gone), readTo(to)];
    });
    await this.#parts.removed(removed);
  }

  async #raise(alarm: Alarm): Promise<boolean> {
    if (this.#catalogue.alarm !== null) return false;
    await this.#catalogue.change(() => [alarmIs(alarm)]);
    this.#isIncomplete = true;
    return true;
  }
}

/** The same position, when its object looks otherwise than remembered though its bytes are the same. */
const newLook = (base: FeedPosition, row: ObjectInfo | undefined): FeedPosition | null =>
  row === undefined || sameLook(base, row) ? null : { ...base, bytes: row.bytes, modifiedMs: row.modifiedMs ?? null };

/** For each key, what the entries say of it last. */
function lastWords(changes: readonly FeedChange[]): Announcement {
  const last = new Map<string, boolean>();
  for (const { written, removed } of changes) {
    for (const key of written) last.set(key, true);
    for (const key of removed) last.set(key, false);
  }
  const keys = [...last];
  return {
    written: keys.flatMap(([key, isThere]) => (isThere ? [key] : [])),
    removed: keys.flatMap(([key, isThere]) => (isThere ? [] : [key])),
  };
}
