import { closeSync, fstatSync, fsync, ftruncateSync, openSync, readSync, renameSync, type Stats, statSync, writeSync } from 'node:fs'; // prettier-ignore
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { withFolderLock } from '../folder-lock.js';
import { localFailure } from '../local-failure.js';

/** What a log keeps for its owner. */
export type LogReader = Readonly<{
  /** one line, in the order in which they were appended; `isForeign` unless this log appended it */
  apply(line: string, isForeign: boolean): void;
  /** the file begins anew (it was compacted, or is gone): forget everything */
  reset(): void;
  /** a line is not what was written; returns whether what follows is still of use, until somebody writes the file anew */
  damaged(): boolean;
  /** the lines that say what all lines so far say */
  snapshot(): string[];
  /** about how many those are */
  live(): number;
}>;

const format = 'coretex-vault/v1/log';
/** Lines that say nothing any more are worth a new file when there are this many more of them than of the others. */
const slack = 1000;

/**
 * An append-only file of lines that several processes read and write at once. Each line ends with a checksum; appending is done under the
 * lock of the file's folder; an end that a killed process left torn is cut off by the next writer. A reader goes on where it stopped.
 * Files are handled synchronously, except that the disk is waited for: that takes microseconds, where each turn through the thread pool takes
 * its place behind whatever else is going on; and nothing comes between what is read and what is written.
 */
export class SharedLog {
  readonly #path: string;
  readonly #durable: boolean;
  readonly #reader: LogReader;
  readonly #asked: Asked[] = [];
  #working: Promise<void> | null = null;
  #generation: string | null = null;
  #offset = 0;
  #seen = '';
  #lines = 0;
  #rewrite = false;
  #ignore = false;

  /** @param durable whether `append` waits until the disk has the lines */
  constructor(path: string, durable: boolean, reader: LogReader) {
    this.#path = path;
    this.#durable = durable;
    this.#reader = reader;
  }

  /** Reads what others appended. Throws `target-unwritable`. */
  refresh(): void {
    try {
      this.#readOn();
    } catch (error) {
      throw localFailure(error);
    }
  }

  #readOn(): void {
    const found = statSync(this.#path, { throwIfNoEntry: false });
    if (found === undefined) {
      if (this.#generation !== null) this.#begin(null, 0);
      return;
    }
    const seen = lookOf(found);
    if (seen === this.#seen) return;
    const file = openSync(this.#path, 'r');
    try {
      this.#read(file, fstatSync(file).size);
    } finally {
      closeSync(file);
    }
    this.#seen = seen;
  }

  /**
   * Appends what `work` gives; nobody else appends meanwhile, and everything that was appended before has been read.
   * Calls at the same time share one write. Throws `disk-full`, `target-unwritable`, `busy`, and what `work` throws.
   */
  append(work: () => readonly string[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#asked.push({ work, resolve, reject });
      this.#working ??= this.#workOff().finally(() => (this.#working = null));
    });
  }

  async #workOff(): Promise<void> {
    while (this.#asked.length > 0) {
      let batch: Asked[] = [];
      try {
        await withFolderLock(dirname(this.#path), async () => {
          this.refresh();
          batch = this.#asked.splice(0);
          await this.#write(batch.flatMap((asked) => this.#applied(asked)));
        });
        for (const { resolve } of batch) resolve();
      } catch (error) {
        // Nobody could take the lock, or nothing was written: what was applied is read from the file again.
        this.#reader.reset();
        this.#begin(null, 0);
        for (const { reject } of batch.length > 0 ? batch : this.#asked.splice(0)) reject(localFailure(error));
      }
    }
  }

  /** What one caller has to say, given what those before said. */
  #applied({ work, reject }: Asked): readonly string[] {
    try {
      const lines = work();
      for (const line of lines) this.#reader.apply(line, false);
      return lines;
    } catch (error) {
      reject(error);
      return [];
    }
  }

  #read(file: number, size: number): void {
    const head = Buffer.alloc(Math.min(size, 200));
    readSync(file, head, 0, head.length, 0);
    const firstLine = head.toString('latin1').split('\n')[0] ?? '';
    const generation = unseal(firstLine);
    if (generation === null || generation !== this.#generation || size < this.#offset) {
      if (this.#generation !== null) this.#begin(null, 0);
      this.#begin(generation ?? firstLine, firstLine.length + 1);
      if (generation?.startsWith(format) !== true) this.#spoil();
    }
    const bytes = Buffer.alloc(Math.max(0, size - this.#offset));
    this.#take(bytes.subarray(0, readSync(file, bytes, 0, bytes.length, this.#offset)));
  }

  #take(bytes: Buffer): void {
    const end = bytes.lastIndexOf(0x0a) + 1; // what comes after is still being written, or torn
    this.#offset += end;
    if (end === 0) return;
    for (const sealed of bytes.toString('utf8', 0, end - 1).split('\n')) {
      const line = unseal(sealed);
      this.#lines += 1;
      if (line === null) this.#spoil();
      else if (!this.#ignore) this.#reader.apply(line, true);
    }
  }

  #spoil(): void {
    this.#rewrite = true;
    if (!this.#reader.damaged()) this.#ignore = true;
  }

  #begin(generation: string | null, offset: number): void {
    if (this.#generation !== null) this.#reader.reset();
    this.#generation = generation;
    this.#offset = offset;
    this.#seen = '';
    this.#lines = 0;
    [this.#rewrite, this.#ignore] = [false, false];
  }

  /** Writes lines that were applied already. */
  async #write(lines: readonly string[]): Promise<void> {
    const isSlack = this.#lines > 3 * this.#reader.live() + slack;
    if (this.#generation === null || this.#rewrite || isSlack) await this.#writeAnew();
    else if (lines.length > 0) await this.#writeOn(lines);
  }

  async #writeOn(lines: readonly string[]): Promise<void> {
    const bytes = Buffer.from(lines.map(seal).join(''));
    const [file, before] = [openSync(this.#path, 'r+'), this.#offset];
    try {
      if (fstatSync(file).size > before) ftruncateSync(file, before); // a torn end
      writeFully(file, bytes, before);
      this.#offset += bytes.length;
      this.#lines += lines.length;
      this.#seen = lookOf(fstatSync(file));
      if (this.#durable) await flush(file);
    } catch (error) {
      ftruncateSync(file, before);
      throw error;
    } finally {
      closeSync(file);
    }
  }

  async #writeAnew(): Promise<void> {
    const generation = `${format} ${globalThis.crypto.randomUUID()}`;
    const snapshot = this.#reader.snapshot();
    const bytes = Buffer.from([generation, ...snapshot].map(seal).join(''));
    const draft = `${this.#path}.new`;
    const file = openSync(draft, 'w', 0o600);
    try {
      writeFully(file, bytes, 0);
      if (this.#durable) await flush(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, this.#path);
    [this.#generation, this.#offset, this.#lines] = [generation, bytes.length, snapshot.length];
    [this.#rewrite, this.#ignore, this.#seen] = [false, false, ''];
    if (this.#durable) await syncFolder(dirname(this.#path));
  }
}

type Asked = Readonly<{ work: () => readonly string[]; resolve: () => void; reject: (error: unknown) => void }>;

const flush = promisify(fsync);

const lookOf = ({ ino, size, mtimeMs }: Stats): string => `${String(ino)} ${String(size)} ${String(mtimeMs)}`;

function writeFully(file: number, bytes: Buffer, at: number): void {
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done, bytes.length - done, at + done);
}

async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return; // a folder cannot be opened there; NTFS journals its entries
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}

/** FNV-1a, 32 bits, in hex: tells a torn or rotten line. */
function checksum(line: string): string {
  let sum = 0x811c9dc5;
  for (let i = 0; i < line.length; i += 1) sum = Math.imul(sum ^ line.charCodeAt(i), 0x01000193);
  return (sum >>> 0).toString(16).padStart(8, '0');
}

const seal = (line: string): string => `${line} ${checksum(line)}\n`;

function unseal(sealed: string): string | null {
  const line = sealed.slice(0, -9);
  return sealed.length > 8 && sealed.at(-9) === ' ' && sealed.slice(-8) === checksum(line) ? line : null;
}
