import { open, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isAbsent } from '../failure.js';
import { localFailure } from '../local-failure.js';
import { withFolderLock } from './folder-lock.js';

/** What a log keeps for its owner. */
export type LogReader = Readonly<{
  /** one line, in the order in which they were appended */
  apply(line: string): void;
  /** the file begins anew (it was compacted, or is gone): forget everything */
  reset(): void;
  /** a line is not what was written; what follows is still read */
  damaged(): void;
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
 */
export class SharedLog {
  readonly #path: string;
  readonly #durable: boolean;
  readonly #reader: LogReader;
  #turn: Promise<unknown> = Promise.resolve();
  #generation: string | null = null;
  #offset = 0;
  #seen = '';
  #lines = 0;
  #rewrite = false;

  /** @param durable whether `append` waits until the disk has the lines */
  constructor(path: string, durable: boolean, reader: LogReader) {
    this.#path = path;
    this.#durable = durable;
    this.#reader = reader;
  }

  /** Reads what others appended. */
  refresh(): Promise<void> {
    return this.#inTurn(() => this.#readOn());
  }

  /**
   * Appends what `work` gives; nobody else appends meanwhile, and everything that was appended before has been read.
   * Throws `disk-full`, `target-unwritable`, `busy`.
   */
  append(work: () => readonly string[]): Promise<void> {
    return withFolderLock(dirname(this.#path), () =>
      this.#inTurn(async () => {
        await this.#readOn();
        const lines = work();
        if (lines.length === 0 && !this.#rewrite) return;
        if (this.#generation === null || this.#rewrite || this.#lines > 3 * this.#reader.live() + slack)
          await this.#writeAnew(lines);
        else await this.#write(lines);
      }),
    ).catch((error: unknown) => {
      throw localFailure(error);
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work);
    this.#turn = turn;
    return turn;
  }

  async #readOn(): Promise<void> {
    try {
      const found = await stat(this.#path);
      const seen = `${String(found.ino)} ${String(found.size)} ${String(found.mtimeMs)}`;
      if (seen === this.#seen) return;
      await this.#read(found.size);
      this.#seen = seen;
    } catch (error) {
      if (!isAbsent(error)) throw error;
      if (this.#generation !== null) this.#begin(null, 0);
    }
  }

  async #read(size: number): Promise<void> {
    const file = await open(this.#path, 'r');
    try {
      const head = Buffer.alloc(Math.min(size, 200));
      await file.read(head, 0, head.length, 0);
      const firstLine = head.toString('latin1').split('\n')[0] ?? '';
      const generation = unseal(firstLine)?.replace(`${format} `, '') ?? firstLine;
      if (generation !== this.#generation || size < this.#offset) {
        if (this.#generation !== null) this.#begin(null, 0);
        this.#begin(generation, firstLine.length + 1);
        if (unseal(firstLine)?.startsWith(format) !== true) this.#spoil();
      }
      const bytes = Buffer.alloc(Math.max(0, size - this.#offset));
      const { bytesRead } = await file.read(bytes, 0, bytes.length, this.#offset);
      this.#take(bytes.subarray(0, bytesRead));
    } finally {
      await file.close();
    }
  }

  #take(bytes: Buffer): void {
    const end = bytes.lastIndexOf(0x0a) + 1; // what comes after is still being written, or torn
    this.#offset += end;
    if (end === 0) return;
    for (const sealed of bytes.toString('utf8', 0, end - 1).split('\n')) {
      const line = unseal(sealed);
      this.#lines += 1;
      if (line === null) this.#spoil();
      else this.#reader.apply(line);
    }
  }

  #spoil(): void {
    this.#rewrite = true;
    this.#reader.damaged();
  }

  #begin(generation: string | null, offset: number): void {
    if (this.#generation !== null) this.#reader.reset();
    this.#generation = generation;
    this.#offset = offset;
    this.#seen = '';
    this.#lines = 0;
    this.#rewrite = false;
  }

  async #write(lines: readonly string[]): Promise<void> {
    const bytes = Buffer.from(lines.map(seal).join(''));
    const file = await open(this.#path, 'r+');
    try {
      await file.truncate(this.#offset); // a torn end
      await file.write(bytes, 0, bytes.length, this.#offset);
      if (this.#durable) await file.sync();
    } finally {
      await file.close();
    }
    await this.#readOn();
  }

  async #writeAnew(lines: readonly string[]): Promise<void> {
    for (const line of lines) this.#reader.apply(line);
    const generation = globalThis.crypto.randomUUID();
    const snapshot = this.#reader.snapshot();
    const draft = `${this.#path}.new`;
    const file = await open(draft, 'w', 0o600);
    try {
      await file.writeFile([`${format} ${generation}`, ...snapshot].map(seal).join(''));
      if (this.#durable) await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, this.#path);
    if (this.#durable) await syncFolder(dirname(this.#path));
    const found = await stat(this.#path);
    this.#generation = generation;
    this.#offset = found.size;
    this.#seen = '';
    this.#lines = snapshot.length;
    this.#rewrite = false;
  }
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
