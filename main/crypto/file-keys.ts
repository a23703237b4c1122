import { createHmac } from 'node:crypto';
import { VaultError } from '../../app/errors.js';
import { parseId } from './file-container.js';
import { SecretBytes } from './secret-bytes.js';

export const projectKeyBytes = 32;

const info = Buffer.from('coretex-vault/v1/file', 'ascii');

/** The two keys of one blob. Whoever derives them disposes them. */
export class FileKeys implements Disposable {
  readonly #bytes: SecretBytes;

  constructor(bytes: SecretBytes) {
    this.#bytes = bytes;
  }

  /** 32 bytes, AES-256-CBC */
  get encryption(): Uint8Array {
    return this.#bytes.bytes.subarray(0, 32);
  }

  /** 32 bytes, HMAC-SHA256 */
  get authentication(): Uint8Array {
    return this.#bytes.bytes.subarray(32, 64);
  }

  dispose(): void {
    this.#bytes.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/**
 * HKDF-SHA256 (RFC 5869) of a project's key with the blob's id as salt, 64 bytes (docs/protocol.md section 5).
 * Written out over HMAC, because `hkdfSync` keeps its own copy of the key until the garbage collector comes by:
 * SECURITY (promise 9): every intermediate value here is wiped before returning.
 *
 * @param projectKey 32 bytes; neither kept nor changed
 * @param blobId 32 lowercase hex digits
 */
export function deriveFileKeys(projectKey: Uint8Array, blobId: string): FileKeys {
  if (projectKey.length !== projectKeyBytes) throw new VaultError('invalid-input', 'A project key has 32 bytes.');
  const extracted = hmac(parseId(blobId), projectKey);
  const first = hmac(extracted, info, Uint8Array.of(1));
  const second = hmac(extracted, first, info, Uint8Array.of(2));
  const both = Buffer.concat([first, second]);
  for (const bytes of [extracted, first, second]) bytes.fill(0);
  return new FileKeys(SecretBytes.take(both));
}

function hmac(key: Uint8Array, ...parts: Uint8Array[]): Buffer {
  const mac = createHmac('sha256', key);
  for (const part of parts) mac.update(part);
  return mac.digest();
}
