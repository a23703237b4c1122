import { link, mkdir, readdir, rename, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errnoOf, isAbsent } from '../failure.js';
import { parseKey } from '../key.js';
import { RootFolder } from '../root-folder.js';
import { Staging, unlinkQuietly } from '../staging.js';

/** A file's time says when it was used, this exactly. */
const touchEveryMs = 10 * 60 * 1000;

export type Shelved = Readonly<{ bytes: number; touchedMs: number }>;

/** The objects that are here whole: files at their keys below the folder `whole`. */
export class BlobShelf {
  readonly #root: RootFolder;
  readonly #staging: Staging;

  private constructor(root: RootFolder) {
    this.#root = root;
    this.#staging = new Staging(root);
  }

  /** Opens the folder, which is made when it is not there, and removes what crashed processes left half-written. */
  static async open(folder: string): Promise<BlobShelf> {
    const shelf = new BlobShelf(await RootFolder.open(folder, true));
    await shelf.#staging.removeLeftovers();
    return shelf;
  }

  path(key: string): string {
    return join(this.#root.path, 'whole', ...parseKey(key));
  }

  /** Null when the object is not here. Its time is brought up to date, unless `inUse`: a file must not change while it is read. */
  async find(key: string, inUse: boolean): Promise<Shelved | null> {
    const found = await this.look(key);
    if (found === null || inUse || Date.now() - found.touchedMs < touchEveryMs) return found;
    const now = new Date();
    try {
      await utimes(this.path(key), now, now);
    } catch (error) {
      if (isAbsent(error)) return null; // another process made room
      return found; // a file system without times
    }
    return { ...found, touchedMs: now.getTime() };
  }

  async look(key: string): Promise<Shelved | null> {
    try {
      const { size, mtimeMs } = await stat(this.path(key));
      return { bytes: size, touchedMs: mtimeMs };
    } catch (error) {
      if (isAbsent(error)) return null;
      throw error;
    }
  }

  async write(key: string, bytes: Uint8Array): Promise<void> {
    const { path: temp, handle } = await this.#staging.create('temp');
    try {
      try {
        await handle.writeFile(bytes);
      } finally {
        await handle.close();
      }
      await this.bring(key, (path) => rename(temp, path));
    } finally {
      await unlinkQuietly(temp);
    }
  }

  /** Gives a file of our own a second name here. False where that cannot be done. */
  async link(key: string, file: string): Promise<boolean> {
    try {
      await this.bring(key, (path) => link(file, path));
      return true;
    } catch (error) {
      if (errnoOf(error) === '') throw error;
      return false; // no hard links, another disk, or the object is here already: it is only a copy less
    }
  }

  /** Runs what makes the object's file, once its folder is there. Another process may have been quicker, which is as good. */
  async bring(key: string, make: (path: string) => Promise<void>): Promise<void> {
    const path = this.path(key);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    try {
      await make(path);
    } catch (error) {
      // Windows does not replace a file that somebody reads.
      if (!['EPERM', 'EACCES', 'EBUSY'].includes(errnoOf(error)) || (await this.look(key)) === null) throw error;
    }
  }

  async remove(key: string): Promise<void> {
    await unlinkQuietly(this.path(key));
  }

  /** Every object, in no order. */
  async *all(): AsyncGenerator<Readonly<{ key: string }> & Shelved> {
    for await (const key of keysBelow(join(this.#root.path, 'whole'), '')) {
      const found = await this.look(key);
      if (found !== null) yield { key, ...found };
    }
  }

  async close(): Promise<void> {
    await this.#staging.close();
  }
}

async function* keysBelow(folder: string, prefix: string): AsyncGenerator<string> {
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    if (entry.isDirectory()) yield* keysBelow(join(folder, entry.name), `${prefix}${entry.name}/`);
    else if (entry.isFile()) yield prefix + entry.name;
  }
}
