import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { integerFrom } from '../../../main/crypto/integers.js';
import { oddPrimesBelow, SmallFactorSieve } from '../../../main/crypto/prime-search-sieve.js';
import {
  distanceExceeds,
  expectedCandidates,
  millerRabinRounds,
  publicExponent,
  remainderByExponent,
  searchPrime,
  sqrtOfHalf,
} from '../../../main/crypto/prime-search.js';
import { sha256ChainStream, type SeedStream } from '../../../main/crypto/seed-stream.js';
import { deriveRsaFactors } from '../../../main/crypto/rsa-derivation.js';

const number = fc.uint8Array({ minLength: 1, maxLength: 80 });

describe('arithmetic on bytes', () => {
  it('remainderByExponent is the remainder by 65537', () => {
    fc.assert(fc.property(number, (bytes) => BigInt(remainderByExponent(bytes)) === integerFrom(bytes) % 65_537n));
  });

  it('distanceExceeds compares |a − b| with a power of two', () => {
    fc.assert(
      fc.property(number, number, fc.integer({ min: 0, max: 600 }), (a, b, bits) => {
        const difference = integerFrom(a) - integerFrom(b);
        return distanceExceeds(a, b, bits) === (difference < 0n ? -difference : difference) > 1n << BigInt(bits);
      }),
    );
  });

  it.each([0, 1, -1, 255, -256])('distanceExceeds at the very bound, off by %i', (offset) => {
    const bound = 1n << 400n;
    const bytes = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(130, '0'), 'hex');
    const base = 1n << 500n;
    expect(distanceExceeds(bytes(base + bound + BigInt(offset)), bytes(base), 400)).toBe(offset > 0);
  });

  it('sqrtOfHalf is the integer square root of 2^(2·bits − 1)', () => {
    for (const bits of [8, 13, 512, 513, 1024, 1031]) {
      const root = integerFrom(sqrtOfHalf(bits));
      const square = 1n << BigInt(2 * bits - 1);
      expect(root * root <= square && (root + 1n) * (root + 1n) > square).toBe(true);
    }
  });
});

describe('SmallFactorSieve', () => {
  it('knows the odd primes', () => {
    expect(oddPrimesBelow(30)).toEqual([3, 5, 7, 11, 13, 17, 19, 23, 29]);
    expect(oddPrimesBelow(65_536)).toHaveLength(6_541);
  });

  it('finds a small factor exactly when there is one', () => {
    const primes = oddPrimesBelow(65_536);
    const sieve = new SmallFactorSieve(80, 65_536);
    const candidate = fc.uint8Array({ minLength: 80, maxLength: 80 });
    fc.assert(
      fc.property(candidate, (bytes) => {
        const value = integerFrom(bytes);
        return sieve.dividesAny(bytes) === primes.some((prime) => value % BigInt(prime) === 0n);
      }),
      { numRuns: 200 },
    );
  });

  it('is exact at the largest sums: every byte 255, and one more or less than a multiple', () => {
    const primes = oddPrimesBelow(65_536);
    const sieve = new SmallFactorSieve(1024, 65_536);
    const largest = integerFrom(Buffer.alloc(1024, 255));
    for (const value of [largest, largest - (largest % 65_521n), largest - (largest % 65_521n) + 1n]) {
      const bytes = Buffer.from(value.toString(16).padStart(2048, '0'), 'hex');
      expect(sieve.dividesAny(bytes)).toBe(primes.some((prime) => value % BigInt(prime) === 0n));
    }
  });
});

/** The reference's algorithm, word for word and without any of our shortcuts. */
function plainSearch(
  stream: SeedStream,
  bits: number,
  apartFrom?: { factor: bigint; minDistanceBits: number },
): bigint {
  const draw = (exact: boolean): bigint => {
    const bytes = Buffer.alloc(Math.ceil(bits / 8));
    stream.fill(bytes.subarray(0, 1));
    const significant = 8 - (8 * bytes.length - bits);
    if (exact) bytes[0]! |= 1 << (significant - 1);
    bytes[0]! &= (1 << significant) - 1;
    stream.fill(bytes.subarray(1));
    return BigInt(`0x${bytes.toString('hex')}`);
  };
  for (;;) {
    const candidate = draw(true) | 1n;
    const distance = candidate - (apartFrom?.factor ?? 0n);
    if (candidate * candidate <= 1n << BigInt(2 * bits - 1)) continue;
    if ((candidate - 1n) % BigInt(publicExponent) === 0n) continue;
    if (apartFrom && (distance < 0n ? -distance : distance) <= 1n << BigInt(apartFrom.minDistanceBits)) continue;
    const passes = (): boolean => {
      let base: bigint;
      do {
        do base = draw(false);
        while (base > candidate - 4n);
        base += 2n;
      } while (base === 1n || base === candidate - 1n);
      return millerRabinRound(candidate, base);
    };
    let prime = true;
    for (let round = 0; prime && round < millerRabinRounds(bits); round++) prime = passes();
    if (prime) return candidate;
  }
}

function millerRabinRound(candidate: bigint, base: bigint): boolean {
  let odd = candidate - 1n;
  let twos = 0;
  for (; odd % 2n === 0n; odd /= 2n) twos++;
  let power = 1n;
  for (let square = base, rest = odd; rest > 0n; rest >>= 1n, square = (square * square) % candidate)
    if (rest & 1n) power = (power * square) % candidate;
  for (let i = 0; i < twos; i++, power = (power * power) % candidate)
    if (power === candidate - 1n || (i === 0 && power === 1n)) return true;
  return false;
}

describe('searchPrime', () => {
  it('spends rounds as the reference does', () => {
    const lengths = [
      219, 220, 279, 280, 389, 390, 511, 512, 619, 620, 739, 740, 889, 890, 1199, 1200, 1699, 1700, 3699, 3700,
    ];
    expect(lengths.map(millerRabinRounds)).toEqual([30, 20, 20, 15, 15, 10, 10, 7, 7, 6, 6, 5, 5, 4, 4, 3, 3, 2, 2, 1]);
  });

  it('finds the same primes, and leaves the stream at the same place, as the plain algorithm', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.integer({ min: 200, max: 330 }), (seed, bits) => {
        const ours = sha256ChainStream(seed);
        const plain = sha256ChainStream(seed);
        for (let i = 0; i < 2; i++)
          expect(integerFrom(searchPrime({ stream: ours, bits }))).toBe(plainSearch(plain, bits));
      }),
      { numRuns: 25 },
    );
  });

  it('passes over candidates that are too near the other factor', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (seed) => {
        const bits = 256;
        const factor = searchPrime({ stream: sha256ChainStream(seed), bits });
        // a bound so wide that near candidates are common
        const minDistanceBits = 252;
        const q = searchPrime({ stream: sha256ChainStream(seed), bits, apartFrom: { factor, minDistanceBits } });
        const apartFrom = { factor: integerFrom(factor), minDistanceBits };
        expect(integerFrom(q)).toBe(plainSearch(sha256ChainStream(seed), bits, apartFrom));
        expect(q.equals(factor)).toBe(false);
      }),
      { numRuns: 15 },
    );
  });

  it('stops where its checkpoint throws', () => {
    const stop = new Error('stop');
    const search = (): Buffer =>
      searchPrime({
        stream: sha256ChainStream(Buffer.from('any')),
        bits: 1024,
        checkpoint: (tested) => {
          if (tested === 3) throw stop;
        },
      });
    expect(search).toThrow(stop);
  });

  it('reports progress that only grows, with about the expected number of candidates', () => {
    const fractions: number[] = [];
    deriveRsaFactors(sha256ChainStream(Buffer.from('progress')), 1024, (fraction) => fractions.push(fraction));
    expect(fractions.length).toBeGreaterThan(2);
    expect(fractions.every((fraction, i) => fraction >= (fractions[i - 1] ?? 0) && fraction <= 1)).toBe(true);
    expect(expectedCandidates(1024)).toBeCloseTo(354.9, 1);
  });
});
