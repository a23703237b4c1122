/** Digests of the pieces of coretex-suite blobs, by the root that vouched for them: 32 bytes for each MiB, the latest few blobs. */
export class PieceCache {
  readonly #byRoot = new Map<string, Uint8Array>();

  get(root: Uint8Array): Uint8Array | null {
    return this.#byRoot.get(keyOf(root)) ?? null;
  }

  set(root: Uint8Array, pieces: Uint8Array): void {
    this.#byRoot.delete(keyOf(root));
    this.#byRoot.set(keyOf(root), pieces);
    for (const oldest of this.#byRoot.keys()) {
      if (this.#byRoot.size <= mostBlobs) return;
      this.#byRoot.delete(oldest);
    }
  }

  clear(): void {
    this.#byRoot.clear();
  }
}

const mostBlobs = 16;

const keyOf = (root: Uint8Array): string => Buffer.from(root).toString('hex');
