/**
 * Frozen keys of the vault suite, append-only. When they were made, argon2-cffi, PyCryptodome and python3-cryptography gave the same
 * (test/interop/keys-reference.py).
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { KeySize } from '../../app/model/account.js';
import { fingerprintHex, fingerprintWords } from '../../main/crypto/fingerprint.js';
import type { KdfParameters } from '../../main/crypto/keys.js';
import { derivePrivateKeys } from '../../main/crypto/master-key-derivation.js';
import { MasterKey, publicKeyPem } from '../../main/crypto/master-key.js';
import { SecretBytes } from '../../main/crypto/secret-bytes.js';

type Vector = Readonly<{
  passphraseHex: string;
  bits: KeySize;
  kdf: KdfParameters;
  publicPemPkcs1: string;
  privatePkcs8Sha256: string;
  signX: string;
  signPkcs8Sha256: string;
  wrapKid: string;
  signKid: string;
  fingerprintHex: string;
  fingerprintWords: string[];
}>;

const vectors = JSON.parse(readFileSync(join(import.meta.dirname, 'keys-vault-suite.json'), 'utf8')) as Vector[];
if (vectors.length === 0) throw new Error('no vectors');

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('the vault suite’s master keys', () => {
  it.each(vectors)('$bits bits, passphrase $passphraseHex', { timeout: 60_000 }, async (vector) => {
    const parameters = { suite: 'vault', bits: vector.bits, kdf: vector.kdf } as const;
    const { wrap, sign } = derivePrivateKeys(Buffer.from(vector.passphraseHex, 'hex'), parameters);
    expect([sha256(wrap), sha256(sign)]).toEqual([vector.privatePkcs8Sha256, vector.signPkcs8Sha256]);

    const parts = { wrap: SecretBytes.take(wrap), sign: SecretBytes.take(sign) };
    using key = await MasterKey.import({ suite: 'vault', bits: vector.bits, ...parts });
    expect(publicKeyPem(key.publicKeys.wrap)).toBe(vector.publicPemPkcs1);
    expect(key.publicKeys.wrap.kid).toBe(vector.wrapKid);
    expect(key.publicKeys.sign).toEqual({ kty: 'OKP', crv: 'Ed25519', x: vector.signX, kid: vector.signKid });
    expect(fingerprintHex(key.publicKeys)).toBe(vector.fingerprintHex);
    expect(fingerprintWords(key.publicKeys)).toEqual(vector.fingerprintWords);
  });
});
