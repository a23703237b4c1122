import { isVaultError, VaultError } from '../../../app/errors.js';
import { cutRange, parseKey, parsePrefix, throwIfCancelled } from '../key.js';
import { RootFolder } from '../root-folder.js';
import type { Body, ByteRange, ListOptions, LocalOptions, ObjectInfo, Store, StoreOptions } from '../store.js';
import { Catalogue } from './catalogue.js';
import type { ContentsCache } from './blob-cache.js';
import { isFeedKey } from './feed-entry.js';
import { listEverything } from './full-listing.js';
import { KeptRecords } from './kept-records.js';
import { Line, type Pauses } from './line.js';
import type { Connection, FeedSigner, Mirror, Outbox } from './mirror.js';
import { mayWait, mustFollow } from './outbox-keys.js';
import { SeenBucket } from './seen-bucket.js';
import { Sending } from './sending.js';
import { WaitingWrites } from './waiting-writes.js';

export type MirrorOptions = Readonly<{
  /** on this computer, for this store alone; made when it is not there */
  folder: string;
  label: string;
  /** opens the far store; asked again when that failed */
  remote: () => Promise<Store>;
  contents?: ContentsCache;
  /** between attempts to reach a store that does not answer; 1 s, doubling up to 60 s, when left out */
  pauses?: Pauses;
}>;

const defaultPauses: Pauses = { firstMs: 1_000, longestMs: 60_000 };

/** A far store, kept here as far as it was seen (see {@link Mirror} and docs/decisions/0014-mirror-feed-outbox.md). */
export class MirroredStore implements Mirror {
  readonly label: string;
  readonly beyond: SeenBucket;
  readonly outbox: Outbox;
  readonly #catalogue: Catalogue;
  readonly #kept: KeptRecords;
  readonly #line: Line;
  readonly #waiting: WaitingWrites;
  readonly #listeners: Set<() => void>;
  #signer: FeedSigner | null = null;

  private constructor(
    options: MirrorOptions,
    parts: Readonly<{ catalogue: Catalogue; kept: KeptRecords; waiting: WaitingWrites; listeners: Set<() => void> }>,
  ) {
    const { catalogue, kept, waiting, listeners } = parts;
    this.label = options.label;
    [this.#catalogue, this.#kept, this.#waiting, this.#listeners] = [catalogue, kept, waiting, listeners];
    const changed = (): void => tell(listeners);
    this.#line = new Line(options.remote, catalogue.contactMs, options.pauses ?? defaultPauses, changed);
    this.beyond = new SeenBucket({
      label: options.label,
      catalogue,
      kept,
      line: this.#line,
      contents: options.contents ?? null,
      announcer: { begun: () => Promise.resolve(0), done: () => undefined, dropped: () => undefined },
      firstPull: async (how) => {
        await this.pull(how);
      },
    });
    this.outbox = new Sending(waiting, this.beyond, this.#line);
  }

  /** Reads what is kept in the folder; the store itself is opened when it is first needed. Throws `target-unwritable`, `disk-full`. */
  static async open(options: MirrorOptions): Promise<MirroredStore> {
    const listeners = new Set<() => void>();
    const root = await RootFolder.open(options.folder, true);
    const [catalogue, kept, waiting] = await Promise.all([
      Catalogue.open(root.path),
      KeptRecords.open(root),
      WaitingWrites.open(`${root.path}/outbox`, () => tell(listeners)),
    ]);
    return new MirroredStore(options, { catalogue, kept, waiting, listeners });
  }

  async *list(prefix: string, options: ListOptions = {}): AsyncGenerator<ObjectInfo> {
    parsePrefix(prefix);
    throwIfCancelled(options.signal);
    await this.#waiting.refresh();
    const { after = '' } = options;
    const own = this.#waiting.latest().filter(({ key }) => key.startsWith(prefix) && key > after);
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
    const waiting = await this.#latest(key);
    if (waiting === undefined) return this.beyond.get(key, range, options);
    if (waiting.operation === 'delete') throw new VaultError('not-found');
    cutRange(range, waiting.bytes);
    return this.#unlessSent(
      () => this.#waiting.read(waiting, range),
      () => this.get(key, range, options),
    );
  }

  async stat(key: string, options: StoreOptions = {}): Promise<ObjectInfo | null> {
    parseKey(key);
    throwIfCancelled(options.signal);
    const waiting = await this.#latest(key);
    if (waiting === undefined) return this.beyond.stat(key, options);
    return waiting.operation === 'delete' ? null : { key, bytes: waiting.bytes };
  }

  async putIfAbsent(key: string, body: Body, options: StoreOptions = {}): Promise<boolean> {
    parseKey(key);
    throwIfCancelled(options.signal);
    if ((await this.#latest(key))?.operation === 'put') return false;
    if (isFeedKey(key)) return this.beyond.putIfAbsent(key, body, options);
    if (!this.#mustWait(key)) {
      try {
        return await this.beyond.putIfAbsent(key, body, options);
      } catch (error) {
        if (!isVaultError(error, 'store-unreachable') || !mayWait(key)) throw error;
      }
    }
    await this.#catalogue.refresh();
    const isFree = (): boolean =>
      this.#catalogue.get(key) === undefined || this.#waiting.last(key)?.operation === 'delete';
    return isFree() && this.#waiting.put(key, body, isFree, options);
  }

  async delete(key: string, options: StoreOptions = {}): Promise<void> {
    parseKey(key);
    throwIfCancelled(options.signal);
    await this.#waiting.refresh();
    if (!this.#mustWait(key)) {
      try {
        await this.beyond.delete(key, options);
        return;
      } catch (error) {
        if (!isVaultError(error, 'store-unreachable') || !mayWait(key)) throw error;
      }
    }
    await this.#waiting.delete(key);
  }

  async local(key: string, options: LocalOptions = {}): Promise<string> {
    parseKey(key);
    throwIfCancelled(options.signal);
    const waiting = await this.#latest(key);
    if (waiting === undefined) return this.beyond.local(key, options);
    if (waiting.operation === 'delete') throw new VaultError('not-found');
    return this.#unlessSent(
      () => this.#waiting.path(waiting),
      () => this.local(key, options),
    );
  }

  async pull(options: StoreOptions = {}): Promise<Readonly<{ changed: boolean }>> {
    throwIfCancelled(options.signal);
    await this.#waiting.refresh();
    const changed = await this.#line.attempt((remote) => listEverything(this.#catalogue, remote, options));
    return { changed };
  }

  connection(): Connection {
    return this.#line.connection();
  }

  setPaused(paused: boolean): void {
    this.#line.setPaused(paused);
  }

  announceAs(signer: FeedSigner): void {
    this.#signer = signer;
  }

  alarms(): readonly VaultError[] {
    return [];
  }

  accept(): Promise<void> {
    return Promise.resolve();
  }

  lost(): Promise<readonly string[]> {
    return Promise.resolve([...this.#catalogue.missed().keys()]);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    await this.#line.close();
    await this.#waiting.close();
    await this.#kept.close();
  }

  /** What waits for a key, after reading what other processes did. */
  async #latest(key: string): Promise<ReturnType<WaitingWrites['last']>> {
    await this.#waiting.refresh();
    return this.#waiting.last(key);
  }

  /** Whether something waits that this key's write must not overtake. Throws `store-unreachable` for what may not wait itself. */
  #mustWait(key: string): boolean {
    if (!this.#waiting.items().some((item) => mustFollow(key, item.key))) return false;
    if (mayWait(key)) return true;
    throw new VaultError(
      'store-unreachable',
      'Something that belongs to this still waits to be sent to the store. Try again when it is there.',
    );
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

function tell(listeners: ReadonlySet<() => void>): void {
  for (const listener of listeners) listener();
}
