import {
  createCipheriv,
  createDecipheriv,
  createHash,
  timingSafeEqual,
  type Cipher,
  type Decipher,
  type Hash,
} from 'node:crypto';
import { VaultError } from '../../app/errors.js';
import { blockBytes, ivBytes, paddedBytes } from './file-container.js';

/**
 * Files of the coretex suite: IV ‖ AES-256-CBC over the whole file (docs/protocol.md section 5).
 * The format carries no proof of its own: for files with a record the signed SHA-256 of the whole blob is that proof.
 */
const algorithm = 'aes-256-cbc';
const digestBytes = 32;

/**
 * Throws `damaged` unless a blob of this length can hold the `plainBytes` of its record: padded, as we write it, or without
 * padding, as the reference writes a file whose length is a multiple of 16.
 */
export function checkCoretexLength(blobBytes: number, plainBytes: number): void {
  const padded = ivBytes + paddedBytes(plainBytes);
  const bare = ivBytes + plainBytes;
  if (blobBytes === padded || (plainBytes % blockBytes === 0 && blobBytes === bare)) return;
  throw new VaultError('damaged', 'The encrypted file does not have the length that its record demands.', {
    details: { found: blobBytes, expected: padded },
  });
}

/** Encrypts a file piece by piece: write `iv`, then what each `update` returns, then what `finish` returns. */
export class CoretexSealer {
  readonly #cipher: Cipher;
  readonly #root: Hash;

  constructor(
    key: Uint8Array,
    readonly iv: Uint8Array,
  ) {
    this.#cipher = createCipheriv(algorithm, key, iv);
    this.#root = createHash('sha256').update(iv);
  }

  /** The ciphertext that `plaintext` completes, in a buffer of its own. */
  update(plaintext: Uint8Array): Buffer {
    const ciphertext = this.#cipher.update(plaintext);
    this.#root.update(ciphertext);
    return ciphertext;
  }

  /** The last block, and the root: SHA-256 of the whole blob. */
  finish(): Readonly<{ ciphertext: Buffer; root: Buffer }> {
    const ciphertext = this.#cipher.final();
    return { ciphertext, root: this.#root.update(ciphertext).digest() };
  }
}

/** Decrypts whole blocks without looking at padding; `iv` is the 16 bytes before `ciphertext`, so any block can be the first. */
export class CoretexOpener {
  readonly #decipher: Decipher;

  constructor(key: Uint8Array, iv: Uint8Array) {
    this.#decipher = createDecipheriv(algorithm, key, iv).setAutoPadding(false);
  }

  /** Plaintext in a buffer of its own, which the caller wipes. */
  update(ciphertext: Uint8Array): Buffer {
    return this.#decipher.update(ciphertext);
  }
}

/** The length of the ciphertext after the IV. Throws `damaged` when such a file cannot exist. */
export function coretexCipherBytes(blobBytes: number): number {
  if (blobBytes < ivBytes) throw new VaultError('damaged', 'The encrypted file is too short to be one.');
  if ((blobBytes - ivBytes) % blockBytes !== 0) {
    throw new VaultError('damaged', 'The encrypted file is cut off: its length is not a multiple of 16 bytes.');
  }
  return blobBytes - ivBytes;
}

/**
 * How many bytes of padding the reference would remove from the end of a plaintext: it writes none after a file whose
 * length is a multiple of 16, and so takes whatever looks like PKCS#7 for padding (test/vectors/coretex/aes-files.json).
 * @param lastBlock the last 16 bytes of plaintext, or none for an empty ciphertext
 */
export function referencePadding(lastBlock: Uint8Array): number {
  const padding = lastBlock.at(-1) ?? 0;
  if (padding < 1 || padding > blockBytes) return 0;
  return lastBlock.subarray(-padding).every((byte) => byte === padding) ? padding : 0;
}

/** A file with a record has the length of the record: what follows in the last block must be exactly PKCS#7 padding. */
export function checkCoretexPadding(end: Uint8Array): void {
  if (!end.every((byte) => byte === end.length)) {
    throw new VaultError('damaged', 'The encrypted file ends in wrong padding.');
  }
}

/** SHA-256 of a whole blob, and of each of its pieces, so that a piece that is read again later can be recognised. */
export class BlobDigest {
  readonly #whole: Hash = createHash('sha256');
  readonly #pieces: Buffer[] = [];

  /** The next piece: all of the same length but the last. */
  update(piece: Uint8Array): void {
    this.#whole.update(piece);
    this.#pieces.push(pieceDigest(piece));
  }

  finish(): Readonly<{ root: Buffer; pieces: Buffer }> {
    return { root: this.#whole.digest(), pieces: Buffer.concat(this.#pieces) };
  }
}

/** Whether `piece` is the one at `index` of a blob whose piece digests are `pieces` (32 bytes each). */
export function isPiece(piece: Uint8Array, index: number, pieces: Uint8Array): boolean {
  const expected = pieces.subarray(index * digestBytes, (index + 1) * digestBytes);
  return expected.length === digestBytes && timingSafeEqual(pieceDigest(piece), expected);
}

const pieceDigest = (piece: Uint8Array): Buffer => createHash('sha256').update(piece).digest();

/** Throws `damaged` unless `found`, the SHA-256 of a whole blob, is the signed root. */
export function verifyBlobRoot(found: Uint8Array, root: Uint8Array): void {
  if (root.length !== digestBytes || !timingSafeEqual(found, root)) {
    throw new VaultError('damaged', 'The encrypted file is not the one its author signed.');
  }
}
