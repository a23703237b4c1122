import { createDecipheriv } from 'node:crypto';

/** Fewer left some behind when this was measured; more would only cost memory. */
const mostCopies = 16;
const mostBytes = 4 * 1024 * 1024;

/**
 * Overwrites what decrypting left behind in freed memory. Node's `decipher.update` allocates its result twice, and frees
 * the first copy as it is; the allocator hands the same places out again when the same lengths are asked for. Decrypting
 * zeros under a key of zeros a few times fills them with that.
 * Best effort, for plaintext alone: keys are never in such a copy (promise 9 does not rest on this).
 *
 * @param byteLength of the ciphertext pieces that were decrypted
 * @returns what was allocated for it, which must live until all of it is: the caller gives it back
 */
export function coverFreedPlaintext(byteLength: number): Buffer[] {
  const zeros = Buffer.alloc(byteLength);
  const held: Buffer[] = [zeros];
  const copies = Math.min(mostCopies, Math.max(4, Math.ceil(mostBytes / byteLength)));
  for (let copy = 0; copy < copies; copy++) {
    const decipher = createDecipheriv('aes-256-cbc', Buffer.alloc(32), Buffer.alloc(16)).setAutoPadding(false);
    held.push(decipher.update(zeros));
  }
  return held;
}
