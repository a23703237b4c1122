/** Keys of passphrases that nobody has seen before, against the reference's library. Skipped where python3-pycryptodome is missing. */
import { randomBytes, randomInt } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { derivePrivateKeys } from '../../main/crypto/master-key-derivation.js';
import { deriveRsaKey } from '../../main/crypto/rsa-derivation.js';
import { ctrStream, sha256ChainStream } from '../../main/crypto/seed-stream.js';
import { hkdfSync } from 'node:crypto';
import { pythonWith, referenceKeys } from './keys-python.js';

const python = pythonWith('Cryptodome');
const withArgon2 = pythonWith('Cryptodome', 'argon2');

const randomPassphrases = (count: number): Buffer[] =>
  Array.from({ length: count }, () => randomBytes(randomInt(1, 200)));

const rsaSeedOf = (stretched: Buffer): Buffer =>
  Buffer.from(hkdfSync('sha256', stretched, '', 'coretex-vault/v1/rsa', 32));

describe.skipIf(python === null)(
  'the same passphrase gives the same key as PyCryptodome (python3-pycryptodome)',
  () => {
    const reference = python ?? '';

    it.each([
      { bits: 2048, count: 8 },
      { bits: 3072, count: 1 },
      { bits: 4096, count: 1 },
      // lengths that no suite offers, but that show the rules for sizes, floors and masks: odd, and not whole bytes
      { bits: 1025, count: 8 },
      { bits: 1030, count: 8 },
      { bits: 1483, count: 4 },
    ])('coretex stream, $bits bits, $count random passphrases', { timeout: 180_000 }, ({ bits, count }) => {
      const passphrases = randomPassphrases(count);
      const cases = passphrases.map((passphrase) => ({
        suite: 'coretex',
        bits,
        passphrase: passphrase.toString('hex'),
      }));
      const expected = referenceKeys(reference, cases).map(({ pkcs8 }) => pkcs8);
      const derived = passphrases.map((passphrase) =>
        deriveRsaKey(sha256ChainStream(passphrase), bits).toString('hex'),
      );
      expect(derived).toEqual(expected);
    });

    it.each([
      { bits: 2048, count: 6 },
      { bits: 3072, count: 1 },
    ])('vault stream, $bits bits, $count random seeds', { timeout: 180_000 }, ({ bits, count }) => {
      const seeds = Array.from({ length: count }, () => randomBytes(32));
      const cases = seeds.map((seed) => ({ suite: 'vault', bits, stretched: seed.toString('hex') }));
      const expected = referenceKeys(reference, cases).map(({ pkcs8 }) => pkcs8);
      expect(seeds.map((seed) => deriveRsaKey(ctrStream(rsaSeedOf(seed)), bits).toString('hex'))).toEqual(expected);
    });
  },
);

describe.skipIf(withArgon2 === null)('the whole vault suite, from passphrase to keys (python3-argon2)', () => {
  it.each(['plain words', 'ﬁne №① Å ｆｕｌｌ', ' spaces kept ', Buffer.from('ff00fe41', 'hex')])(
    '%s',
    { timeout: 60_000 },
    (typed) => {
      const passphrase = Buffer.from(typed as string);
      const kdf = {
        alg: 'argon2id',
        memoryKib: 65_536,
        iterations: 3,
        parallelism: 1,
        salt: randomBytes(16).toString('base64url'),
      } as const;
      const parameters = { suite: 'vault', bits: 2048, kdf } as const;
      const [expected] = referenceKeys(withArgon2 ?? '', [{ ...parameters, passphrase: passphrase.toString('hex') }]);
      const { wrap, sign } = derivePrivateKeys(passphrase, parameters);
      expect(wrap.toString('hex')).toBe(expected?.pkcs8);
      expect(sign.subarray(-32).toString('hex')).toBe(expected?.signSeed);
    },
  );
});
