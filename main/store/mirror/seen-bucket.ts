import { stat } from 'node:fs/promises';
import { dirname } from 'node:path/posix';
import { isVaultError, VaultError } from '../../../app/errors.js';
import { cutRange, parseKey, parsePrefix, throwIfCancelled } from '../key.js';
import type { Body, ByteRange, ListOptions, LocalOptions, ObjectInfo, Store, StoreOptions } from '../store.js';
import { type Catalogue, type CatalogueChange, gone, there } from './catalogue.js';
import type { Announcer } from './announcer.js';
import type { ContentsCache } from './blob-cache.js';
import { isFeedKey } from './feed-entry.js';
import type { Operation } from './intents.js';
import type { KeptRecords } from './kept-records.js';
import { infoOf, type Known } from './key-tree.js';
import { all, type Line } from './line.js';

/** What a mirror needs of the cache of contents. */
export type MirrorContents = Pick<ContentsCache, 'path' | 'take' | 'remove'>;

export type BucketParts = Readonly<{
  label: string;
  catalogue: Catalogue;
  kept: KeptRecords;
  line: Line;
  contents: MirrorContents | null;
  announcer: Announcer;
  /** lists the whole bucket, when that was never done */
  firstPull: (options: StoreOptions) => Promise<void>;
}>;

export const isContent = (key: string): boolean => key.startsWith('blobs/');

/**
 * The bucket as it was last seen: reads answer from the catalogue and from what is kept here, and ask the bucket only for what is not here.
 * Writes go to the bucket or throw. The change feed's own keys are never kept: they are asked for.
 */
export class SeenBucket implements Store {
  readonly label: string;
  readonly #parts: BucketParts;

  constructor(parts: BucketParts) {
    this.#parts = parts;
    this.label = parts.label;
  }

  async *list(prefix: string, options: ListOptions = {}): AsyncGenerator<ObjectInfo> {
    parsePrefix(prefix);
    throwIfCancelled(options.signal);
    for (const info of await this.#listed(prefix, options)) {
      throwIfCancelled(options.signal);
      yield info;
    }
  }

  async get(key: string, range?: ByteRange, options: StoreOptions = {}): Promise<Uint8Array> {
    parseKey(key);
    throwIfCancelled(options.signal);
    if (isFeedKey(key) || isContent(key)) return this.#parts.line.ask((remote) => remote.get(key, range, options));
    const bytes = await this.#record(key, options);
    const { start, byteLength } = cutRange(range, bytes.length);
    return start === 0 && byteLength === bytes.length ? bytes : bytes.slice(start, start + byteLength);
  }

  async stat(key: string, options: StoreOptions = {}): Promise<ObjectInfo | null> {
    const { catalogue, line } = this.#parts;
    parseKey(key);
    throwIfCancelled(options.signal);
    if (isFeedKey(key)) return line.ask((remote) => remote.stat(key, options));
    const known = this.known(key);
    // Of what this computer wrote itself, only the store knows since when it has it.
    if (known !== undefined && (known.modifiedMs !== null || !line.isOpen)) return infoOf(key, known);
    if (!line.isOpen && catalogue.listedMs !== null) return null;
    return this.look(key, options);
  }

  async putIfAbsent(key: string, body: Body, options: StoreOptions = {}): Promise<boolean> {
    const { line } = this.#parts;
    parseKey(key);
    throwIfCancelled(options.signal);
    const put = (): Promise<boolean> => line.ask((remote) => remote.putIfAbsent(key, body, options));
    if (isFeedKey(key)) return put();
    const size = body instanceof Uint8Array ? body.length : await sizeOf(body.file);
    const created = await this.#write(key, 'put', put, () => this.#learnPut(key, body, size));
    if (!created) await this.lookAround(key, options);
    return created;
  }

  async delete(key: string, options: StoreOptions = {}): Promise<void> {
    const { line, catalogue } = this.#parts;
    parseKey(key);
    throwIfCancelled(options.signal);
    const remove = async (): Promise<boolean> => {
      await line.ask((remote) => remote.delete(key, options));
      return true;
    };
    if (isFeedKey(key)) await remove();
    else
      await this.#write(key, 'delete', remove, async () => {
        await catalogue.note([gone(key)]);
        await forget(this.#parts, [key]);
      });
  }

  async local(key: string, options: LocalOptions = {}): Promise<string> {
    const { contents, line, kept, catalogue } = this.#parts;
    parseKey(key);
    throwIfCancelled(options.signal);
    if (isContent(key) && contents !== null) return contents.path(key, options, this);
    if (isContent(key) || isFeedKey(key)) return line.ask((remote) => remote.local(key, options));
    await this.#record(key, options);
    if (catalogue.get(key)?.hash === null) return line.ask((remote) => remote.local(key, options));
    return kept.path(key);
  }

  close(): Promise<void> {
    return Promise.resolve(); // the mirror that it belongs to is closed
  }

  /** Tells others of an object whose coming went unnoticed. */
  async announce(key: string): Promise<void> {
    const { announcer } = this.#parts;
    announcer.done(await announcer.begun(key, 'put'));
  }

  /** What the catalogue says, after reading what other processes found out. */
  known(key: string): Known | undefined {
    const { catalogue } = this.#parts;
    catalogue.refresh();
    return catalogue.get(key);
  }

  /** Asks the bucket for one key, and learns the answer. */
  async look(key: string, options: StoreOptions): Promise<ObjectInfo | null> {
    const { catalogue } = this.#parts;
    const found = await this.#remoteStat(key, options);
    const known = catalogue.get(key);
    if (found === null && known !== undefined) await catalogue.note([gone(key)]);
    if (found !== null) await catalogue.note(seen(catalogue, [found]));
    return found;
  }

  /** Learns what is beside a key that somebody else had first, so that the caller finds the winner. */
  async lookAround(key: string, options: StoreOptions): Promise<void> {
    const { catalogue, line } = this.#parts;
    const folder = `${dirname(key)}/`;
    if (folder === './' || isContent(key)) {
      await this.look(key, options);
      return;
    }
    const found = await line.ask((remote) => all(remote.list(folder, options)));
    await catalogue.note(seen(catalogue, found));
  }

  /** One write: what is about to be done is noted, `ask` does it, and `learn` comes when that changed the bucket. */
  async #write(
    key: string,
    operation: Operation,
    ask: () => Promise<boolean>,
    learn: () => Promise<void>,
  ): Promise<boolean> {
    const { line, announcer } = this.#parts;
    line.throwIfAway();
    const intent = await announcer.begun(key, operation);
    try {
      if (!(await ask())) {
        await announcer.dropped(intent);
        return false;
      }
    } catch (error) {
      if (line.isOver || isVaultError(error, 'store-unreachable', 'cancelled')) announcer.unsure(intent);
      else await announcer.dropped(intent);
      throw error;
    }
    await learn();
    announcer.done(intent);
    return true;
  }

  async #learnPut(key: string, body: Body, size: number | null): Promise<void> {
    const { catalogue, contents } = this.#parts;
    const bytes = size ?? (await this.#remoteStat(key, {}))?.bytes ?? 0;
    const hash = body instanceof Uint8Array && !isContent(key) ? await this.#keep(key, body) : null;
    await catalogue.note([there(key, { bytes, hash, modifiedMs: null })]);
    if (isContent(key) && !(body instanceof Uint8Array)) await contents?.take(key, body.file).catch(() => undefined); // the store has it: it can be fetched
  }

  #remoteStat(key: string, options: StoreOptions): Promise<ObjectInfo | null> {
    return this.#parts.line.ask((remote) => remote.stat(key, options));
  }

  async #listed(prefix: string, options: ListOptions): Promise<readonly ObjectInfo[]> {
    const { catalogue, line, firstPull } = this.#parts;
    if (isFeedKey(prefix)) return line.ask((remote) => all(remote.list(prefix, options)));
    catalogue.refresh();
    if (catalogue.listedMs === null) await firstPull(options);
    return catalogue.infos(prefix, options.after);
  }

  /** A record's bytes: from here, or from the bucket, and then it is here. */
  async #record(key: string, options: StoreOptions): Promise<Uint8Array> {
    const { catalogue, kept, line } = this.#parts;
    const known = catalogue.get(key) ?? this.known(key);
    const here = typeof known?.hash === 'string' ? await kept.read(key, known.hash) : null;
    if (here !== null) return here;
    if (known === undefined && !line.isOpen && catalogue.listedMs !== null) throw new VaultError('not-found');
    return this.#fetch(key, known, options);
  }

  async #fetch(key: string, known: Known | undefined, options: StoreOptions): Promise<Uint8Array> {
    const { catalogue, line } = this.#parts;
    try {
      const bytes = await line.ask((remote) => remote.get(key, undefined, options));
      const hash = await this.#keep(key, bytes);
      await orNoRoom(
        catalogue.note([there(key, { bytes: bytes.length, hash, modifiedMs: known?.modifiedMs ?? null })]),
      );
      return bytes;
    } catch (error) {
      if (isVaultError(error, 'not-found') && known !== undefined) await catalogue.note([gone(key)]);
      throw isVaultError(error, 'store-unreachable') ? notHere(error) : error;
    }
  }

  /** Null when this computer has no room: it is fetched again when it is needed. */
  async #keep(key: string, bytes: Uint8Array): Promise<string | null> {
    return (await orNoRoom(this.#parts.kept.keep(key, bytes))) ?? null;
  }
}

/** Removes what is kept here of objects that are gone. */
export async function forget(
  { kept, contents }: Pick<BucketParts, 'kept' | 'contents'>,
  keys: readonly string[],
): Promise<void> {
  for (const key of keys) await (isContent(key) ? contents?.remove(key) : kept.remove(key));
}

/** What is new to the catalogue in what the store told. */
export function seen(catalogue: Catalogue, found: readonly ObjectInfo[]): CatalogueChange[] {
  return found.flatMap(({ key, bytes, modifiedMs = null }) => {
    const known = catalogue.get(key);
    if (known?.bytes === bytes && (modifiedMs === null || known.modifiedMs === modifiedMs)) return [];
    const hash = known?.bytes === bytes ? known.hash : (catalogue.missed().get(key) ?? null);
    return [there(key, { bytes, hash, modifiedMs })];
  });
}

/** Keeping what was read is a convenience: on a full disk, reading goes on without it. */
const orNoRoom = async <T>(keeping: Promise<T>): Promise<T | undefined> => {
  try {
    return await keeping;
  } catch (error) {
    if (isVaultError(error, 'disk-full')) return undefined;
    throw error;
  }
};

/** Null when it cannot be told: the store will say what is wrong with the file. */
const sizeOf = (file: string): Promise<number | null> =>
  stat(file).then(
    ({ size }) => size,
    () => null,
  );

const notHere = (cause: VaultError): VaultError =>
  new VaultError('store-unreachable', `This was not fetched to this computer yet. ${cause.message}`, {
    details: cause.details,
    cause,
  });
