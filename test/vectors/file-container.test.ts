import { describe, expect, test } from 'vitest';
import { containerRoot } from '../../main/crypto/container-root.js';
import { ContainerLayout, encodeHeader, ivBytes, tagBytes } from '../../main/crypto/file-container.js';
import { deriveFileKeys } from '../../main/crypto/file-keys.js';
import { SegmentOpener, SegmentSealer } from '../../main/crypto/segment-cipher.js';
import { openContainer, sealContainer } from '../../main/crypto/whole-container.js';
import {
  sha256Hex,
  vectorIdentity,
  vectorIvs,
  vectorPlaintext,
  type ContainerVector,
} from './container-vector.js';
import { containerVectors } from './file-container-vectors.js';

const keysOf = (vector: ContainerVector) => deriveFileKeys(Buffer.from(vector.projectKey, 'hex'), vector.blobId);

const sealed = (vector: ContainerVector) =>
  sealContainer(vectorPlaintext(vector), keysOf(vector), vectorIdentity(vector), {
    segmentBytes: vector.segmentBytes,
    nextIv: vectorIvs(vector),
  });

const expected = (vector: ContainerVector) => ({
  bytes: vector.plaintextBytes,
  root: Buffer.from(vector.root, 'hex'),
});

/** Pieces of one byte each for short vectors, of an odd length for long ones. */
function* piecesOf(bytes: Uint8Array): Generator<Uint8Array> {
  const length = bytes.length <= 300 ? 1 : 997;
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

describe.each(containerVectors())('file container: $name', (vector) => {
  test('keys are those of the vector', () => {
    const keys = keysOf(vector);
    expect(Buffer.concat([keys.encryption, keys.authentication]).toString('hex')).toBe(vector.fileKeys);
  });

  test('whole: sealing gives the frozen bytes, opening gives the plaintext', () => {
    expect(sha256Hex(vectorPlaintext(vector))).toBe(vector.plaintextSha256);
    const { container, root } = sealed(vector);
    expect(container.length).toBe(vector.containerBytes);
    expect(sha256Hex(container)).toBe(vector.containerSha256);
    if (vector.container !== undefined) expect(container.toString('hex')).toBe(vector.container);
    expect(root.toString('hex')).toBe(vector.root);
    const opened = openContainer(container, keysOf(vector), vectorIdentity(vector), expected(vector));
    expect(opened.equals(vectorPlaintext(vector))).toBe(true);
  });

  test('streamed: sealing piece by piece gives the frozen bytes', () => {
    const layout = new ContainerLayout(vector.plaintextBytes, vector.segmentBytes);
    const header = encodeHeader(vectorIdentity(vector), vector.segmentBytes);
    const nextIv = vectorIvs(vector);
    const parts: Uint8Array[] = [header];
    const tags: Uint8Array[] = [];
    for (let index = 0; index < layout.segments; index++) {
      const place = layout.segment(index);
      const sealer = new SegmentSealer(keysOf(vector), header, place, nextIv());
      parts.push(sealer.iv);
      const plaintext = vectorPlaintext(vector).subarray(place.plainStart, place.plainStart + place.plainBytes);
      for (const piece of piecesOf(plaintext)) parts.push(sealer.update(piece));
      const { ciphertext, tag } = sealer.finish();
      parts.push(ciphertext, tag);
      tags.push(tag);
    }
    const container = Buffer.concat([...parts, ...tags]);
    expect(sha256Hex(container)).toBe(vector.containerSha256);
    expect(containerRoot(header, Buffer.concat(tags)).toString('hex')).toBe(vector.root);
  });

  test('streamed: opening piece by piece gives the plaintext', () => {
    const { container } = sealed(vector);
    const layout = new ContainerLayout(vector.plaintextBytes, vector.segmentBytes);
    const header = container.subarray(0, 64);
    const plaintext: Buffer[] = [];
    for (let index = 0; index < layout.segments; index++) {
      const place = layout.segment(index);
      const segment = container.subarray(place.start, place.start + place.bytes);
      const ciphertext = segment.subarray(ivBytes, -tagBytes);
      const opener = new SegmentOpener(keysOf(vector), header, place, segment.subarray(0, ivBytes));
      for (const piece of piecesOf(ciphertext)) opener.authenticate(piece);
      opener.verify(segment.subarray(-tagBytes));
      for (const piece of piecesOf(ciphertext)) plaintext.push(opener.decrypt(piece));
    }
    expect(Buffer.concat(plaintext).equals(vectorPlaintext(vector))).toBe(true);
  });
});
