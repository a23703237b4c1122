import { write } from 'node:fs';
import { promisify } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';

const writeSome = promisify(write);
/** How long to wait for a reader whose pipe is full and does not block. */
const retryMs = 5;

/**
 * Writes to a descriptor in order. Unlike `process.stdout`, which waits for a slow reader with the whole process, this waits on
 * another thread: signals still reach the child while nobody reads.
 */
export class DescriptorWriter {
  readonly #descriptor: number;
  #turn: Promise<void> = Promise.resolve();
  #waiting = 0;
  #closed = false;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** The reader went away: nothing more will be read. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Something was not taken by the reader yet. */
  get busy(): boolean {
    return this.#waiting > 0;
  }

  /** Resolves when all of it is written, or nobody reads any more. The bytes must not change until then. */
  async write(pieces: readonly Buffer[]): Promise<void> {
    this.#waiting += 1;
    this.#turn = this.#turn.then(() => this.#writeAll(pieces));
    try {
      await this.#turn;
    } finally {
      this.#waiting -= 1;
    }
  }

  async #writeAll(pieces: readonly Buffer[]): Promise<void> {
    for (const piece of pieces) {
      for (let done = 0; done < piece.length && !this.#closed;) done += await this.#attempt(piece, done);
    }
  }

  async #attempt(piece: Buffer, from: number): Promise<number> {
    try {
      return (await writeSome(this.#descriptor, piece, from, piece.length - from, null)).bytesWritten;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') await sleep(retryMs);
      else this.#closed = true; // EPIPE; and whatever else is wrong with it, it takes no more
      return 0;
    }
  }
}
