/** Makes a process forget what was freed but not wiped: promise 9 of docs/protocol.md section 8. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | undefined;

/**
 * SECURITY (promise 9): OpenSSL wipes a private key when its last KeyObject or CryptoKey is collected; this makes that now instead of
 * some day, and has the collector write zeros over what it frees, for text that a person typed may have been a string. Takes some
 * tens of milliseconds. Does nothing where the runtime offers no collector to call.
 */
export function forgetGarbage(): void {
  collect ??= findCollector();
  collect();
  overwriteYoungGeneration();
  collect();
}

function findCollector(): () => void {
  setFlagsFromString('--expose-gc');
  setFlagsFromString('--clear-free-memory');
  const found: unknown = runInNewContext('typeof gc === "function" ? gc : undefined');
  return typeof found === 'function' ? (found as () => void) : () => undefined;
}

const youngGenerationBytes = 32 * 1_048_576;

/** What the young generation's halves still hold is overwritten only by new objects: short-lived ones, twice its size. */
function overwriteYoungGeneration(): void {
  const objectBytes = 1_024;
  for (let made = 0; made < youngGenerationBytes; made += objectBytes) new Array<number>(objectBytes / 8).fill(0);
}

/** Sizes of what Node and OpenSSL free without wiping, from a cipher's output down to an encoded number. */
const freedSizes = [16_385, 8_192, 4_096, 2_304, 1_536, 1_100, 512, 256, 136] as const;
const sweptBytesPerSize = 1_048_576;

/**
 * Writes zeros over the calling thread's freed native memory. SECURITY (promise 9): `cipher.update` moves its output and frees the
 * first copy as it is, and OpenSSL's decoder does so with the DER of a key; neither can be reached to be wiped. Zeroed buffers of
 * the same sizes, all held at once, take their places. A best effort that depends on the allocator. Takes some milliseconds.
 */
export function overwriteFreedMemory(): void {
  const held: ArrayBuffer[] = [];
  for (const byteLength of freedSizes)
    for (let swept = 0; swept < sweptBytesPerSize; swept += byteLength) held.push(new ArrayBuffer(byteLength));
  held.length = 0;
}
