import { VaultError } from '../../app/errors.js';
import type { KeySize } from '../../app/model/account.js';
import {
  coretexSecretTypes,
  openCoretexSecret,
  sealCoretexSecret,
  type CoretexSecretType,
  type CoretexWire,
} from '../crypto/coretex-suite.js';
import { SecretBytes } from '../crypto/secret-bytes.js';
import { deriveMasterKey } from '../engine/derive-master-key.js';
import type { KeyWork } from './vault.js';

export { decryptCoretexFile, encryptCoretexFile } from '../engine/coretex-files.js';

const projectKeyBytes = 32;

/** A project key as Coretex hands it out: base64 text of 32 bytes, white space around it ignored. Throws `invalid-input`. */
export function parseProjectKey(text: Uint8Array): SecretBytes {
  const base64 = Buffer.from(text).toString('latin1').trim();
  if (!/^[A-Za-z0-9+/]{43}=$/.test(base64)) {
    throw new VaultError('invalid-input', `A project key is ${projectKeyBytes} bytes in base64: 44 characters.`);
  }
  return SecretBytes.take(Buffer.from(base64, 'base64'));
}

/** Seals a secret for whoever holds the private half of `publicKey` (PEM, or base64 of PEM as nodes register with). */
export function sealForCoretex(
  publicKey: string,
  secret: Readonly<{ type: string; name: string; fields: Readonly<Record<string, string>> }>,
): CoretexWire {
  const pem = publicKey.includes('-----BEGIN') ? publicKey : Buffer.from(publicKey, 'base64').toString('latin1');
  return sealCoretexSecret(pem, coretexType(secret.type), secret.name, secret.fields);
}

function coretexType(text: string): CoretexSecretType {
  const type = coretexSecretTypes.find((known) => known === text);
  if (type !== undefined) return type;
  throw new VaultError(
    'invalid-input',
    `Coretex knows the secret types ${coretexSecretTypes.join(', ')}, not ${text}.`,
  );
}

/**
 * Opens the JSON of a secret in Coretex's form with the key that a passphrase gives.
 * Throws `damaged` for other text, and for what was not sealed for this key. The caller disposes the passphrase.
 */
export async function openFromCoretex(
  json: string,
  { passphrase, bits }: Readonly<{ passphrase: SecretBytes; bits: KeySize }>,
  work: KeyWork = {},
): Promise<Readonly<Record<string, string>>> {
  const wire = parseWire(json);
  using masterKey = await deriveMasterKey(passphrase, { suite: 'coretex', bits }, work);
  return openCoretexSecret(masterKey, wire).fields;
}

/** A name is optional in what people hand around by hand. */
function parseWire(json: string): object {
  try {
    const wire: unknown = JSON.parse(json);
    if (typeof wire === 'object' && wire !== null) return { name: '', ...wire };
  } catch {
    // The parser's own words would quote the text.
  }
  throw new VaultError('damaged', 'This is not the JSON of a secret.');
}
