/** From a passphrase to the seed of a vault-suite key: NFKC and Argon2id (RFC 9106), docs/protocol.md section 1. */
import { hashRaw, hashRawSync } from '@node-rs/argon2';
import { isUtf8 } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { VaultError } from '../../app/errors.js';
import type { KdfParameters } from './keys.js';
import { allocateSecret } from './secret-bytes.js';

export const maxPassphraseBytes = 1_048_576;

/** RFC 9106's second recommendation. A card that asks for less is refused, whoever wrote it. */
export const kdfFloor = { memoryKib: 65_536, iterations: 3 } as const;

/** What no honest card asks for: beyond it a card could only stall the computer or exhaust its memory. */
export const kdfCeiling = { memoryKib: 4_194_304, iterations: 64 } as const;

const saltBytes = 16;
const stretchedBytes = 32;

/** Throws `invalid-input` for an empty passphrase or one past 1 MiB. */
export function checkPassphrase(passphrase: Uint8Array): void {
  if (passphrase.length === 0) throw new VaultError('invalid-input', 'A passphrase cannot be empty.');
  if (passphrase.length > maxPassphraseBytes)
    throw new VaultError('invalid-input', 'A passphrase can be at most 1 MiB long.');
}

/**
 * Judges the parameters of a card. Throws `weak-parameters`.
 * SECURITY (promise 4): a store cannot talk us into cheap guessing; nor, by absurd costs, into hanging at every unlock.
 */
export function checkKdfParameters(kdf: KdfParameters): void {
  const { alg, memoryKib, iterations, parallelism, salt } = kdf as Record<keyof KdfParameters, unknown>;
  const refuse = (explanation: string): never => {
    throw new VaultError('weak-parameters', explanation, { details: detailsOf({ memoryKib, iterations }) });
  };
  if (alg !== 'argon2id' || parallelism !== 1)
    refuse('The account card asks for a key derivation that this vault does not use. It was refused.');
  if (!atLeast(memoryKib, kdfFloor.memoryKib) || !atLeast(iterations, kdfFloor.iterations))
    refuse('The account card asks for weaker key protection than is allowed (64 MiB, 3 passes). It was refused.');
  if (Number(memoryKib) > kdfCeiling.memoryKib || Number(iterations) > kdfCeiling.iterations)
    refuse('The account card asks for more work than any honest one (at most 4 GiB, 64 passes). It was refused.');
  if (typeof salt !== 'string' || !/^[A-Za-z0-9_-]{21}[AQgw]$/.test(salt))
    refuse('The account card has no salt of 16 bytes. It was refused.');
}

const atLeast = (value: unknown, floor: number): boolean => Number.isSafeInteger(value) && Number(value) >= floor;

const detailsOf = (values: Record<string, unknown>): Record<string, number> =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, number] => typeof entry[1] === 'number'));

/**
 * The bytes that are stretched: NFKC (Unicode Standard Annex 15) of valid UTF-8, so that every keyboard types the same passphrase;
 * other bytes as they are. Always a copy, which the caller wipes.
 * SECURITY (promise 9): ASCII, which NFKC leaves alone, never becomes a string; other text does, for a string is the only
 * way to normalise it, so this runs on a worker thread that ends with its heap.
 */
export function normalizePassphrase(passphrase: Uint8Array): Buffer {
  const copy = allocateSecret(passphrase.length);
  copy.set(passphrase);
  if (copy.every((byte) => byte < 0x80) || !isUtf8(copy)) return copy;
  const normalized = Buffer.from(copy.toString('utf8').normalize('NFKC'));
  copy.fill(0);
  return normalized;
}

/**
 * Argon2id v1.3 with one lane: 32 bytes, which the caller wipes. Takes tenths of a second, so it belongs on a worker thread.
 * Throws `weak-parameters` for a card out of bounds, `invalid-input` for an impossible passphrase.
 */
export function stretchPassphrase(passphrase: Uint8Array, kdf: KdfParameters): Buffer {
  checkPassphrase(passphrase);
  checkKdfParameters(kdf);
  const seed = normalizePassphrase(passphrase);
  try {
    return hashRawSync(seed, argon2Options(kdf));
  } finally {
    seed.fill(0);
    overwriteNativeCopies(seed);
  }
}

/**
 * SECURITY (promise 9): the Argon2 package copies the passphrase into its own allocator and frees the copy as it is. The allocator
 * hands out the blocks of one size in turn, about 4 KiB of them at a time, so hashing zeros of the same length as
 * often as that, as cheaply as Argon2 allows, writes over every one.
 */
function overwriteNativeCopies(zeros: Buffer): void {
  const cheapest = argon2Options(cheapestKdf);
  const rounds = Math.ceil(4096 / zeros.length) + 32;
  for (let round = 0; round < rounds; round++) hashRawSync(zeros, cheapest);
}

const cheapestKdf = {
  alg: 'argon2id',
  memoryKib: 8,
  iterations: 1,
  parallelism: 1,
  salt: 'AAAAAAAAAAAAAAAAAAAAAA',
} as const;

// `const enum`s of the package, by value, as isolated modules need: 2 is Argon2id, 1 is version 0x13
const argon2Options = (kdf: KdfParameters) => ({
  algorithm: 2 as const,
  version: 1 as const,
  memoryCost: kdf.memoryKib,
  timeCost: kdf.iterations,
  parallelism: 1,
  outputLen: stretchedBytes,
  salt: Buffer.from(kdf.salt, 'base64url'),
});

/**
 * Parameters for a new key, with a fresh salt: as many passes as take about `targetMs` here, never below the floor. Memory
 * stays at the floor of 64 MiB, for the key must open on the smallest computer its owner has.
 */
export async function calibrateKdf(targetMs = 500): Promise<KdfParameters> {
  const salt = randomBytes(saltBytes).toString('base64url');
  const floor: KdfParameters = { alg: 'argon2id', ...kdfFloor, parallelism: 1, salt };
  const started = performance.now();
  await hashRaw(Buffer.alloc(32), argon2Options(floor));
  const affordable = Math.floor((targetMs * kdfFloor.iterations) / (performance.now() - started));
  return { ...floor, iterations: Math.min(Math.max(affordable, kdfFloor.iterations), kdfCeiling.iterations) };
}
