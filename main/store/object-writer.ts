import { lstat, link } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { VaultError } from '../../app/errors.js';
import { ClaimedRename } from './claim.js';
import { errnoOf, isAbsent } from './failure.js';
import { throwIfCancelled } from './key.js';
import { notAFolder, type RootFolder } from './root-folder.js';
import { openSource } from './source-file.js';
import { type Staging, unlinkQuietly } from './staging.js';
import type { Body } from './store.js';

const copyChunkBytes = 4 * 1024 * 1024;
/** A folder that another process prunes between our making and our using it is made again, this often. */
const attempts = 20;

/** What `link` answers where there are no hard links, or not for this file; EISDIR is Windows' way to say so. */
const noLinks = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL', 'EXDEV', 'EISDIR', 'UNKNOWN']);

/** How an object comes into a folder: temporary file, sync, one step that names it, sync of the folder. */
export class ObjectWriter {
  readonly #root: RootFolder;
  readonly #staging: Staging;
  readonly #claims: ClaimedRename;
  readonly #hardLinks: boolean;

  constructor(root: RootFolder, staging: Staging, hardLinks: boolean) {
    this.#root = root;
    this.#staging = staging;
    this.#claims = new ClaimedRename(staging);
    this.#hardLinks = hardLinks;
  }

  /** As the store's verb. Throws also what the file system throws. */
  async putIfAbsent(parts: readonly string[], body: Body, signal: AbortSignal | undefined): Promise<boolean> {
    if (await this.#isTaken(parts)) return false;
    const linked = body instanceof Uint8Array ? null : await this.#linkSource(parts, body.file);
    return linked ?? this.#writeAndName(parts, body, signal);
  }

  async #isTaken(parts: readonly string[]): Promise<boolean> {
    if (!(await this.#root.has(parts.slice(0, -1)))) return false;
    return (await lstatOrNull(this.#root.pathOf(parts))) !== null;
  }

  /** Gives the caller's own file a second name in the store: nothing is copied. Null where that cannot be done. */
  async #linkSource(parts: readonly string[], file: string): Promise<boolean | null> {
    const source = await openSource(file);
    try {
      if (!this.#hardLinks) return null;
      // SECURITY (promise 10): the content is on the disk before any name in the store leads to it.
      await source.sync();
    } finally {
      await source.close();
    }
    return this.#inFolder(parts, async (path) => {
      try {
        await link(file, path);
        return true;
      } catch (error) {
        if (errnoOf(error) === 'EEXIST') return false;
        if (noLinks.has(errnoOf(error))) return null;
        throw error;
      }
    });
  }

  async #writeAndName(parts: readonly string[], body: Body, signal: AbortSignal | undefined): Promise<boolean> {
    const { path: temp, handle } = await this.#staging.create('temp');
    try {
      try {
        await writeBody(handle, body, signal);
        await handle.sync();
      } finally {
        await handle.close();
      }
      throwIfCancelled(signal);
      return await this.#inFolder(parts, (path) => this.#name(temp, path));
    } finally {
      await unlinkQuietly(temp);
    }
  }

  /** The one atomic step. */
  async #name(temp: string, path: string): Promise<boolean> {
    if (!this.#hardLinks) return this.#claims.rename(temp, path);
    try {
      await link(temp, path);
      return true;
    } catch (error) {
      // A network file system may lose its first answer and ask again: a second name of our own file is our success.
      if (errnoOf(error) === 'EEXIST') return (await lstat(temp)).nlink > 1;
      if (noLinks.has(errnoOf(error))) return this.#claims.rename(temp, path);
      throw error;
    }
  }

  /** Makes the object's folder, runs `step`, and syncs the folder when the step made an object. */
  async #inFolder<T extends boolean | null>(parts: readonly string[], step: (path: string) => Promise<T>): Promise<T> {
    const folder = parts.slice(0, -1);
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#root.ensure(folder);
        const made = await step(this.#root.pathOf(parts));
        if (made === true) await this.#root.sync(this.#root.pathOf(folder));
        return made;
      } catch (error) {
        if (errnoOf(error) === 'ENOTDIR') throw notAFolder();
        if (errnoOf(error) !== 'ENOENT' || attempt === attempts) throw error;
        await this.#root.check();
      }
    }
  }
}

async function writeBody(target: FileHandle, body: Body, signal: AbortSignal | undefined): Promise<void> {
  if (body instanceof Uint8Array) {
    await writeFully(target, body, signal);
    return;
  }
  const source = await openSource(body.file);
  try {
    const chunk = Buffer.allocUnsafeSlow(copyChunkBytes);
    for (;;) {
      const { bytesRead } = await source.read(chunk, 0, chunk.length, null).catch((error: unknown) => {
        throw new VaultError('source-unreadable', undefined, { cause: error });
      });
      if (bytesRead === 0) return;
      await writeFully(target, chunk.subarray(0, bytesRead), signal);
    }
  } finally {
    await source.close();
  }
}

async function writeFully(target: FileHandle, bytes: Uint8Array, signal: AbortSignal | undefined): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    throwIfCancelled(signal);
    const { bytesWritten } = await target.write(bytes, done, Math.min(copyChunkBytes, bytes.length - done));
    done += bytesWritten;
  }
}

async function lstatOrNull(path: string): Promise<unknown> {
  try {
    return await lstat(path);
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}
