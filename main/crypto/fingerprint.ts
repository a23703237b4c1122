/** The fingerprint that people compare to know whose key they hold: docs/protocol.md section 3. */
import { createHash } from 'node:crypto';
import type { PublicKeys } from './keys.js';
import { jwkThumbprint } from './rsa-public.js';
import { wordList } from './word-list.js';

const domain = Buffer.from('coretex-vault/v1/fingerprint\0');
const wordCount = 7;
const spelledBytes = 16;

/**
 * 32 bytes over both keys of an account.
 * SECURITY (promise 2): the thumbprints are computed here; a `kid` is only what somebody says it is.
 */
export const fingerprintOf = (publicKeys: PublicKeys): Buffer =>
  createHash('sha256')
    .update(domain)
    .update(jwkThumbprint(publicKeys.wrap), 'base64url')
    .update(jwkThumbprint(publicKeys.sign), 'base64url')
    .digest();

export const fingerprintHex = (publicKeys: PublicKeys): string => fingerprintOf(publicKeys).toString('hex');

/** Seven words, 90 bits: the first 16 bytes as one number, spelled in base 7776 with the least significant word first. */
export function fingerprintWords(publicKeys: PublicKeys): string[] {
  let rest = BigInt(`0x${fingerprintOf(publicKeys).toString('hex', 0, spelledBytes)}`);
  const base = BigInt(wordList.length);
  return Array.from({ length: wordCount }, () => {
    const word = wordList[Number(rest % base)] ?? '';
    rest /= base;
    return word;
  });
}
