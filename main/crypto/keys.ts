import type { KeySize, Suite } from '../../app/model/account.js';

/** Public keys as JWK (RFC 7517) with their RFC 7638 thumbprint as `kid`; integers and points are base64url. */
export type RsaPublicJwk = Readonly<{ kty: 'RSA'; n: string; e: string; kid: string }>;
export type Ed25519PublicJwk = Readonly<{ kty: 'OKP'; crv: 'Ed25519'; x: string; kid: string }>;
export type SigningPublicJwk = Ed25519PublicJwk | RsaPublicJwk;

/** The public half of a master key: `wrap` receives sealed keys, `sign` verifies records (the same RSA key in the coretex suite). */
export type PublicKeys = Readonly<{ wrap: RsaPublicJwk; sign: SigningPublicJwk }>;

/** A reader of a sealed record: the suite says how content keys are wrapped (RSA-OAEP-256 or RSA1_5). */
export type Reader = Readonly<{ suite: Suite; wrap: RsaPublicJwk }>;

/** Argon2id parameters (RFC 9106) as they stand on an account card; `salt` is 16 bytes in base64url. */
export type KdfParameters = Readonly<{
  alg: 'argon2id';
  memoryKib: number;
  iterations: number;
  parallelism: 1;
  salt: string;
}>;

/** What a master key is derived with, apart from the passphrase. */
export type MasterKeyParameters =
  Readonly<{ suite: 'vault'; bits: KeySize; kdf: KdfParameters }> | Readonly<{ suite: 'coretex'; bits: KeySize }>;
