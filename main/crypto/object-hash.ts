import { createHash } from 'node:crypto';

/** SHA-256 of an object's stored bytes in base64url without padding: how records name the version before them. */
export const objectHash = (stored: Uint8Array): string => createHash('sha256').update(stored).digest('base64url');

/** An id that follows from what it is for: the first 16 bytes of SHA-256 over the UTF-8 text, in hex. */
export const objectId = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

/** The same hash of an object that is read in pieces. */
export class ObjectDigest {
  readonly #hash = createHash('sha256');

  update(piece: Uint8Array): void {
    this.#hash.update(piece);
  }

  finish(): string {
    return this.#hash.digest('base64url');
  }
}
