/**
 * Frames of the encrypted local index (a log in the profile that is only appended to):
 *
 *   u32 length of what follows the check ‖ check (8) ‖ IV (16) ‖ AES-256-CBC-PKCS#7 ‖ HMAC-SHA256 (32)
 *
 * check = the first 8 bytes of HMAC(`…/index-length` ‖ u64 sequence ‖ u32 length), so that a changed length is told from a
 * frame that a crash cut short; the last HMAC covers `…/index-frame` ‖ u64 sequence ‖ IV ‖ ciphertext.
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { damaged } from './record-format.js';
import type { SecretBytes } from './secret-bytes.js';

export const indexKeyBytes = 64;

const lengthLabel = Buffer.from('coretex-vault/v1/index-length\0');
const frameLabel = Buffer.from('coretex-vault/v1/index-frame\0');
const headBytes = 12;
const ivBytes = 16;
const macBytes = 32;
const leastBodyBytes = ivBytes + 16 + macBytes;

const encryptionKey = (key: SecretBytes): Buffer => key.bytes.subarray(0, 32);
const macKey = (key: SecretBytes): Buffer => key.bytes.subarray(32, indexKeyBytes);

const u64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
};

function head(key: SecretBytes, sequence: number, bodyBytes: number): Buffer {
  const bytes = Buffer.alloc(headBytes);
  bytes.writeUInt32BE(bodyBytes);
  const check = createHmac('sha256', macKey(key))
    .update(lengthLabel)
    .update(u64(sequence))
    .update(bytes.subarray(0, 4));
  bytes.set(check.digest().subarray(0, 8), 4);
  return bytes;
}

const macOf = (key: SecretBytes, sequence: number, sealed: Uint8Array): Buffer =>
  createHmac('sha256', macKey(key)).update(frameLabel).update(u64(sequence)).update(sealed).digest();

/**
 * One frame. @param key 64 bytes, encryption ‖ authentication, for one index
 * @param sequence the frame's place in the file, counted from 0; a frame elsewhere does not open
 */
export function encodeFrame(key: SecretBytes, sequence: number, plaintext: Uint8Array): Uint8Array {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-cbc', encryptionKey(key), iv);
  const sealed = Buffer.concat([iv, cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([head(key, sequence, sealed.length + macBytes), sealed, macOf(key, sequence, sealed)]);
}

/**
 * Opens every whole frame of `bytes`; the first has the sequence `first`. `torn` tells that the last frame was cut short, as a
 * crash does; `intactBytes` is where it began. Throws `damaged` for anything changed, forged, dropped or out of its place.
 */
export function decodeFrames(
  key: SecretBytes,
  bytes: Uint8Array,
  first = 0,
): { frames: Uint8Array[]; intactBytes: number; torn: boolean } {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const frames: Uint8Array[] = [];
  let position = 0;
  while (position < whole.length) {
    const sequence = first + frames.length;
    const bodyBytes = readHead(key, sequence, whole.subarray(position, position + headBytes));
    const end = position + headBytes + (bodyBytes ?? 0);
    if (bodyBytes === null || end > whole.length) return { frames, intactBytes: position, torn: true };
    frames.push(openBody(key, sequence, whole.subarray(position + headBytes, end)));
    position = end;
  }
  return { frames, intactBytes: position, torn: false };
}

/** How many bytes follow; null when the head itself is cut short. */
function readHead(key: SecretBytes, sequence: number, found: Buffer): number | null {
  if (found.length < headBytes) return null;
  const bodyBytes = found.readUInt32BE();
  if (!timingSafeEqual(head(key, sequence, bodyBytes), found) || bodyBytes < leastBodyBytes) throw damaged();
  return bodyBytes;
}

function openBody(key: SecretBytes, sequence: number, body: Buffer): Uint8Array {
  const sealed = body.subarray(0, body.length - macBytes);
  // SECURITY (promise 1): nothing is decrypted before it is authenticated, with its place.
  if (!timingSafeEqual(macOf(key, sequence, sealed), body.subarray(body.length - macBytes))) throw damaged();
  const decipher = createDecipheriv('aes-256-cbc', encryptionKey(key), sealed.subarray(0, ivBytes));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(ivBytes)), decipher.final()]);
  } catch {
    throw damaged(); // only a holder of the key can write what is authentic and still no ciphertext
  }
}
