import type { UpkeepWork } from '../vault.js';

const betweenMs = 100;

/** Tells how far each step of the work is, a few times a second and at its end. */
export class Steps {
  readonly #onProgress: UpkeepWork['onProgress'];
  readonly #done = new Map<string, number>();
  #toldMs = 0;

  constructor({ onProgress }: UpkeepWork) {
    this.#onProgress = onProgress;
  }

  /** One more of `total` is done. */
  one(step: string, total: number): void {
    const done = (this.#done.get(step) ?? 0) + 1;
    this.#done.set(step, done);
    this.at(step, done, total);
  }

  at(step: string, done: number, total: number): void {
    if (done !== total && Date.now() - this.#toldMs < betweenMs) return;
    this.#toldMs = Date.now();
    this.#onProgress?.({ step, done, total });
  }
}
