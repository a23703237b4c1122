import { hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { hkdfSha256 } from '../../../main/crypto/hkdf.js';
import { deriveRecordKey, openWithKey, sealWithKey } from '../../../main/crypto/keyed-record.js';
import type { MasterKey } from '../../../main/crypto/master-key.js';
import { randomId } from '../../../main/crypto/random-id.js';
import { openSealed, sealedReaders, sealForReaders } from '../../../main/crypto/sealed-record.js';
import { SecretBytes } from '../../../main/crypto/secret-bytes.js';
import { readUnverified, signRecord, verifyRecord } from '../../../main/crypto/signed-record.js';
import { VaultError } from '../../../app/errors.js';
import { vectorKey } from '../../vectors/records-vectors.js';

const typ = 'coretex-vault/v1/secret';
const damaged = { code: 'damaged' };
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

let ada: MasterKey;
let next: MasterKey;
let node: MasterKey;
beforeAll(async () => {
  [ada, next, node] = await Promise.all([vectorKey('ada'), vectorKey('adaNext'), vectorKey('node')]);
});

describe('a signed record', () => {
  it('holds any JSON object, signed by either suite', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue()), async (payload) => {
        for (const key of [ada, node]) {
          const jws = await signRecord(typ, payload, key);
          expect(await verifyRecord(typ, jws, key.publicKeys.sign)).toEqual(JSON.parse(JSON.stringify(payload)));
        }
      }),
      { numRuns: 25 },
    );
  });

  it('of another kind, or by another key, is refused (promise 3)', async () => {
    const jws = await signRecord(typ, { a: 1 }, ada);
    await expect(verifyRecord('coretex-vault/v1/file', jws, ada.publicKeys.sign)).rejects.toMatchObject(damaged);
    await expect(verifyRecord(typ, jws, next.publicKeys.sign)).rejects.toMatchObject(damaged);
    await expect(verifyRecord(typ, jws, node.publicKeys.sign)).rejects.toMatchObject(damaged);
    const claimed = { ...next.publicKeys.sign, kid: ada.publicKeys.sign.kid };
    await expect(verifyRecord(typ, jws, claimed)).rejects.toMatchObject(damaged);
  });

  it('cannot talk us into another algorithm (promise 3)', async () => {
    const [, payload = '', signature = ''] = (await signRecord(typ, { a: 1 }, node)).split('.');
    const { kid } = node.publicKeys.sign;
    for (const alg of ['none', 'HS256', 'PS256', 'RS512', 'EdDSA', 'Ed25519', '']) {
      const forged = `${encode({ alg, kid, typ })}.${payload}.${signature}`;
      await expect(verifyRecord(typ, forged, node.publicKeys.sign), alg).rejects.toMatchObject(damaged);
      const unsigned = `${encode({ alg, kid, typ })}.${payload}.`;
      await expect(verifyRecord(typ, unsigned, node.publicKeys.sign), alg).rejects.toMatchObject(damaged);
    }
    for (const extra of [
      { crit: ['b64'], b64: false },
      { jwk: node.publicKeys.sign },
      { jku: 'https://example.org' },
    ]) {
      const forged = `${encode({ alg: 'RS256', kid, typ, ...extra })}.${payload}.${signature}`;
      await expect(verifyRecord(typ, forged, node.publicKeys.sign)).rejects.toMatchObject(damaged);
    }
  });

  it('of a later protocol says so', async () => {
    for (const later of ['coretex-vault/v2/secret', 'coretex-vault/v10/anything']) {
      const jws = await signRecord(later, { a: 1 }, ada);
      await expect(verifyRecord(typ, jws, ada.publicKeys.sign)).rejects.toMatchObject({ code: 'unsupported-version' });
      expect(() => readUnverified(jws)).toThrow(expect.objectContaining({ code: 'unsupported-version' }) as Error);
    }
    for (const foreign of ['coretex-vault/v0/secret', 'coretex-vault/v01/secret', 'JWT', '']) {
      const jws = await signRecord(foreign, { a: 1 }, ada);
      await expect(verifyRecord(typ, jws, ada.publicKeys.sign)).rejects.toMatchObject(damaged);
    }
  });

  it('has an end', async () => {
    const large = { text: 'x'.repeat(8 * 1024 * 1024) };
    await expect(signRecord(typ, large, ada)).rejects.toMatchObject({ code: 'invalid-input' });
    const most = { text: 'x'.repeat(8 * 1024 * 1024 - 11) };
    const jws = await signRecord(typ, most, ada);
    expect(await verifyRecord(typ, jws, ada.publicKeys.sign)).toEqual(most);
    const sealed = await sealForReaders(Buffer.from(jws), [ada.reader()]);
    expect((await openSealed(sealed, ada)).length).toBe(jws.length);
  });
});

describe('a record sealed to readers', () => {
  it('holds any bytes, for every reader once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        fc.subarray([0, 1, 2], { minLength: 1 }),
        async (plaintext, who) => {
          const keys = who.map((position) => [ada, next, node][position]!);
          const stored = await sealForReaders(
            plaintext,
            [...keys, ...keys].map((key) => key.reader()),
          );
          expect(sealedReaders(stored)).toEqual(keys.map((key) => key.publicKeys.wrap.kid));
          for (const key of [ada, next, node]) {
            if (keys.includes(key)) expect(Buffer.from(await openSealed(stored, key))).toEqual(Buffer.from(plaintext));
            else await expect(openSealed(stored, key)).rejects.toMatchObject({ code: 'not-a-reader' });
          }
        },
      ),
      { numRuns: 15 },
    );
  });

  it('needs a reader', async () => {
    await expect(sealForReaders(Buffer.from('x'), [])).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('does not show twice the same', async () => {
    const [one, other] = await Promise.all([1, 2].map(() => sealForReaders(Buffer.from('same'), [ada.reader()])));
    const parts = [one!, other!].map((stored) => JSON.parse(Buffer.from(stored).toString()) as Record<string, string>);
    for (const member of ['iv', 'ciphertext', 'tag']) expect(parts[0]![member]).not.toBe(parts[1]![member]);
  });

  describe('changed by the store (promises 1 and 7)', () => {
    type Jwe = Record<string, unknown> & { recipients: { header: Record<string, string>; encrypted_key: string }[] };
    const changed = async (change: (jwe: Jwe) => void): Promise<Uint8Array> => {
      const jwe = JSON.parse(Buffer.from(await sealForReaders(Buffer.from('x'), [ada.reader()])).toString()) as Jwe;
      change(jwe);
      return Buffer.from(JSON.stringify(jwe));
    };
    const header = { enc: 'A256CBC-HS512', typ: 'coretex-vault/v1/sealed' };

    it.each<[string, (jwe: Jwe) => void]>([
      ['another way to wrap', (jwe) => (jwe.recipients[0]!.header['alg'] = 'RSA1_5')],
      ['an unknown way to wrap', (jwe) => (jwe.recipients[0]!.header['alg'] = 'dir')],
      ['a member more in a header', (jwe) => (jwe.recipients[0]!.header['zip'] = 'DEF')],
      ['the same reader twice', (jwe) => jwe.recipients.push(jwe.recipients[0]!)],
      ['no readers', (jwe) => (jwe.recipients = [])],
      ['an AAD', (jwe) => (jwe['aad'] = 'AA')],
      ['an unprotected header', (jwe) => (jwe['unprotected'] = { zip: 'DEF' })],
      ['another content encryption', (jwe) => (jwe['protected'] = encode({ ...header, enc: 'A256GCM' }))],
      ['a header with alg', (jwe) => (jwe['protected'] = encode({ ...header, alg: 'dir' }))],
      ['another type', (jwe) => (jwe['protected'] = encode({ ...header, typ: 'coretex-vault/v1/secret' }))],
      ['an empty tag', (jwe) => (jwe['tag'] = '')],
      ['a short tag', (jwe) => (jwe['tag'] = String(jwe['tag']).slice(0, 22))],
      ['an empty ciphertext', (jwe) => (jwe['ciphertext'] = '')],
      ['a number for a text', (jwe) => (jwe['iv'] = 7)],
      ['an empty key', (jwe) => (jwe.recipients[0]!.encrypted_key = '')],
      ['a key of another length', (jwe) => (jwe.recipients[0]!.encrypted_key = 'AAAA')],
    ])('%s is refused', async (_name, change) => {
      await expect(openSealed(await changed(change), ada)).rejects.toMatchObject({ ...damaged, details: {} });
    });

    it('a later version says so', async () => {
      const later = await changed((jwe) => {
        jwe['protected'] = encode({ typ: 'coretex-vault/v2/sealed', enc: 'ML-KEM' });
        jwe['anything'] = 'else';
      });
      await expect(openSealed(later, ada)).rejects.toMatchObject({ code: 'unsupported-version' });
      expect(() => sealedReaders(later)).toThrow(VaultError);
    });

    it('no content key of a wrong size is used, in either suite', async () => {
      const { wrapKey } = await import('../../../main/crypto/master-key.js');
      for (const key of [ada, node]) {
        const jwe = JSON.parse(Buffer.from(await sealForReaders(Buffer.from('x'), [key.reader()])).toString()) as Jwe;
        const short = wrapKey(key.reader(), Buffer.alloc(32)).encryptedKey;
        jwe.recipients[0]!.encrypted_key = Buffer.from(short).toString('base64url');
        await expect(openSealed(Buffer.from(JSON.stringify(jwe)), key)).rejects.toMatchObject(damaged);
      }
    });

    it('whatever bytes it gives, the answer is one of ours', async () => {
      const ours = ['damaged', 'unsupported-version', 'not-a-reader'];
      const refusal = (work: () => Promise<unknown>): Promise<unknown> =>
        Promise.resolve().then(work).then(() => 'opened', (error: unknown) => (error instanceof VaultError ? error.code : error)); // prettier-ignore
      const key = SecretBytes.random(64);
      const anything = fc.oneof(
        fc.uint8Array({ maxLength: 200 }),
        fc.json().map((json) => Buffer.from(json)),
        fc.tuple(fc.constantFrom(encode(header), encode({ ...header, alg: 'dir', epoch: 1 }), ''), fc.string()).map(([head, rest]) => Buffer.from(`${head}..${rest}`)),
        fc.record({ protected: fc.constant(encode(header)), recipients: fc.jsonValue(), iv: fc.jsonValue(), tag: fc.jsonValue() }).map((jwe) => Buffer.from(JSON.stringify(jwe))),
      ); // prettier-ignore
      await fc.assert(
        fc.asyncProperty(anything, async (bytes) => {
          const text = Buffer.from(bytes).toString('latin1');
          for (const work of [
            () => openSealed(bytes, ada), () => openWithKey(text, () => key), () => verifyRecord(typ, text, ada.publicKeys.sign),
            () => Promise.resolve(readUnverified(text)),
          ]) expect(ours).toContain(await refusal(work)); // prettier-ignore
        }),
        { numRuns: 300 },
      );
    });
  });
});

describe('a record sealed with a project’s key', () => {
  const key = SecretBytes.random(64);

  it('opens with the key of its epoch', async () => {
    const jwe = await sealWithKey(Buffer.from('text'), key, 3);
    const asked: number[] = [];
    const opened = await openWithKey(jwe, (epoch) => {
      asked.push(epoch);
      return Promise.resolve(key);
    });
    expect(Buffer.from(opened).toString()).toBe('text');
    expect(asked).toEqual([3]);
  });

  it('with another key, another epoch in its header or a key we lack, is refused', async () => {
    const jwe = await sealWithKey(Buffer.from('text'), key, 3);
    await expect(openWithKey(jwe, () => SecretBytes.random(64))).rejects.toMatchObject(damaged);
    const header = { alg: 'dir', enc: 'A256CBC-HS512', typ: 'coretex-vault/v1/sealed', epoch: 4 };
    const moved = [encode(header), ...jwe.split('.').slice(1)].join('.');
    await expect(openWithKey(moved, () => key)).rejects.toMatchObject(damaged);
    const lacking = (): never => {
      throw new VaultError('not-a-reader');
    };
    await expect(openWithKey(jwe, lacking)).rejects.toMatchObject({ code: 'not-a-reader' });
  });

  it('takes only keys and epochs that are ones', async () => {
    const invalid = { code: 'invalid-input' };
    await expect(sealWithKey(Buffer.from('x'), SecretBytes.random(32), 1)).rejects.toMatchObject(invalid);
    for (const epoch of [0, -1, 1.5, NaN]) {
      await expect(sealWithKey(Buffer.from('x'), key, epoch)).rejects.toMatchObject(invalid);
    }
    expect(() => deriveRecordKey(SecretBytes.random(31), randomId(), 'file-record')).toThrow(VaultError);
    expect(() => deriveRecordKey(SecretBytes.random(32), 'project', 'file-record')).toThrow(VaultError);
  });

  it('has another key for every project, purpose and project key', () => {
    const [one, other] = [SecretBytes.random(32), SecretBytes.random(32)];
    const [p, q] = [randomId(), randomId()];
    const keys = [
      deriveRecordKey(one, p, 'file-record'), deriveRecordKey(one, p, 'project-name'),
      deriveRecordKey(one, q, 'file-record'), deriveRecordKey(other, p, 'file-record'),
    ].map(({ bytes }) => bytes.toString('hex')); // prettier-ignore
    expect(new Set(keys).size).toBe(4);
    expect(one.disposed).toBe(false);
  });
});

describe('HKDF-SHA256', () => {
  it('is the one of Node', () => {
    const bytes = fc.uint8Array({ maxLength: 100 });
    fc.assert(
      fc.property(
        bytes,
        bytes,
        fc.uint8Array({ maxLength: 50 }),
        fc.integer({ min: 1, max: 200 }),
        (key, salt, info, length) => {
          const before = Buffer.from(key);
          const expected = Buffer.from(hkdfSync('sha256', key, salt, info, length));
          expect(hkdfSha256(key, salt, info, length).bytes).toEqual(expected);
          expect(Buffer.from(key)).toEqual(before);
        },
      ),
    );
  });
});
