/** What Coretex's own programs read and write: secrets on its wire and keys in a node's environment. docs/protocol.md section 4. */
import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import type { SecretType } from '../../app/model/secret.js';
import { VaultError } from '../../app/errors.js';
import { privateKeyPem, type MasterKey } from './master-key.js';
import { encryptTo, publicKeyPem, rsaPublicFromPem, rsaPublicKey } from './rsa-public.js';
import type { RsaPublicJwk } from './keys.js';
import type { SecretBytes } from './secret-bytes.js';

/** The types that Coretex knows, with their number and the fields that it sends; all of them are required. */
const wireTypes = {
  aws: { number: 1, fields: ['key', 'secret'] },
  git: { number: 2, fields: ['token'] },
  credentials: { number: 3, fields: ['username', 'password'] },
  project: { number: 4, fields: ['encryptionKey'] },
} as const satisfies Partial<Record<SecretType, { number: number; fields: readonly string[] }>>;

export type CoretexSecretType = keyof typeof wireTypes;
export const coretexSecretTypes = Object.keys(wireTypes) as CoretexSecretType[];

/** `{type_, name, …fields}`, each field RSAES-PKCS1-v1_5 in base64. */
export type CoretexWire = Readonly<Record<string, string | number>>;

export type CoretexSecret = Readonly<{
  type: CoretexSecretType;
  name: string;
  fields: Readonly<Record<string, string>>;
}>;

/**
 * Seals a secret for one reader in the reference's form.
 * @param publicPem PKCS#1 or SubjectPublicKeyInfo
 * Throws `invalid-input` for a field that is missing, unknown or longer than one RSA block takes, and for a key that is none.
 */
export function sealCoretexSecret(
  publicPem: string,
  type: CoretexSecretType,
  name: string,
  fields: Readonly<Record<string, string>>,
): CoretexWire {
  const { number, fields: names } = wireTypes[type];
  const unknown = Object.keys(fields).filter((field) => !(names as readonly string[]).includes(field));
  if (unknown.length > 0)
    throw new VaultError('invalid-input', `Coretex's form of this type has only: ${names.join(', ')}.`);
  const key = rsaPublicKey(rsaPublicFromPem(publicPem));
  const sealed = names.map((field) => {
    const value = fields[field];
    if (value === undefined) throw new VaultError('invalid-input', `The field “${field}” is missing.`);
    return [field, sealField(key, field, value)] as const;
  });
  return { type_: number, name, ...Object.fromEntries(sealed) };
}

function sealField(key: Parameters<typeof encryptTo>[0], field: string, value: string): string {
  const bytes = Buffer.from(value);
  try {
    return encryptTo(key, 'RSA1_5', bytes).toString('base64');
  } catch (cause) {
    if (!(cause instanceof VaultError)) throw cause;
    throw new VaultError(cause.code, `The field “${field}” is too long. ${cause.message}`, {
      details: cause.details,
      cause,
    });
  } finally {
    bytes.fill(0);
  }
}

const wireSchema = z.looseObject({ type_: z.number(), name: z.string() });

/**
 * Opens a secret in the reference's form with a key of the coretex suite. Members that its type does not have are left alone, as
 * the reference leaves them. Throws `damaged` for what is not such a secret or not sealed for this key.
 */
export function openCoretexSecret(masterKey: MasterKey, wire: unknown): CoretexSecret {
  const parsed = wireSchema.safeParse(wire);
  const type = coretexSecretTypes.find((candidate) => wireTypes[candidate].number === parsed.data?.type_);
  if (!parsed.success || type === undefined) throw new VaultError('damaged', 'This is not a secret in Coretex’s form.');
  const fields = wireTypes[type].fields.map(
    (field) => [field, openField(masterKey, field, parsed.data[field])] as const,
  );
  return { type, name: parsed.data.name, fields: Object.fromEntries(fields) };
}

function openField(masterKey: MasterKey, field: string, sealed: unknown): string {
  if (typeof sealed !== 'string' || !/^[A-Za-z0-9+/]+={0,2}$/.test(sealed))
    throw new VaultError('damaged', `The field “${field}” is missing or not base64.`);
  const value = masterKey.openWireField(Buffer.from(sealed, 'base64'));
  try {
    if (!isUtf8(value.bytes)) throw new VaultError('damaged', `The field “${field}” is not text.`);
    return value.bytes.toString('utf8');
  } finally {
    value.dispose();
  }
}

const base64Text = (text: string): string => Buffer.from(text).toString('base64');

/**
 * What a node finds in its environment: `CTX_PRIVATE_KEY`, base64 of the PKCS#8 PEM. A string, as environments hold nothing else.
 * @param wrap the PKCS#8 DER that `MasterKey.exportPrivate` gives
 */
export const nodePrivateKey = (wrap: SecretBytes): string => base64Text(privateKeyPem(wrap));

/** `CTX_PROJECT_KEY_<project id>`: the 32-byte project key in base64. */
export const nodeProjectKey = (projectKey: SecretBytes): string => projectKey.bytes.toString('base64');

/** With what a node registers: base64 of its PKCS#1 PEM. */
export const registrationPublicKey = (publicKey: RsaPublicJwk): string => base64Text(publicKeyPem(publicKey));
