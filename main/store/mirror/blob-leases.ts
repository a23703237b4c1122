/** How long a path is good for whoever does not say when it is done with it: time enough to open it. */
const defaultMs = 2 * 60 * 1000;

/** Which objects somebody here is about to read, or reads. */
export class BlobLeases {
  readonly #held = new Map<string, number>();
  readonly #timers = new Set<NodeJS.Timeout>();

  has(key: string): boolean {
    return this.#held.has(key);
  }

  /** @param inUse aborted when the reader is done; a while when left out. `onEnd` is called when nobody has that object any more */
  hold(key: string, inUse: AbortSignal | undefined, onEnd: () => void): void {
    if (inUse?.aborted === true) return;
    this.#held.set(key, (this.#held.get(key) ?? 0) + 1);
    const end = (): void => {
      const others = (this.#held.get(key) ?? 1) - 1;
      if (others > 0) this.#held.set(key, others);
      else {
        this.#held.delete(key);
        onEnd();
      }
    };
    if (inUse === undefined) this.#after(end);
    else inUse.addEventListener('abort', end, { once: true });
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #after(end: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      end();
    }, defaultMs);
    timer.unref(); // nobody waits for it
    this.#timers.add(timer);
  }
}
