import { ContainerLayout, encodeHeader } from '../crypto/file-container.js';
import { deriveFileKeys } from '../crypto/file-keys.js';
import { copyOverlap } from './copy-overlap.js';
import { readCoretexRange, verifyCoretex } from './coretex-loop.js';
import type { RangeRequest } from './file-job.js';
import { JobControl } from './job-control.js';
import { planOpening } from './opening.js';
import { overwriteFreedPlaintext, releaseBuffer } from './release-buffer.js';
import { openPieces, pieceBytes, readSegment } from './segment-loop.js';
import { closeSource, openSource, type SourceFile } from './source-file.js';

export type RangeAnswer = Readonly<{ bytes: Uint8Array; pieces: Uint8Array | null }>;

/** Verified plaintext from `start` up to `endExclusive`, both inside the file. The receiver wipes it. */
export function readRange(request: RangeRequest): RangeAnswer {
  const source = openSource(request.source);
  try {
    if (request.suite === 'vault') return { bytes: readContainerRange(request, source), pieces: null };
    const pieces = request.pieces ?? verifyCoretex(request, source, new JobControl());
    return { bytes: readCoretexRange(request, source, pieces), pieces };
  } finally {
    closeSource(source);
  }
}

function readContainerRange(request: RangeRequest, source: SourceFile): Uint8Array {
  const { start, endExclusive, identity } = request;
  const plan = planOpening(request, source, new JobControl());
  const header = encodeHeader(identity, plan.segmentBytes);
  const layout = new ContainerLayout(plan.plainBytes, plan.segmentBytes);
  const range = new Uint8Array(endExclusive - start);
  if (range.length === 0) return range;
  const buffer = Buffer.allocUnsafeSlow(layout.segment(0).bytes);
  const keys = deriveFileKeys(request.key, identity.blobId);
  try {
    const { first, last } = layout.segmentsOf(start, endExclusive);
    for (let index = first; index <= last; index++) {
      const place = layout.segment(index);
      const { opener, ciphertext } = readSegment(plan, keys, header, place, buffer);
      openPieces(opener, ciphertext, (plaintext, at) => copyOverlap(range, start, plaintext, place.plainStart + at));
    }
    return range;
  } finally {
    keys.dispose();
    releaseBuffer(buffer);
    overwriteFreedPlaintext(pieceBytes);
  }
}
