import { constants } from 'node:fs';
import { lstat, mkdir, open, readFile, realpath, rmdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isVaultError, VaultError } from '../../app/errors.js';
import { errnoOf, isAbsent, storeFailure } from './failure.js';

const markerName = 'store';
/** What folders answer that cannot be synced (Windows, some network shares): there is nothing more to do there. */
const unsyncable = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'EBADF', 'EISDIR', 'EPERM', 'EACCES', 'ENOSYS']);

type Identity = Readonly<{ dev: bigint; ino: bigint }>;

/**
 * The folder a store lives in. It remembers which folder it was, so that a disk which is not mounted any more reads as
 * `store-missing` and is not taken for an empty store, or worse, written below its mount point.
 */
export class RootFolder {
  readonly path: string;
  #identity: Identity;
  readonly #marker: Buffer | null;
  readonly #syncs = new Map<string, { running: Promise<void>; next: Promise<void> | null }>();

  private constructor(path: string, identity: Identity, marker: Buffer | null) {
    this.path = path;
    this.#identity = identity;
    this.#marker = marker;
  }

  /** Throws `store-missing` when there is no folder at `path` and `create` is not set. */
  static async open(path: string, create: boolean): Promise<RootFolder> {
    try {
      if (create) await makeFolder(resolve(path));
      const real = await realpath(path);
      const found = await stat(real, { bigint: true });
      if (!found.isDirectory())
        throw new VaultError('store-missing', 'The store of the vault is a folder; that is a file.');
      return new RootFolder(real, found, await readMarker(real));
    } catch (error) {
      if (isAbsent(error) || errnoOf(error) === 'EEXIST')
        throw new VaultError('store-missing', undefined, { cause: error });
      throw storeFailure(error, create ? 'write' : 'read');
    }
  }

  /** Throws `store-missing` when the folder is gone, or another one (an empty mount point) stands in its place. */
  async check(): Promise<void> {
    const found = await stat(this.path, { bigint: true }).catch((error: unknown) => {
      throw isAbsent(error)
        ? new VaultError('store-missing', undefined, { cause: error })
        : storeFailure(error, 'read');
    });
    if (found.dev === this.#identity.dev && found.ino === this.#identity.ino) return;
    // A disk that was plugged in again may have another device number: then its marker tells that it is the same store.
    const marker = await readMarker(this.path);
    if (marker === null || this.#marker?.equals(marker) !== true) throw new VaultError('store-missing');
    this.#identity = found;
  }

  pathOf(parts: readonly string[]): string {
    return join(this.path, ...parts);
  }

  /**
   * Whether the folder of these parts is there, really below the root.
   * SECURITY: a link planted in the store would lead reads and writes out of it (promise 3); its real path gives it away.
   */
  async has(parts: readonly string[]): Promise<boolean> {
    const path = this.pathOf(parts);
    try {
      return (await realpath(path)) === path;
    } catch (error) {
      if (isAbsent(error) || errnoOf(error) === 'ELOOP') return false;
      throw error;
    }
  }

  /** Makes the folder of these parts, each level durable in the one above. Throws `damaged` when a link or file is in the way. */
  async ensure(parts: readonly string[]): Promise<void> {
    if (await this.has(parts)) return;
    for (let depth = 1; depth <= parts.length; depth += 1) await this.#ensureOne(this.pathOf(parts.slice(0, depth)));
  }

  async #ensureOne(path: string): Promise<void> {
    try {
      await mkdir(path, 0o700);
      await this.sync(dirname(path));
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error;
      if ((await lstat(path)).isDirectory()) return;
      throw notAFolder();
    }
  }

  /** Takes empty folders away, from these parts upwards; one that somebody uses again at this moment stays. */
  async prune(parts: readonly string[]): Promise<void> {
    for (let depth = parts.length; depth > 0; depth -= 1) {
      try {
        await rmdir(this.pathOf(parts.slice(0, depth)));
      } catch {
        return; // not empty, or not ours to remove: an empty folder more does no harm
      }
    }
  }

  /**
   * Makes the entries of a folder durable. Calls that arrive while a sync runs share the next one:
   * it starts after all of them made their change, so one disk flush serves many writers.
   */
  sync(path: string): Promise<void> {
    const current = this.#syncs.get(path);
    if (current === undefined) {
      const running = syncFolder(path).finally(() => {
        if (this.#syncs.get(path)?.next == null) this.#syncs.delete(path);
      });
      this.#syncs.set(path, { running, next: null });
      return running;
    }
    current.next ??= current.running
      .catch(() => undefined) // the calls that share the running sync hear of its failure
      .then(() => {
        this.#syncs.delete(path);
        return this.sync(path);
      });
    return current.next;
  }
}

/** Like `mkdir -p`; Node's own reports a read-only file system as a missing folder. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, 0o700);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return;
    if (errnoOf(error) !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await makeFolder(path);
  }
}

/** What a store says when a link, a file or a pipe stands where it keeps a folder. */
export const notAFolder = (): VaultError =>
  new VaultError('damaged', 'Something that is not a folder stands where the store keeps a folder.');

async function readMarker(root: string): Promise<Buffer | null> {
  try {
    return await readFile(join(root, markerName), { flag: constants.O_RDONLY | noFollow });
  } catch (error) {
    if (isAbsent(error) || isVaultError(error)) return null;
    throw error;
  }
}

/** Do not follow a link, and do not wait for a pipe. Zero on Windows, which has neither flag. */
export const noFollow =
  ((constants as Partial<typeof constants>).O_NOFOLLOW ?? 0) |
  ((constants as Partial<typeof constants>).O_NONBLOCK ?? 0);

async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return; // a folder cannot be opened there; NTFS journals its entries
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } catch (error) {
    if (!unsyncable.has(errnoOf(error))) throw error;
  } finally {
    await folder.close();
  }
}
