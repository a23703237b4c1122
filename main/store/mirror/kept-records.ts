import { mkdir, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errnoOf, isAbsent } from '../failure.js';
import { parseKey } from '../key.js';
import type { RootFolder } from '../root-folder.js';
import { localFailure } from '../local-failure.js';
import { Staging, unlinkQuietly } from '../staging.js';
import { hashOf } from './sha256.js';

/** What the file system says when a file stands where a folder is needed, or the reverse: such a record is not kept. */
const inTheWay = new Set(['EISDIR', 'ENOTDIR', 'EEXIST', 'ENOTEMPTY']);

/**
 * Records of the bucket that were read, as plain files at their keys below `records/`, for other tools too. Nothing is synced to the disk:
 * what a crash spoils does not have the hash that the catalogue knows, and is fetched again.
 */
export class KeptRecords {
  readonly #staging: Staging;
  readonly #folder: string;

  private constructor(root: RootFolder) {
    this.#staging = new Staging(root);
    this.#folder = join(root.path, 'records');
  }

  static async open(root: RootFolder): Promise<KeptRecords> {
    const kept = new KeptRecords(root);
    await kept.#staging.removeLeftovers();
    return kept;
  }

  path(key: string): string {
    return join(this.#folder, ...parseKey(key));
  }

  /** The bytes of that hash, or null: not here, or spoiled. */
  async read(key: string, hash: string): Promise<Uint8Array | null> {
    try {
      const bytes = await readFile(this.path(key));
      return (await hashOf(bytes)) === hash ? bytes : null;
    } catch (error) {
      if (isAbsent(error) || inTheWay.has(errnoOf(error))) return null;
      throw localFailure(error);
    }
  }

  /** Keeps the bytes; returns their hash, or null when they cannot be kept at that key. Throws `disk-full`. */
  async keep(key: string, bytes: Uint8Array): Promise<string | null> {
    const path = this.path(key);
    try {
      const { path: temp, handle } = await this.#staging.create('temp');
      try {
        await handle.writeFile(bytes).finally(() => handle.close());
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        await rename(temp, path);
      } catch (error) {
        await unlinkQuietly(temp);
        throw error;
      }
    } catch (error) {
      if (inTheWay.has(errnoOf(error))) return null;
      throw localFailure(error);
    }
    return hashOf(bytes);
  }

  async remove(key: string): Promise<void> {
    try {
      await unlinkQuietly(this.path(key));
    } catch (error) {
      if (!inTheWay.has(errnoOf(error)) && errnoOf(error) !== 'EPERM') throw error; // a folder has that name now
    }
  }

  async close(): Promise<void> {
    await this.#staging.close();
  }
}
