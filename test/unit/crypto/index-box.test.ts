import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFrames, encodeFrame } from '../../../main/crypto/index-box.js';
import { SecretBytes } from '../../../main/crypto/secret-bytes.js';
import { VaultError } from '../../../app/errors.js';

const key = SecretBytes.random(64);
const frames = (...plaintexts: string[]): Buffer[] =>
  plaintexts.map((text, sequence) => Buffer.from(encodeFrame(key, sequence, Buffer.from(text))));
const texts = (opened: Uint8Array[]): string[] => opened.map((frame) => Buffer.from(frame).toString());

describe('frames of the local index', () => {
  it('come back in their order, from any start', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 8 }), fc.nat(8), (plaintexts, start) => {
        const all = frames(...plaintexts);
        const from = Math.min(start, all.length);
        const bytes = Buffer.concat(all.slice(from));
        const opened = decodeFrames(key, bytes, from);
        expect(texts(opened.frames)).toEqual(plaintexts.slice(from).map((text) => Buffer.from(text).toString()));
        expect([opened.intactBytes, opened.torn]).toEqual([bytes.length, false]);
      }),
    );
  });

  it('torn by a crash at any byte, give what is whole and say where it ends', () => {
    const all = frames('one', 'two '.repeat(20), 'three');
    const bytes = Buffer.concat(all);
    const ends = [0, all[0]!.length, all[0]!.length + all[1]!.length, bytes.length];
    for (let length = 0; length <= bytes.length; length += 1) {
      const { frames: opened, intactBytes, torn } = decodeFrames(key, bytes.subarray(0, length));
      const whole = ends.filter((end) => end <= length).length - 1;
      expect(texts(opened)).toEqual(['one', 'two '.repeat(20), 'three'].slice(0, whole));
      expect([intactBytes, torn]).toEqual([ends[whole], !ends.includes(length)]);
    }
  });

  it('dropped, doubled, swapped or moved, are refused (promise 1)', () => {
    const [a, b, c] = frames('a', 'b', 'c');
    for (const order of [[b, a, c], [a, c], [b, c], [a, a, b], [a, b, b], [a, c, b]]) {
      expect(() => decodeFrames(key, Buffer.concat(order as Buffer[]))).toThrow(VaultError);
    }
    expect(() => decodeFrames(key, a!, 1)).toThrow(VaultError);
    expect(() => decodeFrames(SecretBytes.random(64), a!)).toThrow(VaultError);
  }); // prettier-ignore

  it('with a changed length are refused, not taken for torn', () => {
    const bytes = Buffer.concat(frames('one', 'two'));
    for (const length of [0, 1, 63, 64, 1000, 0x7fffffff, 0xffffffff]) {
      const changed = Buffer.from(bytes);
      changed.writeUInt32BE(length);
      if (!changed.equals(bytes)) expect(() => decodeFrames(key, changed), String(length)).toThrow(VaultError);
    }
  });

  it('do not show twice the same', () => {
    expect(Buffer.from(encodeFrame(key, 0, Buffer.from('x'))).equals(encodeFrame(key, 0, Buffer.from('x')))).toBe(
      false,
    );
  });
});
