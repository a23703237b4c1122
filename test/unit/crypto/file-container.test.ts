import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ContainerLayout,
  encodeHeader,
  headerBytes,
  parseHeader,
  tagBytes,
  type FileIdentity,
} from '../../../main/crypto/file-container.js';

const id = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('hex'));
const identity: fc.Arbitrary<FileIdentity> = fc.record({
  projectId: id,
  blobId: id,
  epoch: fc.integer({ min: 1, max: 0xffffffff }),
});
const segmentBytes = fc.integer({ min: 16, max: 26 }).map((power) => 2 ** power);
const someone: FileIdentity = { projectId: '11'.repeat(16), blobId: '22'.repeat(16), epoch: 3 };

describe('header', () => {
  test('what is encoded is parsed, for its own blob only', () => {
    fc.assert(
      fc.property(identity, identity, segmentBytes, (own, other, size) => {
        const header = encodeHeader(own, size);
        expect(header.length).toBe(headerBytes);
        expect(parseHeader(header, own)).toBe(size);
        expect(() => parseHeader(header, other)).toThrow(expect.objectContaining({ code: 'damaged' }));
      }),
      { numRuns: 50 },
    );
  });

  test.each([0, 1, 65535, 65537, 32768, 2 ** 27, 3 * 65536, 65536.5])('%d is no segment size', (size) => {
    expect(() => encodeHeader(someone, size)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
    const header = encodeHeader(someone, 65536);
    header.writeUInt32BE(Math.floor(size), 12);
    if (size !== 65536.5) {
      expect(() => parseHeader(header, someone)).toThrow(expect.objectContaining({ code: 'damaged' }));
    }
  });

  test.each([0, -1, 1.5, 2 ** 32])('%d is no epoch', (epoch) => {
    expect(() => encodeHeader({ ...someone, epoch }, 65536)).toThrow(
      expect.objectContaining({ code: 'invalid-input' }),
    );
  });

  test.each([2, 3, 65535])('version %i is told apart from damage', (version) => {
    const header = encodeHeader(someone, 65536);
    header.writeUInt16BE(version, 8);
    expect(() => parseHeader(header, someone)).toThrow(
      expect.objectContaining({ code: 'unsupported-version', details: { found: version, supported: 1 } }),
    );
  });
});

describe('layout', () => {
  test('segments follow each other without gap, in the container and in the plaintext', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5_000_000 }), fc.constantFrom(65536, 131072), (plainBytes, size) => {
        const layout = new ContainerLayout(plainBytes, size);
        let [at, plain] = [headerBytes, 0];
        for (let index = 0; index < layout.segments; index++) {
          const place = layout.segment(index);
          expect([place.start, place.plainStart, place.last]).toEqual([at, plain, index === layout.segments - 1]);
          expect(place.plainBytes === size || place.last).toBe(true);
          expect(place.cipherBytes % 16).toBe(0);
          expect(place.cipherBytes - place.plainBytes).toBeGreaterThanOrEqual(1);
          expect(place.cipherBytes - place.plainBytes).toBeLessThanOrEqual(16);
          at += place.bytes;
          plain += place.plainBytes;
        }
        expect(plain).toBe(plainBytes);
        expect(layout.trailerStart).toBe(at);
        expect(layout.containerBytes).toBe(at + layout.segments * tagBytes);
      }),
    );
  });

  test.each([
    [0, 1],
    [1, 1],
    [65535, 1],
    [65536, 1],
    [65537, 2],
    [131072, 2],
    [131073, 3],
  ])('%i bytes are %i segments of 64 KiB', (plainBytes, segments) => {
    expect(new ContainerLayout(plainBytes, 65536).segments).toBe(segments);
  });

  test('offsets stay exact for files of terabytes', () => {
    const size = 4 * 1024 * 1024;
    const layout = new ContainerLayout(9 * 2 ** 40 + 5, size);
    const last = layout.segment(layout.segments - 1);
    expect(last.plainBytes).toBe(5);
    expect(last.start).toBe(headerBytes + (layout.segments - 1) * (size + 64));
  });

  test('segmentsOf covers exactly the bytes asked for', () => {
    const layout = new ContainerLayout(300_000, 65536);
    expect(layout.segmentsOf(0, 1)).toEqual({ first: 0, last: 0 });
    expect(layout.segmentsOf(65535, 65537)).toEqual({ first: 0, last: 1 });
    expect(layout.segmentsOf(65536, 131072)).toEqual({ first: 1, last: 1 });
  });

  test.each([-1, 0.5, Number.NaN, 2 ** 53])('%d is no size', (plainBytes) => {
    expect(() => new ContainerLayout(plainBytes, 65536)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });
});
