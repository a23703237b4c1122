import { VaultError } from '../../app/errors.js';

/**
 * What the threads of one file job share without messages: whether to stop, which segment comes next, how much is done.
 * Layout of the 16 shared bytes: i32 stop, i32 next segment, i64 plaintext bytes done.
 */
export class JobControl {
  readonly #flags: Int32Array;
  readonly #done: BigInt64Array;

  constructor(readonly shared: SharedArrayBuffer = new SharedArrayBuffer(16)) {
    this.#flags = new Int32Array(shared, 0, 2);
    this.#done = new BigInt64Array(shared, 8, 1);
  }

  /** Ends the job in every thread at its next segment: it was cancelled, or failed elsewhere. */
  stop(): void {
    Atomics.store(this.#flags, 0, 1);
  }

  get stopped(): boolean {
    return Atomics.load(this.#flags, 0) === 1;
  }

  checkRunning(): void {
    if (this.stopped) throw new VaultError('cancelled');
  }

  /** Takes the next segment's index; no other thread gets the same. */
  takeSegment(): number {
    return Atomics.add(this.#flags, 1, 1);
  }

  /** The segment that will be taken next, which may be past the last. */
  get nextSegment(): number {
    return Atomics.load(this.#flags, 1);
  }

  addDone(bytes: number): void {
    Atomics.add(this.#done, 0, BigInt(bytes));
  }

  get bytesDone(): number {
    return Number(Atomics.load(this.#done, 0));
  }
}
