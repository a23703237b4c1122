/**
 * The search for one prime factor: docs/protocol.md section 2. What must match the reference is which bytes are drawn and in
 * which order; how a candidate is decided is our own, faster way.
 */
import { checkPrimeSync } from 'node:crypto';
import { SmallFactorSieve } from './prime-search-sieve.js';
import type { SeedStream } from './seed-stream.js';
import { allocateSecret } from './secret-bytes.js';

/** 2^16 + 1: the public exponent of every master key. */
export const publicExponent = 65_537;

export type PrimeSearch = Readonly<{
  stream: SeedStream;
  bits: number;
  /** The candidate must differ from this number by more than 2^minDistanceBits. */
  apartFrom?: Readonly<{ factor: Uint8Array; minDistanceBits: number }>;
  /** Called after each candidate that reached the primality test, and before the costly native one: may throw to stop. */
  checkpoint?: (tested: number) => void;
}>;

/** The next prime of the stream, big-endian in ceil(bits / 8) bytes. The caller wipes it. */
export function searchPrime({ stream, bits, apartFrom, checkpoint }: PrimeSearch): Buffer {
  const candidate = allocateSecret(Math.ceil(bits / 8));
  const base = Buffer.alloc(candidate.length);
  const limit = Buffer.alloc(candidate.length);
  const floor = sqrtOfHalf(bits);
  const sieve = new SmallFactorSieve(candidate.length, sieveBound(bits));
  const mayBeFactor = (): boolean =>
    candidate.compare(floor) > 0 &&
    remainderByExponent(candidate) !== 1 &&
    (apartFrom === undefined || distanceExceeds(candidate, apartFrom.factor, apartFrom.minDistanceBits));
  try {
    for (let tested = 0; ;) {
      draw(stream, candidate, bits, true);
      candidate[candidate.length - 1] = (candidate.at(-1) ?? 0) | 1;
      if (!mayBeFactor()) continue;
      checkpoint?.(tested++);
      subtractFour(candidate, limit);
      drawBase(stream, base, limit, bits);
      if (sieve.dividesAny(candidate) || !isPrime(candidate)) continue;
      for (let round = 1; round < millerRabinRounds(bits); round++) drawBase(stream, base, limit, bits);
      return candidate;
    }
  } catch (error) {
    candidate.fill(0);
    throw error;
  } finally {
    sieve.wipe();
    limit.fill(0);
    base.fill(0);
  }
}

/** How many candidates reach the primality test on average: half the primes' spacing, as all are odd. For progress only. */
export const expectedCandidates = (bits: number): number => (bits * Math.LN2) / 2;

/**
 * Decides a candidate without small factors. A composite ends in the first round with random bases, so we count one base for
 * each, as the reference spends: the chance that one survives a round anywhere in a search is below 2^-40 at 1024 bits and falls
 * with the length (Damgård, Landrock and Pomerance 1993). A prime takes 64 rounds and more in OpenSSL whatever is asked;
 * BoringSSL does what is asked, and 32 rounds err with at most 2^-64 even on numbers made to deceive.
 */
const isPrime = (candidate: Buffer): boolean => checkPrimeSync(candidate, { checks: 32 });

/** Rounds of Miller–Rabin, and so bases, that the reference spends on a prime of this length (FIPS 186-4, error below 10^-30). */
export function millerRabinRounds(bits: number): number {
  const table = [
    [220, 30],
    [280, 20],
    [390, 15],
    [512, 10],
    [620, 7],
    [740, 6],
    [890, 5],
    [1200, 4],
    [1700, 3],
    [3700, 2],
  ] as const;
  return table.find(([below]) => bits < below)?.[1] ?? 1;
}

/** draw(bits, exact): the first byte is masked to the significant bits, its top one set when `exact`. */
function draw(stream: SeedStream, target: Buffer, bits: number, exact: boolean): void {
  stream.fill(target);
  const significant = 8 - (8 * target.length - bits);
  const first = (target[0] ?? 0) | (exact ? 1 << (significant - 1) : 0);
  target[0] = first & ((1 << significant) - 1);
}

/** A base of one round: drawn until it is at most candidate − 4. Adding 2 then never gives 1 or candidate − 1. */
function drawBase(stream: SeedStream, base: Buffer, limit: Buffer, bits: number): void {
  do draw(stream, base, bits, false);
  while (base.compare(limit) > 0);
}

/** Writes number − 4 into `result`; the candidate is so large that this keeps its bit length. */
function subtractFour(number: Buffer, result: Buffer): void {
  number.copy(result);
  let borrow = 4;
  for (let i = result.length - 1; borrow > 0 && i >= 0; i--) {
    const difference = (result[i] ?? 0) - borrow;
    result[i] = difference & 0xff;
    borrow = difference < 0 ? 1 : 0;
  }
}

/** number mod 65537, by 2^16 ≡ −1: the alternating sum of its 16-bit digits. gcd(number − 1, e) = 1 unless this is 1. */
export function remainderByExponent(number: Uint8Array): number {
  let sum = 0;
  for (let fromEnd = 0; fromEnd < number.length; fromEnd++) {
    const byte = number[number.length - 1 - fromEnd] ?? 0;
    const digit = byte << (8 * (fromEnd & 1));
    sum += (fromEnd & 2) === 0 ? digit : -digit;
  }
  return ((sum % publicExponent) + publicExponent) % publicExponent;
}

/** Whether |a − b| > 2^bits, for big-endian numbers of any lengths. */
export function distanceExceeds(a: Uint8Array, b: Uint8Array, bits: number): boolean {
  const byteLength = Math.max(a.length, b.length);
  const left = leftPadded(a, byteLength);
  const right = leftPadded(b, byteLength);
  const [larger, smaller] = left.compare(right) >= 0 ? [left, right] : [right, left];
  let borrow = 0;
  for (let i = byteLength - 1; i >= 0; i--) {
    const difference = (larger[i] ?? 0) - (smaller[i] ?? 0) - borrow;
    larger[i] = difference & 0xff;
    borrow = difference < 0 ? 1 : 0;
  }
  const bound = Buffer.alloc(Math.max(byteLength, Math.floor(bits / 8) + 1));
  bound[bound.length - 1 - Math.floor(bits / 8)] = 1 << (bits % 8);
  const exceeds = leftPadded(larger, bound.length).compare(bound) > 0;
  larger.fill(0);
  smaller.fill(0);
  return exceeds;
}

const leftPadded = (number: Uint8Array, byteLength: number): Buffer => {
  const padded = Buffer.alloc(byteLength);
  padded.set(number, byteLength - number.length);
  return padded;
};

/** floor(sqrt(2^(2·bits − 1))): above it two factors of this length always give a modulus of full length. */
export function sqrtOfHalf(bits: number): Buffer {
  const square = 1n << BigInt(2 * bits - 1);
  let root = 1n << BigInt(bits);
  for (let next = (root + square / root) / 2n; next < root; next = (root + square / root) / 2n) root = next;
  return Buffer.from(root.toString(16).padStart(2 * Math.ceil(bits / 8), '0'), 'hex');
}

/** Where another division costs more than the native tests it saves (measured). */
const sieveBound = (bits: number): number => (bits <= 1024 ? 8_192 : bits <= 1536 ? 16_384 : 65_536);
