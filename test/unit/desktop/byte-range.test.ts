import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseRange } from '../../../main/desktop/byte-range.js';

it.each([
  ['bytes=0-', 10, { start: 0, endExclusive: 10 }],
  ['bytes=2-4', 10, { start: 2, endExclusive: 5 }],
  ['bytes=2-400', 10, { start: 2, endExclusive: 10 }],
  ['bytes=-3', 10, { start: 7, endExclusive: 10 }],
  ['bytes=-30', 10, { start: 0, endExclusive: 10 }],
  ['bytes=10-', 10, 'unsatisfiable'],
  ['bytes=-0', 10, 'unsatisfiable'],
  ['bytes=0-', 0, 'unsatisfiable'],
  ['bytes=4-2', 10, null],
  ['bytes=0-1,3-4', 10, null],
  ['bytes=-', 10, null],
  ['lines=0-1', 10, null],
  [null, 10, null],
])('%s of %i bytes', (header, size, range) => {
  expect(parseRange(header, size)).toEqual(range);
});

it('never leads out of the file', () => {
  fc.assert(
    fc.property(
      fc.option(fc.nat(), { nil: '' }),
      fc.option(fc.nat(), { nil: '' }),
      fc.nat(1000),
      (first, last, size) => {
        const range = parseRange(`bytes=${first}-${last}`, size);
        if (range === null || range === 'unsatisfiable') return;
        expect(range.start).toBeGreaterThanOrEqual(0);
        expect(range.start).toBeLessThan(range.endExclusive);
        expect(range.endExclusive).toBeLessThanOrEqual(size);
      },
    ),
  );
});
