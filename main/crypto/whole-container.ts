import { VaultError } from '../../app/errors.js';
import { containerRoot, rootBytes, verifyRoot } from './container-root.js';
import {
  ContainerLayout,
  encodeHeader,
  headerBytes,
  ivBytes,
  parseHeader,
  tagBytes,
  writtenSegmentBytes,
  type FileIdentity,
} from './file-container.js';
import type { FileKeys } from './file-keys.js';
import { randomIv, SegmentOpener, SegmentSealer } from './segment-cipher.js';

/** A file container in memory, for small files. Large ones go segment by segment through main/engine. */
export type SealedContainer = Readonly<{ container: Buffer; root: Buffer }>;

/**
 * Encrypts all of `plaintext` into one container (docs/protocol.md section 5).
 * @param options.nextIv for frozen vectors alone: 16 bytes for each segment, random unless given
 */
export function sealContainer(
  plaintext: Uint8Array,
  keys: FileKeys,
  identity: FileIdentity,
  options: Readonly<{ segmentBytes?: number; nextIv?: () => Uint8Array }> = {},
): SealedContainer {
  const layout = new ContainerLayout(plaintext.length, options.segmentBytes ?? writtenSegmentBytes);
  const header = encodeHeader(identity, layout.segmentBytes);
  const container = Buffer.allocUnsafeSlow(layout.containerBytes);
  container.set(header, 0);
  for (let index = 0; index < layout.segments; index++) {
    const place = layout.segment(index);
    const sealer = new SegmentSealer(keys, header, place, (options.nextIv ?? randomIv)());
    const ciphertext = sealer.update(plaintext.subarray(place.plainStart, place.plainStart + place.plainBytes));
    const end = sealer.finish();
    let at = place.start;
    for (const part of [sealer.iv, ciphertext, end.ciphertext, end.tag]) {
      container.set(part, at);
      at += part.length;
    }
    container.set(end.tag, layout.trailerStart + index * tagBytes);
  }
  return { container, root: containerRoot(header, container.subarray(layout.trailerStart)) };
}

/**
 * Opens a whole container that must hold `plainBytes` of plaintext and have the signed `root`.
 * Every byte of it is verified first. The caller wipes what it gets.
 * @throws `damaged`, `unsupported-version`
 */
export function openContainer(
  container: Uint8Array,
  keys: FileKeys,
  identity: FileIdentity,
  expected: Readonly<{ bytes: number; root: Uint8Array }>,
): Buffer {
  const header = container.subarray(0, headerBytes);
  const layout = new ContainerLayout(expected.bytes, parseHeader(header, identity));
  if (container.length !== layout.containerBytes) throw wrongLength(container.length, layout.containerBytes);
  if (expected.root.length !== rootBytes) throw new VaultError('invalid-input', 'A root has 32 bytes.');
  const trailer = container.subarray(layout.trailerStart);
  verifyRoot(header, trailer, expected.root);
  const openers = Array.from({ length: layout.segments }, (_, index) => {
    const place = layout.segment(index);
    const segment = container.subarray(place.start, place.start + place.bytes);
    const ciphertext = segment.subarray(ivBytes, ivBytes + place.cipherBytes);
    const opener = new SegmentOpener(keys, header, place, segment.subarray(0, ivBytes));
    opener.authenticate(ciphertext);
    opener.verify(segment.subarray(-tagBytes), trailer.subarray(index * tagBytes, (index + 1) * tagBytes));
    return { opener, ciphertext, place };
  });
  const plaintext = Buffer.alloc(expected.bytes);
  for (const { opener, ciphertext, place } of openers) {
    const piece = opener.decrypt(ciphertext);
    plaintext.set(piece, place.plainStart);
    piece.fill(0);
  }
  return plaintext;
}

/** A container whose length is not the one its record demands was cut, extended, or belongs to another version of the file. */
export const wrongLength = (found: number, expected: number): VaultError =>
  new VaultError('damaged', 'The encrypted file does not have the length that its record demands.', {
    details: { found, expected },
  });
