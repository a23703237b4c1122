import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mosaicOf, mosaicSize } from '../../../renderer/components/fingerprint-mosaic.js';
import { account } from '../../preview/fake-data.js';

const drawing = (hex: string): string => JSON.stringify(mosaicOf(hex));
const flipped = (hex: string, bit: number): string => {
  const bytes = Buffer.from(hex, 'hex');
  bytes[bit >> 3]! ^= 0x80 >> (bit & 7);
  return bytes.toString('hex');
};
const fingerprint = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'));

describe('the picture of a fingerprint', () => {
  it('is another one for each of the 256 flipped bits, and no two of those are alike', () => {
    const hex = account.fingerprintHex;
    const drawings = new Set([drawing(hex), ...Array.from({ length: 256 }, (_, bit) => drawing(flipped(hex, bit)))]);
    expect(drawings.size).toBe(257);
  });

  it('is another one for any flipped bit of any fingerprint, and the same for the same', () => {
    fc.assert(
      fc.property(fingerprint, fc.integer({ min: 0, max: 255 }), (hex, bit) => {
        expect(drawing(hex)).toBe(drawing(hex));
        expect(drawing(flipped(hex, bit))).not.toBe(drawing(hex));
      }),
    );
  });

  it('is symmetric and stays within its square', () => {
    const { 1: light, 2: middle, 3: dark } = mosaicOf(account.fingerprintHex);
    const points = [...`${light}${middle}${dark}`.matchAll(/([\d.]+) ([\d.]+)/g)].map(([, x, y]) => [
      Number(x),
      Number(y),
    ]);
    expect(points.length).toBeGreaterThan(100);
    const sum = points.reduce((total, [x]) => total + x!, 0);
    expect(sum / points.length).toBeCloseTo(mosaicSize / 2, 9);
    expect(points.flat().every((value) => value >= 0 && value <= mosaicSize)).toBe(true);
  });
});
