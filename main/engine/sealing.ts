import { containerRoot } from '../crypto/container-root.js';
import { ContainerLayout, encodeHeader, headerBytes, tagBytes, writtenSegmentBytes } from '../crypto/file-container.js';
import { deriveFileKeys } from '../crypto/file-keys.js';
import { sealContainer } from '../crypto/whole-container.js';
import { sealCoretex } from './coretex-loop.js';
import { closeQuietly, readExactly, readFully, reading, writeExactly } from './file-io.js';
import type { EncryptedFile, EncryptRequest, SealPlan } from './file-job.js';
import { JobControl } from './job-control.js';
import { wipeAndRelease } from './release-buffer.js';
import { checkUnchanged, closeSource, modifiedMs, openSource, type SourceFile } from './source-file.js';
import { openStaging, setLength, syncAndClose } from './target-file.js';

/** Files up to this size are sealed in memory by one worker: a few system calls each. */
export const smallFileBytes = 1024 * 1024;

/** Null for a file that is too large to be encrypted along with others in one message. */
export function encryptSmall(request: EncryptRequest): EncryptedFile | null {
  const source = openSource(request.source);
  try {
    return source.bytes > smallFileBytes ? null : sealWhole(request, source, new JobControl());
  } finally {
    closeSource(source);
  }
}

/** Encrypts a file that one worker does alone, or begins one whose segments several workers share. */
export function encrypt(request: EncryptRequest, control: JobControl): EncryptedFile | SealPlan {
  control.checkRunning();
  const source = openSource(request.source);
  let shared = false;
  try {
    if (request.suite === 'coretex' || source.bytes <= smallFileBytes) return sealWhole(request, source, control);
    const plan = beginSealing(request, source, control);
    shared = true;
    return plan;
  } finally {
    if (!shared) closeSource(source);
  }
}

function sealWhole(request: EncryptRequest, source: SourceFile, control: JobControl): EncryptedFile {
  const staging = openStaging(request.target);
  let open = true;
  try {
    const sealed =
      request.suite === 'coretex'
        ? sealCoretex(request.key, source, staging, control)
        : sealInMemory(request, source, staging, control);
    checkUnchanged(source);
    open = false;
    syncAndClose(staging);
    return { bytes: source.bytes, modifiedMs: modifiedMs(source), ...sealed };
  } finally {
    if (open) closeQuietly(staging);
  }
}

function sealInMemory(request: EncryptRequest, source: SourceFile, staging: number, control: JobControl) {
  const plaintext = Buffer.allocUnsafeSlow(source.bytes);
  const keys = deriveFileKeys(request.key, request.identity.blobId);
  try {
    readExactly(source.fd, plaintext, 0, 'source-changed');
    const { container, root } = sealContainer(plaintext, keys, request.identity);
    setLength(staging, container.length);
    writeExactly(staging, container, 0);
    control.addDone(source.bytes);
    return { containerBytes: container.length, root };
  } finally {
    keys.dispose();
    wipeAndRelease(plaintext);
  }
}

/** Opens the staging file and writes its header; keeps what an interrupted run of the same blob has left there. */
function beginSealing(request: EncryptRequest, source: SourceFile, control: JobControl): SealPlan {
  const layout = new ContainerLayout(source.bytes, writtenSegmentBytes);
  const header = encodeHeader(request.identity, layout.segmentBytes);
  const staging = openStaging(request.target);
  try {
    const resume = request.resume && startsWith(staging, header);
    if (!resume) setLength(staging, 0);
    setLength(staging, layout.containerBytes);
    writeExactly(staging, header, 0);
    const tags = new SharedArrayBuffer(layout.trailerBytes);
    const { plainBytes, segmentBytes } = layout;
    return {
      identity: request.identity,
      plainBytes,
      segmentBytes,
      source,
      tags,
      control: control.shared,
      staging,
      resume,
    };
  } catch (error) {
    closeQuietly(staging);
    throw error;
  }
}

function startsWith(fd: number, header: Buffer): boolean {
  const found = Buffer.alloc(headerBytes);
  return reading(() => readFully(fd, found, 0)) && found.equals(header);
}

/** When every segment is written: the trailer, last, and only for a source that is still what it was. Closes the files. */
export function finishSealing(plan: SealPlan): EncryptedFile {
  let open = true;
  try {
    checkUnchanged(plan.source);
    const layout = new ContainerLayout(plan.plainBytes, plan.segmentBytes);
    const trailer = Buffer.from(new Uint8Array(plan.tags, 0, layout.segments * tagBytes));
    const root = containerRoot(encodeHeader(plan.identity, plan.segmentBytes), trailer);
    writeExactly(plan.staging, trailer, layout.trailerStart);
    open = false;
    syncAndClose(plan.staging);
    const { containerBytes } = layout;
    return { bytes: plan.plainBytes, containerBytes, root, modifiedMs: modifiedMs(plan.source) };
  } finally {
    closeSource(plan.source);
    if (open) closeQuietly(plan.staging);
  }
}

/** Leaves the staging file as it is: a later run may resume it. */
export function abandonSealing(plan: SealPlan): void {
  closeQuietly(plan.source.fd);
  closeQuietly(plan.staging);
}
