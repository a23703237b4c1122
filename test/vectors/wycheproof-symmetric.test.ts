import { createHmac, createPublicKey, webcrypto } from 'node:crypto';
import { expect, it } from 'vitest';
import { isVaultError } from '../../app/errors.js';
import { contentEncryption, decryptContent } from '../../main/crypto/content-encryption.js';
import { hkdfSha256 } from '../../main/crypto/hkdf.js';
import { decodeFrames } from '../../main/crypto/index-box.js';
import { ed25519JwkOf } from '../../main/crypto/rsa-public.js';
import { SecretBytes } from '../../main/crypto/secret-bytes.js';
import { verificationKey } from '../../main/crypto/verification-key.js';
import { describeWycheproof, hex, tellOutside } from './wycheproof.js';

const hmac = (hash: string, key: Uint8Array, ...parts: Uint8Array[]): Buffer => {
  const mac = createHmac(hash, key);
  for (const part of parts) mac.update(part);
  return mac.digest();
};

const u64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
};

describeWycheproof('aes_cbc_pkcs5_test.json', (groups) => {
  const inside = groups.filter(({ keySize }) => keySize === 256);
  const macKey = Buffer.alloc(32, 7);

  /** An authentic frame of the index around a ciphertext of somebody else's, by the format's own description. */
  const frameAround = (iv: Buffer, ciphertext: Buffer): Buffer => {
    const sealed = Buffer.concat([iv, ciphertext]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(sealed.length + 32);
    const check = hmac('sha256', macKey, Buffer.from('coretex-vault/v1/index-length\0'), u64(0), length).subarray(0, 8);
    const mac = hmac('sha256', macKey, Buffer.from('coretex-vault/v1/index-frame\0'), u64(0), sealed);
    return Buffer.concat([length, check, sealed, mac]);
  };

  it('AES-256-CBC with PKCS#7, as frames of the index', () => {
    let cases = 0;
    for (const { tests } of inside) {
      for (const { tcId, key, iv, msg, ct, result } of tests) {
        cases += 1;
        const secret = SecretBytes.take(Buffer.concat([hex(key), macKey]));
        const open = (): string => Buffer.from(decodeFrames(secret, frameAround(hex(iv), hex(ct))).frames[0]!).toString('hex');
        if (result === 'valid') expect(open(), `case ${String(tcId)}`).toBe(msg);
        else expect(open, `case ${String(tcId)}`).toThrow(expect.objectContaining({ code: 'damaged' }) as Error);
      }
    }
    expect(cases).toBe(72);
    tellOutside('aes_cbc_pkcs5', cases, groups, 'AES-128 and AES-192');
  });
});

describeWycheproof('hkdf_sha256_test.json', (groups) => {
  it('HKDF-SHA256, every size', () => {
    let cases = 0;
    for (const { tests } of groups) {
      for (const { tcId, ikm, salt, info, size, okm, result } of tests) {
        cases += 1;
        const derive = (): string => hkdfSha256(hex(ikm), hex(salt), hex(info), Number(size)).bytes.toString('hex');
        if (result === 'valid') expect(derive(), `case ${String(tcId)}`).toBe(okm);
        else expect(derive, `case ${String(tcId)}`).toThrow(expect.objectContaining({ code: 'invalid-input' }) as Error);
      }
    }
    expect(cases).toBe(86);
  });
});

describeWycheproof('hmac_sha256_test.json', (groups) => {
  // HKDF's extraction is an HMAC of the message under the salt; one step of expansion, computed apart, follows it.
  it('HMAC-SHA256 with whole tags, inside HKDF', () => {
    let cases = 0;
    for (const { tests } of groups.filter(({ tagSize }) => tagSize === 256)) {
      for (const { tcId, key, msg, tag, result } of tests) {
        cases += 1;
        const expected = hmac('sha256', hex(tag), Uint8Array.of(1)).toString('hex');
        const derived = hkdfSha256(hex(msg), hex(key), '', 32).bytes.toString('hex');
        expect(derived === expected, `case ${String(tcId)}`).toBe(result === 'valid');
      }
    }
    expect(cases).toBe(87);
    tellOutside('hmac_sha256', cases, groups, 'truncated tags');
  });
});

describeWycheproof('hmac_sha512_test.json', (groups) => {
  // We meet it only inside A256CBC-HS512, where jose takes it from WebCrypto.
  it('HMAC-SHA512 of WebCrypto, whole and halved as in A256CBC-HS512', async () => {
    let cases = 0;
    for (const { tests, tagSize } of groups) {
      for (const { tcId, key, msg, tag, result } of tests) {
        cases += 1;
        const algorithm = { name: 'HMAC', hash: 'SHA-512' };
        const imported = await webcrypto.subtle.importKey('raw', hex(key), algorithm, false, ['sign']);
        const found = Buffer.from(await webcrypto.subtle.sign('HMAC', imported, hex(msg))).subarray(0, Number(tagSize) / 8);
        expect(found.equals(hex(tag)), `case ${String(tcId)}`).toBe(result === 'valid');
      }
    }
    expect(cases).toBe(174);
  });
});

describeWycheproof('ed25519_test.json', (groups) => {
  it('Ed25519 signatures, with keys imported as for records', async () => {
    let cases = 0;
    for (const { publicKeyDer, tests } of groups) {
      const jwk = ed25519JwkOf(createPublicKey({ key: hex(publicKeyDer), format: 'der', type: 'spki' }));
      const key = await verificationKey(jwk);
      for (const { tcId, comment, msg, sig, result } of tests) {
        cases += 1;
        const verified = await webcrypto.subtle.verify('Ed25519', key, hex(sig), hex(msg));
        expect(verified, `case ${String(tcId)}: ${comment}`).toBe(result === 'valid');
      }
    }
    expect(cases).toBe(151);
  });
});

describeWycheproof('a256cbc_hs512_test.json', (groups) => {
  /** RFC 7518 section 5.2.2.1, written out once more; the vectors themselves check it. */
  const tagOf = (key: Buffer, aad: Buffer, iv: Buffer, ct: Buffer): Buffer =>
    hmac('sha512', key.subarray(0, 32), aad, iv, ct, u64(aad.length * 8)).subarray(0, 32);

  // A JWE authenticates its own header and nothing else, so each case is carried over: same key, IV and ciphertext, and the
  // tag changed in the same bits as in the case.
  it('A256CBC-HS512 under the header of a record', async () => {
    let cases = 0;
    const header = { alg: 'dir', enc: contentEncryption, typ: 'coretex-vault/v1/sealed', epoch: 1 };
    const encoded = Buffer.from(JSON.stringify(header)).toString('base64url');
    for (const { tests } of groups) {
      for (const { tcId, key, iv, aad, msg, ct, tag, result } of tests) {
        cases += 1;
        const right = tagOf(hex(key), hex(aad), hex(iv), hex(ct));
        expect(right.equals(hex(tag)), `case ${String(tcId)}`).toBe(result === 'valid');
        const ours = tagOf(hex(key), Buffer.from(encoded, 'ascii'), hex(iv), hex(ct));
        const carried = ours.map((byte, i) => byte ^ right[i]! ^ hex(tag)[i]!);
        const content = {
          protected: encoded,
          iv: hex(iv).toString('base64url'),
          ciphertext: hex(ct).toString('base64url'),
          tag: Buffer.from(carried).toString('base64url'),
        };
        const opening = decryptContent(content, SecretBytes.take(hex(key)), true);
        const outcome = await opening.then(
          (plaintext) => Buffer.from(plaintext).toString('hex'),
          (error: unknown) => isVaultError(error, 'damaged'),
        );
        expect(outcome, `case ${String(tcId)}`).toBe(result === 'valid' ? msg : true);
      }
    }
    expect(cases).toBe(94);
  });
});
