import { VaultError } from '../../../app/errors.js';
import type { AccountSummary } from '../../../app/model/account.js';
import { wordList } from '../../crypto/word-list.js';

const wordsInFingerprint = 7;

/** What a person read, or had read to them: the whole fingerprint in one of its two spellings. */
export type FingerprintText = Readonly<{ hex: string } | { words: string }>;

/** Words as they are compared: lower case, with one space between; a hyphen within a word counts as one too. */
const spelled = (words: readonly string[]): string =>
  words
    .join(' ')
    .toLowerCase()
    .split(/[\s,;-]+/)
    .filter((word) => word !== '')
    .join(' ');

let spelledWords: ReadonlySet<string> | undefined;
const isWord = (text: string): boolean => (spelledWords ??= new Set(wordList.map((word) => spelled([word])))).has(text);

/** How many words of the list a text is made of; null when it is made of anything else. */
const countWords = (text: string): number | null => {
  const parts = text === '' ? [] : text.split(' ');
  let count = 0;
  for (let start = 0; start < parts.length; count += 1) {
    const length = [2, 1].find((size) => isWord(parts.slice(start, start + size).join(' ')));
    if (length === undefined) return null;
    start += length;
  }
  return count;
};

/**
 * Seven words (any case; spaces, commas or hyphens between), or 64 hex digits (spaces or colons between). Throws `invalid-input`.
 * SECURITY (promise 2): all of it, so at least 90 bits are compared; a beginning is never enough.
 */
export const parseFingerprint = (text: string): FingerprintText => {
  const hex = text.replace(/[\s:]+/g, '').toLowerCase();
  if (/^[0-9a-f]{64}$/.test(hex)) return { hex };
  const words = spelled([text]);
  if (countWords(words) === wordsInFingerprint) return { words };
  throw new VaultError(
    'invalid-input',
    'A fingerprint is all of its seven words, or all of its 64 hexadecimal digits. A part of it proves too little.',
  );
};

export const isFingerprintOf = (
  text: FingerprintText,
  account: Pick<AccountSummary, 'fingerprintHex' | 'fingerprintWords'>,
): boolean => ('hex' in text ? text.hex === account.fingerprintHex : text.words === spelled(account.fingerprintWords));
