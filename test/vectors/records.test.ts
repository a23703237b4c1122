import { beforeAll, describe, expect, it } from 'vitest';
import { accountSummary, openPreviousKeys, parseCard, verifyCard } from '../../main/crypto/account-card.js';
import { unwrapMasterKey } from '../../main/crypto/device-wrap.js';
import { decodeFrames } from '../../main/crypto/index-box.js';
import { deriveRecordKey, openWithKey } from '../../main/crypto/keyed-record.js';
import type { MasterKey } from '../../main/crypto/master-key.js';
import { objectHash } from '../../main/crypto/object-hash.js';
import { openSealed, sealedReaders } from '../../main/crypto/sealed-record.js';
import { readUnverified, verifyRecord } from '../../main/crypto/signed-record.js';
import { secret, vectorKey, vectors } from './records-vectors.js';
import { cutsAndShifts, flips, tally } from './tampering.js';

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');
const refused = ['damaged', 'unsupported-version', 'not-a-reader', 'weak-parameters'];

describe('frozen records (records.json)', () => {
  let ada: MasterKey;
  let next: MasterKey;
  let node: MasterKey;
  const keys = (): Record<string, MasterKey> => ({ ada, adaNext: next, node });
  beforeAll(async () => {
    [ada, next, node] = await Promise.all([vectorKey('ada'), vectorKey('adaNext'), vectorKey('node')]);
  });

  describe('sealed to readers', () => {
    const stored = latin1(vectors.sealed.stored);

    it('open for each reader, and for nobody else', async () => {
      expect(textOf(await openSealed(stored, ada))).toBe(vectors.sealed.plaintext);
      expect(textOf(await openSealed(stored, node))).toBe(vectors.sealed.plaintext);
      expect((await openSealed(latin1(vectors.sealedEmpty.stored), next)).length).toBe(0);
      await expect(openSealed(stored, next)).rejects.toMatchObject({ code: 'not-a-reader' });
      expect(sealedReaders(stored)).toEqual([ada.publicKeys.wrap.kid, node.publicKeys.wrap.kid]);
      expect(objectHash(stored)).toBe(vectors.sealed.hash);
    });

    it('with a bit flipped in any byte, never open differently, and never for every reader (promise 1)', async () => {
      const plaintext = await openSealed(stored, ada);
      // The one part that a reader cannot check is another reader's own copy of the content key.
      const unnoticed = await Promise.all(
        [ada, node].map(async (reader) => {
          const positions = new Set<number>();
          const open = async ({ position, changed }: { position: number; changed: Buffer }): Promise<Uint8Array> => {
            const opened = await openSealed(changed, reader);
            positions.add(position);
            return opened;
          };
          const cases = new Map(Array.from(flips(stored), (flip) => [flip.changed, flip]));
          const outcomes = await tally(cases.values(), (changed) => open(cases.get(changed)!), plaintext);
          expect(Object.keys(outcomes).filter((outcome) => outcome !== 'same' && !refused.includes(outcome))).toEqual([]);
          return positions;
        }),
      );
      expect(unnoticed.map(({ size }) => size > 0)).toEqual([true, true]);
      expect([...unnoticed[0]!].filter((position) => unnoticed[1]!.has(position))).toEqual([]);
    });

    it('sealed to one reader alone, no flipped bit goes unnoticed (promise 1)', async () => {
      const empty = latin1(vectors.sealedEmpty.stored);
      const outcomes = await tally(flips(empty), (changed) => openSealed(changed, next), new Uint8Array());
      expect(outcomes.same).toBeUndefined();
      expect(outcomes.damaged).toBeGreaterThan(empty.length * 0.9);
    });

    it('cut, doubled or dropped bytes are refused', async () => {
      const empty = latin1(vectors.sealedEmpty.stored);
      const outcomes = await tally(cutsAndShifts(empty, 5), (changed) => openSealed(changed, next), null);
      expect(Object.keys(outcomes).filter((outcome) => !refused.includes(outcome))).toEqual([]);
    });
  });

  describe('signed', () => {
    it('verify, with the key and kind they were made for', async () => {
      expect(vectors.signed.map(({ alg }) => alg).sort()).toEqual(['EdDSA', 'RS256']);
      for (const { key, typ, payload, stored } of vectors.signed) {
        const { publicKeys } = keys()[key]!;
        expect(await verifyRecord(typ, stored, publicKeys.sign)).toEqual(payload);
        expect(readUnverified(stored)).toEqual({ kid: publicKeys.sign.kid, typ, payload });
      }
    });

    it('with a bit flipped in any byte, or bytes cut, doubled or dropped, never verify (promise 1)', async () => {
      for (const { key, typ, payload, stored } of vectors.signed) {
        const { sign } = keys()[key]!.publicKeys;
        const open = (changed: Buffer): Promise<unknown> => verifyRecord(typ, changed.toString('latin1'), sign);
        expect((await tally(flips(latin1(stored)), open, payload)).same).toBeUndefined();
        expect((await tally(cutsAndShifts(latin1(stored)), open, payload)).same).toBeUndefined();
      }
    });
  });

  describe('sealed with a project’s key', () => {
    const { projectKey, projectId, records } = vectors.keyed;

    it('open with the key that the project’s key gives', async () => {
      for (const { purpose, key, epoch, plaintext, stored } of records) {
        const derived = deriveRecordKey(secret(projectKey), projectId, purpose);
        expect(derived.equals(secret(key))).toBe(true);
        const opened = await openWithKey(stored, (asked) => {
          expect(asked).toBe(epoch);
          return derived;
        });
        expect(textOf(opened)).toBe(plaintext);
      }
    });

    it('with a bit flipped in any byte, or bytes cut, doubled or dropped, never open (promise 1)', async () => {
      for (const { key, plaintext, stored } of records) {
        const open = (changed: Buffer): Promise<Uint8Array> => openWithKey(changed.toString('latin1'), () => secret(key));
        expect((await tally(flips(latin1(stored)), open, latin1(plaintext))).same).toBeUndefined();
        expect((await tally(cutsAndShifts(latin1(stored), 3), open, latin1(plaintext))).same).toBeUndefined();
      }
    });
  });

  describe('account cards', () => {
    const before = (position: number): Buffer | undefined =>
      vectors.cards[position]!.version === 1 ? undefined : latin1(vectors.cards[position - 1]!.stored);

    it('verify and tell who it is', async () => {
      for (const [position, { key, id, version, stored, summary }] of vectors.cards.entries()) {
        const card = await verifyCard(latin1(stored), id, version, before(position));
        expect(card.keys).toEqual(keys()[key]!.publicKeys);
        expect(accountSummary(card)).toEqual(summary);
        expect(parseCard(latin1(stored))).toEqual(card);
      }
    });

    it('give back the key that a later version replaced', async () => {
      const [first, second] = vectors.cards.map(({ stored }) => parseCard(latin1(stored)));
      const opened = await openPreviousKeys(second!, first!, next);
      expect(opened.publicKeys).toEqual(ada.publicKeys);
      expect(textOf(await openSealed(latin1(vectors.sealed.stored), opened))).toBe(vectors.sealed.plaintext);
    });

    it('with a bit flipped in any byte, never verify (promises 1 and 2)', { timeout: 120_000 }, async () => {
      for (const [position, { id, version, stored }] of vectors.cards.entries()) {
        const open = (changed: Buffer): Promise<unknown> => verifyCard(changed, id, version, before(position));
        const original = parseCard(latin1(stored));
        expect((await tally(flips(latin1(stored)), open, original)).same).toBeUndefined();
        expect((await tally(cutsAndShifts(latin1(stored), 37), open, original)).same).toBeUndefined();
      }
    });
  });

  describe('the master key under a device key', () => {
    it('opens with that key', async () => {
      for (const { key, deviceKey, stored } of vectors.deviceWrap) {
        const opened = await unwrapMasterKey(stored, secret(deviceKey));
        expect(opened.publicKeys).toEqual(keys()[key]!.publicKeys);
      }
    });

    it('with a bit flipped in any byte, or bytes cut, doubled or dropped, never opens (promise 1)', async () => {
      for (const { deviceKey, stored } of vectors.deviceWrap) {
        const open = (changed: Buffer): Promise<unknown> => unwrapMasterKey(changed.toString('latin1'), secret(deviceKey));
        expect((await tally(flips(latin1(stored)), open, null)).damaged).toBeGreaterThan(stored.length * 0.9);
        await tally(cutsAndShifts(latin1(stored), 37), open, null);
      }
    });
  });

  describe('frames of the local index', () => {
    const stored = Buffer.from(vectors.index.stored, 'base64url');
    const open = (bytes: Uint8Array): string[] => decodeFrames(secret(vectors.index.key), bytes).frames.map(textOf);

    it('open in their order', () => {
      expect(open(stored)).toEqual(vectors.index.frames);
    });

    it('with a bit flipped in any byte, never open (promise 1)', async () => {
      expect(await tally(flips(stored), open, vectors.index.frames)).toEqual({ damaged: stored.length });
    });
  });
});
