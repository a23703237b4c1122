/** Asks the runtime to give up memory that it no longer needs, for key objects are wiped only when they are collected. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | undefined;

/**
 * SECURITY (promise 9): OpenSSL wipes a private key when its last KeyObject or CryptoKey is collected; this makes that now
 * instead of some day. Takes some milliseconds. Does nothing where the runtime offers no collector to call.
 */
export function forgetGarbage(): void {
  collect ??= findCollector();
  collect();
}

function findCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const found: unknown = runInNewContext('typeof gc === "function" ? gc : undefined');
  return typeof found === 'function' ? (found as () => void) : () => undefined;
}
