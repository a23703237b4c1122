import { createDecipheriv, createHmac, createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { isVaultError, VaultError } from '../../app/errors.js';
import type { KeySize, Suite } from '../../app/model/account.js';
import { openWithKey } from '../../main/crypto/keyed-record.js';
import type { RsaPublicJwk } from '../../main/crypto/keys.js';
import { MasterKey, type WrapAlg } from '../../main/crypto/master-key.js';
import { openSealed } from '../../main/crypto/sealed-record.js';
import { SecretBytes } from '../../main/crypto/secret-bytes.js';
import { readUnverified, verifyRecord } from '../../main/crypto/signed-record.js';
import { verifyCompact } from '../../main/crypto/verification-key.js';
import { vectorKey } from './records-vectors.js';
import { describeWycheproof, tellOutside, type WycheproofGroup } from './wycheproof.js';

type Jwk = Readonly<Record<string, string>>;

/** What became of opening something: true, false for our one refusal; anything else is thrown and fails the test. */
const accepts = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    (error: unknown) => {
      if (isVaultError(error, 'damaged', 'not-a-reader', 'unsupported-version')) return false;
      throw error;
    },
  );

const headerOf = (token: string): Jwk => {
  try {
    return JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as Jwk;
  } catch {
    return {};
  }
};

/** A master key of the suite that a vector's RSA key would belong to. */
async function masterKeyOf(jwk: Jwk, suite: Suite): Promise<MasterKey> {
  const wrap = createPrivateKey({ key: jwk, format: 'jwk' });
  const sign = suite === 'vault' ? generateKeyPairSync('ed25519').privateKey : wrap;
  const bits = wrap.asymmetricKeyDetails?.modulusLength as KeySize;
  const der = (key: typeof wrap): SecretBytes => SecretBytes.take(key.export({ format: 'der', type: 'pkcs8' }));
  return MasterKey.import({ suite, bits, wrap: der(wrap), sign: der(sign) });
}

type Content = Readonly<{ aad: Buffer; iv: Buffer; ciphertext: Buffer; tag: Buffer }>;

/** Content encryption of RFC 7518 section 5, for the algorithms that records do not use too; throws when the tag does not hold. */
function openContent(enc: string, key: Buffer, { aad, iv, ciphertext, tag }: Content): Buffer {
  const bits = enc.slice(1, 4);
  if (enc.endsWith('GCM')) {
    const gcm = createDecipheriv(`aes-${bits}-gcm` as 'aes-256-gcm', key, iv, { authTagLength: 16 }).setAuthTag(tag).setAAD(aad);
    return Buffer.concat([gcm.update(ciphertext), gcm.final()]);
  }
  const half = key.length / 2;
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(aad.length * 8));
  const mac = createHmac(`sha${enc.slice(-3)}`, key.subarray(0, half)).update(aad).update(iv).update(ciphertext).update(length);
  if (!mac.digest().subarray(0, half).equals(tag)) throw new VaultError('damaged');
  const cbc = createDecipheriv(`aes-${bits}-cbc`, key.subarray(half), iv);
  return Buffer.concat([cbc.update(ciphertext), cbc.final()]);
}

const contentKeyBytes: Readonly<Record<string, number>> = {
  A128GCM: 16, A192GCM: 24, A256GCM: 32, 'A128CBC-HS256': 32, 'A192CBC-HS384': 48, 'A256CBC-HS512': 64,
}; // prettier-ignore

/** Opens a compact JWE with the content key that our own unwrapping gives. Null when the content's tag does not hold. */
function openCompact(jwe: string, masterKey: MasterKey): string | null {
  const [aad = '', ...parts] = jwe.split('.');
  const [encryptedKey, iv, ciphertext, tag] = parts.map((part) => Buffer.from(part, 'base64url'));
  const { alg, enc = '' } = headerOf(jwe);
  const key = masterKey.unwrap(alg as WrapAlg, encryptedKey!, contentKeyBytes[enc]!);
  try {
    return openContent(enc, key.bytes, { aad: Buffer.from(aad), iv: iv!, ciphertext: ciphertext!, tag: tag! }).toString('hex');
  } catch {
    return null;
  } finally {
    key.dispose();
  }
}

describeWycheproof('json_web_encryption_test.json', (groups) => {
  const wrapAlgs: Readonly<Record<string, Suite>> = { 'RSA-OAEP-256': 'vault', RSA1_5: 'coretex' };

  it('RSA-OAEP-256 and RSA1_5 content keys, unwrapped by a master key', { timeout: 60_000 }, async () => {
    const counts = { valid: 0, invalid: 0 };
    for (const { private: jwk, tests } of groups) {
      const suite = wrapAlgs[(jwk as Jwk)['alg'] ?? ''];
      if (suite === undefined) continue;
      const masterKey = await masterKeyOf(jwk as Jwk, suite);
      for (const { tcId, comment, jwe, pt, result } of tests) {
        counts[result === 'valid' ? 'valid' : 'invalid'] += 1;
        const opened = await Promise.resolve()
          .then(() => openCompact(String(jwe), masterKey))
          .catch((error: unknown) => (isVaultError(error, 'damaged') ? null : Promise.reject(error as Error)));
        expect(opened, `case ${String(tcId)}: ${comment}`).toBe(result === 'valid' ? pt : null);
      }
      masterKey.dispose();
    }
    expect(counts).toEqual({ valid: 15, invalid: 21 });
    tellOutside('json_web_encryption', 36, groups, 'symmetric wrapping, ECDH, RSA-OAEP with SHA-1');
  });

  it('nothing of it is taken for a record of ours', async () => {
    const [ada, key] = [await vectorKey('ada'), SecretBytes.random(64)];
    let cases = 0;
    for (const { jwe } of groups.flatMap(({ tests }) => tests)) {
      cases += 1;
      const text = typeof jwe === 'string' ? jwe : JSON.stringify(jwe);
      expect(await accepts(openWithKey(text, () => key))).toBe(false);
      expect(await accepts(openSealed(Buffer.from(text), ada))).toBe(false);
    }
    expect(cases).toBe(139);
  });
});

const isRsa = (jwk: unknown): jwk is RsaPublicJwk => (jwk as { kty?: string } | undefined)?.kty === 'RSA';

describeWycheproof('json_web_signature_test.json', (groups) => {
  /** RSA keys verify RS256 with us and nothing else, so what they signed otherwise must be refused too. */
  const rsaGroups = groups.filter((group): group is WycheproofGroup & { public: RsaPublicJwk } => isRsa(group['public']));

  it('RS256 signatures, by the key’s algorithm alone', async () => {
    const counts = { valid: 0, invalid: 0, otherAlgorithm: 0 };
    for (const { public: key, tests } of rsaGroups) {
      for (const { tcId, comment, jws, result } of tests) {
        const text = typeof jws === 'string' ? jws : '';
        const inProfile = headerOf(text)['alg'] === 'RS256';
        // Our cards say nothing of what an RSA key is for: it is for RS256. A key that says something else is none of ours.
        if (inProfile && (key as Jwk)['alg'] !== 'RS256') continue;
        const expected = result === 'valid' && inProfile;
        counts[expected ? 'valid' : result === 'valid' ? 'otherAlgorithm' : 'invalid'] += 1;
        expect(await accepts(verifyCompact(text, key)), `case ${String(tcId)}: ${comment}`).toBe(expected);
      }
    }
    expect(counts.valid).toBeGreaterThanOrEqual(7);
    expect(counts.invalid).toBeGreaterThan(225);
    const inside = counts.valid + counts.invalid + counts.otherAlgorithm;
    tellOutside('json_web_signature', inside, groups, 'HMAC and ECDSA keys');
    console.info(`of them ${String(counts.otherAlgorithm)} are good signatures of RS384, RS512 and PS algorithms, refused as they should be`);
  });

  it('nothing of it is taken for a record of ours', async () => {
    const [ada, node] = [await vectorKey('ada'), await vectorKey('node')];
    let cases = 0;
    for (const { jws } of groups.flatMap(({ tests }) => tests)) {
      cases += 1;
      const text = typeof jws === 'string' ? jws : JSON.stringify(jws);
      for (const { publicKeys } of [ada, node]) {
        expect(await accepts(verifyRecord('coretex-vault/v1/secret', text, publicKeys.sign))).toBe(false);
      }
      expect(() => readUnverified(text)).toThrow(expect.objectContaining({ code: 'damaged' }) as Error);
    }
    expect(cases).toBe(401);
  });
});

// Sets of keys, and keys that say what they are for: the vault has neither. It finds a key by the account that a record names.
for (const [file, total] of [['json_web_key_test.json', 26], ['json_web_crypto_test.json', 83]] as const) {
  describeWycheproof(file, (groups) => {
    it('has nothing that is taken for a record of ours', async () => {
      const [ada, key] = [await vectorKey('ada'), SecretBytes.random(64)];
      let [cases, signed] = [0, 0];
      for (const { public: publicKey, tests } of groups) {
        for (const { tcId, comment, jws, jwe, result } of tests) {
          cases += 1;
          const text = typeof jws === 'string' ? jws : typeof jwe === 'string' ? jwe : JSON.stringify(jws ?? jwe);
          expect(await accepts(verifyRecord('coretex-vault/v1/secret', text, ada.publicKeys.sign))).toBe(false);
          expect(await accepts(openWithKey(text, () => key))).toBe(false);
          if (jws === undefined || !isRsa(publicKey)) continue;
          signed += 1;
          // Weak keys (ROCA, small exponents) would be an account's own choice; those that are no keys must be refused.
          const expected = result === 'valid' && headerOf(text)['alg'] === 'RS256';
          if (!comment.toLowerCase().includes('roca')) {
            expect(await accepts(verifyCompact(text, publicKey)), `case ${String(tcId)}: ${comment}`).toBe(expected);
          }
        }
      }
      expect(cases).toBe(total);
      tellOutside(file, signed, groups, 'key sets, HMAC, ECDSA, ECDH and symmetric wrapping');
    });
  });
} // prettier-ignore
