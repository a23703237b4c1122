import { createHmac } from 'node:crypto';
import { VaultError } from '../../app/errors.js';
import { allocateSecret, SecretBytes } from './secret-bytes.js';

const hashBytes = 32;

/**
 * HKDF-SHA256 (RFC 5869), extract and expand, up to 8160 bytes (more is `invalid-input`). Written out over HMAC, because `hkdfSync` keeps a copy of the
 * key until the garbage collector comes by. SECURITY (promise 9): every intermediate value is wiped before it returns.
 *
 * @param key neither kept nor changed
 * @param salt empty stands for 32 zero bytes, as in the RFC
 * @param info ASCII or bytes; says what the result is for
 */
export function hkdfSha256(
  key: Uint8Array,
  salt: Uint8Array,
  info: string | Uint8Array,
  byteLength: number,
): SecretBytes {
  const extracted = hmac(salt, key);
  const blocks = Math.ceil(byteLength / hashBytes);
  if (blocks > 255) throw new VaultError('invalid-input', 'HKDF-SHA256 gives at most 8160 bytes.');
  const stream = allocateSecret(blocks * hashBytes);
  const label = typeof info === 'string' ? Buffer.from(info, 'ascii') : info;
  for (let block = 0; block < blocks; block += 1) {
    const before = stream.subarray(Math.max(0, (block - 1) * hashBytes), block * hashBytes);
    const next = hmac(extracted, before, label, Uint8Array.of(block + 1));
    stream.set(next, block * hashBytes);
    next.fill(0);
  }
  extracted.fill(0);
  const result = SecretBytes.take(stream.subarray(0, byteLength));
  stream.fill(0);
  return result;
}

function hmac(key: Uint8Array, ...parts: Uint8Array[]): Buffer {
  const mac = createHmac('sha256', key);
  for (const part of parts) mac.update(part);
  return mac.digest();
}
