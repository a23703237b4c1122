import { VaultError } from '../../app/errors.js';
import { parseId } from './file-container.js';
import { hkdfSha256 } from './hkdf.js';
import type { SecretBytes } from './secret-bytes.js';

export const projectKeyBytes = 32;

const info = 'coretex-vault/v1/file';

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
 *
 * @param projectKey 32 bytes; neither kept nor changed
 * @param blobId 32 lowercase hex digits
 */
export function deriveFileKeys(projectKey: Uint8Array, blobId: string): FileKeys {
  if (projectKey.length !== projectKeyBytes) throw new VaultError('invalid-input', 'A project key has 32 bytes.');
  return new FileKeys(hkdfSha256(projectKey, parseId(blobId), info, 64));
}
