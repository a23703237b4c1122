import { mkdir, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { VaultError } from '../../../app/errors.js';
import { errnoOf, isAbsent } from '../failure.js';
import { RootFolder } from '../root-folder.js';
import { Staging, unlinkQuietly } from '../staging.js';
import type { Bucket, Found } from './bucket.js';
import { allOrNone } from './parallel.js';
import type { PartBuffers } from './part-buffers.js';

const folderSentence = 'The folder on this computer for uploads and fetched files cannot be written.';

type Tools = Readonly<{ bucket: Bucket; buffers: PartBuffers; partBytes: number }>;

/** Objects that were fetched to this computer: below `fetched/`, at their key and ETag. They are ciphertext and never change. */
export class Fetched {
  readonly #tools: Tools;
  readonly #root: RootFolder;
  readonly #staging: Staging;

  private constructor(root: RootFolder, tools: Tools) {
    this.#root = root;
    this.#tools = tools;
    this.#staging = new Staging(root);
  }

  /** Opens the folder, which is made when it is not there, and removes what crashed processes left half-fetched. Throws `target-unwritable`. */
  static async open(folder: string, tools: Tools): Promise<Fetched> {
    try {
      const fetched = new Fetched(await RootFolder.open(folder, true), tools);
      await fetched.#staging.removeLeftovers();
      return fetched;
    } catch (error) {
      throw new VaultError('target-unwritable', folderSentence, { cause: error });
    }
  }

  /** A path with the object's bytes; asks the server only when it is not here yet. Throws also `not-found`, `disk-full`. */
  async path(
    name: string,
    keyParts: readonly string[],
    found: Found,
    signal: AbortSignal | undefined,
  ): Promise<string> {
    const etag = found.etag.toLowerCase().replace(/[^a-z0-9]/g, '').slice(0, 40); // prettier-ignore
    const path = `${join(this.#root.path, 'fetched', ...keyParts)}@${etag}`;
    if ((await sizeOf(path)) === found.bytes) return path;
    try {
      const { path: temp, handle } = await this.#staging.create('temp');
      try {
        await this.#fetch(name, found.bytes, signal, (bytes, at) => handle.write(bytes, 0, bytes.length, at)).finally(
          () => handle.close(),
        );
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        await rename(temp, path);
      } finally {
        await unlinkQuietly(temp);
      }
    } catch (error) {
      throw localFailure(error);
    }
    return path;
  }

  async close(): Promise<void> {
    await this.#staging.close();
  }

  /** By ranges, so that a connection that breaks costs one of them. */
  async #fetch(
    name: string,
    bytes: number,
    signal: AbortSignal | undefined,
    write: (bytes: Buffer, at: number) => Promise<{ bytesWritten: number }>,
  ): Promise<void> {
    const { bucket, buffers, partBytes } = this.#tools;
    const starts = Array.from({ length: Math.ceil(bytes / partBytes) }, (_, i) => i * partBytes);
    await allOrNone(starts, signal, (start, stop) =>
      buffers.lend(Math.min(partBytes, bytes - start), async (buffer) => {
        const roomFor = (byteLength: number): Buffer => buffer.subarray(0, byteLength);
        const got = await bucket.get(name, { start, endExclusive: start + buffer.length }, roomFor, stop);
        if (got?.bytes.length !== buffer.length) throw new VaultError('not-found'); // it was deleted meanwhile
        for (let done = 0; done < buffer.length;)
          done += (await write(buffer.subarray(done), start + done)).bytesWritten;
      }),
    );
  }
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

/** Errors of this computer's disk, in the store's words; others as they are. */
export function localFailure(error: unknown): unknown {
  if (['ENOSPC', 'EDQUOT'].includes(errnoOf(error))) return new VaultError('disk-full', undefined, { cause: error });
  if (errnoOf(error) !== '' && !(error instanceof VaultError))
    return new VaultError('target-unwritable', folderSentence, { cause: error });
  return error;
}
