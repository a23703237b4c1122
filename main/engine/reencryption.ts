import { ContainerLayout, encodeHeader, ivBytes, tagBytes, type SegmentPlace } from '../crypto/file-container.js';
import { deriveFileKeys, type FileKeys } from '../crypto/file-keys.js';
import type { SegmentOpener } from '../crypto/segment-cipher.js';
import { randomIv, SegmentSealer } from '../crypto/segment-cipher.js';
import { openContainer, sealContainer } from '../crypto/whole-container.js';
import { resealCoretex, verifyCoretex } from './coretex-loop.js';
import { closeQuietly, readExactly, writeExactly } from './file-io.js';
import type { EncryptedFile, ReencryptPlan, ReencryptRequest } from './file-job.js';
import type { JobControl } from './job-control.js';
import { planOpening, readShape } from './opening.js';
import { overwriteFreedPlaintext, releaseBuffer, wipeAndRelease } from './release-buffer.js';
import { smallFileBytes } from './sealing.js';
import { eachSegment, openPieces, pieceBytes, readSegment } from './segment-loop.js';
import { closeSource, modifiedMs, openSource, type SourceFile } from './source-file.js';
import { openStaging, setLength, syncAndClose } from './target-file.js';

/**
 * Re-encrypts a blob that one worker does alone, or begins one whose segments several workers share. Every byte of the old blob is
 * verified against its signed root. SECURITY (promise 8): plaintext is in memory only, a piece at a time.
 */
export function reencrypt(request: ReencryptRequest, control: JobControl): EncryptedFile | ReencryptPlan {
  control.checkRunning();
  const source = openSource(request.source);
  let shared = false;
  try {
    if (request.suite === 'coretex' || request.bytes <= smallFileBytes) return resealWhole(request, source, control);
    const plan = beginResealing(request, source, control);
    shared = true;
    return plan;
  } finally {
    if (!shared) closeSource(source);
  }
}

function resealWhole(request: ReencryptRequest, source: SourceFile, control: JobControl): EncryptedFile {
  const pieces = request.suite === 'coretex' ? verifyCoretex(request, source, control) : null;
  const staging = openStaging(request.target);
  let open = true;
  try {
    const sealed =
      pieces === null
        ? resealInMemory(request, source, staging, control)
        : resealCoretex(request, source, pieces, staging, control);
    open = false;
    syncAndClose(staging);
    return { bytes: request.bytes, modifiedMs: modifiedMs(source), ...sealed };
  } finally {
    if (open) closeQuietly(staging);
  }
}

function resealInMemory(request: ReencryptRequest, source: SourceFile, staging: number, control: JobControl) {
  const { layout } = readShape(request, source);
  const old = Buffer.allocUnsafeSlow(layout.containerBytes);
  readExactly(source.fd, old, 0, 'damaged');
  using keys = deriveFileKeys(request.key, request.identity.blobId);
  using nextKeys = deriveFileKeys(request.nextKey, request.next.blobId);
  const plaintext = openContainer(old, keys, request.identity, request);
  try {
    const { container, root } = sealContainer(plaintext, nextKeys, request.next);
    setLength(staging, container.length);
    writeExactly(staging, container, 0);
    control.addDone(plaintext.length);
    return { containerBytes: container.length, root };
  } finally {
    wipeAndRelease(plaintext);
    overwriteFreedPlaintext(layout.segment(0).cipherBytes);
    releaseBuffer(old);
  }
}

/** The new container has the segment size of the old one, so that each segment is opened and sealed by itself. */
function beginResealing(request: ReencryptRequest, source: SourceFile, control: JobControl): ReencryptPlan {
  const opening = planOpening(request, source, control);
  const layout = new ContainerLayout(opening.plainBytes, opening.segmentBytes);
  const staging = openStaging(request.target);
  try {
    setLength(staging, 0);
    setLength(staging, layout.containerBytes);
    writeExactly(staging, encodeHeader(request.next, layout.segmentBytes), 0);
    const from = { identity: opening.identity, tags: opening.tags };
    const tags = new SharedArrayBuffer(layout.trailerBytes);
    return { ...opening, identity: request.next, tags, from, staging, resume: false };
  } catch (error) {
    closeQuietly(staging);
    throw error;
  }
}

/** Verifies segments of the old container and writes them, encrypted anew, into the staging file. */
export function reencryptSegments(plan: ReencryptPlan, key: Uint8Array, nextKey: Uint8Array, slice: number): void {
  const longest = new ContainerLayout(plan.plainBytes, plan.segmentBytes).segment(0).bytes;
  const buffer = Buffer.allocUnsafeSlow(longest);
  const tags = new Uint8Array(plan.tags);
  const old = { ...plan, ...plan.from };
  const oldHeader = encodeHeader(old.identity, old.segmentBytes);
  using oldKeys = deriveFileKeys(key, old.identity.blobId);
  try {
    eachSegment(plan, nextKey, slice, ({ keys, header }, place) => {
      const segment = readSegment(old, oldKeys, oldHeader, place, buffer);
      tags.set(resealSegment(plan, keys, header, place, segment), place.index * tagBytes);
    });
  } finally {
    releaseBuffer(buffer);
    overwriteFreedPlaintext(pieceBytes);
  }
}

function resealSegment(
  plan: ReencryptPlan,
  keys: FileKeys,
  header: Buffer,
  place: SegmentPlace,
  old: Readonly<{ opener: SegmentOpener; ciphertext: Buffer }>,
): Buffer {
  const sealer = new SegmentSealer(keys, header, place, randomIv());
  writeExactly(plan.staging, sealer.iv, place.start);
  let at = place.start + ivBytes;
  openPieces(old.opener, old.ciphertext, (plaintext) => {
    if (plaintext.length === 0) return; // the last piece may be padding alone
    const ciphertext = sealer.update(plaintext);
    writeExactly(plan.staging, ciphertext, at);
    at += ciphertext.length;
    releaseBuffer(ciphertext);
  });
  const { ciphertext, tag } = sealer.finish();
  writeExactly(plan.staging, Buffer.concat([ciphertext, tag]), at);
  return tag;
}
