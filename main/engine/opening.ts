import { verifyRoot } from '../crypto/container-root.js';
import { ContainerLayout, headerBytes, parseHeader } from '../crypto/file-container.js';
import { deriveFileKeys } from '../crypto/file-keys.js';
import { openContainer, wrongLength } from '../crypto/whole-container.js';
import { openCoretex, verifyCoretex } from './coretex-loop.js';
import { closeQuietly, readExactly, writeExactly } from './file-io.js';
import type { DecryptRequest, OpenPlan, SegmentPlan } from './file-job.js';
import type { JobControl } from './job-control.js';
import { overwriteFreedPlaintext, releaseBuffer, wipeAndRelease } from './release-buffer.js';
import { smallFileBytes } from './sealing.js';
import { closeSource, openSource, type SourceFile } from './source-file.js';
import { commitPending, discardPending, openPending, writePending } from './target-file.js';

/** Decrypts or verifies a file that one worker does alone (null), or begins one whose segments several workers share. */
export function decrypt(request: DecryptRequest, control: JobControl): OpenPlan | null {
  control.checkRunning();
  const source = openSource(request.source);
  let shared = false;
  try {
    if (request.suite === 'coretex') openCoretexBlob(request, source, control);
    else if (request.bytes <= smallFileBytes) openSmall(request, source, control);
    else {
      const plan = planOpening(request, source, control);
      const opening = { ...plan, pending: request.target && openPending(request.target) };
      shared = true;
      return opening;
    }
    return null;
  } finally {
    if (!shared) closeSource(source);
  }
}

function openCoretexBlob(request: DecryptRequest, source: SourceFile, control: JobControl): void {
  const pieces = verifyCoretex(request, source, control);
  if (request.target === null) return;
  writePending(request.target, (fd) => openCoretex(request, source, pieces, fd, control));
}

function openSmall(request: DecryptRequest, source: SourceFile, control: JobControl): void {
  const { layout } = readShape(request, source);
  const container = Buffer.allocUnsafeSlow(layout.containerBytes);
  readExactly(source.fd, container, 0, 'damaged');
  const keys = deriveFileKeys(request.key, request.identity.blobId);
  try {
    const plaintext = openContainer(container, keys, request.identity, request);
    try {
      if (request.target !== null) writePending(request.target, (fd) => writeExactly(fd, plaintext, 0));
      control.addDone(plaintext.length);
    } finally {
      wipeAndRelease(plaintext);
      overwriteFreedPlaintext(layout.segment(0).cipherBytes);
    }
  } finally {
    keys.dispose();
    releaseBuffer(container);
  }
}

/** The header, and the layout that follows from it and the record's size; the file must have exactly that length. */
export function readShape(
  request: Pick<DecryptRequest, 'identity' | 'bytes'>,
  source: SourceFile,
): Readonly<{ header: Buffer; layout: ContainerLayout }> {
  const header = Buffer.alloc(Math.min(headerBytes, source.bytes));
  readExactly(source.fd, header, 0, 'damaged');
  const layout = new ContainerLayout(request.bytes, parseHeader(header, request.identity));
  if (source.bytes !== layout.containerBytes) throw wrongLength(source.bytes, layout.containerBytes);
  return { header, layout };
}

/** SECURITY (promise 1): the tags are the author's before any segment is compared with them. Throws `damaged`. */
export function planOpening(
  request: Pick<DecryptRequest, 'identity' | 'bytes' | 'root'>,
  source: SourceFile,
  control: JobControl,
): SegmentPlan {
  const { header, layout } = readShape(request, source);
  const trailer = Buffer.allocUnsafeSlow(layout.trailerBytes);
  readExactly(source.fd, trailer, layout.trailerStart, 'damaged');
  verifyRoot(header, trailer, request.root);
  const tags = new SharedArrayBuffer(layout.trailerBytes);
  new Uint8Array(tags).set(trailer);
  const { plainBytes, segmentBytes } = layout;
  return { identity: request.identity, plainBytes, segmentBytes, source, tags, control: control.shared };
}

/** When every segment is verified and written: the file gets its name. Closes the files. */
export function finishOpening(plan: OpenPlan): void {
  closeQuietly(plan.source.fd);
  if (plan.pending !== null) commitPending(plan.pending);
}

export function abandonOpening(plan: OpenPlan): void {
  closeQuietly(plan.source.fd);
  if (plan.pending !== null) discardPending(plan.pending);
}
