import { setTimeout as sleep } from 'node:timers/promises';
import { VaultError } from '../../../app/errors.js';
import { throwIfCancelled } from '../key.js';

export type PatienceOptions = Readonly<{
  /** how often a request is sent at most */
  attempts?: number;
  /** the longest wait before the second attempt; it doubles each time, up to `longestMs` */
  firstMs?: number;
  longestMs?: number;
}>;

/** How often something is tried again, and how long is waited in between: with jitter, so that many clients do not come back at once. */
export class Patience {
  readonly attempts: number;
  readonly #firstMs: number;
  readonly #longestMs: number;

  constructor({ attempts = 7, firstMs = 200, longestMs = 8_000 }: PatienceOptions = {}) {
    this.attempts = attempts;
    this.#firstMs = firstMs;
    this.#longestMs = longestMs;
  }

  /** Waits before attempt number `next` (2, 3, …). Throws `cancelled`. */
  async wait(next: number, signal: AbortSignal | undefined): Promise<void> {
    const longest = Math.min(this.#longestMs, this.#firstMs * 2 ** Math.min(next - 2, 16));
    await pause(longest * (0.5 + Math.random() / 2), signal);
  }

  /** Runs `work` until it succeeds, its error is not a passing one, or the attempts are used up. Throws the last error. */
  async run<T>(work: () => Promise<T>, isPassing: (error: unknown) => boolean, signal?: AbortSignal): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      throwIfCancelled(signal);
      try {
        return await work();
      } catch (error) {
        if (attempt >= this.attempts || !isPassing(error)) throw error;
      }
      await this.wait(attempt + 1, signal);
    }
  }
}

/** Waits. Throws `cancelled` at once when the caller gives up. */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    throw new VaultError('cancelled', undefined, { cause: error });
  }
}

/** Waits for `work`, which goes on when the caller gives up: that throws `cancelled` at once. */
export async function unlessCancelled(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  throwIfCancelled(signal);
  let giveUp = (): void => undefined;
  const cancelled = new Promise<never>((_, reject) => {
    giveUp = () => reject(new VaultError('cancelled'));
  });
  signal?.addEventListener('abort', giveUp);
  try {
    await Promise.race([work, cancelled]);
  } finally {
    signal?.removeEventListener('abort', giveUp);
  }
}
