import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generatorOptions, type GeneratorOptions } from '../../../../app/model/secret.js';
import { wordList } from '../../../../main/crypto/word-list.js';
import { suggestPassphrase } from '../../../../main/vault/account/passphrase-suggestion.js';
import { characterClasses, generateSecret } from '../../../../main/vault/secrets/secret-generator.js';

type CharacterOptions = Extract<GeneratorOptions, { style: 'characters' }>;

const options: fc.Arbitrary<CharacterOptions> = fc.record({
  style: fc.constant('characters' as const),
  length: fc.integer({ min: 8, max: 256 }),
  digits: fc.boolean(),
  symbols: fc.boolean(),
  unambiguous: fc.boolean(),
});

/** Chi-squared against equal shares, in standard deviations: past 6 happens by chance once in a thousand million. */
const bias = (counts: readonly number[]): number => {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const chiSquared = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  const freedom = counts.length - 1;
  return (chiSquared - freedom) / Math.sqrt(2 * freedom);
};

describe('generateSecret, characters', () => {
  it('has the length, every chosen class, and nothing else', () => {
    fc.assert(
      fc.property(options, (chosen) => {
        generatorOptions.parse(chosen);
        const classes = characterClasses(chosen);
        const value = generateSecret(chosen);
        expect(value).toHaveLength(chosen.length);
        expect(classes).toHaveLength(2 + Number(chosen.digits) + Number(chosen.symbols));
        for (const characters of classes) expect(Array.from(value).some((c) => characters.includes(c))).toBe(true);
        expect(Array.from(value).every((c) => classes.join('').includes(c))).toBe(true);
        if (chosen.unambiguous) expect(value).not.toMatch(/[0Oo1lI]/);
      }),
    );
  });

  it('draws every character equally often', () => {
    const chosen = { style: 'characters', length: 256, digits: true, symbols: true, unambiguous: false } as const;
    const counts = new Map(Array.from(characterClasses(chosen).join(''), (c) => [c, 0]));
    for (let i = 0; i < 400; i++) for (const c of generateSecret(chosen)) counts.set(c, (counts.get(c) ?? 0) + 1);
    expect(Math.abs(bias([...counts.values()]))).toBeLessThan(6);
  });

  it('places the rarest class anywhere: no position is forced', () => {
    const chosen = { style: 'characters', length: 8, digits: true, symbols: false, unambiguous: false } as const;
    const counts = Array.from({ length: 8 }, () => 0);
    for (let i = 0; i < 8_000; i++)
      Array.from(generateSecret(chosen)).forEach((c, at) => (counts[at]! += /\d/.test(c) ? 1 : 0));
    expect(Math.abs(bias(counts))).toBeLessThan(6);
  });
});

describe('words', () => {
  it('are as many as asked for, of the list, with the separator between', () => {
    for (const separator of ['-', ' ', '', '::']) {
      const value = generateSecret({ style: 'words', words: 6, separator });
      if (separator === ' ') expect(value.split(' ').every((word) => wordList.includes(word))).toBe(true);
      expect(value.startsWith(wordList.find((word) => value.startsWith(word)) ?? '?')).toBe(true);
    }
    expect(suggestPassphrase(7).split(' ')).toHaveLength(7);
    expect(suggestPassphrase(6)).not.toBe(suggestPassphrase(6));
  });

  it('are drawn equally often', () => {
    const buckets = Array.from({ length: 32 }, () => 0);
    const index = new Map(wordList.map((word, at) => [word, at]));
    for (const word of suggestPassphrase(64_000).split(' ')) buckets[(index.get(word) ?? 0) >> 8]! += 1;
    // 7776 = 30 × 256 + 96: the whole buckets must be equal
    expect(Math.abs(bias(buckets.slice(0, 30)))).toBeLessThan(6);
  });
});
