import { ContainerLayout, encodeHeader, ivBytes, tagBytes, type SegmentPlace } from '../crypto/file-container.js';
import { deriveFileKeys, type FileKeys } from '../crypto/file-keys.js';
import { randomIv, SegmentOpener, SegmentSealer } from '../crypto/segment-cipher.js';
import { readExactly, readFully, reading, writeExactly } from './file-io.js';
import type { OpenPlan, SealPlan, SegmentPlan } from './file-job.js';
import { JobControl } from './job-control.js';
import { overwriteFreedPlaintext, releaseBuffer, wipeAndRelease } from './release-buffer.js';

/** Bytes that go through cipher and tag at a time: input and output together stay in a core's second-level cache. */
export const pieceBytes = 256 * 1024;

/** Works on up to `slice` segments of a plan with keys that are gone afterwards. */
export function eachSegment(
  plan: SegmentPlan,
  key: Uint8Array,
  slice: number,
  work: (job: Readonly<{ keys: FileKeys; header: Buffer; layout: ContainerLayout }>, place: SegmentPlace) => void,
): void {
  const control = new JobControl(plan.control);
  const layout = new ContainerLayout(plan.plainBytes, plan.segmentBytes);
  const keys = deriveFileKeys(key, plan.identity.blobId);
  try {
    const job = { keys, header: encodeHeader(plan.identity, plan.segmentBytes), layout };
    for (let count = 0; count < slice; count++) {
      control.checkRunning();
      const index = control.takeSegment();
      if (index >= layout.segments) return;
      const place = layout.segment(index);
      work(job, place);
      control.addDone(place.plainBytes);
    }
  } finally {
    keys.dispose();
  }
}

/** Encrypts segments from the source into the staging file, and their tags into the plan. */
export function sealSegments(plan: SealPlan, key: Uint8Array, slice: number): void {
  const tags = new Uint8Array(plan.tags);
  const plaintext = Buffer.allocUnsafeSlow(Math.min(pieceBytes, plan.segmentBytes));
  try {
    eachSegment(plan, key, slice, ({ keys, header }, place) => {
      const staged = plan.resume ? stagedTag(plan, keys, header, place, plaintext) : null;
      tags.set(staged ?? sealSegment(plan, keys, header, place, plaintext), place.index * tagBytes);
    });
  } finally {
    wipeAndRelease(plaintext);
    if (plan.resume) overwriteFreedPlaintext(pieceBytes);
  }
}

function sealSegment(plan: SealPlan, keys: FileKeys, header: Buffer, place: SegmentPlace, buffer: Buffer): Buffer {
  const sealer = new SegmentSealer(keys, header, place, randomIv());
  writeExactly(plan.staging, sealer.iv, place.start);
  let at = place.start + ivBytes;
  for (let done = 0; done < place.plainBytes; done += buffer.length) {
    const plaintext = buffer.subarray(0, Math.min(buffer.length, place.plainBytes - done));
    readExactly(plan.source.fd, plaintext, place.plainStart + done, 'source-changed');
    const ciphertext = sealer.update(plaintext);
    writeExactly(plan.staging, ciphertext, at);
    at += ciphertext.length;
    releaseBuffer(ciphertext);
  }
  const { ciphertext, tag } = sealer.finish();
  writeExactly(plan.staging, Buffer.concat([ciphertext, tag]), at);
  return tag;
}

/**
 * The tag of a segment that an interrupted run has staged already, or null when it has to be written.
 * Its tag proves that we wrote it, but not that the source still says the same: so it is decrypted and compared.
 */
function stagedTag(plan: SealPlan, keys: FileKeys, header: Buffer, place: SegmentPlace, buffer: Buffer): Buffer | null {
  const staged = Buffer.allocUnsafeSlow(place.bytes);
  try {
    if (!reading(() => readFully(plan.staging, staged, place.start))) return null;
    const ciphertext = staged.subarray(ivBytes, ivBytes + place.cipherBytes);
    const tag = staged.subarray(-tagBytes);
    const opener = new SegmentOpener(keys, header, place, staged.subarray(0, ivBytes));
    opener.authenticate(ciphertext);
    if (!opener.matches(tag)) return null;
    let sameBytes = 0;
    openPieces(opener, ciphertext, (plaintext, at) => {
      const source = buffer.subarray(0, plaintext.length);
      readExactly(plan.source.fd, source, place.plainStart + at, 'source-changed');
      if (source.equals(plaintext)) sameBytes += plaintext.length;
    });
    return sameBytes === place.plainBytes ? Buffer.from(tag) : null;
  } finally {
    releaseBuffer(staged);
  }
}

/** Verifies segments of a container and, when the plan has a file for it, writes their plaintext. */
export function openSegments(plan: OpenPlan, key: Uint8Array, slice: number): void {
  const longest = new ContainerLayout(plan.plainBytes, plan.segmentBytes).segment(0).bytes;
  const buffer = Buffer.allocUnsafeSlow(longest);
  try {
    eachSegment(plan, key, slice, ({ keys, header }, place) => {
      const { opener, ciphertext } = readSegment(plan, keys, header, place, buffer);
      const pending = plan.pending;
      if (pending === null) return;
      openPieces(opener, ciphertext, (plaintext, at) => {
        writeExactly(pending.fd, plaintext, place.plainStart + at);
      });
    });
  } finally {
    releaseBuffer(buffer);
    if (plan.pending !== null) overwriteFreedPlaintext(pieceBytes);
  }
}

/**
 * Reads one segment into `buffer` and verifies it against both its own tag and the trailer's.
 * SECURITY (promise 1): the ciphertext stays in memory between the tag and the cipher, so a file that changes meanwhile changes nothing.
 */
export function readSegment(
  plan: SegmentPlan,
  keys: FileKeys,
  header: Uint8Array,
  place: SegmentPlace,
  buffer: Buffer,
): Readonly<{ opener: SegmentOpener; ciphertext: Buffer }> {
  const segment = buffer.subarray(0, place.bytes);
  readExactly(plan.source.fd, segment.subarray(0, ivBytes), place.start, 'damaged');
  const opener = new SegmentOpener(keys, header, place, segment.subarray(0, ivBytes));
  const ciphertext = segment.subarray(ivBytes, ivBytes + place.cipherBytes);
  for (let at = 0; at < ciphertext.length; at += pieceBytes) {
    const piece = ciphertext.subarray(at, at + pieceBytes);
    readExactly(plan.source.fd, piece, place.start + ivBytes + at, 'damaged');
    opener.authenticate(piece);
  }
  const tag = segment.subarray(-tagBytes);
  readExactly(plan.source.fd, tag, place.start + place.bytes - tagBytes, 'damaged');
  opener.verify(tag, new Uint8Array(plan.tags, place.index * tagBytes, tagBytes));
  return { opener, ciphertext };
}

/** Decrypts a verified segment; each piece of plaintext is wiped as soon as `use` returns. */
export function openPieces(
  opener: SegmentOpener,
  ciphertext: Buffer,
  use: (plaintext: Buffer, at: number) => void,
): void {
  for (let at = 0; at < ciphertext.length; at += pieceBytes) {
    const plaintext = opener.decrypt(ciphertext.subarray(at, at + pieceBytes));
    try {
      use(plaintext, at);
    } finally {
      wipeAndRelease(plaintext);
    }
  }
}
