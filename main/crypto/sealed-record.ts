/** Records sealed to readers: JWE in the general JSON serialization (RFC 7516 section 7.2.1), docs/protocol.md section 4. */
import { z } from 'zod';
import { VaultError } from '../../app/errors.js';
import {
  contentEncryption,
  contentKeyBytes,
  decryptContent,
  encryptContent,
  encryptedContent,
} from './content-encryption.js';
import type { Reader } from './keys.js';
import { wrapKey, type MasterKey } from './master-key.js';
import {
  base64url,
  damaged,
  maxPlaintextBytes,
  maxStoredBytes,
  parseHeader,
  parseJson,
  parseShape,
  thumbprint,
} from './record-format.js';
import { SecretBytes } from './secret-bytes.js';

export const sealedType = 'coretex-vault/v1/sealed';

const sharedHeader = { enc: contentEncryption, typ: sealedType } as const;
const sharedHeaderShape = z.strictObject({ enc: z.literal(contentEncryption), typ: z.literal(sealedType) });

const sealedShape = z.strictObject({
  ...encryptedContent.shape,
  recipients: z
    .array(
      z.strictObject({
        header: z.strictObject({ alg: z.enum(['RSA-OAEP-256', 'RSA1_5']), kid: thumbprint }),
        encrypted_key: base64url,
      }),
    )
    .min(1),
});
type Sealed = z.infer<typeof sealedShape>;

/** The half of a master key that opens records. */
export type RecordOpener = Pick<MasterKey, 'publicKeys' | 'unwrap'>;

/**
 * Seals `plaintext` (at most 12 MiB) to each reader once, under a fresh content key; gives the bytes to store.
 * Throws `invalid-input` without readers or for too much plaintext, `damaged` for a reader's key that is none.
 * The content key reaches the recipients through `wrapKey` and not through `jose`, which has no RSA1_5.
 */
export async function sealForReaders(plaintext: Uint8Array, readers: readonly Reader[]): Promise<Uint8Array> {
  const distinct = new Map(readers.map((reader) => [reader.wrap.kid, reader]));
  if (distinct.size === 0) throw new VaultError('invalid-input', 'A record needs at least one reader.');
  if (plaintext.length > maxPlaintextBytes) throw new VaultError('invalid-input', 'That is too large for one record.');
  const key = SecretBytes.random(contentKeyBytes);
  try {
    const { protected: header, ...content } = await encryptContent(sharedHeader, plaintext, key);
    const recipients = Array.from(distinct, ([kid, reader]) => recipient(reader, kid, key));
    return Buffer.from(JSON.stringify({ protected: header, recipients, ...content }), 'latin1');
  } finally {
    key.dispose();
  }
}

function recipient(reader: Reader, kid: string, key: SecretBytes): Sealed['recipients'][number] {
  const { alg, encryptedKey } = wrapKey(reader, key.bytes);
  return { header: { alg, kid }, encrypted_key: Buffer.from(encryptedKey).toString('base64url') };
}

/**
 * Opens a stored record with our key; the caller wipes the plaintext.
 * Throws `not-a-reader` when it is not sealed to this key, `unsupported-version`, and `damaged` for everything else, a
 * content key that was wrapped wrongly included. SECURITY (promise 7): which check failed is not told.
 */
export async function openSealed(stored: Uint8Array, masterKey: RecordOpener): Promise<Uint8Array> {
  const sealed = parseSealed(stored);
  const ours = sealed.recipients.find(({ header }) => header.kid === masterKey.publicKeys.wrap.kid);
  if (ours === undefined) throw new VaultError('not-a-reader');
  const key = masterKey.unwrap(ours.header.alg, Buffer.from(ours.encrypted_key, 'base64url'), contentKeyBytes);
  try {
    return await decryptContent(sealed, key, false);
  } finally {
    key.dispose();
  }
}

/** Thumbprints of the keys that a stored record is sealed to, as it claims. Throws `damaged`, `unsupported-version`. */
export const sealedReaders = (stored: Uint8Array): string[] =>
  parseSealed(stored).recipients.map(({ header }) => header.kid);

function parseSealed(stored: Uint8Array): Sealed {
  if (stored.length > maxStoredBytes) throw damaged();
  const json = parseJson(stored);
  const header = parseHeader(parseShape(z.looseObject({ protected: z.string() }), json).protected, sealedType);
  parseShape(sharedHeaderShape, header);
  const sealed = parseShape(sealedShape, json);
  if (new Set(sealed.recipients.map((each) => each.header.kid)).size !== sealed.recipients.length) throw damaged();
  return sealed;
}
