/**
 * Overwrites every byte array within `value` with zeroes, down to a few levels: requests are flat.
 * Never throws.
 */
export const wipeBytes = (value: unknown, depth = 5): void => {
  if (value instanceof Uint8Array) {
    value.fill(0);
    return;
  }
  if (depth === 0 || typeof value !== 'object' || value === null) return;
  try {
    for (const part of Object.values(value)) wipeBytes(part, depth - 1);
  } catch {
    // a getter or proxy that throws holds nothing of ours: structured clones have neither
  }
};
