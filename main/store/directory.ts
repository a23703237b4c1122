import { lstat, open, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { constants, type Stats } from 'node:fs';
import { basename, dirname } from 'node:path';
import { VaultError } from '../../app/errors.js';
import { errnoOf, type Intent, isAbsent, storeFailure } from './failure.js';
import { cutRange, parseKey, parsePrefix, throwIfCancelled } from './key.js';
import { Limit } from './limit.js';
import { arrivalMs, listObjects } from './listing.js';
import { ObjectWriter } from './object-writer.js';
import { noFollow, RootFolder } from './root-folder.js';
import { Staging } from './staging.js';
import type { Body, ListOptions, ObjectInfo, Store, StoreOptions } from './store.js';

/** Open files at a time: below the 256 that some systems allow a process. */
const openFiles = 48;
/** What one `get` may bring into memory; larger objects are read by ranges or through `local`. */
const maxGetBytes = 1024 * 1024 * 1024;

export type DirectoryStoreOptions = Readonly<{
  /** make the folder when it is not there */
  create?: boolean;
  /** false: never try hard links, as on file systems that have none (for tests) */
  hardLinks?: boolean;
}>;

/**
 * A store in a folder (docs/protocol.md section 7): each object is a file at its key. An object is written under a
 * temporary name in `.tmp`, synced, and given its name by a step that fails when the name is taken; so it is there
 * complete or not at all, after any crash, and of many writers in any processes one wins.
 * Folders are private to their owner (0700, files 0600).
 */
export class DirectoryStore implements Store {
  readonly label: string;
  readonly #root: RootFolder;
  readonly #staging: Staging;
  readonly #writer: ObjectWriter;
  readonly #limit = new Limit(openFiles);

  private constructor(root: RootFolder, hardLinks: boolean) {
    this.#root = root;
    this.#staging = new Staging(root);
    this.#writer = new ObjectWriter(root, this.#staging, hardLinks);
    this.label = basename(root.path) || root.path;
  }

  /** Opens the folder and removes what crashed writers left in it. Throws `store-missing`, `store-readonly`, `store-unreachable`. */
  static async open(path: string, options: DirectoryStoreOptions = {}): Promise<DirectoryStore> {
    const store = new DirectoryStore(await RootFolder.open(path, options.create ?? false), options.hardLinks ?? true);
    await store.#guarded('write', () => store.#staging.removeLeftovers());
    return store;
  }

  async *list(prefix: string, options: ListOptions = {}): AsyncGenerator<ObjectInfo> {
    const parts = parsePrefix(prefix);
    const { after = '' } = options;
    throwIfCancelled(options.signal);
    try {
      const there = await this.#root.has(parts);
      if (!there || parts.length === 0) await this.#root.check();
      if (!there) return;
      for await (const info of listObjects(this.#root.pathOf(parts), prefix, options.signal)) {
        if (info.key > after) yield info;
      }
    } catch (error) {
      throw storeFailure(error, 'read');
    }
  }

  async get(
    key: string,
    range?: Readonly<{ start: number; endExclusive: number }>,
    options: StoreOptions = {},
  ): Promise<Uint8Array> {
    const parts = parseKey(key);
    return this.#guarded('read', () =>
      this.#withObject(parts, options.signal, async (file, size) => {
        const { start, byteLength } = cutRange(range, size);
        if (byteLength > maxGetBytes) throw new VaultError('invalid-input', 'Read an object this large in ranges.');
        return readFully(file, start, byteLength);
      }),
    );
  }

  async putIfAbsent(key: string, body: Body, options: StoreOptions = {}): Promise<boolean> {
    const parts = parseKey(key);
    return this.#guarded('write', async () => {
      throwIfCancelled(options.signal);
      await this.#root.check();
      return this.#writer.putIfAbsent(parts, body, options.signal);
    });
  }

  async delete(key: string, options: StoreOptions = {}): Promise<void> {
    const parts = parseKey(key);
    await this.#guarded('write', async () => {
      throwIfCancelled(options.signal);
      const path = this.#root.pathOf(parts);
      if ((await this.#stat(parts)) === null) return this.#root.check();
      await unlink(path).catch((error: unknown) => {
        if (!isAbsent(error)) throw error;
      });
      await this.#root.sync(dirname(path)).catch((error: unknown) => {
        if (!isAbsent(error)) throw error; // somebody else removed the folder, empty by now
      });
      await this.#root.prune(parts.slice(0, -1));
    });
  }

  async stat(key: string, options: StoreOptions = {}): Promise<ObjectInfo | null> {
    const parts = parseKey(key);
    return this.#guarded('read', async () => {
      throwIfCancelled(options.signal);
      const found = await this.#stat(parts);
      if (found === null) await this.#root.check();
      return found && { key, bytes: found.size, modifiedMs: arrivalMs(found) };
    });
  }

  async local(key: string, options: StoreOptions = {}): Promise<string> {
    if ((await this.stat(key, options)) === null) throw new VaultError('not-found');
    return this.#root.pathOf(parseKey(key));
  }

  async close(): Promise<void> {
    await this.#staging.close();
  }

  /** Runs one verb in turn, and gives the file system's errors the store's names. */
  #guarded<T>(intent: Intent, work: () => Promise<T>): Promise<T> {
    return this.#limit.run(async () => {
      try {
        return await work();
      } catch (error) {
        throw storeFailure(error, intent);
      }
    });
  }

  async #stat(parts: readonly string[]): Promise<Stats | null> {
    try {
      if (!(await this.#root.has(parts.slice(0, -1)))) return null;
      const found = await lstat(this.#root.pathOf(parts));
      return found.isFile() ? found : null;
    } catch (error) {
      if (isAbsent(error)) return null;
      throw error;
    }
  }

  /** Opens an object for reading; links, pipes and folders are no objects. Throws `not-found`, `store-missing`. */
  async #withObject<T>(
    parts: readonly string[],
    signal: AbortSignal | undefined,
    read: (file: FileHandle, size: number) => Promise<T>,
  ): Promise<T> {
    throwIfCancelled(signal);
    const file = await this.#open(parts);
    try {
      const found = await file?.stat();
      if (file === null || found?.isFile() !== true) throw new VaultError('not-found');
      return await read(file, found.size);
    } finally {
      await file?.close();
    }
  }

  async #open(parts: readonly string[]): Promise<FileHandle | null> {
    try {
      if (await this.#root.has(parts.slice(0, -1))) {
        return await open(this.#root.pathOf(parts), constants.O_RDONLY | noFollow);
      }
    } catch (error) {
      if (!isAbsent(error) && !['ELOOP', 'EISDIR', 'ENXIO'].includes(errnoOf(error))) throw error;
    }
    await this.#root.check();
    return null;
  }
}

async function readFully(file: FileHandle, start: number, byteLength: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow(byteLength);
  let done = 0;
  while (done < byteLength) {
    const { bytesRead } = await file.read(bytes, done, byteLength - done, start + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}
