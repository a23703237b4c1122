import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ContainerLayout, encodeHeader } from '../../../main/crypto/file-container.js';
import { deriveFileKeys } from '../../../main/crypto/file-keys.js';
import { SegmentOpener, SegmentSealer } from '../../../main/crypto/segment-cipher.js';
import { openContainer, sealContainer } from '../../../main/crypto/whole-container.js';

const identity = { projectId: '0a'.repeat(16), blobId: '0b'.repeat(16), epoch: 1 };
const keys = deriveFileKeys(randomBytes(32), identity.blobId);
const S = 65536;
const nearBorders = fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: -33, max: 33 }));

test('what is sealed opens again, for sizes around every segment border', () => {
  fc.assert(
    fc.property(nearBorders, ([segments, off]) => {
      const plaintext = randomBytes(Math.max(0, segments * S + off));
      const { container, root } = sealContainer(plaintext, keys, identity, { segmentBytes: S });
      const opened = openContainer(container, keys, identity, { bytes: plaintext.length, root });
      expect(opened.equals(plaintext)).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test('sealing twice never repeats an IV, so equal files do not look equal', () => {
  const seen = new Set<string>();
  for (let count = 0; count < 50; count++) {
    const { container } = sealContainer(Buffer.alloc(100), keys, identity);
    seen.add(container.subarray(64, 80).toString('hex'));
  }
  expect(seen.size).toBe(50);
});

test('a record with another size is refused, even in the same number of segments', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 400 }), (size, claimed) => {
      fc.pre(size !== claimed);
      const { container, root } = sealContainer(randomBytes(size), keys, identity);
      expect(() => openContainer(container, keys, identity, { bytes: claimed, root })).toThrow(
        expect.objectContaining({ code: 'damaged' }),
      );
    }),
  );
});

test('a wrong key is damage, and an id or epoch that is another one too', () => {
  const { container, root } = sealContainer(Buffer.from('a file'), keys, identity);
  const expected = { bytes: 6, root };
  const damaged: unknown = expect.objectContaining({ code: 'damaged' });
  const wrongKeys = deriveFileKeys(randomBytes(32), identity.blobId);
  expect(() => openContainer(container, wrongKeys, identity, expected)).toThrow(damaged);
  expect(() => openContainer(container, keys, { ...identity, epoch: 2 }, expected)).toThrow(damaged);
  expect(() => openContainer(container, keys, { ...identity, projectId: '0c'.repeat(16) }, expected)).toThrow(damaged);
});

test('promise 1: a segment does not decrypt before its tag is verified', () => {
  const place = new ContainerLayout(100, S).segment(0);
  const header = encodeHeader(identity, S);
  const sealer = new SegmentSealer(keys, header, place, randomBytes(16));
  const ciphertext = Buffer.concat([sealer.update(Buffer.alloc(100)), sealer.finish().ciphertext]);
  const opener = new SegmentOpener(keys, header, place, sealer.iv);
  expect(() => opener.decrypt(ciphertext)).toThrow(expect.objectContaining({ code: 'internal' }));
  opener.authenticate(ciphertext);
  expect(opener.matches(Buffer.alloc(32))).toBe(false);
  expect(() => opener.decrypt(ciphertext)).toThrow(expect.objectContaining({ code: 'internal' }));
});

test('a tag that is right over wrong padding is damage', () => {
  const place = new ContainerLayout(100, S).segment(0);
  const header = encodeHeader(identity, S);
  // the same ciphertext length as 100 bytes have, sealed for 99: one byte more of padding than the layout allows
  const sealer = new SegmentSealer(keys, header, place, randomBytes(16));
  const first = sealer.update(Buffer.alloc(99));
  const { ciphertext: end, tag } = sealer.finish();
  const opener = new SegmentOpener(keys, header, place, sealer.iv);
  opener.authenticate(Buffer.concat([first, end]));
  opener.verify(tag);
  expect(() => opener.decrypt(Buffer.concat([first, end]))).toThrow(expect.objectContaining({ code: 'damaged' }));
});
