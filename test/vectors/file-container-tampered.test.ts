import { describe, expect, test } from 'vitest';
import { isVaultError } from '../../app/errors.js';
import { containerRoot } from '../../main/crypto/container-root.js';
import { ContainerLayout, headerBytes, ivBytes, tagBytes } from '../../main/crypto/file-container.js';
import { deriveFileKeys } from '../../main/crypto/file-keys.js';
import { openContainer, sealContainer } from '../../main/crypto/whole-container.js';
import {
  vectorIdentity,
  vectorIvs,
  vectorPlaintext,
  type ContainerVector,
} from './container-vector.js';
import { containerVectors } from './file-container-vectors.js';

const everyByte = process.env['RUN_LARGE'] === '1';

function fixture(vector: ContainerVector) {
  const keys = deriveFileKeys(Buffer.from(vector.projectKey, 'hex'), vector.blobId);
  const identity = vectorIdentity(vector);
  const options = { segmentBytes: vector.segmentBytes, nextIv: vectorIvs(vector) };
  const { container } = sealContainer(vectorPlaintext(vector), keys, identity, options);
  const record = { bytes: vector.plaintextBytes, root: Buffer.from(vector.root, 'hex') };
  const layout = new ContainerLayout(vector.plaintextBytes, vector.segmentBytes);
  const segments = Array.from({ length: layout.segments }, (_, index) => {
    const { start, bytes } = layout.segment(index);
    return container.subarray(start, start + bytes);
  });
  const open = (bytes: Uint8Array): Buffer => openContainer(bytes, keys, identity, record);
  return { keys, identity, container, record, layout, segments, open };
}

/** Any answer but an error is wrong: there is no plaintext that may leave a changed container. */
function expectRefused(open: () => Buffer, what: string): void {
  try {
    open();
  } catch (error) {
    if (isVaultError(error, 'damaged', 'unsupported-version')) return;
    throw error;
  }
  throw new Error(`opened although ${what}`);
}

/** Every byte of header, IVs, first and last blocks, tags and trailer; of long ciphertexts every 23rd (all with RUN_LARGE=1). */
function* positions(layout: ContainerLayout): Generator<number> {
  for (let at = 0; at < headerBytes; at++) yield at;
  for (let index = 0; index < layout.segments; index++) {
    const { start, bytes } = layout.segment(index);
    for (let at = 0; at < bytes; at++) {
      const inside = at >= ivBytes + 64 && at < bytes - tagBytes - 64;
      if (!inside || everyByte || at % 23 === 0) yield start + at;
    }
  }
  for (let at = layout.trailerStart; at < layout.containerBytes; at++) yield at;
}

const isShort = (vector: ContainerVector): boolean => vector.plaintextBytes <= 200;

describe.each(containerVectors().filter((vector) => isShort(vector) || vector.plaintextBytes === 65537))(
  'promise 1, file container: $name',
  (vector) => {
    const { container, layout, open } = fixture(vector);

    test('a flip of any byte is detected', () => {
      const copy = Buffer.from(container);
      for (const at of positions(layout)) {
        const flip = 1 << at % 8;
        copy.writeUInt8(copy.readUInt8(at) ^ flip, at);
        expectRefused(() => open(copy), `byte ${at} was flipped`);
        copy.writeUInt8(copy.readUInt8(at) ^ flip, at);
      }
      expect(open(copy).length).toBe(vector.plaintextBytes);
    });

    test('truncation at any length is detected, and so is anything appended', () => {
      const step = isShort(vector) || everyByte ? 1 : 101;
      for (let length = 0; length < container.length; length += step) {
        expectRefused(() => open(container.subarray(0, length)), `it was cut to ${length} bytes`);
      }
      expectRefused(() => open(Buffer.concat([container, Buffer.alloc(1)])), 'a byte was appended');
      expectRefused(() => open(Buffer.concat([container, container])), 'it was doubled');
    });
  },
);

describe('promise 1, segments of a file container', () => {
  const three = containerVectors().find(({ name }) => name === 'three-segments-and-some')!;
  const { container, layout, segments, open, keys, identity, record } = fixture(three);
  const header = container.subarray(0, headerBytes);
  const tags = Array.from({ length: layout.segments }, (_, index) => {
    const at = layout.trailerStart + index * tagBytes;
    return container.subarray(at, at + tagBytes);
  });
  const arranged = (order: readonly number[]): Buffer =>
    Buffer.concat([header, ...order.map((index) => segments[index]!), ...order.map((index) => tags[index]!)]);

  test('the untouched arrangement opens', () => {
    expect(open(arranged([0, 1, 2, 3])).equals(vectorPlaintext(three))).toBe(true);
  });

  test.each([
    ['dropped', [0, 1, 3]],
    ['the first dropped', [1, 2, 3]],
    ['the last dropped', [0, 1, 2]],
    ['duplicated', [0, 1, 1, 2, 3]],
    ['replaced by another', [0, 1, 1, 3]],
    ['reordered', [1, 0, 2, 3]],
  ])('a segment %s is detected', (what, order) => {
    expectRefused(() => open(arranged(order)), `a segment was ${what}`);
  });

  test.each([
    ['in the middle dropped', [0, 1, 3], 2 * 65536 + 777],
    ['the short last one dropped, size of the record changed to match', [0, 1, 2], 3 * 65536],
    ['duplicated', [0, 1, 1, 2, 3], 4 * 65536 + 777],
    ['reordered', [1, 0, 2, 3], 3 * 65536 + 777],
  ])('a segment %s is detected even with a root and size made to fit', (what, order, bytes) => {
    const changed = arranged(order);
    const trailer = changed.subarray(changed.length - order.length * tagBytes);
    const root = containerRoot(header, trailer);
    expectRefused(() => openContainer(changed, keys, identity, { bytes, root }), `a segment was ${what}`);
  });

  test('segments swapped while the trailer stays are detected', () => {
    const swapped = Buffer.concat([header, ...[1, 0, 2, 3].map((index) => segments[index]!), ...tags]);
    expectRefused(() => open(swapped), 'two segments were swapped');
  });

  test('a segment of another file under the same project key is detected', () => {
    const otherIdentity = { ...identity, blobId: 'ab'.repeat(16) };
    const otherKeys = deriveFileKeys(Buffer.from(three.projectKey, 'hex'), otherIdentity.blobId);
    const other = sealContainer(vectorPlaintext(three), otherKeys, otherIdentity, { segmentBytes: 65536 }).container;
    const { start, bytes } = layout.segment(1);
    const mixed = Buffer.from(container);
    other.copy(mixed, start, start, start + bytes);
    other.copy(mixed, layout.trailerStart + tagBytes, layout.trailerStart + tagBytes, layout.trailerStart + 2 * tagBytes);
    expectRefused(() => open(mixed), 'a segment came from another file');
    expectRefused(() => open(other), 'the whole file was swapped');
  });

  test('an older version of the same blob id is detected by its root', () => {
    const older = sealContainer(Buffer.alloc(three.plaintextBytes), keys, identity, { segmentBytes: 65536 });
    expectRefused(() => open(older.container), 'an older container was put in its place');
    expect(openContainer(older.container, keys, identity, { ...record, root: older.root }).length).toBe(record.bytes);
  });

  test('a container of a later version is told apart from damage', () => {
    const later = Buffer.from(container);
    later.writeUInt16BE(2, 8);
    expect(() => open(later)).toThrow(expect.objectContaining({ code: 'unsupported-version' }));
  });

  test('the damaged segment is named', () => {
    const changed = Buffer.from(container);
    const { start } = layout.segment(2);
    changed.writeUInt8(changed.readUInt8(start + 500) ^ 1, start + 500);
    expect(() => open(changed)).toThrow(expect.objectContaining({ code: 'damaged', details: { segment: 2 } }));
  });
});
