type Entry = Readonly<{ bytes: number; touchedMs: number }>;

/** What a cache holds, the longest unused first, and how much that is. */
export class BlobLedger {
  readonly #entries = new Map<string, Entry>();
  #pinned: ReadonlySet<string> = new Set();
  #bytes = 0;
  #pinnedBytes = 0;

  /** of everything */
  get bytes(): number {
    return this.#bytes;
  }

  /** of what a limit counts */
  get unpinnedBytes(): number {
    return this.#bytes - this.#pinnedBytes;
  }

  setPinned(keys: ReadonlySet<string>): void {
    this.#pinned = keys;
    this.#pinnedBytes = 0;
    for (const key of keys) this.#pinnedBytes += this.#entries.get(key)?.bytes ?? 0;
  }

  get(key: string): Entry | undefined {
    return this.#entries.get(key);
  }

  /** Notes how much there is of an object. It is the one used last then. @param touchedMs when its file says that it was used */
  use(key: string, bytes: number, touchedMs: number): void {
    this.drop(key);
    this.#entries.set(key, { bytes, touchedMs });
    this.#count(key, bytes);
  }

  drop(key: string): void {
    this.#count(key, -(this.#entries.get(key)?.bytes ?? 0));
    this.#entries.delete(key);
  }

  /** What a limit counts, the longest unused first. */
  *oldest(): Generator<string> {
    for (const key of this.#entries.keys()) if (!this.#pinned.has(key)) yield key;
  }

  #count(key: string, bytes: number): void {
    this.#bytes += bytes;
    if (this.#pinned.has(key)) this.#pinnedBytes += bytes;
  }
}
