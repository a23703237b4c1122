import { VaultError } from '../../app/errors.js';

/** The file container of the vault suite: its header and where everything lies (docs/protocol.md section 5). */
export const headerBytes = 64;
export const ivBytes = 16;
export const tagBytes = 32;
export const blockBytes = 16;

/** What we write. Readers accept every power of two from 64 KiB to 64 MiB. */
export const writtenSegmentBytes = 4 * 1024 * 1024;
export const smallestSegmentBytes = 64 * 1024;
export const largestSegmentBytes = 64 * 1024 * 1024;

const magic = Buffer.from('CTXVAULT', 'ascii');
const version = 1;

/** Which blob of which project a container holds; ids are 32 lowercase hex digits, epochs count from 1. */
export type FileIdentity = Readonly<{ projectId: string; blobId: string; epoch: number }>;

/** The 16 bytes of an id. Throws `invalid-input` for anything but 32 lowercase hex digits. */
export function parseId(id: string): Buffer {
  if (!/^[0-9a-f]{32}$/.test(id)) throw new VaultError('invalid-input', 'An id is 32 lowercase hex digits.');
  return Buffer.from(id, 'hex');
}

/** The 64 header bytes. Throws `invalid-input` for an id, epoch or segment size outside the format. */
export function encodeHeader(identity: FileIdentity, segmentBytes: number): Buffer {
  if (!isSegmentSize(segmentBytes)) throw new VaultError('invalid-input', 'Not a segment size of the file container.');
  if (!Number.isInteger(identity.epoch) || identity.epoch < 1 || identity.epoch > 0xffffffff) {
    throw new VaultError('invalid-input', 'An epoch is a positive 32-bit number.');
  }
  const header = Buffer.alloc(headerBytes);
  magic.copy(header, 0);
  header.writeUInt16BE(version, 8);
  header.writeUInt32BE(segmentBytes, 12);
  parseId(identity.blobId).copy(header, 16);
  parseId(identity.projectId).copy(header, 32);
  header.writeUInt32BE(identity.epoch, 48);
  return header;
}

/**
 * Checks a stored header against the blob it must belong to.
 * SECURITY (promise 1): a container moved from another blob, project or epoch ends here, before any key is used on it.
 *
 * @returns its segment size in bytes
 * @throws `unsupported-version` for a later version, `damaged` for everything else that is not exactly our header
 */
export function parseHeader(header: Uint8Array, identity: FileIdentity): number {
  if (header.length !== headerBytes) throw new VaultError('damaged', 'The file container is cut off in its header.');
  const bytes = Buffer.from(header.buffer, header.byteOffset, header.length);
  if (!bytes.subarray(0, 8).equals(magic)) throw new VaultError('damaged', 'This is not a file container.');
  const found = bytes.readUInt16BE(8);
  if (found > version)
    throw new VaultError('unsupported-version', undefined, { details: { found, supported: version } });
  const segmentBytes = bytes.readUInt32BE(12);
  if (!isSegmentSize(segmentBytes) || !bytes.equals(encodeHeader(identity, segmentBytes))) {
    throw new VaultError('damaged', 'The header of the file container is not the one of this file.');
  }
  return segmentBytes;
}

const isSegmentSize = (bytes: number): boolean =>
  bytes >= smallestSegmentBytes && bytes <= largestSegmentBytes && Number.isInteger(Math.log2(bytes));

/** Where one segment lies: `start` and `bytes` in the container (IV, ciphertext and tag), the rest in the plaintext. */
export type SegmentPlace = Readonly<{
  index: number;
  last: boolean;
  start: number;
  bytes: number;
  cipherBytes: number;
  plainStart: number;
  plainBytes: number;
}>;

/** Offsets of a container that holds `plainBytes`; everything follows from the size, nothing is read from the file. */
export class ContainerLayout {
  readonly segments: number;
  readonly trailerStart: number;
  readonly trailerBytes: number;
  readonly containerBytes: number;

  constructor(
    readonly plainBytes: number,
    readonly segmentBytes: number,
  ) {
    if (!Number.isSafeInteger(plainBytes) || plainBytes < 0) throw new VaultError('invalid-input', 'Not a file size.');
    this.segments = Math.max(1, Math.ceil(plainBytes / segmentBytes));
    const last = this.segment(this.segments - 1);
    this.trailerStart = last.start + last.bytes;
    this.trailerBytes = this.segments * tagBytes;
    this.containerBytes = this.trailerStart + this.trailerBytes;
  }

  segment(index: number): SegmentPlace {
    const last = index === this.segments - 1;
    const plainStart = index * this.segmentBytes;
    const plainBytes = last ? this.plainBytes - plainStart : this.segmentBytes;
    const cipherBytes = paddedBytes(plainBytes);
    const start = headerBytes + index * (ivBytes + paddedBytes(this.segmentBytes) + tagBytes);
    return { index, last, start, bytes: ivBytes + cipherBytes + tagBytes, cipherBytes, plainStart, plainBytes };
  }

  /** The segments that hold the plaintext bytes from `start` up to `endExclusive` (at least one byte of the file). */
  segmentsOf(start: number, endExclusive: number): Readonly<{ first: number; last: number }> {
    return { first: Math.floor(start / this.segmentBytes), last: Math.floor((endExclusive - 1) / this.segmentBytes) };
  }
}

/** Length of AES-CBC-PKCS#7 ciphertext (RFC 5652 section 6.3): one to sixteen bytes more than the plaintext, whole blocks. */
export const paddedBytes = (plainBytes: number): number => (Math.floor(plainBytes / blockBytes) + 1) * blockBytes;
