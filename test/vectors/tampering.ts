import { expect } from 'vitest';
import { isVaultError, type ErrorCode } from '../../app/errors.js';

/** What an attempt to open something changed may end in. `same` is the untouched content, where a test allows that. */
export type Outcome = 'same' | 'different' | ErrorCode | 'not a VaultError';

/** Runs `open` and tells what became of it; `original` is what it gives untouched. */
export async function outcomeOf(open: () => unknown, original: unknown): Promise<Outcome> {
  try {
    const result = await open();
    return sameContent(result, original) ? 'same' : 'different';
  } catch (error) {
    return isVaultError(error) ? error.code : 'not a VaultError';
  }
}

const sameContent = (one: unknown, other: unknown): boolean => {
  try {
    expect(one).toEqual(other);
    return true;
  } catch {
    return false;
  }
};

/** Every single-byte change of a stored form: one flipped bit in each byte, a different one from byte to byte. */
export function* flips(stored: Uint8Array): Generator<{ position: number; changed: Buffer }> {
  for (let position = 0; position < stored.length; position += 1) {
    const changed = Buffer.from(stored);
    changed[position]! ^= 1 << ((position * 5) % 8);
    yield { position, changed };
  }
}

/** Cut short at every length, each byte doubled, each byte dropped. */
export function* cutsAndShifts(stored: Uint8Array, step = 1): Generator<{ position: number; changed: Buffer }> {
  for (let position = 0; position < stored.length; position += step) {
    const before = Buffer.from(stored.subarray(0, position));
    yield { position, changed: before };
    yield { position, changed: Buffer.concat([before, stored.subarray(position, position + 1), stored.subarray(position)]) };
    yield { position, changed: Buffer.concat([before, stored.subarray(position + 1)]) };
  }
}

/** Opens every variant and counts the outcomes; fails on a different content or a foreign error, and tells where. */
export async function tally(
  variants: Iterable<{ position: number; changed: Buffer }>,
  open: (changed: Buffer) => unknown,
  original: unknown,
): Promise<Partial<Record<Outcome, number>>> {
  const counts: Partial<Record<Outcome, number>> = {};
  const next = variants[Symbol.iterator]();
  const work = async (): Promise<void> => {
    for (let item = next.next(); item.done !== true; item = next.next()) {
      const outcome = await outcomeOf(() => open(item.value.changed), original);
      if (outcome === 'different' || outcome === 'not a VaultError') {
        throw new Error(`byte ${String(item.value.position)}: ${outcome}`);
      }
      counts[outcome] = (counts[outcome] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: 8 }, work)); // much of the work runs on other threads
  return counts;
}
