import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { passphraseStrength, suites, type PassphraseStrength, type Suite } from '../../../app/model/account.js';
import { SecretBytes } from '../../../main/crypto/secret-bytes.js';
import { acceptableGuessesLog10, crackCost, crackTime } from '../../../main/engine/passphrase-price.js';
import { strengthOf } from '../../../main/engine/passphrase-strength.js';
import { suggestPassphrase } from '../../../main/vault/account/passphrase-suggestion.js';

const judge = (typed: string | Buffer, suite: Suite = 'vault'): PassphraseStrength =>
  passphraseStrength.parse(strengthOf(SecretBytes.take(Buffer.from(typed as string)), suite));

describe('strengthOf', () => {
  it.each([
    '',
    'a',
    'password',
    'P@ssw0rd!',
    'qwertyuiop',
    'summer2024!',
    '12345678901234567890',
    'aaaaaaaaaaaaaaaaaaaaaaaa',
    'correct horse battery staple',
    'Correct-Horse-Battery-Staple',
  ])('accepts “%s” for no key at all, and says what to do', (typed) => {
    for (const suite of suites) {
      const strength = judge(typed, suite);
      expect(strength).toMatchObject({ acceptable: false });
      expect(strength.score).toBeLessThan(2);
      expect(strength.warning).not.toBe('');
      expect(strength.suggestions[0]).toContain('six random words');
    }
  });

  it('scores suggested phrases for no more than their dice are worth, and not much less', () => {
    const bitsPerWord = Math.log10(7776);
    for (const words of [4, 5, 6, 7]) {
      for (let i = 0; i < 8; i++) {
        const typed = suggestPassphrase(words);
        const { guessesLog10 } = judge(typed);
        // hyphenated words of the list count as two
        expect(guessesLog10).toBeLessThanOrEqual((words + (typed.match(/-/g) ?? []).length) * bitsPerWord + 1e-9);
        expect(guessesLog10).toBeGreaterThan(words * 2.4);
      }
    }
  });

  it('accepts every phrase of six suggested words for a vault key, and nearly every one for a coretex key', () => {
    const phrases = Array.from({ length: 40 }, () => suggestPassphrase(6));
    expect(phrases.every((typed) => judge(typed).acceptable)).toBe(true);
    expect(phrases.filter((typed) => judge(typed, 'coretex').acceptable).length).toBeGreaterThan(37);
  });

  it('accepts long random characters for both, and short ones for the slow suite alone', () => {
    const random = randomBytes(15).toString('base64');
    expect([judge(random), judge(random, 'coretex')].map(({ acceptable }) => acceptable)).toEqual([true, true]);
    expect(judge('x7$kQ9!vLm2@').acceptable).toBe(true);
    expect(judge('x7$kQ9!vLm2@', 'coretex').acceptable).toBe(false);
  });

  it('prices the same phrase far lower for a key that is guessed at full speed', () => {
    const [slow, fast] = [judge('plum harbor tidy vex'), judge('plum harbor tidy vex', 'coretex')];
    expect(fast.guessesLog10).toBe(slow.guessesLog10);
    expect(fast.score).toBeLessThan(slow.score);
  });

  it.each([
    ['1 MB of one letter', 'a'.repeat(1_000_000)],
    ['1 MB of a pattern', 'aB3$'.repeat(250_000)],
    ['1 MB of noise', randomBytes(500_000).toString('hex')],
    ['1 MB of bytes that are no text', randomBytes(1_000_000)],
    ['odd Unicode', '\u{1f511}\u200d\ufdfa\u0301'.repeat(2_000)],
    ['half a character at the cut', `${'a'.repeat(399)}é${'b'.repeat(10_000)}`],
    ['leetspeak', '@4$5!1'.repeat(5_000)],
    ['only separators', '-_. '.repeat(10_000)],
  ])('is quick for %s', (_, typed) => {
    judge('load the dictionaries');
    const started = performance.now();
    judge(typed);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('prices', () => {
  it('are in plain words, longer and dearer with every guess', () => {
    expect([crackTime(0, 'vault'), crackCost(0, 'vault')]).toEqual(['less than a second', 'less than $1']);
    expect([crackTime(10, 'vault'), crackCost(10, 'vault')]).toEqual(['about 2 hours', 'about $700']);
    expect([crackTime(16, 'coretex'), crackCost(16, 'coretex')]).toEqual(['about 13 days', 'about $100 thousand']);
    expect([crackTime(20, 'coretex'), crackCost(20, 'coretex')]).toEqual(['about 400 years', 'about $1 billion']);
    expect([crackTime(40, 'vault'), crackCost(40, 'vault')]).toEqual([
      'longer than the universe has existed',
      'more money than there is',
    ]);
  });

  it('never read oddly', () => {
    for (let guesses = 0; guesses < 40; guesses += 0.05)
      for (const suite of suites) {
        expect(crackTime(guesses, suite)).toMatch(
          /^(less than a second|longer than the universe has existed|about (1 (second|minute|hour|day|year)|[\d,]+( (thousand|million|billion))? (seconds|minutes|hours|days|years)))$/,
        );
        expect(crackCost(guesses, suite)).toMatch(
          /^(less than \$1|more money than there is|about \$[\d,]+( (thousand|million|billion|trillion))?)$/,
        );
      }
  });

  it('ask more of a key that can be guessed at full speed', () => {
    expect(acceptableGuessesLog10.coretex).toBeGreaterThanOrEqual(14);
    expect(acceptableGuessesLog10.vault).toBeGreaterThanOrEqual(8);
  });
});
