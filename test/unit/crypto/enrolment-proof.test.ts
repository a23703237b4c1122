import { createHmac, hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { createCard, nextCard, verifyCard } from '../../../main/crypto/account-card.js';
import {
  enrolmentProof,
  generateEnrolmentCode,
  parseEnrolmentCode,
  provesEnrolment,
} from '../../../main/crypto/enrolment-proof.js';
import type { MasterKey } from '../../../main/crypto/master-key.js';
import { vectorKey } from '../../vectors/records-vectors.js';

const id = '00112233445566778899aabbccddeeff';
const invalid = expect.objectContaining({ code: 'invalid-input' }) as Error;
const alphabet = Array.from('0123456789ABCDEFGHJKMNPQRSTVWXYZ');

describe('an enrolment code', () => {
  const code = generateEnrolmentCode();

  it('has five groups of four, 95 bits of them random, and never comes twice', () => {
    expect(code).toMatch(/^(?:[0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(new Set(Array.from({ length: 500 }, generateEnrolmentCode)).size).toBe(500);
  });

  it('is read however people type it', () => {
    expect(parseEnrolmentCode(` ${code.toLowerCase().replaceAll('-', ' ')}\n`)).toBe(code);
    expect(parseEnrolmentCode(code.replaceAll('0', 'o').replaceAll('1', 'l'))).toBe(code);
    expect(parseEnrolmentCode(code.replaceAll('1', 'i'))).toBe(code);
  });

  it('gives every single wrong character away', () => {
    const characters = code.replaceAll('-', '');
    fc.assert(
      fc.property(fc.nat(19), fc.constantFrom(...alphabet), (position, other) => {
        fc.pre(characters[position] !== other);
        const wrong = characters.slice(0, position) + other + characters.slice(position + 1);
        expect(() => parseEnrolmentCode(wrong)).toThrow(invalid);
      }),
    );
  });

  it.each(['', 'ABCD', `${code}0`, code.slice(0, -1), code.replace(/^./, 'U'), 'é'.repeat(20)])(
    'is refused when it is none: %j',
    (text) => expect(() => parseEnrolmentCode(text)).toThrow(invalid),
  );
});

describe('the proof of an enrolment', () => {
  const code = generateEnrolmentCode();
  let node: MasterKey;
  let other: MasterKey;
  beforeAll(async () => {
    [node, other] = await Promise.all([vectorKey('node'), vectorKey('ada')]);
  });

  it('is what the protocol says, computed a second way', () => {
    const { wrap, sign } = node.publicKeys;
    const key = hkdfSync('sha256', code.replaceAll('-', ''), '', 'coretex-vault/v1/enrolment', 32);
    const mac = createHmac('sha256', Buffer.from(key));
    mac.update(`\0\0\0\x20${id}\0\0\0\x06gpu é\0\0\0\x2b${wrap.kid}\0\0\0\x2b${sign.kid}`);
    expect(enrolmentProof(code, { id, name: 'gpu é', keys: node.publicKeys })).toBe(mac.digest('base64url'));
  });

  it('speaks for one account, name, key pair and code', () => {
    const enrolling = { id, name: 'gpu', keys: node.publicKeys };
    const proof = enrolmentProof(code, enrolling);
    expect(provesEnrolment(proof, code.toLowerCase(), enrolling)).toBe(true);
    expect(provesEnrolment(proof, generateEnrolmentCode(), enrolling)).toBe(false);
    expect(provesEnrolment(proof, code, { ...enrolling, id: '1'.repeat(32) })).toBe(false);
    expect(provesEnrolment(proof, code, { ...enrolling, name: 'gpv' })).toBe(false);
    expect(provesEnrolment(proof, code, { ...enrolling, keys: other.publicKeys })).toBe(false);
    expect(provesEnrolment('', code, enrolling)).toBe(false);
  });

  it('stands on the first card of a node, covered by its signature, and on no other', async () => {
    const enrolment = enrolmentProof(code, { id, name: 'gpu', keys: node.publicKeys });
    const facts = { id, name: 'gpu', masterKey: node, kdf: null, enrolment };
    const stored = await createCard({ ...facts, kind: 'node' });
    const card = await verifyCard(stored, id, 1);
    expect(card.enrolment).toBe(enrolment);
    await expect(createCard({ ...facts, kind: 'person' })).rejects.toMatchObject({ code: 'damaged' });
    const next = await nextCard({ previousStored: stored, previous: card, oldKey: node, newKey: node, kdf: null });
    expect((await verifyCard(next, id, 2, stored)).enrolment).toBeUndefined();

    const jws = JSON.parse(Buffer.from(stored).toString()) as { payload: string };
    const payload = JSON.parse(Buffer.from(jws.payload, 'base64url').toString()) as object;
    const swapped = { ...payload, enrolment: enrolmentProof(generateEnrolmentCode(), card) };
    jws.payload = Buffer.from(JSON.stringify(swapped)).toString('base64url');
    await expect(verifyCard(Buffer.from(JSON.stringify(jws)), id, 1)).rejects.toMatchObject({ code: 'damaged' });
    const bare = await createCard({ id, name: 'gpu', masterKey: node, kdf: null, kind: 'node' });
    expect((await verifyCard(bare, id, 1)).enrolment).toBeUndefined();
  });
});
