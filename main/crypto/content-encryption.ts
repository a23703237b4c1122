import { FlattenedEncrypt, flattenedDecrypt } from 'jose';
import { z } from 'zod';
import { base64url, orDamaged } from './record-format.js';
import type { SecretBytes } from './secret-bytes.js';

/** RFC 7518 section 5.2.5: AES-256-CBC with HMAC-SHA-512; its key has 64 bytes. */
export const contentEncryption = 'A256CBC-HS512';
export const contentKeyBytes = 64;

/** The four base64url members of a JWE (RFC 7516) that carry header and content. */
export const encryptedContent = z.object({
  protected: base64url,
  iv: base64url.length(22),
  ciphertext: base64url.min(22),
  tag: base64url.length(43),
});
export type EncryptedContent = z.infer<typeof encryptedContent>;

/** A header without `alg` belongs to a JWE whose recipients say it; to jose the key is then agreed on directly. */
const direct = { alg: 'dir' } as const;
type ProtectedHeader = Readonly<{ alg?: 'dir'; enc: typeof contentEncryption; typ: string; epoch?: number }>;

/** Encrypts and authenticates `plaintext`, and the header with it. */
export async function encryptContent(
  header: ProtectedHeader,
  plaintext: Uint8Array,
  key: SecretBytes,
): Promise<EncryptedContent> {
  const jwe = new FlattenedEncrypt(plaintext).setProtectedHeader(header);
  if (header.alg === undefined) jwe.setUnprotectedHeader(direct);
  const { protected: encoded = '', iv = '', ciphertext, tag = '' } = await jwe.encrypt(key.bytes);
  return { protected: encoded, iv, ciphertext, tag };
}

/** Opposite of `encryptContent`; `direct` tells whether the protected header has its own `alg`. Throws `damaged`. */
export function decryptContent(content: EncryptedContent, key: SecretBytes, ownAlg: boolean): Promise<Uint8Array> {
  return orDamaged(async () => {
    const { protected: encoded, iv, ciphertext, tag } = content;
    const jwe = { protected: encoded, iv, ciphertext, tag, ...(ownAlg ? {} : { header: direct }) };
    const { plaintext } = await flattenedDecrypt(jwe, key.bytes, {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: [contentEncryption],
    });
    return plaintext;
  });
}
