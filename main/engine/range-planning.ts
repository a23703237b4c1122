import { open } from 'node:fs/promises';
import { ContainerLayout, headerBytes, parseHeader, writtenSegmentBytes } from '../crypto/file-container.js';
import type { FileIdentity } from '../crypto/file-container.js';

/** Bytes of a container's file, `endExclusive` not among them. */
type Range = Readonly<{ start: number; endExclusive: number }>;

/**
 * What of a container in the vault suite is read so that a range of its plaintext can be given: the header, the segments that hold the range,
 * and the trailer with every segment's tag. (In the coretex suite only the whole file can be verified: docs/protocol.md section 5.)
 * @param plainBytes size of the plaintext @param range of it @param segmentBytes as the header says; as we write it when left out
 */
export function containerRanges(plainBytes: number, range: Range, segmentBytes = writtenSegmentBytes): Range[] {
  const layout = new ContainerLayout(plainBytes, segmentBytes);
  const ends = [
    { start: 0, endExclusive: headerBytes },
    { start: layout.trailerStart, endExclusive: layout.containerBytes },
  ];
  const start = Math.min(range.start, plainBytes);
  const endExclusive = Math.min(range.endExclusive, plainBytes);
  if (endExclusive <= start) return ends;
  const { first, last } = layout.segmentsOf(start, endExclusive);
  const lastPlace = layout.segment(last);
  return [...ends, { start: layout.segment(first).start, endExclusive: lastPlace.start + lastPlace.bytes }];
}

/**
 * The segment size that a container's header tells. Nothing is decided by it but what is fetched: reading checks it again.
 * Throws what {@link parseHeader} throws.
 */
export async function segmentBytesOf(path: string, identity: FileIdentity): Promise<number> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headerBytes), 0, headerBytes, 0);
    return parseHeader(buffer.subarray(0, bytesRead), identity);
  } finally {
    await file.close();
  }
}
