import { join } from 'node:path';
import { isVaultError, VaultError } from '../../../app/errors.js';
import { cutRange, parseKey, parsePrefix, throwIfCancelled } from '../key.js';
import { localFailure } from '../local-failure.js';
import { RootFolder } from '../root-folder.js';
import type { Body, ByteRange, ListOptions, LocalOptions, ObjectInfo, PutOptions, Store, StoreOptions } from '../store.js'; // prettier-ignore
import { Announcer } from './announcer.js';
import { Catalogue } from './catalogue.js';
import { Feed } from './feed.js';
import { isFeedKey } from './feed-entry.js';
import { fetchNews } from './fetch-news.js';
import { Intents } from './intents.js';
import { KeptRecords } from './kept-records.js';
import { Line, type Pauses } from './line.js';
import type { Connection, FeedSigner, Mirror, Outbox, OutboxItem, PullOptions } from './mirror.js';
import { mayWait, mustFollow } from './outbox-keys.js';
import { Pulling } from './pulling.js';
import { forget, type MirrorContents, SeenBucket } from './seen-bucket.js';
import { Sending } from './sending.js';
import { hashOf } from './sha256.js';
import { type Waiting, WaitingWrites } from './waiting-writes.js';

export type MirrorOptions = Readonly<{
  /** on this computer, for this store alone; made when it is not there */
  folder: string;
  label: string;
  /** opens the far store; asked again when that failed */
  remote: () => Promise<Store>;
  /** keeps contents that were fetched; without it they are fetched each time */
  contents?: MirrorContents | null;
  /** between attempts to reach a store that does not answer; 1 s, doubling up to 60 s, when left out */
  pauses?: Pauses;
}>;

const defaultPauses: Pauses = { firstMs: 1_000, longestMs: 60_000 };

type Parts = Readonly<{
  catalogue: Catalogue;
  kept: KeptRecords;
  contents: MirrorContents | null;
  line: Line;
  feed: Feed;
  announcer: Announcer;
  waiting: WaitingWrites;
  listeners: Set<() => void>;
}>;

/** A far store, kept here as far as it was seen (see {@link Mirror} and docs/decisions/0014-mirror-feed-outbox.md). */
export class MirroredStore implements Mirror {
  readonly label: string;
  readonly beyond: SeenBucket;
  readonly outbox: Outbox;
  readonly #parts: Parts;
  readonly #pulling: Pulling;

  private constructor(label: string, parts: Parts) {
    this.label = label;
    this.#parts = parts;
    this.#pulling = new Pulling(parts);
    this.beyond = new SeenBucket({ ...parts, label, firstPull: (options) => this.#pulling.first(options) });
    this.outbox = new Sending(parts.waiting, this.beyond, parts.line);
  }

  /** Reads what is kept in the folder; the store itself is opened when it is first needed. Throws `target-unwritable`, `disk-full`. */
  static async open({
    folder,
    label,
    remote,
    contents = null,
    pauses = defaultPauses,
  }: MirrorOptions): Promise<MirroredStore> {
    const listeners = new Set<() => void>();
    const changed = (): void => {
      for (const listener of listeners) listener();
    };
    try {
      const root = await RootFolder.open(folder, true);
      const [kept, waiting] = await Promise.all([
        KeptRecords.open(root),
        WaitingWrites.open(join(root.path, 'outbox'), changed),
      ]);
      const [catalogue, intents] = [Catalogue.open(root.path), Intents.open(root.path)];
      const line = new Line(remote, catalogue.contactMs, pauses, changed);
      const feed = new Feed({
        catalogue,
        written: (keys, options) => fetchNews({ catalogue, kept, far: line.far() }, keys, options),
        removed: (keys) => forget({ kept, contents }, keys),
      });
      const announcer = new Announcer(intents, line.far({ outlives: true }), feed);
      return new MirroredStore(label, { catalogue, kept, contents, line, feed, announcer, waiting, listeners });
    } catch (error) {
      throw localFailure(error);
    }
  }

  async *list(prefix: string, options: ListOptions = {}): AsyncGenerator<ObjectInfo> {
    parsePrefix(prefix);
    throwIfCancelled(options.signal);
    this.#parts.waiting.refresh();
    const { after = '' } = options;
    const own = this.#parts.waiting.latest().filter(({ key }) => key.startsWith(prefix) && key > after);
    const shadowed = new Set(own.map(({ key }) => key));
    const added = own.filter(({ operation }) => operation === 'put').sort((a, b) => (a.key < b.key ? -1 : 1));
    let next = 0;
    const before = function* (key: string | null): Generator<ObjectInfo> {
      for (let put = added[next]; put !== undefined && (key === null || put.key < key); put = added[next]) {
        next += 1;
        yield { key: put.key, bytes: put.bytes };
      }
    };
    for await (const info of this.beyond.list(prefix, options)) {
      yield* before(info.key);
      if (!shadowed.has(info.key)) yield info;
    }
    yield* before(null);
  }

  async get(key: string, range?: ByteRange, options: StoreOptions = {}): Promise<Uint8Array> {
    parseKey(key);
    throwIfCancelled(options.signal);
    const waiting = this.#latest(key);
    if (waiting === undefined) return this.beyond.get(key, range, options);
    if (waiting.operation === 'delete') throw new VaultError('not-found');
    cutRange(range, waiting.bytes);
    return this.#unlessSent(
      () => this.#parts.waiting.read(waiting, range),
      () => this.get(key, range, options),
    );
  }

  async stat(key: string, options: StoreOptions = {}): Promise<ObjectInfo | null> {
    parseKey(key);
    throwIfCancelled(options.signal);
    const waiting = this.#latest(key);
    if (waiting === undefined) return this.beyond.stat(key, options);
    return waiting.operation === 'delete' ? null : { key, bytes: waiting.bytes };
  }

  async putIfAbsent(
    key: string,
    body: Body,
    { after = [], onTopOf = null, ...options }: PutOptions = {},
  ): Promise<boolean> {
    parseKey(key);
    throwIfCancelled(options.signal);
    if (this.#latest(key)?.operation === 'put') return false;
    if (isFeedKey(key)) return this.beyond.putIfAbsent(key, body, options);
    const below = onTopOf === null ? true : await this.#below(onTopOf, options);
    if (below === false) return false;
    if (!this.#mustWait(key, after)) {
      try {
        return await this.beyond.putIfAbsent(key, body, options);
      } catch (error) {
        if (!isVaultError(error, 'store-unreachable') || !mayWait(key)) throw error;
      }
    }
    this.#parts.catalogue.refresh();
    const { catalogue, waiting: writes } = this.#parts;
    const isFree = (): boolean =>
      (catalogue.get(key) === undefined || writes.last(key)?.operation === 'delete') &&
      (below === true || writes.last(below.key)?.order === below.order);
    return isFree() && this.#parts.waiting.put(key, body, isFree, options);
  }

  async delete(key: string, options: StoreOptions = {}): Promise<void> {
    parseKey(key);
    throwIfCancelled(options.signal);
    this.#parts.waiting.refresh();
    if (!this.#mustWait(key, [])) {
      try {
        await this.beyond.delete(key, options);
        return;
      } catch (error) {
        if (!isVaultError(error, 'store-unreachable') || !mayWait(key)) throw error;
      }
    }
    await this.#parts.waiting.delete(key);
  }

  async local(key: string, options: LocalOptions = {}): Promise<string> {
    parseKey(key);
    throwIfCancelled(options.signal);
    const waiting = this.#latest(key);
    if (waiting === undefined) return this.beyond.local(key, options);
    if (waiting.operation === 'delete') throw new VaultError('not-found');
    return this.#unlessSent(
      () => this.#parts.waiting.path(waiting),
      () => this.local(key, options),
    );
  }

  async pull(options: PullOptions = {}): Promise<Readonly<{ changed: boolean }>> {
    throwIfCancelled(options.signal);
    this.#parts.waiting.refresh();
    return { changed: await this.#pulling.pull(options) };
  }

  connection(): Connection {
    return this.#parts.line.connection();
  }

  setPaused(paused: boolean): void {
    this.#parts.line.setPaused(paused);
  }

  announceAs(signer: FeedSigner): void {
    this.#parts.feed.verifyWith(signer);
    this.#parts.announcer.nudge();
  }

  alarms(): readonly VaultError[] {
    return [...this.#pulling.alarms(), ...(this.#parts.waiting.isDamaged ? [damagedOutbox()] : [])];
  }

  accept(): Promise<void> {
    return this.#pulling.accept();
  }

  lost(): Promise<readonly string[]> {
    this.#parts.catalogue.refresh();
    return Promise.resolve([...this.#parts.catalogue.missed().keys()]);
  }

  onChange(listener: () => void): () => void {
    const { listeners } = this.#parts;
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  hangUp(reason: VaultError): void {
    this.#parts.line.hangUp(reason);
  }

  /** Waits a little for the last announcement. The cache of contents is its owner's to close. */
  async close(): Promise<void> {
    const { announcer, line, waiting, kept } = this.#parts;
    await announcer.close();
    await this.#pulling.noteContact().catch(() => undefined); // only the time is lost
    await line.close();
    await waiting.close();
    await kept.close();
  }

  /** What waits for a key, after reading what other processes did. */
  #latest(key: string): ReturnType<WaitingWrites['last']> {
    this.#parts.waiting.refresh();
    return this.#parts.waiting.last(key);
  }

  /** Whether something waits that this key's write must not overtake. Throws `store-unreachable` for what may not wait itself. */
  #mustWait(key: string, after: readonly string[]): boolean {
    const isBefore = ({ operation, ...item }: OutboxItem): boolean =>
      mustFollow(key, item.key) || (operation === 'put' && after.includes(item.key));
    if (!this.#parts.waiting.items().some(isBefore)) return false;
    if (mayWait(key)) return true;
    throw new VaultError(
      'store-unreachable',
      'Something that belongs to this still waits to be sent to the store. Try again when it is there.',
    );
  }

  /**
   * Whether the version that a new one follows is there as its writer read it: in the bucket (true), or as what waits. SECURITY (promise 3):
   * a version on top of one that was merged away meanwhile, by another process, would leave a gap in the chain.
   */
  async #below(
    { key, hash }: Readonly<{ key: string; hash: string }>,
    options: StoreOptions,
  ): Promise<Waiting | boolean> {
    const { catalogue, waiting } = this.#parts;
    const item = this.#latest(key);
    if (item?.operation === 'put') {
      const bytes = await waiting.read(item).catch(nullIfGone);
      if (bytes === null) return this.#latest(key)?.order !== item.order && this.#below({ key, hash }, options);
      return (await hashOf(bytes)) === hash && item;
    }
    const known = this.beyond.known(key);
    if (known === undefined) return catalogue.listedMs === null;
    if (known.hash !== null) return known.hash === hash;
    const bytes = await this.beyond.get(key, undefined, options).catch(nullIfGone);
    return bytes === null || (await hashOf(bytes)) === hash;
  }

  /** Reads a waiting body; when another process sends and removes it meanwhile, looks again. */
  async #unlessSent<T>(read: () => Promise<T>, again: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      if (!isVaultError(error, 'not-found')) throw error;
    }
    return again();
  }
}

/** Also for what cannot be fetched now: whoever sends the next version looks again. */
const nullIfGone = (error: unknown): null => {
  if (isVaultError(error, 'not-found', 'store-unreachable')) return null;
  throw error;
};

const damagedOutbox = (): VaultError =>
  new VaultError(
    'damaged',
    'Part of what waited to be sent to the store was damaged on this computer’s disk and cannot be sent. Check what you changed last.',
  );
