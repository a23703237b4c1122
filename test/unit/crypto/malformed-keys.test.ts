import { constants, publicEncrypt, randomBytes, randomInt, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { wrapKey } from '../../../main/crypto/master-key.js';
import { rsaPublicKey, wrapAlgOf } from '../../../main/crypto/rsa-public.js';
import { masterKeyOf } from './master-keys.js';

/** The whole count takes a minute; anything but CI is content with a part. */
const total = process.env['CI'] ? 100_000 : 6_000;

/** Every way to be wrong, in turn: noise, near misses of a right one, wrong lengths, and numbers at the edges. */
function malformed(publicKey: KeyObject, good: Uint8Array, round: number): Buffer {
  const raw = (encoded: Buffer): Buffer =>
    publicEncrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, encoded);
  const flipped = Buffer.from(good);
  flipped[randomInt(flipped.length)]! ^= 1 << randomInt(8);
  const small = Buffer.alloc(256);
  small.writeUInt32BE(round, 252);
  const encoded = Buffer.concat([Buffer.from([0, round & 3]), randomBytes(254)]);
  const shapes = [
    () => randomBytes(256),
    () => flipped,
    () => randomBytes(randomInt(600)),
    () => Buffer.concat([good, randomBytes(1)]),
    () => Buffer.from(good.subarray(randomInt(1, 256))),
    () => small,
    () => raw(encoded),
  ];
  return (shapes[round % shapes.length] ?? shapes[0]!)();
}

describe('promise 7: malformed ciphertexts give one error class, no crash, no oracle', () => {
  it.each(['vault', 'coretex'] as const)(
    `${total / 2} of them to a key of the %s suite`,
    { timeout: 900_000 },
    async (suite) => {
      using key = await masterKeyOf(suite);
      const alg = wrapAlgOf(suite);
      const contentKey = randomBytes(64);
      const publicKey = rsaPublicKey(key.publicKeys.wrap);
      const good = wrapKey(key.reader(), contentKey).encryptedKey;
      const outcomes = new Map<string, number>();
      for (let round = 0; round < total / 2; round++) {
        const outcome = outcomeOf(() => key.unwrap(alg, malformed(publicKey, good, round), 64).bytes, contentKey);
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      }
      const only =
        suite === 'vault'
          ? 'VaultError damaged: A sealed key is damaged or was not sealed for this account.'
          : 'other bytes of the right length';
      expect([...outcomes]).toEqual([[only, total / 2]]);
      expect(key.unwrap(alg, good, 64).bytes.equals(contentKey)).toBe(true);
    },
  );
});

function outcomeOf(unwrap: () => Buffer, contentKey: Buffer): string {
  try {
    const bytes = unwrap();
    if (bytes.equals(contentKey)) return 'the right key';
    return bytes.length === 64 ? 'other bytes of the right length' : `${bytes.length} bytes`;
  } catch (error) {
    const { name, code, message } = error as { name: string; code: string; message: string };
    return `${name} ${code}: ${message}`;
  }
}
