import { createHash, timingSafeEqual } from 'node:crypto';
import { VaultError } from '../../app/errors.js';

export const rootBytes = 32;

/** The root of a file container: SHA-256(header ‖ trailer), 32 bytes, signed in the file record (docs/protocol.md section 5). */
export function containerRoot(header: Uint8Array, trailer: Uint8Array): Buffer {
  return createHash('sha256').update(header).update(trailer).digest();
}

/**
 * SECURITY (promise 1): once the trailer is known to be the signed one, each segment's tag in it binds that segment.
 * Throws `damaged`.
 */
export function verifyRoot(header: Uint8Array, trailer: Uint8Array, root: Uint8Array): void {
  const found = containerRoot(header, trailer);
  if (root.length !== rootBytes || !timingSafeEqual(found, root)) {
    throw new VaultError(
      'damaged',
      'The list of tags at the end of the file container is not the one its author signed.',
    );
  }
}
