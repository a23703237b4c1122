import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskText, searchFor, StreamMask } from '../../../main/cli/run/mask.js';
import { PatternSearch } from '../../../main/cli/run/pattern-search.js';
import { spellingsOf } from '../../../main/cli/run/spellings.js';

/** None of the letters of the mask itself. */
const letters = fc.constantFrom('x', 'y');
const text = (minLength: number, maxLength: number): fc.Arbitrary<Buffer> =>
  fc.string({ unit: letters, minLength, maxLength }).map((letter) => Buffer.from(letter));
/** Few letters and parts of the patterns themselves, so that they overlap each other and themselves. */
const scene = fc.array(text(4, 9), { minLength: 1, maxLength: 5 }).chain((wanted) => {
  const part = fc.tuple(fc.constantFrom(...wanted), fc.nat({ max: 9 }), fc.nat({ max: 9 }));
  const parts = fc.array(
    fc.oneof(
      text(0, 4),
      part.map(([whole, from, to]) => whole.subarray(from, to)),
      fc.constantFrom(...wanted),
    ),
    {
      maxLength: 16,
    },
  );
  return parts.map((pieces) => ({ wanted, stream: Buffer.concat(pieces) }));
});
const cuts = fc.array(fc.nat({ max: 9 }), { maxLength: 60 });

/** By looking everywhere for everything. */
function naive(stream: Buffer, wanted: readonly Buffer[]): string {
  const hidden = new Uint8Array(stream.length);
  for (const each of wanted)
    for (let at = stream.indexOf(each); at !== -1; at = stream.indexOf(each, at + 1))
      hidden.fill(1, at, at + each.length);
  let shown = '';
  for (const [at, byte] of stream.entries()) {
    if (hidden[at] === 0) shown += String.fromCharCode(byte);
    else if (hidden[at - 1] !== 1) shown += maskText;
  }
  return shown;
}

/** Cut into pieces of the given lengths over and over; a length of 0 is a pause when `pauses`. */
function streamed(stream: Buffer, search: PatternSearch, lengths: readonly number[], pauses = false): string {
  const mask = new StreamMask(search);
  const shown: Buffer[] = [];
  let at = 0;
  for (const length of lengths) {
    shown.push(...mask.feed(Buffer.from(stream.subarray(at, at + length))).map((piece) => Buffer.from(piece)));
    at += length;
    if (pauses && length === 0) shown.push(...mask.ease());
  }
  shown.push(...mask.feed(stream.subarray(at)), ...mask.end());
  return Buffer.concat(shown).toString('latin1');
}

const maskAll = (stream: string | Buffer, ...values: string[]): string =>
  streamed(Buffer.from(stream), searchFor(values.map((value) => Buffer.from(value))), [1, 2, 3]);

describe('masking output', () => {
  it('any cutting of the stream shows the same, and what a search everywhere would', () => {
    fc.assert(
      fc.property(scene, cuts, ({ wanted, stream }, lengths) => {
        const shown = streamed(stream, new PatternSearch(wanted), lengths);
        expect(shown).toBe(naive(stream, wanted));
        for (const part of shown.split(maskText))
          for (const each of wanted) expect(part.includes(each.toString('latin1'))).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it('promise 8: pauses anywhere let no secret out', () => {
    fc.assert(
      fc.property(scene, cuts, ({ wanted, stream }, lengths) => {
        const shown = streamed(stream, new PatternSearch(wanted), lengths, true);
        for (const part of shown.split(maskText))
          for (const each of wanted) expect(part.includes(each.toString('latin1'))).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps every byte that is no secret in pauses, too', () => {
    fc.assert(
      fc.property(scene, cuts, ({ wanted, stream }, lengths) => {
        const shown = streamed(stream, new PatternSearch(wanted), lengths, true);
        const kept = naive(stream, wanted);
        if (kept.includes(maskText))
          expect(shown.replaceAll(maskText, '').length).toBeGreaterThanOrEqual(kept.replaceAll(maskText, '').length);
        else expect(shown).toBe(kept);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is safe for bytes that are no text', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 40 }), fc.uint8Array(), fc.uint8Array(), (value, a, b) => {
        const secret = Buffer.from(value);
        const stream = Buffer.concat([a, secret, b]);
        expect(streamed(stream, new PatternSearch([secret]), [1, 7, 3])).toBe(naive(stream, [secret]));
      }),
    );
    const noise = randomBytes(100_000);
    const shown = streamed(noise, searchFor([Buffer.from('a long enough secret')]), [60_000]);
    expect(Buffer.from(shown, 'latin1').equals(noise)).toBe(true);
  });

  it('shows a prompt in a pause although it ends like a secret begins, and still masks the secret', () => {
    const mask = new StreamMask(new PatternSearch([Buffer.from(': hunter2')]));
    const show = (pieces: Buffer[]): string => Buffer.concat(pieces).toString();
    expect(show(mask.feed(Buffer.from('Password: ')))).toBe('Password');
    expect(show(mask.ease())).toBe(': ');
    expect(show(mask.feed(Buffer.from('hunter2!')))).toBe('[masked]!');
    expect(show(mask.feed(Buffer.from(': hun')))).toBe('');
    expect(show(mask.ease())).toBe('');
    expect(show(mask.end())).toBe(': hun');
  });

  it('holds back no more than the longest secret', () => {
    const mask = new StreamMask(new PatternSearch([Buffer.from('aaaaaaaaab')]));
    const shown = mask.feed(Buffer.alloc(1_000_000, 'a')).reduce((sum, { length }) => sum + length, 0);
    expect(shown).toBe(1_000_000 - 9);
  });
});

describe('spellings of a secret', () => {
  const value = 'pa/ss?w+ö "rd" 1!';
  const bytes = Buffer.from(value);

  it.each([
    ['as it is', value],
    ['base64', bytes.toString('base64')],
    ['base64url', bytes.toString('base64url')],
    ['hexadecimal', bytes.toString('hex')],
    ['capital hexadecimal', bytes.toString('hex').toUpperCase()],
    ['in a URL', encodeURIComponent(value)],
    ['in a form', new URLSearchParams({ '': value }).toString().slice(1)],
    ['in a path', encodeURI(value)],
    ['with small escapes', encodeURIComponent(value).replaceAll(/%../g, (code) => code.toLowerCase())],
    ['JSON', JSON.stringify(value).slice(1, -1)],
    ['with the newline of echo, in base64', Buffer.from(`${value}\n`).toString('base64')],
  ])('%s is masked', (_, spelled) => {
    expect(maskAll(`token=(${spelled})`, value)).toBe(`token=(${maskText})`);
  });

  it('finds it in the base64 of something longer', () => {
    for (const before of ['', 'u', 'us', 'use', 'user:']) {
      const header = Buffer.from(`${before}hunter2-hunter3:after`).toString('base64');
      const shown = maskAll(header, 'hunter2-hunter3');
      expect(shown).toContain(maskText);
      // at most the one character at each end that mixes bits with a neighbour remains
      expect(header.length - shown.replace(maskText, '').length).toBeGreaterThanOrEqual(18);
    }
  });

  it('finds long values in base64 that is broken into lines', () => {
    const long = randomBytes(300).toString('latin1');
    for (const width of [64, 76]) {
      const lines =
        Buffer.from(long)
          .toString('base64')
          .match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
      expect(maskAll(lines.join('\n'), long)).toBe(maskText);
    }
  });

  it('masks each long line of a value by itself, and short ones only in the whole', () => {
    const key = '-----BEGIN KEY-----\nAbCdEfGhIjKl\r\nshort\n-----END KEY-----\n';
    expect(maskAll(`> AbCdEfGhIjKl <`, key)).toBe(`> ${maskText} <`);
    expect(maskAll(`> short <`, key)).toBe('> short <');
    expect(maskAll(`> ${key} <`, key)).toBe(`> ${maskText} <`);
  });

  it('leaves values of less than four bytes alone', () => {
    expect(spellingsOf(Buffer.from('abc'))).toEqual([]);
    expect(maskAll('abc abcd', 'abc')).toBe('abc abcd');
    expect(maskAll('abc abcd', 'abcd')).toBe(`abc ${maskText}`);
  });

  it('takes the largest value that a field may hold', () => {
    const large = Buffer.alloc(1_048_576, 'large value ');
    const search = searchFor([large]);
    const stream = Buffer.concat([Buffer.from('before '), large, Buffer.from(' after')]);
    expect(streamed(stream, search, [65_536, 65_536])).toBe(`before ${maskText} after`);
  });
});
