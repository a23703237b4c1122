import { VaultError } from '../../app/errors.js';
import {
  BlobDigest,
  checkCoretexLength,
  checkCoretexPadding,
  coretexCipherBytes,
  CoretexOpener,
  CoretexSealer,
  isPiece,
  referencePadding,
  verifyBlobRoot,
} from '../crypto/coretex-file.js';
import { blockBytes, ivBytes } from '../crypto/file-container.js';
import { randomIv } from '../crypto/segment-cipher.js';
import { copyOverlap } from './copy-overlap.js';
import { readExactly, writeExactly } from './file-io.js';
import type { DecryptRequest, RangeRequest } from './file-job.js';
import type { JobControl } from './job-control.js';
import { overwriteFreedPlaintext, releaseBuffer, wipeAndRelease } from './release-buffer.js';
import type { SourceFile } from './source-file.js';
import { setLength } from './target-file.js';

/** A blob is read, digested and decrypted in pieces of this size: a multiple of 16, so that no block lies across two. */
const pieceBytes = 1024 * 1024;

/**
 * Encrypts a whole file as IV ‖ AES-256-CBC, always padded. It is one chain of blocks: one worker's job, and never resumed.
 * @returns the blob's length, and its SHA-256 as root
 */
export function sealCoretex(
  key: Uint8Array,
  source: SourceFile,
  target: number,
  control: JobControl,
): Readonly<{ containerBytes: number; root: Buffer }> {
  const sealer = new CoretexSealer(key, randomIv());
  const buffer = Buffer.allocUnsafeSlow(Math.min(pieceBytes, source.bytes));
  let at = 0;
  const write = (bytes: Buffer | Uint8Array): void => {
    writeExactly(target, bytes, at);
    at += bytes.length;
  };
  try {
    setLength(target, 0);
    write(sealer.iv);
    for (let done = 0; done < source.bytes; done += buffer.length) {
      control.checkRunning();
      const plaintext = buffer.subarray(0, Math.min(buffer.length, source.bytes - done));
      readExactly(source.fd, plaintext, done, 'source-changed');
      const ciphertext = sealer.update(plaintext);
      write(ciphertext);
      releaseBuffer(ciphertext);
      control.addDone(plaintext.length);
    }
    const { ciphertext, root } = sealer.finish();
    write(ciphertext);
    return { containerBytes: at, root };
  } finally {
    wipeAndRelease(buffer);
  }
}

/** Runs through a blob from byte `from` (a multiple of the piece size) up to `to`, piece by piece. */
function eachPiece(
  source: SourceFile,
  range: Readonly<{ from: number; to: number }>,
  use: (piece: Buffer, at: number) => void,
): void {
  const buffer = Buffer.allocUnsafeSlow(Math.min(pieceBytes, source.bytes));
  try {
    for (let at = range.from; at < range.to; at += pieceBytes) {
      const piece = buffer.subarray(0, Math.min(pieceBytes, source.bytes - at));
      readExactly(source.fd, piece, at, 'damaged');
      use(piece, at);
    }
  } finally {
    releaseBuffer(buffer);
  }
}

/**
 * The first pass over a blob with a record: all of it is digested and compared with the signed root.
 * @returns SHA-256 of each piece, which lets a second pass recognise the same bytes
 */
export function verifyCoretex(
  expected: Pick<DecryptRequest, 'bytes' | 'root'>,
  source: SourceFile,
  control: JobControl,
): Buffer {
  checkCoretexLength(source.bytes, expected.bytes);
  const digest = new BlobDigest();
  eachPiece(source, { from: 0, to: source.bytes }, (piece) => {
    control.checkRunning();
    digest.update(piece);
  });
  const { root, pieces } = digest.finish();
  verifyBlobRoot(root, expected.root);
  return pieces;
}

/** As eachPiece. SECURITY (promise 1): what changed in the file since the first pass is noticed before it is decrypted. */
function eachVerifiedPiece(
  source: SourceFile,
  pieces: Uint8Array,
  range: Readonly<{ from: number; to: number }>,
  use: (piece: Buffer, at: number) => void,
): void {
  eachPiece(source, range, (piece, at) => {
    const index = at / pieceBytes;
    if (!isPiece(piece, index, pieces)) {
      throw new VaultError('damaged', `Piece ${index} of the file changed while it was read.`, {
        details: { piece: index },
      });
    }
    use(piece, at);
  });
}

/** Decrypts consecutive parts of a blob; the first begins with the IV (or the ciphertext block that acts as one). */
class BlobReader {
  #opener: CoretexOpener | undefined;

  constructor(
    readonly key: Uint8Array,
    /** receives plaintext that is wiped when it returns */
    readonly use: (plaintext: Buffer) => void,
  ) {}

  read(part: Buffer): void {
    const first = this.#opener === undefined;
    this.#opener ??= new CoretexOpener(this.key, part.subarray(0, ivBytes));
    const plaintext = this.#opener.update(first ? part.subarray(ivBytes) : part);
    try {
      this.use(plaintext);
    } finally {
      wipeAndRelease(plaintext);
    }
  }
}

/** The second pass: decrypts a blob that `verifyCoretex` gave the `pieces` of, and writes exactly the record's bytes. */
export function openCoretex(
  request: Pick<DecryptRequest, 'bytes' | 'key'>,
  source: SourceFile,
  pieces: Uint8Array,
  target: number,
  control: JobControl,
): void {
  let done = 0;
  const reader = new BlobReader(request.key, (plaintext) => {
    const wanted = plaintext.subarray(0, request.bytes - done);
    checkCoretexPadding(plaintext.subarray(wanted.length));
    writeExactly(target, wanted, done);
    done += wanted.length;
    control.addDone(wanted.length);
  });
  eachVerifiedPiece(source, pieces, { from: 0, to: source.bytes }, (piece) => {
    control.checkRunning();
    reader.read(piece);
  });
  overwriteFreedPlaintext(pieceBytes);
}

/**
 * The second pass of another kind: decrypts a blob that `verifyCoretex` gave the `pieces` of, and writes it encrypted with
 * `nextKey` under a new IV, as `sealCoretex` does.
 */
export function resealCoretex(
  request: Pick<DecryptRequest, 'bytes' | 'key'> & Readonly<{ nextKey: Uint8Array }>,
  source: SourceFile,
  pieces: Uint8Array,
  target: number,
  control: JobControl,
): Readonly<{ containerBytes: number; root: Buffer }> {
  const sealer = new CoretexSealer(request.nextKey, randomIv());
  let at = 0;
  const write = (bytes: Uint8Array): void => {
    writeExactly(target, bytes, at);
    at += bytes.length;
  };
  let done = 0;
  const reader = new BlobReader(request.key, (plaintext) => {
    const wanted = plaintext.subarray(0, request.bytes - done);
    checkCoretexPadding(plaintext.subarray(wanted.length));
    if (wanted.length === 0) return;
    const ciphertext = sealer.update(wanted);
    write(ciphertext);
    if (ciphertext.length > 0) releaseBuffer(ciphertext);
    done += wanted.length;
    control.addDone(wanted.length);
  });
  setLength(target, 0);
  write(sealer.iv);
  eachVerifiedPiece(source, pieces, { from: 0, to: source.bytes }, (piece) => {
    control.checkRunning();
    reader.read(piece);
  });
  overwriteFreedPlaintext(pieceBytes);
  const { ciphertext, root } = sealer.finish();
  write(ciphertext);
  return { containerBytes: at, root };
}

/** Plaintext from `start` up to `endExclusive` of a blob that `verifyCoretex` gave the `pieces` of. */
export function readCoretexRange(request: RangeRequest, source: SourceFile, pieces: Uint8Array): Uint8Array {
  checkCoretexLength(source.bytes, request.bytes);
  const range = new Uint8Array(request.endExclusive - request.start);
  if (range.length === 0) return range;
  const firstBlock = Math.floor(request.start / blockBytes) * blockBytes;
  // the block before the first one is its IV: in the blob it lies where the first one lies in the plaintext
  const from = firstBlock;
  const to = ivBytes + Math.ceil(request.endExclusive / blockBytes) * blockBytes;
  let at = firstBlock;
  const reader = new BlobReader(request.key, (plaintext) => {
    copyOverlap(range, request.start, plaintext, at);
    at += plaintext.length;
  });
  const firstPiece = Math.floor(from / pieceBytes) * pieceBytes;
  eachVerifiedPiece(source, pieces, { from: firstPiece, to }, (piece, pieceStart) => {
    reader.read(piece.subarray(Math.max(0, from - pieceStart), to - pieceStart));
  });
  overwriteFreedPlaintext(pieceBytes);
  return range;
}

/** Decrypts a blob that no record vouches for, as the reference does: nothing can be verified but its length. */
export function openCoretexAsReference(key: Uint8Array, source: SourceFile, target: number, control: JobControl): void {
  const cipherBytes = coretexCipherBytes(source.bytes);
  let done = 0;
  const reader = new BlobReader(key, (plaintext) => {
    const isEnd = done + plaintext.length === cipherBytes;
    const padding = isEnd ? referencePadding(plaintext.subarray(-blockBytes)) : 0;
    writeExactly(target, plaintext.subarray(0, plaintext.length - padding), done);
    done += plaintext.length;
    control.addDone(plaintext.length);
  });
  eachPiece(source, { from: 0, to: source.bytes }, (piece) => {
    control.checkRunning();
    reader.read(piece);
  });
  overwriteFreedPlaintext(pieceBytes);
}
