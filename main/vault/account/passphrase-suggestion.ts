import { randomChoice } from '../../crypto/random-choice.js';
import { wordList } from '../../crypto/word-list.js';

/** As many words of the EFF long list, each drawn alone and uniformly: 12.9 bits a word. */
export const randomWords = (count: number): string[] => Array.from({ length: count }, () => randomChoice(wordList));

/** A diceware passphrase for a master key: `words` words with spaces between. */
export const suggestPassphrase = (words: number): string => randomWords(words).join(' ');
