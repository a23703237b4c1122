import { type FileHandle, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { VaultError } from '../../../app/errors.js';
import type { Limit } from '../limit.js';
import { allOrNone } from '../parallel.js';
import type { ByteRange, Store } from '../store.js';
import { HeldRanges } from './blob-ranges.js';

const contentsName = 'contents';
const heldName = 'held';
const firstLine = /^coretex-vault\/v1\/part (\d{1,16})$/;
const heldLine = /^(\d{1,16}) (\d{1,16})$/;

/**
 * An object that is here in parts: a folder with a file of the object's whole length, where a hole is what was not fetched yet, and a list of
 * what was. The list is written after the bytes. Neither is synced: after a power cut it may tell of bytes that are not there, which
 * whoever opens the contents notices, and asks for them anew.
 */
export class BlobPart {
  readonly #folder: string;
  readonly #held: HeldRanges;

  private constructor(folder: string, held: HeldRanges) {
    this.#folder = folder;
    this.#held = held;
  }

  /** Makes `folder`. @param bytes of the whole object */
  static async begin(folder: string, bytes: number): Promise<BlobPart> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const part = new BlobPart(folder, new HeldRanges(bytes));
    const contents = await open(part.path, 'wx', 0o600);
    try {
      await contents.truncate(bytes);
    } finally {
      await contents.close();
    }
    await part.#note(`coretex-vault/v1/part ${String(bytes)}`);
    return part;
  }

  /** What an earlier process left in `folder`; null, and the folder is gone, when it did not get far. */
  static async resume(folder: string): Promise<BlobPart | null> {
    const text = await readFile(join(folder, heldName), 'utf8').catch(() => '');
    const [first = '', ...lines] = text.split('\n').slice(0, -1); // the last line may be cut short
    const [, bytes] = firstLine.exec(first) ?? [];
    const size = await stat(join(folder, contentsName)).then((found) => found.size, () => null); // prettier-ignore
    if (bytes === undefined || size !== Number(bytes)) {
      await rm(folder, { recursive: true, force: true });
      return null;
    }
    const part = new BlobPart(folder, new HeldRanges(Number(bytes)));
    for (const line of lines) {
      const [, start, endExclusive] = heldLine.exec(line) ?? [];
      if (endExclusive !== undefined) part.#held.add({ start: Number(start), endExclusive: Number(endExclusive) });
    }
    return part;
  }

  /** A file of the whole object's length. */
  get path(): string {
    return join(this.#folder, contentsName);
  }

  get heldBytes(): number {
    return this.#held.heldBytes;
  }

  get isWhole(): boolean {
    return this.#held.isWhole;
  }

  /**
   * Fetches what is missing of `wanted` (all when left out), several pieces at a time.
   * Throws what the remote store throws, `damaged` when the object is shorter there than it was, and what the file system throws.
   */
  async fetch(key: string, wanted: readonly ByteRange[] | undefined, from: Source): Promise<void> {
    const pieces = this.#held.missing(wanted ?? [{ start: 0, endExclusive: this.#held.bytes }]);
    if (pieces.length === 0) return;
    const contents = await open(this.path, 'r+');
    try {
      await allOrNone(pieces, from.signal, (piece, stop) =>
        from.limit.run(async () => {
          const bytes = await from.remote.get(key, piece, { signal: stop });
          if (bytes.length !== piece.endExclusive - piece.start)
            throw new VaultError('damaged', 'The store holds less of this object than it did.');
          await this.#write(contents, bytes, piece);
        }),
      );
    } finally {
      await contents.close();
    }
  }

  /** Keeps bytes that are here already, the object's first. */
  async begun(bytes: Uint8Array): Promise<void> {
    const contents = await open(this.path, 'r+');
    try {
      await this.#write(contents, bytes, { start: 0, endExclusive: bytes.length });
    } finally {
      await contents.close();
    }
  }

  /** Gives the file another name, and takes the folder away. */
  async moveTo(path: string): Promise<void> {
    await rename(this.path, path);
    await this.remove();
  }

  /** Leaves it to whoever comes next, in another folder. */
  async leave(folder: string): Promise<void> {
    await rename(this.#folder, folder);
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #write(contents: FileHandle, bytes: Uint8Array, range: ByteRange): Promise<void> {
    for (let done = 0; done < bytes.length;)
      done += (await contents.write(bytes, done, bytes.length - done, range.start + done)).bytesWritten;
    await this.#note(`${String(range.start)} ${String(range.endExclusive)}`);
    this.#held.add(range);
  }

  async #note(line: string): Promise<void> {
    const held = await open(join(this.#folder, heldName), 'a', 0o600);
    try {
      await held.write(`${line}\n`);
    } finally {
      await held.close();
    }
  }
}

/** Where contents come from; `limit` bounds the pieces that are in memory, over all objects. */
export type Source = Readonly<{ remote: Store; limit: Limit; signal: AbortSignal | undefined }>;
