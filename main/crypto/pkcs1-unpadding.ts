/**
 * Removal of RSAES-PKCS1-v1_5 padding (RFC 8017 section 7.2.2) from what a raw RSA decryption gives: 00 02 PS 00 message.
 * SECURITY (promise 7): no branch and no memory access depends on the decrypted bytes, as far as JavaScript lets us promise,
 * and a bad padding looks like a good one (draft-irtf-cfrg-rsa-guidance, implicit rejection).
 */
import { allocateSecret } from './secret-bytes.js';

/** All ones when a = b, else zero; for 0 ≤ a, b < 2^31. */
const maskEqual = (a: number, b: number): number => ((a ^ b) - 1) >> 31;

/** The shortest allowed PS is 8 bytes, so the zero that ends it stands at 10 or later. */
const earliestSeparator = 10;

/**
 * The message when the padding is right and the message has exactly the length of `fallback`; else the fallback's bytes.
 * @param encoded as long as the modulus
 * @returns new bytes, which the caller wipes
 */
export function unpadOrFallback(encoded: Uint8Array, fallback: Uint8Array): Buffer {
  const separator = encoded.length - fallback.length - 1;
  const message = allocateSecret(fallback.length);
  if (separator < earliestSeparator) {
    message.set(fallback);
    return message;
  }
  let good = maskEqual(encoded[0] ?? 0, 0) & maskEqual(encoded[1] ?? 0, 2) & maskEqual(encoded[separator] ?? 0, 0);
  for (let i = 2; i < separator; i++) good &= ~maskEqual(encoded[i] ?? 0, 0);
  for (let i = 0; i < message.length; i++) {
    const decrypted = encoded[separator + 1 + i] ?? 0;
    message[i] = (decrypted & good) | ((fallback[i] ?? 0) & ~good);
  }
  return message;
}

/**
 * The message of any length, or null when the padding is wrong. Whether it was is told, so this is only for Coretex's wire
 * form, which a person opens by hand, one file at a time: never for anything that a stranger can make us open.
 */
export function unpadOrNull(encoded: Uint8Array): Buffer | null {
  let separator = 0;
  for (let i = 2; i < encoded.length; i++) {
    const first = maskEqual(encoded[i] ?? 0, 0) & maskEqual(separator, 0);
    separator |= i & first;
  }
  const good = maskEqual(encoded[0] ?? 0, 0) & maskEqual(encoded[1] ?? 0, 2) & ~((separator - earliestSeparator) >> 31);
  if (good === 0) return null;
  const message = allocateSecret(encoded.length - separator - 1);
  message.set(encoded.subarray(separator + 1));
  return message;
}
