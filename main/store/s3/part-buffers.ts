import { Limit } from '../limit.js';

/**
 * Memory for the parts of large objects: few at a time, and used again, since buffers left to the garbage collector pile up faster than
 * it takes them away. Kept only while something runs.
 */
export class PartBuffers {
  readonly #limit: Limit;
  #free: Buffer<ArrayBuffer>[] = [];
  #running = 0;

  /** @param most how many are in use at a time; who comes later waits */
  constructor(most: number) {
    this.#limit = new Limit(most);
  }

  /** Lends `byteLength` bytes of any content until `work` has ended. */
  async lend<T>(byteLength: number, work: (buffer: Buffer<ArrayBuffer>) => Promise<T>): Promise<T> {
    this.#running += 1;
    try {
      return await this.#limit.run(async () => {
        const kept = this.#free.pop();
        const buffer = kept !== undefined && kept.length >= byteLength ? kept : Buffer.allocUnsafeSlow(byteLength);
        try {
          return await work(buffer.subarray(0, byteLength));
        } finally {
          this.#free.push(buffer);
        }
      });
    } finally {
      this.#running -= 1;
      if (this.#running === 0) this.#free = [];
    }
  }
}
