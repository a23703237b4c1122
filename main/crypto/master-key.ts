import { constants, createHmac, createPrivateKey, privateDecrypt, sign, webcrypto, type KeyObject } from 'node:crypto';
import { inspect } from 'node:util';
import type { KeySize, Suite } from '../../app/model/account.js';
import { VaultError } from '../../app/errors.js';
import { forgetGarbage, overwriteFreedMemory } from './forget.js';
import type { PublicKeys, Reader } from './keys.js';
import { unpadOrFallback, unpadOrNull } from './pkcs1-unpadding.js';
import { ed25519JwkOf, modulusLengthBytes, rsaJwkOf, wrapAlgOf, type WrapAlg } from './rsa-public.js';
import { allocateSecret, SecretBytes } from './secret-bytes.js';

export { jwkThumbprint, publicKeyPem, rsaPublicFromPem, wrapKey, type WrapAlg } from './rsa-public.js';

/** Both private keys of an account as PKCS#8 DER; in the coretex suite `sign` is the same key as `wrap`. */
export type MasterKeyParts = Readonly<{ suite: Suite; bits: KeySize; wrap: SecretBytes; sign: SecretBytes }>;

type Keys = Readonly<{ wrap: KeyObject; signing: webcrypto.CryptoKey }>;

/**
 * The private half of an account, as long as the vault is unlocked. Every method but the public facts throws `locked` after
 * `dispose`. Works alike on OpenSSL and BoringSSL, whose PKCS#1 v1.5 decryptions differ: that one is raw RSA and our own unpadding.
 */
export class MasterKey implements Disposable {
  readonly suite: Suite;
  readonly bits: KeySize;
  readonly publicKeys: PublicKeys;
  readonly signingAlg: 'EdDSA' | 'RS256';
  #keys: Keys | undefined;
  readonly #parts: MasterKeyParts;
  readonly #rejectionKey: SecretBytes;

  /** Owns the parts from here on. */
  private constructor(parts: MasterKeyParts, publicKeys: PublicKeys, keys: Keys) {
    this.suite = parts.suite;
    this.bits = parts.bits;
    this.publicKeys = publicKeys;
    this.signingAlg = parts.suite === 'vault' ? 'EdDSA' : 'RS256';
    this.#keys = keys;
    this.#parts = parts;
    this.#rejectionKey = SecretBytes.take(hmac(parts.wrap.bytes, 'coretex-vault/v1/rejection'));
  }

  /** Copies the parts at once; they stay the caller's to dispose. Throws `damaged` when they are not keys of this suite and size. */
  static async import(parts: MasterKeyParts): Promise<MasterKey> {
    const wrap = readPrivateKey(parts.wrap);
    const signing = readPrivateKey(parts.sign);
    const fits =
      wrap.asymmetricKeyType === 'rsa' &&
      wrap.asymmetricKeyDetails?.modulusLength === parts.bits &&
      (parts.suite === 'vault' ? signing.asymmetricKeyType === 'ed25519' : parts.sign.equals(parts.wrap));
    if (!fits) throw new VaultError('damaged', 'These private keys do not belong to a master key of this kind.');
    const own = { ...parts, wrap: parts.wrap.clone(), sign: parts.sign.clone() };
    const wrapJwk = rsaJwkOf(wrap);
    const publicKeys = { wrap: wrapJwk, sign: parts.suite === 'vault' ? ed25519JwkOf(signing) : wrapJwk };
    return new MasterKey(own, publicKeys, { wrap, signing: await importSigningKey(own) });
  }

  /** What others need to seal something for this account. */
  reader(): Reader {
    return { suite: this.suite, wrap: this.publicKeys.wrap };
  }

  /** Signs records with `signingAlg`; not extractable. */
  get signingKey(): webcrypto.CryptoKey {
    return this.#live().signing;
  }

  /**
   * Unwraps a content key of `byteLength` bytes, wrapped by `wrapKey`. Throws `damaged`, always with the same words, when OAEP
   * does not verify or the algorithm is not this suite's.
   * SECURITY (promise 7): a bad RSA1_5 padding throws nothing: it gives bytes that only this key can tell from random ones,
   * always the same for the same ciphertext, so the content's own tag fails as it would for any other wrong key.
   */
  unwrap(alg: WrapAlg, encryptedKey: Uint8Array, byteLength: number): SecretBytes {
    // A store must not choose the older padding for a key that never used it.
    if (alg !== wrapAlgOf(this.suite)) throw notUnwrapped();
    if (alg === 'RSA1_5') return this.#unwrapPkcs1(encryptedKey, byteLength);
    const key = this.#decryptOaep(encryptedKey);
    if (key.byteLength === byteLength) return key;
    key.dispose();
    throw notUnwrapped();
  }

  /**
   * Opens one field of Coretex's wire form (RSAES-PKCS1-v1_5, any length). Throws `damaged`; it tells good padding from bad, so
   * never call it for data that others can make us open unattended.
   */
  openWireField(encrypted: Uint8Array): SecretBytes {
    const encoded = this.#decryptRaw(encrypted);
    const message = encoded === null ? null : unpadOrNull(encoded);
    encoded?.fill(0);
    if (message === null) throw new VaultError('damaged', 'This was not sealed for this key, or is damaged.');
    return SecretBytes.take(message);
  }

  /** RSASSA-PKCS1-v1_5 with SHA-256 by the RSA key: for challenges, the one thing this key signs in the vault suite. */
  signChallenge(data: Uint8Array): Uint8Array {
    return sign('sha256', data, this.#live().wrap);
  }

  /** Copies of both private keys as PKCS#8 DER, which the caller disposes. */
  exportPrivate(): Promise<{ wrap: SecretBytes; sign: SecretBytes }> {
    return Promise.resolve({ wrap: this.#parts.wrap.clone(), sign: this.#parts.sign.clone() });
  }

  /** SECURITY (promise 9): wipes what we hold, drops the key objects, and has the runtime wipe them at once. */
  dispose(): void {
    if (this.#keys === undefined) return;
    this.#keys = undefined;
    for (const secret of [this.#parts.wrap, this.#parts.sign, this.#rejectionKey]) secret.dispose();
    forgetGarbage();
    overwriteFreedMemory();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  toString(): string {
    return '[redacted]';
  }

  toJSON(): string {
    return '[redacted]';
  }

  [inspect.custom](): string {
    return 'MasterKey [redacted]';
  }

  #live(): Keys {
    if (this.#keys === undefined) throw new VaultError('locked');
    return this.#keys;
  }

  #decryptOaep(encrypted: Uint8Array): SecretBytes {
    const key = this.#live().wrap;
    try {
      const padding = constants.RSA_PKCS1_OAEP_PADDING;
      return SecretBytes.take(privateDecrypt({ key, padding, oaepHash: 'sha256' }, encrypted));
    } catch {
      // Whatever the library says about it is for nobody: one error, one sentence.
      throw notUnwrapped();
    }
  }

  #unwrapPkcs1(encrypted: Uint8Array, byteLength: number): SecretBytes {
    const fallback = this.#rejection(encrypted, byteLength);
    const encoded = this.#decryptRaw(encrypted);
    const key = unpadOrFallback(encoded ?? Buffer.alloc(0), fallback);
    encoded?.fill(0);
    fallback.fill(0);
    return SecretBytes.take(key);
  }

  /** RSADP alone (RFC 8017 section 5.1.2), as long as the modulus; null when the ciphertext is no number below it, which anyone can see. */
  #decryptRaw(encrypted: Uint8Array): Buffer | null {
    const key = this.#live().wrap;
    const encoded = allocateSecret(modulusLengthBytes(key));
    if (encrypted.length !== encoded.length) return null;
    try {
      const decrypted = privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, encrypted);
      encoded.set(decrypted, encoded.length - decrypted.length);
      decrypted.fill(0);
      return encoded;
    } catch {
      return null;
    }
  }

  /** Bytes in place of a key that was not there: HMAC-SHA256 in counter mode over the ciphertext, keyed by the private key. */
  #rejection(encrypted: Uint8Array, byteLength: number): Buffer {
    const stream = allocateSecret(Math.ceil(byteLength / 32) * 32);
    for (let block = 0; block * 32 < byteLength; block++)
      stream.set(hmac(this.#rejectionKey.bytes, `${block}/${byteLength}`, encrypted), block * 32);
    return stream.subarray(0, byteLength);
  }
}

const notUnwrapped = (): VaultError =>
  new VaultError('damaged', 'A sealed key is damaged or was not sealed for this account.');

const hmac = (key: Uint8Array, label: string, data: Uint8Array = new Uint8Array()): Buffer =>
  createHmac('sha256', key).update(`${label}\0`).update(data).digest();

function readPrivateKey(pkcs8: SecretBytes): KeyObject {
  try {
    return createPrivateKey({ key: pkcs8.bytes, format: 'der', type: 'pkcs8' });
  } catch (cause) {
    throw new VaultError('damaged', 'That is not a private key.', { cause });
  }
}

/** SECURITY (promise 9): from DER bytes, not from a JWK, whose strings nobody can wipe. */
const importSigningKey = ({ suite, sign: pkcs8 }: MasterKeyParts): Promise<webcrypto.CryptoKey> =>
  webcrypto.subtle.importKey(
    'pkcs8',
    pkcs8.bytes,
    suite === 'vault' ? { name: 'Ed25519' } : { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
    false,
    ['sign'],
  );

/** A private RSA key as PKCS#8 PEM (RFC 7468), with a final newline. A string: only for handing it to a person or a node. */
export const privateKeyPem = (pkcs8: SecretBytes): string =>
  `-----BEGIN PRIVATE KEY-----\n${(pkcs8.bytes.toString('base64').match(/.{1,64}/g) ?? []).join('\n')}\n-----END PRIVATE KEY-----\n`;
