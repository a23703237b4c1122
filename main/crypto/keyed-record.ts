/** Records sealed with a key that is agreed on: JWE compact with `dir` (RFC 7516, RFC 7518 section 4.5), docs/protocol.md section 4. */
import { z } from 'zod';
import { VaultError } from '../../app/errors.js';
import {
  contentEncryption,
  contentKeyBytes,
  decryptContent,
  encryptContent,
  encryptedContent,
} from './content-encryption.js';
import { hkdfSha256 } from './hkdf.js';
import { damaged, maxPlaintextBytes, maxStoredBytes, parseHeader, parseShape } from './record-format.js';
import { sealedType } from './sealed-record.js';
import type { SecretBytes } from './secret-bytes.js';

const epochNumber = z.number().int().positive();
const headerShape = z.strictObject({
  alg: z.literal('dir'),
  enc: z.literal(contentEncryption),
  typ: z.literal(sealedType),
  epoch: epochNumber,
});

/**
 * Seals `plaintext` (at most 12 MiB) with a 64-byte key of this epoch, which stays the caller's.
 * Throws `invalid-input` for a key or an amount that does not fit.
 */
export async function sealWithKey(plaintext: Uint8Array, key: SecretBytes, epoch: number): Promise<string> {
  if (key.byteLength !== contentKeyBytes || !epochNumber.safeParse(epoch).success) {
    throw new VaultError('invalid-input', 'A record key has 64 bytes and an epoch.');
  }
  if (plaintext.length > maxPlaintextBytes) throw new VaultError('invalid-input', 'That is too large for one record.');
  const header = { alg: 'dir', enc: contentEncryption, typ: sealedType, epoch } as const;
  const { protected: encoded, iv, ciphertext, tag } = await encryptContent(header, plaintext, key);
  return `${encoded}..${iv}.${ciphertext}.${tag}`;
}

/**
 * Opens a record with the key that `keyOf` gives for its epoch; the key stays the callee's, the caller wipes the plaintext.
 * Throws `damaged`, `unsupported-version`, and what `keyOf` throws (`not-a-reader` for an epoch without us).
 */
export async function openWithKey(
  jwe: string,
  keyOf: (epoch: number) => SecretBytes | Promise<SecretBytes>,
): Promise<Uint8Array> {
  if (jwe.length > maxStoredBytes) throw damaged();
  const [encoded, encryptedKey, iv, ciphertext, tag, ...rest] = jwe.split('.');
  const { epoch } = parseShape(headerShape, parseHeader(encoded, sealedType));
  if (encryptedKey !== '' || rest.length > 0) throw damaged();
  const content = parseShape(encryptedContent, { protected: encoded, iv, ciphertext, tag });
  return decryptContent(content, await keyOf(epoch), true);
}

/** What a project's records are sealed for: docs/protocol.md section 5. */
export type RecordPurpose = 'file-record' | 'project-name' | 'upload-journal' | 'earlier-key' | 'receipt';

/**
 * The 64-byte key of one kind of a project's records; the caller disposes it.
 * @param projectKey 32 bytes, of one epoch; @param projectId 32 hex digits
 */
export const deriveRecordKey = (projectKey: SecretBytes, projectId: string, purpose: RecordPurpose): SecretBytes =>
  derive(projectKey, projectId, purpose, contentKeyBytes);

/**
 * What a project's log says about an epoch's key without telling it: 32 bytes in base64url. A key that a member is handed is
 * the right one exactly when this comes out. SECURITY (promise 3): finding another key with the same commitment means breaking SHA-256.
 */
export function keyCommitment(projectKey: SecretBytes, projectId: string): string {
  using committed = derive(projectKey, projectId, 'key-commitment', 32);
  return committed.bytes.toString('base64url');
}

function derive(
  projectKey: SecretBytes,
  projectId: string,
  purpose: RecordPurpose | 'key-commitment',
  byteLength: number,
): SecretBytes {
  if (projectKey.byteLength !== 32 || !/^[0-9a-f]{32}$/.test(projectId)) {
    throw new VaultError('invalid-input', 'A project has a key of 32 bytes and an id of 32 hex digits.');
  }
  return hkdfSha256(projectKey.bytes, Buffer.from(projectId, 'hex'), `coretex-vault/v1/${purpose}`, byteLength);
}
