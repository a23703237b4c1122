import { VaultError } from '../../app/errors.js';
import type { MasterKeyParameters, PublicKeys } from '../crypto/keys.js';
import { publicKeyPem } from '../crypto/master-key.js';
import type { SecretBytes } from '../crypto/secret-bytes.js';
import { deriveMasterKey } from '../engine/derive-master-key.js';
import type { KeyWork } from './vault.js';

/** The public half of a master key in its three spellings; the fingerprint is the RFC 7638 thumbprint of the RSA key. */
export type DerivedPublicKey = Readonly<{ keys: PublicKeys; pem: string; fingerprint: string }>;

/**
 * What public key a passphrase gives, without any vault: for comparing with another program, or before joining one.
 * The private half is gone when this resolves. Throws `weak-parameters`, `invalid-input`, `cancelled`. The caller disposes the passphrase.
 */
export async function derivePublicKey(
  passphrase: SecretBytes,
  parameters: MasterKeyParameters,
  work: KeyWork = {},
): Promise<DerivedPublicKey> {
  using masterKey = await deriveMasterKey(passphrase, parameters, work);
  const keys = masterKey.publicKeys;
  return { keys, pem: publicKeyPem(keys.wrap), fingerprint: keys.wrap.kid };
}

/** A salt as people type it, in hex, in the form that account cards have. Throws `invalid-input` unless it is 16 bytes. */
export function saltFromHex(hex: string): string {
  if (!/^[0-9a-fA-F]{32}$/.test(hex))
    throw new VaultError('invalid-input', 'A salt is 16 bytes: 32 hexadecimal digits.');
  return Buffer.from(hex, 'hex').toString('base64url');
}
