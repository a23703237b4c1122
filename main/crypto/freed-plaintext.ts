import { createDecipheriv } from 'node:crypto';

const copies = 4;

/**
 * Overwrites what decrypting left behind in freed memory. Node's `decipher.update` allocates its result twice, and frees
 * the first copy as it is; the allocator hands the same places out again when the same lengths are asked for. Decrypting
 * zeros under a key of zeros a few times fills them with that.
 * Best effort, for plaintext alone: keys are never in such a copy (promise 9 does not rest on this).
 *
 * @param byteLength of the ciphertext pieces that were decrypted
 */
export function overwriteFreedPlaintext(byteLength: number): void {
  const zeros = Buffer.alloc(byteLength);
  const held: Buffer[] = [];
  for (let copy = 0; copy < copies; copy++) {
    const decipher = createDecipheriv('aes-256-cbc', Buffer.alloc(32), Buffer.alloc(16)).setAutoPadding(false);
    held.push(decipher.update(zeros));
  }
}
