/** From a byte stream to an RSA private key, equal bit for bit to PyCryptodome's `RSA.generate`: docs/protocol.md section 2. */
import { derInteger, derNull, derObjectId, derOctets, derSequence } from './der.js';
import { greatestCommonDivisor, integerBytes, integerFrom, inverseModulo } from './integers.js';
import { expectedCandidates, publicExponent, searchPrime } from './prime-search.js';
import type { SeedStream } from './seed-stream.js';

/** Hears how far the search is (0 to 1, an estimate) before each candidate is tested; may throw to stop it. */
export type DerivationWatch = (fraction: number) => void;

/**
 * Draws both factors from the stream and puts the smaller one first. Big-endian; the caller wipes them.
 * @param bits length of the modulus, at least 1024
 */
export function deriveRsaFactors(stream: SeedStream, bits: number, watch?: DerivationWatch): readonly [Buffer, Buffer] {
  const bitsOfQ = Math.floor(bits / 2);
  const bitsOfP = bits - bitsOfQ;
  const half = (index: number, sizeBits: number) => (tested: number) =>
    watch?.((index + 1 - Math.exp(-tested / expectedCandidates(sizeBits))) / 2);
  const p = searchPrime({ stream, bits: bitsOfP, checkpoint: half(0, bitsOfP) });
  try {
    const apartFrom = { factor: p, minDistanceBits: bitsOfQ - 100 };
    const q = searchPrime({ stream, bits: bitsOfQ, apartFrom, checkpoint: half(1, bitsOfQ) });
    return integerFrom(p) < integerFrom(q) ? [p, q] : [q, p];
  } catch (error) {
    p.fill(0);
    throw error;
  }
}

/** Derives the key and gives it as PKCS#8 DER (RFC 5208). SECURITY (promise 9): run it on a worker thread; the caller wipes the result. */
export function deriveRsaKey(stream: SeedStream, bits: number, watch?: DerivationWatch): Buffer {
  const [p, q] = deriveRsaFactors(stream, bits, watch);
  try {
    return encodeRsaPrivateKey(integerFrom(p), integerFrom(q));
  } finally {
    p.fill(0);
    q.fill(0);
  }
}

/** PKCS#8 around RFC 8017 A.1.2's RSAPrivateKey: 0, n, e, d, p, q, d mod (p − 1), d mod (q − 1), q^−1 mod p. */
function encodeRsaPrivateKey(p: bigint, q: bigint): Buffer {
  const e = BigInt(publicExponent);
  const lambda = ((p - 1n) * (q - 1n)) / greatestCommonDivisor(p - 1n, q - 1n);
  const d = inverseModulo(e, lambda);
  const numbers = [0n, p * q, e, d, p, q, d % (p - 1n), d % (q - 1n), inverseModulo(q, p)];
  const privateKey = derSequence(...numbers.map((number) => derInteger(integerBytes(number))));
  const algorithm = derSequence(derObjectId('1.2.840.113549.1.1.1'), derNull());
  return derSequence(derInteger(Uint8Array.of(0)), algorithm, derOctets(privateKey));
}
