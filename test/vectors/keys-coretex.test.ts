/** Keys that the reference library computed, docs/protocol.md section 2. */
import { createHash, createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { KeySize } from '../../app/model/account.js';
import { derivePrivateKeys } from '../../main/crypto/master-key-derivation.js';
import { MasterKey, privateKeyPem, publicKeyPem, rsaPublicFromPem } from '../../main/crypto/master-key.js';
import { SecretBytes } from '../../main/crypto/secret-bytes.js';

type KeyVector = Readonly<{
  bits: KeySize;
  passphrase: string;
  publicPemPkcs1: string;
  privatePemPkcs8Sha256: string;
  p: string;
  q: string;
}>;

const vectors = JSON.parse(readFileSync(join(import.meta.dirname, 'coretex/master-keys.json'), 'utf8')) as KeyVector[];
if (vectors.length === 0) throw new Error('no vectors');

const hexOf = (base64url: string | undefined): string => {
  const hex = Buffer.from(base64url ?? '', 'base64url').toString('hex');
  return `0x${hex.replace(/^0+/, '')}`;
};

describe('the reference’s master keys', () => {
  it.each(vectors)('$bits bits, “$passphrase”', { timeout: 60_000 }, async (vector) => {
    const { wrap, sign } = derivePrivateKeys(Buffer.from(vector.passphrase), { suite: 'coretex', bits: vector.bits });
    const { p, q } = createPrivateKey({ key: wrap, format: 'der', type: 'pkcs8' }).export({ format: 'jwk' });
    expect([hexOf(p), hexOf(q)]).toEqual([vector.p, vector.q]);

    const parts = { wrap: SecretBytes.take(wrap), sign: SecretBytes.take(sign) };
    const pem = privateKeyPem(parts.wrap);
    expect(createHash('sha256').update(pem).digest('hex')).toBe(vector.privatePemPkcs8Sha256);

    using masterKey = await MasterKey.import({ suite: 'coretex', bits: vector.bits, ...parts });
    expect(publicKeyPem(masterKey.publicKeys.wrap)).toBe(vector.publicPemPkcs1);
    expect(rsaPublicFromPem(vector.publicPemPkcs1)).toEqual(masterKey.publicKeys.wrap);
  });
});
