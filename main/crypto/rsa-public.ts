/** Public halves of keys in their standard spellings, and what anybody can do with them: wrap a key, verify a challenge. */
import { constants, createHash, createPublicKey, publicEncrypt, verify, type KeyObject } from 'node:crypto';
import { VaultError } from '../../app/errors.js';
import type { Reader, RsaPublicJwk, SigningPublicJwk } from './keys.js';

/** How a content key is wrapped for a reader: JWE `alg` names of RFC 7518. */
export type WrapAlg = 'RSA-OAEP-256' | 'RSA1_5';

/** Smaller moduli are not accepted from anyone, larger ones would only stall the computer. */
const modulusBits = { least: 2048, most: 16_384 } as const;

export const wrapAlgOf = (suite: Reader['suite']): WrapAlg => (suite === 'vault' ? 'RSA-OAEP-256' : 'RSA1_5');

/**
 * Wraps a content key for a reader: RSAES-OAEP with SHA-256 in the vault suite, RSAES-PKCS1-v1_5 in the coretex suite
 * (RFC 8017 section 7). Throws `damaged` when the reader's key is none, `invalid-input` when `key` is too long for it.
 */
export function wrapKey(reader: Reader, key: Uint8Array): { alg: WrapAlg; encryptedKey: Uint8Array } {
  const alg = wrapAlgOf(reader.suite);
  return { alg, encryptedKey: encryptTo(rsaPublicKey(reader.wrap), alg, key) };
}

/** The longest message that one RSA operation of this key takes, in bytes. */
export const longestMessageBytes = (modulusBytes: number, alg: WrapAlg): number =>
  modulusBytes - (alg === 'RSA1_5' ? 11 : 66);

export function encryptTo(key: KeyObject, alg: WrapAlg, message: Uint8Array): Buffer {
  const longest = longestMessageBytes(modulusLengthBytes(key), alg);
  if (message.length > longest)
    throw new VaultError('invalid-input', `That is too long for this key: it takes at most ${longest} bytes.`, {
      details: { longestBytes: longest, foundBytes: message.length },
    });
  return alg === 'RSA1_5'
    ? publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, message)
    : publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }, message);
}

/** Verifies RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 section 8.2). False for anything that is not a right signature. */
export function verifyRsaSignature(publicKey: RsaPublicJwk, data: Uint8Array, signature: Uint8Array): boolean {
  const key = rsaPublicKey(publicKey);
  return signature.length === modulusLengthBytes(key) && verify('sha256', data, key, signature);
}

/** The key object of a JWK. Throws `damaged` when it is not an RSA key of an allowed size. */
export function rsaPublicKey({ n, e }: RsaPublicJwk): KeyObject {
  try {
    return checked(createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' }));
  } catch (cause) {
    throw new VaultError('damaged', 'That is not a public RSA key that the vault can use.', { cause });
  }
}

/**
 * Reads a public RSA key in PEM, PKCS#1 (Coretex's form) or SubjectPublicKeyInfo. Throws `invalid-input`, also for a private
 * key: whoever hands one around should hear of it.
 */
export function rsaPublicFromPem(pem: string): RsaPublicJwk {
  if (pem.includes('PRIVATE KEY'))
    throw new VaultError('invalid-input', 'That is a private key. Only the public half belongs here.');
  try {
    return rsaJwkOf(checked(createPublicKey(pem)));
  } catch (cause) {
    throw new VaultError('invalid-input', 'That is not a public RSA key in PEM form.', { cause });
  }
}

/** PKCS#1 in PEM (RFC 8017 A.1.1), with a final newline: the form in which Coretex publishes keys. */
export const publicKeyPem = (publicKey: RsaPublicJwk): string =>
  rsaPublicKey(publicKey).export({ format: 'pem', type: 'pkcs1' }).toString();

/** The JWK of a public or private RSA key object: public members only. */
export function rsaJwkOf(key: KeyObject): RsaPublicJwk {
  const { n = '', e = '' } = publicHalf(key).export({ format: 'jwk' });
  return withKid({ kty: 'RSA', n, e });
}

/** The JWK of a public or private Ed25519 key object: public members only (RFC 8037). */
export function ed25519JwkOf(key: KeyObject): SigningPublicJwk {
  const { x = '' } = publicHalf(key).export({ format: 'jwk' });
  return withKid({ kty: 'OKP', crv: 'Ed25519', x });
}

const publicHalf = (key: KeyObject): KeyObject => (key.type === 'private' ? createPublicKey(key) : key);

type PublicMembers = Omit<RsaPublicJwk, 'kid'> | Readonly<{ kty: 'OKP'; crv: 'Ed25519'; x: string }>;

const withKid = <K extends PublicMembers>(members: K): K & Readonly<{ kid: string }> => ({
  ...members,
  kid: jwkThumbprint(members),
});

/** RFC 7638 with SHA-256, in base64url: over the required members alone, in alphabetical order. */
export function jwkThumbprint(jwk: PublicMembers): string {
  const required = jwk.kty === 'RSA' ? { e: jwk.e, kty: jwk.kty, n: jwk.n } : { crv: jwk.crv, kty: jwk.kty, x: jwk.x };
  return createHash('sha256').update(JSON.stringify(required)).digest('base64url');
}

export const modulusLengthBytes = (key: KeyObject): number =>
  Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8);

function checked(key: KeyObject): KeyObject {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (key.asymmetricKeyType !== 'rsa' || bits < modulusBits.least || bits > modulusBits.most)
    throw new VaultError('damaged', 'That is not an RSA key of an allowed size.');
  return key;
}
