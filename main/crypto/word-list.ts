import { effLongList } from './word-list-eff-long.js';

/** The 7,776 words (6^5, five dice) that fingerprints and suggested passphrases are spelled with; lowercase, some with a hyphen. */
export const wordList: readonly string[] = effLongList.trim().split(/\s+/);
