import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unwrapMasterKey, wrapMasterKey } from '../../../main/crypto/device-wrap.js';
import { decodeBase64url, encodeBase64url, encodeKeysJson, parseFlatJson, readKeys } from '../../../main/crypto/private-keys-json.js'; // prettier-ignore
import { openSealed, sealForReaders } from '../../../main/crypto/sealed-record.js';
import { SecretBytes } from '../../../main/crypto/secret-bytes.js';
import { VaultError } from '../../../app/errors.js';
import { vectorKey } from '../../vectors/records-vectors.js';

describe('the master key under a device key', () => {
  it('comes back whole, in either suite', async () => {
    for (const name of ['ada', 'node'] as const) {
      const key = await vectorKey(name);
      using deviceKey = SecretBytes.random(32);
      const back = await unwrapMasterKey(await wrapMasterKey(key, deviceKey), deviceKey);
      expect([back.suite, back.bits, back.publicKeys]).toEqual([key.suite, key.bits, key.publicKeys]);
      const sealed = await sealForReaders(Buffer.from('x'), [key.reader()]);
      expect(Buffer.from(await openSealed(sealed, back)).toString()).toBe('x');
    }
  });

  it('does not open with another key, nor with one of another size', async () => {
    const key = await vectorKey('ada');
    const wrapped = await wrapMasterKey(key, SecretBytes.random(32));
    await expect(unwrapMasterKey(wrapped, SecretBytes.random(32))).rejects.toMatchObject({ code: 'damaged' });
    await expect(unwrapMasterKey(wrapped, SecretBytes.random(16))).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(wrapMasterKey(key, SecretBytes.random(31))).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('shows nothing of the key', async () => {
    const key = await vectorKey('ada');
    const wrapped = await wrapMasterKey(key, SecretBytes.random(32));
    const { sign } = await key.exportPrivate();
    expect(wrapped).not.toContain(sign.bytes.toString('base64url').slice(24));
  });
});

describe('private keys as JSON bytes', () => {
  it('base64url is the one of everybody', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const text = encodeBase64url(bytes);
        expect(text.toString()).toBe(Buffer.from(bytes).toString('base64url'));
        expect(decodeBase64url(text).bytes).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it('base64url has one spelling', () => {
    for (const text of ['A', 'AAAAA', 'AB', 'AAB', 'A=', 'AA==', 'AA\n', 'A+/A', 'AAAA=', ' AAA']) {
      expect(() => decodeBase64url(Buffer.from(text)), text).toThrow(VaultError);
    }
  });

  it('is JSON, and read as JSON', () => {
    const key = fc.uint8Array({ maxLength: 60 });
    fc.assert(
      fc.property(key, key, fc.nat(), (wrap, sign, bits) => {
        const keys = { wrap: SecretBytes.take(Buffer.from(wrap)), sign: SecretBytes.take(Buffer.from(sign)) };
        const json = encodeKeysJson({ suite: 'vault', bits }, keys).bytes;
        const parsed = JSON.parse(json.toString()) as Record<string, unknown>;
        expect(parsed).toEqual({
          suite: 'vault', bits, wrap: Buffer.from(wrap).toString('base64url'), sign: Buffer.from(sign).toString('base64url'),
        }); // prettier-ignore
        for (const spelling of [json, Buffer.from(` ${JSON.stringify(parsed, null, 2)}\n`)]) {
          const members = parseFlatJson(spelling);
          expect(Buffer.from(members.get('bits')!).toString()).toBe(String(bits));
          const back = readKeys(members, 'wrap', 'sign');
          expect(back.wrap.equals(keys.wrap) && back.sign.equals(keys.sign)).toBe(true);
        }
      }),
    );
  });

  it('refuses what is not that JSON', () => {
    const texts = ['', '{', '{}', '[]', '{"a"}', '{"a":}', '{"a":"b"', '{"a":"b"}}', '{"a":"b","a":"c"}', '{"a":"\\u0041"}', '{"a":"é"}', '{"a":null}', '{"a":-1}', '{"a":"b",}', 'x', '{"a":"b"} x']; // prettier-ignore
    for (const text of texts) expect(() => parseFlatJson(Buffer.from(text)), text).toThrow(VaultError);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
        try {
          parseFlatJson(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(VaultError);
        }
      }),
    );
    expect(() => readKeys(parseFlatJson(Buffer.from('{"wrap":"AAAA"}')), 'wrap', 'sign')).toThrow(VaultError);
  });
});
