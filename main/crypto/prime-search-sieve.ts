/** Trial division of large candidates by all small odd primes at once, in plain floating point and without allocating. */

const bytesPerLimb = 3;

/** Odd primes below `bound`, by the sieve of Eratosthenes. */
export function oddPrimesBelow(bound: number): number[] {
  const composite = new Uint8Array(bound);
  const primes: number[] = [];
  for (let n = 3; n < bound; n += 2) {
    if (composite[n] === 1) continue;
    primes.push(n);
    for (let multiple = n * n; multiple < bound; multiple += 2 * n) composite[multiple] = 1;
  }
  return primes;
}

/**
 * Finds small factors of candidates of one length. Each prime has a row with the remainders of 2^(24·i), so a candidate's
 * remainder is one sum over its 24-bit limbs. A limb times a remainder stays below 2^24 · 2^16, and the sum over at most 342
 * limbs (8192 bits) below 2^49: doubles hold it exactly.
 */
export class SmallFactorSieve {
  readonly #primes: readonly number[];
  readonly #powers: Float64Array;
  readonly #limbs: Float64Array;

  /** @param bound divides by every odd prime below it; at most 65,536 */
  constructor(byteLength: number, bound: number) {
    const limbCount = Math.ceil(byteLength / bytesPerLimb);
    this.#primes = oddPrimesBelow(bound);
    this.#limbs = new Float64Array(limbCount);
    this.#powers = new Float64Array(this.#primes.length * limbCount);
    this.#primes.forEach((prime, row) => {
      let power = 1;
      for (let i = 0; i < limbCount; i++) {
        this.#powers[row * limbCount + i] = power;
        power = (power * 2 ** (8 * bytesPerLimb)) % prime;
      }
    });
  }

  /** Whether one of the primes divides `candidate` (big-endian, of the length given at construction). */
  dividesAny(candidate: Uint8Array): boolean {
    this.#load(candidate);
    const limbs = this.#limbs;
    const powers = this.#powers;
    let cell = 0;
    for (const prime of this.#primes) {
      let sum = 0;
      for (const limb of limbs) sum += limb * (powers[cell++] ?? 0);
      if (sum === Math.floor(sum / prime) * prime) return true;
    }
    return false;
  }

  /** SECURITY (promise 9): the limbs hold the last candidate, which is a factor of the key. */
  wipe(): void {
    this.#limbs.fill(0);
  }

  #load(candidate: Uint8Array): void {
    const byteAt = (fromEnd: number): number => candidate[candidate.length - 1 - fromEnd] ?? 0;
    for (let i = 0; i < this.#limbs.length; i++) {
      const at = i * bytesPerLimb;
      this.#limbs[i] = byteAt(at) + byteAt(at + 1) * 2 ** 8 + byteAt(at + 2) * 2 ** 16;
    }
  }
}
