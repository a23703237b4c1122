import { basename } from 'node:path';
import { VaultError } from '../../app/errors.js';
import { SecretBytes } from '../crypto/secret-bytes.js';

export type SourceHandle = Readonly<{ handle: string; name: string }>;

/** Enough for the largest drop; the oldest go first. */
const mostHandles = 200_000;

/**
 * SECURITY: the page holds random handles, main holds the paths. A handle is good until the vault locks or the page reloads,
 * and names only what the person dropped or picked.
 */
export class PathHandles {
  readonly #paths = new Map<string, string>();

  register(path: string): SourceHandle {
    const handle = SecretBytes.random(16).bytes.toString('base64url');
    this.#paths.set(handle, path);
    this.#forgetOldest();
    return { handle, name: basename(path) || path };
  }

  /** Throws `invalid-input` for a handle that is unknown or has expired. */
  resolve(handle: string): string {
    const path = this.#paths.get(handle);
    if (path === undefined) throw new VaultError('invalid-input', 'That selection has expired. Choose it once more.');
    return path;
  }

  clear(): void {
    this.#paths.clear();
  }

  get size(): number {
    return this.#paths.size;
  }

  #forgetOldest(): void {
    for (const handle of this.#paths.keys()) {
      if (this.#paths.size <= mostHandles) return;
      this.#paths.delete(handle);
    }
  }
}
