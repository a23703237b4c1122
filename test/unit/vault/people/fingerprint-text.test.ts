import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wordList } from '../../../../main/crypto/word-list.js';
import { isFingerprintOf, parseFingerprint } from '../../../../main/vault/people/fingerprint-text.js';

const sevenWords = fc.array(fc.constantFrom(...wordList), { minLength: 7, maxLength: 7 });
const accountOf = (words: string[], hex = '0'.repeat(64)) => ({ fingerprintWords: words, fingerprintHex: hex });
const separators = fc.constantFrom(' ', ', ', '-', ' - ', '\n', ',');

describe('a fingerprint that somebody types', () => {
  it('is recognised in seven words of the list, however they are separated or written', () => {
    fc.assert(
      fc.property(sevenWords, separators, fc.boolean(), (words, separator, shout) => {
        const typed = words.join(separator);
        const parsed = parseFingerprint(shout ? typed.toUpperCase() : typed);
        expect(isFingerprintOf(parsed, accountOf(words))).toBe(true);
      }),
    );
  });

  it('promise 2: is that of no account whose words differ in one place', () => {
    fc.assert(
      fc.property(sevenWords, fc.nat(6), fc.constantFrom(...wordList), (words, position, other) => {
        fc.pre(words[position] !== other);
        expect(isFingerprintOf(parseFingerprint(words.join(' ')), accountOf(words.with(position, other)))).toBe(false);
      }),
    );
  });

  it('promise 2: is refused when it is only a part, or more than all, in either spelling', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...wordList), { maxLength: 20 }), (words) => {
        fc.pre(words.length !== 7);
        expect(() => parseFingerprint(words.join(' '))).toThrow(
          expect.objectContaining({ code: 'invalid-input' }) as Error,
        );
      }),
    );
    for (const length of [0, 1, 16, 20, 40, 63, 65, 128]) {
      const thrown = expect.objectContaining({ code: 'invalid-input' }) as Error;
      expect(() => parseFingerprint('a'.repeat(length)), String(length)).toThrow(thrown);
    }
  });

  it('knows the words with a hyphen, none of which begins with another word', () => {
    const hyphenated = wordList.filter((word) => word.includes('-'));
    expect(hyphenated.length).toBeGreaterThan(0);
    for (const word of hyphenated) expect(wordList).not.toContain(word.split('-')[0]);
    const words = [...hyphenated, ...wordList].slice(0, 7);
    for (const typed of [words.join(' '), words.join(' ').replaceAll('-', ' '), words.join('-')]) {
      expect(isFingerprintOf(parseFingerprint(typed), accountOf(words))).toBe(true);
    }
  });

  it('compares all 64 digits', () => {
    const hex = '0123456789abcdef'.repeat(4);
    expect(isFingerprintOf(parseFingerprint(hex), accountOf([], hex))).toBe(true);
    for (const position of [0, 31, 63]) {
      const other = `${hex.slice(0, position)}${hex[position] === '5' ? '6' : '5'}${hex.slice(position + 1)}`;
      expect(isFingerprintOf(parseFingerprint(hex), accountOf([], other))).toBe(false);
    }
  });
});
