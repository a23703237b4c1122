import { constants, createPublicKey, publicEncrypt, randomBytes, verify, webcrypto } from 'node:crypto';
import { inspect } from 'node:util';
import { calculateJwkThumbprint, CompactSign, compactVerify, importJWK } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Suite } from '../../../app/model/account.js';
import {
  jwkThumbprint,
  MasterKey,
  publicKeyPem,
  rsaPublicFromPem,
  wrapKey,
  type WrapAlg,
} from '../../../main/crypto/master-key.js';
import { wrapAlgOf } from '../../../main/crypto/rsa-public.js';
import { SecretBytes } from '../../../main/crypto/secret-bytes.js';
import { masterKeyOf } from './master-keys.js';

const keys = {} as Record<Suite, MasterKey>;

beforeAll(async () => {
  keys.vault = await masterKeyOf('vault');
  keys.coretex = await masterKeyOf('coretex');
});
afterAll(() => {
  keys.vault.dispose();
  keys.coretex.dispose();
});

const damaged: unknown = expect.objectContaining({ name: 'VaultError', code: 'damaged' });
const invalid: unknown = expect.objectContaining({ name: 'VaultError', code: 'invalid-input' });

describe.each(['vault', 'coretex'] as const)('a master key of the %s suite', (suite) => {
  const alg = wrapAlgOf(suite);

  it('unwraps what was wrapped for it, at every length of key', () => {
    for (const byteLength of [1, 16, 32, 64, 190]) {
      const key = randomBytes(byteLength);
      const wrapped = wrapKey(keys[suite].reader(), key);
      expect(wrapped.alg).toBe(alg);
      expect(keys[suite].unwrap(alg, wrapped.encryptedKey, byteLength).bytes.equals(key)).toBe(true);
    }
  });

  it('says what fits when a key is too long to wrap', () => {
    const longest = suite === 'vault' ? 190 : 245;
    expect(() => wrapKey(keys[suite].reader(), Buffer.alloc(longest))).not.toThrow();
    expect(() => wrapKey(keys[suite].reader(), Buffer.alloc(longest + 1))).toThrow(`at most ${longest} bytes`);
  });

  it('refuses the other suite’s algorithm', () => {
    const other: WrapAlg = suite === 'vault' ? 'RSA1_5' : 'RSA-OAEP-256';
    const { encryptedKey } = wrapKey(
      { ...keys[suite].reader(), suite: suite === 'vault' ? 'coretex' : 'vault' },
      Buffer.alloc(64),
    );
    expect(() => keys[suite].unwrap(other, encryptedKey, 64)).toThrow(damaged);
  });

  it('signs records so that jose verifies them with the public half', async () => {
    const { signingKey, signingAlg, publicKeys } = keys[suite];
    const jws = await new CompactSign(Buffer.from('payload')).setProtectedHeader({ alg: signingAlg }).sign(signingKey);
    const { payload } = await compactVerify(jws, await importJWK({ ...publicKeys.sign }, signingAlg));
    expect(Buffer.from(payload).toString()).toBe('payload');
  });

  it('never lets its signing key out', async () => {
    expect(keys[suite].signingKey.extractable).toBe(false);
    await expect(webcrypto.subtle.exportKey('pkcs8', keys[suite].signingKey)).rejects.toThrow();
  });

  it('names both public keys by their RFC 7638 thumbprints', async () => {
    for (const jwk of Object.values(keys[suite].publicKeys)) {
      expect(jwk.kid).toBe(await calculateJwkThumbprint(jwk));
      expect(jwkThumbprint(jwk)).toBe(jwk.kid);
    }
    if (suite === 'coretex') expect(keys[suite].publicKeys.sign).toEqual(keys[suite].publicKeys.wrap);
  });

  it('signs challenges with the RSA key, PKCS#1 v1.5 and SHA-256', () => {
    const signature = keys[suite].signChallenge(Buffer.from('challenge'));
    const key = createPublicKey(publicKeyPem(keys[suite].publicKeys.wrap));
    expect(verify('sha256', Buffer.from('challenge'), key, signature)).toBe(true);
  });

  it('is the same after export and import', async () => {
    const { wrap, sign } = await keys[suite].exportPrivate();
    using again = await MasterKey.import({ suite, bits: 2048, wrap, sign });
    wrap.dispose();
    sign.dispose();
    expect(again.publicKeys).toEqual(keys[suite].publicKeys);
    const { encryptedKey } = wrapKey(keys[suite].reader(), Buffer.from('sixteen bytes ok'));
    expect(again.unwrap(alg, encryptedKey, 16).bytes.toString()).toBe('sixteen bytes ok');
    const rubbish = randomBytes(256);
    if (suite === 'coretex')
      expect(again.unwrap(alg, rubbish, 64).equals(keys.coretex.unwrap(alg, rubbish, 64))).toBe(true);
  });

  it('prints nothing of itself', () => {
    const shown = [inspect(keys[suite]), String(keys[suite]), JSON.stringify({ key: keys[suite] })];
    expect(shown).toEqual(['MasterKey [redacted]', '[redacted]', '{"key":"[redacted]"}']);
  });

  it('does nothing more once disposed', async () => {
    const key = await masterKeyOf(suite, 'short-lived');
    const { encryptedKey } = wrapKey(key.reader(), Buffer.alloc(16));
    key.dispose();
    key.dispose();
    const uses = [
      () => key.unwrap(alg, encryptedKey, 16),
      () => key.signChallenge(Buffer.alloc(1)),
      () => key.signingKey,
      () => key.openWireField(encryptedKey),
      () => key.exportPrivate(),
    ];
    for (const use of uses) expect(use).toThrow(expect.objectContaining({ code: 'locked' }));
    expect(key.reader().wrap.kid).toHaveLength(43);
  });
});

describe('RSA-OAEP-256', () => {
  const encrypt = (message: Uint8Array, oaepLabel?: Buffer): Buffer =>
    publicEncrypt(
      {
        key: createPublicKey(publicKeyPem(keys.vault.publicKeys.wrap)),
        padding: constants.RSA_PKCS1_OAEP_PADDING,
        oaepHash: 'sha256',
        ...(oaepLabel && { oaepLabel }),
      },
      message,
    );

  it('fails with one error, whatever is wrong', () => {
    const good = encrypt(Buffer.alloc(64));
    const flipped = Buffer.from(good);
    flipped[100]! ^= 1;
    const modulus = Buffer.from(keys.vault.publicKeys.wrap.n, 'base64url');
    const bad = [
      flipped,
      encrypt(Buffer.alloc(63)),
      encrypt(Buffer.alloc(64), Buffer.from('label')),
      good.subarray(1),
      Buffer.concat([Buffer.alloc(1), good]),
      Buffer.alloc(0),
      Buffer.alloc(256),
      modulus,
      Buffer.alloc(256, 255),
      Buffer.alloc(100_000),
    ];
    const messages = bad.map((encryptedKey) => {
      try {
        keys.vault.unwrap('RSA-OAEP-256', encryptedKey, 64);
        return 'unwrapped';
      } catch (error) {
        expect(error).toEqual(damaged);
        return (error as Error).message;
      }
    });
    expect([...new Set(messages)]).toEqual(['A sealed key is damaged or was not sealed for this account.']);
  });
});

describe('RSA1_5 with implicit rejection', () => {
  const raw = (encoded: Buffer): Buffer =>
    publicEncrypt(
      { key: createPublicKey(publicKeyPem(keys.coretex.publicKeys.wrap)), padding: constants.RSA_NO_PADDING },
      encoded,
    );
  const padded = (head: number[], separator: number, message: Buffer): Buffer => {
    const encoded = Buffer.alloc(256, 0xaa);
    encoded.set(head);
    encoded[256 - message.length - 1] = separator;
    encoded.set(message, 256 - message.length);
    return encoded;
  };
  const key = randomBytes(64);

  it('takes a right padding', () => {
    expect(keys.coretex.unwrap('RSA1_5', raw(padded([0, 2], 0, key)), 64).bytes.equals(key)).toBe(true);
  });

  it.each([
    ['a first byte that is not 0 cannot be had, the second is not 2', () => padded([0, 1], 0, key)],
    ['no zero before the message', () => padded([0, 2], 7, key)],
    ['an earlier zero: a longer message', () => padded([0, 2, 1, 1, 1, 1, 1, 1, 1, 1, 0], 0, key)],
    ['a zero within the first eight bytes of padding', () => padded([0, 2, 1, 1, 0], 0, key)],
    ['a shorter message', () => padded([0, 2], 0, key.subarray(1).map((byte) => byte || 1) as Buffer)],
    ['all zero', () => Buffer.alloc(256)],
  ])('gives other bytes, always the same, for %s', (_, encode) => {
    const encrypted = raw(encode());
    const first = keys.coretex.unwrap('RSA1_5', encrypted, 64);
    expect(first.byteLength).toBe(64);
    expect(first.bytes.equals(key)).toBe(false);
    expect(keys.coretex.unwrap('RSA1_5', encrypted, 64).equals(first)).toBe(true);
    expect(new Set(first.bytes).size).toBeGreaterThan(30);
  });

  it('gives other bytes for other ciphertexts, lengths and keys', async () => {
    using other = await masterKeyOf('coretex', 'someone else');
    const encrypted = raw(padded([0, 1], 0, key));
    const seen = [
      keys.coretex.unwrap('RSA1_5', encrypted, 64),
      keys.coretex.unwrap('RSA1_5', encrypted, 32),
      keys.coretex.unwrap('RSA1_5', encrypted.subarray(1), 64),
      keys.coretex.unwrap('RSA1_5', Buffer.alloc(0), 64),
      keys.coretex.unwrap('RSA1_5', Buffer.alloc(256, 255), 64),
      other.unwrap('RSA1_5', encrypted, 64),
    ].map((secret) => secret.bytes.toString('hex', 0, 32));
    expect(new Set(seen).size).toBe(seen.length);
  });
});

describe('MasterKey.import', () => {
  it('refuses keys that are not what they are said to be', async () => {
    const { wrap, sign } = await keys.vault.exportPrivate();
    const rubbish = SecretBytes.take(Buffer.from('not a key'));
    const attempts = [
      { suite: 'vault', bits: 3072, wrap, sign },
      { suite: 'vault', bits: 2048, wrap: sign, sign },
      { suite: 'vault', bits: 2048, wrap, sign: wrap },
      { suite: 'coretex', bits: 2048, wrap, sign },
      { suite: 'vault', bits: 2048, wrap: rubbish, sign },
      { suite: 'vault', bits: 2048, wrap, sign: rubbish },
    ] as const;
    for (const parts of attempts) await expect(MasterKey.import(parts)).rejects.toEqual(damaged);
  });
});

describe('rsaPublicFromPem', () => {
  it('reads PKCS#1 and SubjectPublicKeyInfo', () => {
    const { wrap } = keys.coretex.publicKeys;
    const spki = createPublicKey(publicKeyPem(wrap)).export({ format: 'pem', type: 'spki' }).toString();
    expect([rsaPublicFromPem(publicKeyPem(wrap)), rsaPublicFromPem(spki)]).toEqual([wrap, wrap]);
  });

  it('refuses private keys, other keys, short keys and rubbish', async () => {
    const { generateKeyPairSync } = await import('node:crypto');
    const pem = (type: 'rsa' | 'ed25519', modulusLength = 1024): string =>
      (type === 'rsa' ? generateKeyPairSync('rsa', { modulusLength }) : generateKeyPairSync('ed25519')).publicKey
        .export({ format: 'pem', type: 'spki' })
        .toString();
    const secret = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
      format: 'pem',
      type: 'pkcs8',
    });
    for (const text of [secret.toString(), pem('rsa'), pem('ed25519'), 'rubbish', ''])
      expect(() => rsaPublicFromPem(text)).toThrow(invalid);
    expect(() => rsaPublicFromPem(secret.toString())).toThrow('private key');
  });
});
