import { isUtf8 } from 'node:buffer';
import type * as Core from '@zxcvbn-ts/core';
import type * as Common from '@zxcvbn-ts/language-common';
import type * as English from '@zxcvbn-ts/language-en';
import type { PassphraseStrength, Suite } from '../../app/model/account.js';
import type { SecretBytes } from '../crypto/secret-bytes.js';
import { wordList } from '../crypto/word-list.js';
import { acceptableGuessesLog10, crackCost, crackTime } from './passphrase-price.js';

/** Only so much is looked at: what comes later cannot make a passphrase weaker, and the estimate must keep up with typing. */
const judgedCharacters = 100;

/**
 * How hard a passphrase is to guess for someone who holds the public account card of this suite. Quick for any bytes
 * (about a tenth of a second at worst), cautious where it guesses.
 */
export function strengthOf(passphrase: SecretBytes, suite: Suite): PassphraseStrength {
  const text = textOf(passphrase.bytes);
  const judged = text === '' ? nothingTyped : estimate(text);
  if (text !== '') forgetLastMatch();
  const acceptable = judged.guessesLog10 >= acceptableGuessesLog10[suite];
  return {
    score: scoreOf(judged.guessesLog10 - acceptableGuessesLog10[suite]),
    guessesLog10: judged.guessesLog10,
    crackTime: crackTime(judged.guessesLog10, suite),
    crackCost: crackCost(judged.guessesLog10, suite),
    acceptable,
    warning: judged.warning || (acceptable ? '' : 'This is too easy to guess for this kind of key.'),
    suggestions: acceptable
      ? judged.suggestions
      : ['Use six random words: the vault can suggest some.', ...judged.suggestions],
  };
}

/**
 * SECURITY (promise 9): the runtime keeps what a pattern matched last and a property was looked up by last, until others take
 * their places.
 */
function forgetLastMatch(): void {
  checker().check('other words, of no meaning');
  /^/.test('');
}

type Judgement = Readonly<{ guessesLog10: number; warning: string; suggestions: string[] }>;

const nothingTyped: Judgement = { guessesLog10: 0, warning: '', suggestions: [] };

/** @param margin how many powers of ten above the floor: nothing below it scores 2, so that 2 means "may be used" */
function scoreOf(margin: number): number {
  if (margin < 0) return margin < -4 ? 0 : 1;
  return margin < 3 ? 2 : margin < 6 ? 3 : 4;
}

function textOf(bytes: Buffer): string {
  const prefix = bytes.subarray(0, judgedCharacters * 4);
  const text = isUtf8(bytes) ? prefix.toString('utf8').normalize('NFKC') : prefix.toString('latin1');
  return Array.from(text).slice(0, judgedCharacters).join('');
}

/** The smaller of two views: zxcvbn's of the whole, and the sum over its words, as zxcvbn takes a word it does not know for noise. */
function estimate(text: string): Judgement {
  if (isFamous(text))
    return { ...nothingTyped, guessesLog10: 3, warning: 'This phrase is famous, and in every list of guesses.' };
  const { guessesLog10, feedback } = checker().check(text);
  return {
    guessesLog10: Math.max(0, Math.min(guessesLog10, wordByWord(text))),
    warning: feedback.warning ?? '',
    suggestions: feedback.suggestions,
  };
}

const famousPhrases = new Set([
  'correcthorsebatterystaple',
  'troub4dor3',
  'thequickbrownfoxjumpsoverthelazydog',
  'tobeornottobe',
]);

const isFamous = (text: string): boolean => famousPhrases.has(text.toLowerCase().replace(/[^a-z0-9]/g, ''));

const diceware = new Set(wordList);
const wordBits = Math.log10(wordList.length);
const separatorBits = Math.log10(33);

/** Every word at the price of its list; between words a space or hyphen is free, any other separator costs one draw. */
function wordByWord(text: string): number {
  const [words, separators] = [text.split(/[^\p{L}\p{N}]+/u), text.match(/[^\p{L}\p{N}]/gu) ?? []];
  const separatorPrice = separators.filter((separator) => !/[\s-]/.test(separator)).length * separatorBits;
  return words.filter(Boolean).reduce((sum, word) => sum + wordPrice(word), separatorPrice);
}

const wordPrice = (word: string): number =>
  Math.min(diceware.has(word.toLowerCase()) ? wordBits : Infinity, checker().check(word).guessesLog10);

let loaded: Core.ZxcvbnFactory | undefined;

/**
 * Built at the first question. Its dictionaries are required, not imported: they are 1.7 MB that every start would evaluate, and
 * the question is asked synchronously.
 */
function checker(): Core.ZxcvbnFactory {
  if (loaded !== undefined) return loaded;
  /* eslint-disable @typescript-eslint/no-require-imports */
  const core = require('@zxcvbn-ts/core') as typeof Core;
  const common = require('@zxcvbn-ts/language-common') as typeof Common;
  const english = require('@zxcvbn-ts/language-en') as typeof English;
  /* eslint-enable @typescript-eslint/no-require-imports */
  loaded = new core.ZxcvbnFactory({
    dictionary: { ...common.dictionary, ...english.dictionary },
    graphs: common.adjacencyGraphs,
    translations: english.translations,
    maxLength: judgedCharacters,
    l33tMaxSubstitutions: 4,
  });
  return loaded;
}
