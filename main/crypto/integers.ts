/**
 * Arithmetic on non-negative BigInts for RSA keys. SECURITY (promise 9): BigInts cannot be wiped, so secret ones live only on a
 * worker thread that ends with its heap (main/engine/derive-master-key.ts).
 */

/** Reads a big-endian number. */
export function integerFrom(bytes: Uint8Array): bigint {
  const padded = Buffer.alloc(Math.ceil(bytes.length / 8) * 8);
  padded.set(bytes, padded.length - bytes.length);
  let value = 0n;
  for (let at = 0; at < padded.length; at += 8) value = (value << 64n) | padded.readBigUInt64BE(at);
  padded.fill(0);
  return value;
}

/** Writes a number as big-endian bytes without leading zeros; zero is one zero byte. */
export function integerBytes(value: bigint): Buffer {
  const words: bigint[] = [];
  for (let rest = value; rest > 0n; rest >>= 64n) words.push(BigInt.asUintN(64, rest));
  const padded = Buffer.alloc(Math.max(8, words.length * 8));
  words.reverse().forEach((word, index) => padded.writeBigUInt64BE(word, index * 8));
  const start = padded.findIndex((byte) => byte !== 0);
  const bytes = Buffer.alloc(padded.length - (start === -1 ? padded.length - 1 : start));
  bytes.set(padded.subarray(padded.length - bytes.length));
  padded.fill(0);
  return bytes;
}

export function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}

/** value^−1 mod modulus by the extended Euclidean algorithm. Throws RangeError when there is none. */
export function inverseModulo(value: bigint, modulus: bigint): bigint {
  let [previous, current] = [modulus, value % modulus];
  let [previousFactor, factor] = [0n, 1n];
  while (current !== 0n) {
    const quotient = previous / current;
    [previous, current] = [current, previous - quotient * current];
    [previousFactor, factor] = [factor, previousFactor - quotient * factor];
  }
  if (previous !== 1n) throw new RangeError('not invertible');
  return previousFactor < 0n ? previousFactor + modulus : previousFactor;
}
