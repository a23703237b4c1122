import { VaultError } from '../../app/errors.js';

/** One part of a key; it cannot begin with a dot, so `.`, `..`, `.tmp` and `.DS_Store` are never keys. */
const partPattern = /^[a-z0-9][a-z0-9.-]*$/;
/** Names that Windows gives to devices, with any ending, and names that it would silently shorten. */
const windowsPattern = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)|\.$/;

const maxPartLength = 200;
const maxKeyLength = 800;

/** Whether `name` may be one part of a key: usable as a file name on every system we run on. */
export const isKeyPart = (name: string): boolean =>
  name.length <= maxPartLength && partPattern.test(name) && !windowsPattern.test(name);

export const isKey = (key: string): boolean => key.length <= maxKeyLength && key.split('/').every(isKeyPart);

/**
 * The parts of a key (docs/protocol.md section 7). Throws `invalid-input`.
 * SECURITY: what this returns is joined below a store's root; no part can climb out of it (promise 3).
 */
export function parseKey(key: string): [string, ...string[]] {
  const [first, ...rest] = key.split('/');
  if (first === undefined || !isKey(key)) {
    throw new VaultError('invalid-input', 'That is not a key of the store.');
  }
  return [first, ...rest];
}

/** The parts of a prefix: none for `''` (everything), else it ends with `/`. Throws `invalid-input`. */
export function parsePrefix(prefix: string): string[] {
  if (prefix === '') return [];
  if (!prefix.endsWith('/')) throw new VaultError('invalid-input', 'A prefix of the store ends with a slash.');
  return parseKey(prefix.slice(0, -1));
}

/** A byte range cut to an object's size. Throws `invalid-input` for anything but 0 ≤ start ≤ endExclusive. */
export function cutRange(
  range: Readonly<{ start: number; endExclusive: number }> | undefined,
  size: number,
): { start: number; byteLength: number } {
  if (range === undefined) return { start: 0, byteLength: size };
  const { start, endExclusive } = range;
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(endExclusive) || start < 0 || endExclusive < start) {
    throw new VaultError('invalid-input', 'That is not a range of bytes.');
  }
  return { start, byteLength: Math.max(0, Math.min(endExclusive, size) - start) };
}

/** Throws `cancelled` once the caller has given up. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new VaultError('cancelled');
}
