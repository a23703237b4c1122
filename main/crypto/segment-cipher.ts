import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  randomBytes,
  timingSafeEqual,
  type Cipher,
  type Decipher,
} from 'node:crypto';
import { VaultError } from '../../app/errors.js';
import { ivBytes, type SegmentPlace } from './file-container.js';
import type { FileKeys } from './file-keys.js';

type Mac = ReturnType<typeof createHmac>;

export const randomIv = (): Buffer => randomBytes(ivBytes);

const algorithm = 'aes-256-cbc';

/** HMAC-SHA256 over header ‖ u64 index ‖ u8 last ‖ IV: what every segment's tag begins with. */
function startTag(keys: FileKeys, header: Uint8Array, place: SegmentPlace, iv: Uint8Array): Mac {
  const position = Buffer.alloc(9);
  position.writeBigUInt64BE(BigInt(place.index), 0);
  position.writeUInt8(place.last ? 1 : 0, 8);
  return createHmac('sha256', keys.authentication).update(header).update(position).update(iv);
}

/**
 * Encrypts one segment, piece by piece: write `iv`, then what each `update` returns, then what `finish` returns.
 * An IV is used once: a segment that is written again gets a new sealer.
 */
export class SegmentSealer {
  readonly #cipher: Cipher;
  readonly #tag: Mac;

  constructor(
    keys: FileKeys,
    header: Uint8Array,
    place: SegmentPlace,
    readonly iv: Uint8Array,
  ) {
    this.#cipher = createCipheriv(algorithm, keys.encryption, iv);
    this.#tag = startTag(keys, header, place, iv);
  }

  /** The ciphertext that `plaintext` completes, in a buffer of its own. */
  update(plaintext: Uint8Array): Buffer {
    const ciphertext = this.#cipher.update(plaintext);
    this.#tag.update(ciphertext);
    return ciphertext;
  }

  /** The last 16 bytes of ciphertext, and the 32-byte tag that follows them. */
  finish(): Readonly<{ ciphertext: Buffer; tag: Buffer }> {
    const ciphertext = this.#cipher.final();
    return { ciphertext, tag: this.#tag.update(ciphertext).digest() };
  }
}

/**
 * Opens one segment in two rounds over the same bytes: `authenticate` all of the ciphertext, `verify` its tag, then `decrypt` it.
 * SECURITY (promise 1): `decrypt` does not work before `verify` has passed, so no plaintext exists before its tag is right.
 */
export class SegmentOpener {
  readonly #keys: FileKeys;
  readonly #place: SegmentPlace;
  readonly #iv: Uint8Array;
  readonly #tag: Mac;
  #decipher: Decipher | undefined;
  #decrypted = 0;

  constructor(keys: FileKeys, header: Uint8Array, place: SegmentPlace, iv: Uint8Array) {
    this.#keys = keys;
    this.#place = place;
    this.#iv = Uint8Array.from(iv);
    this.#tag = startTag(keys, header, place, iv);
  }

  authenticate(ciphertext: Uint8Array): void {
    this.#tag.update(ciphertext);
  }

  /** True when all of `expected` (the tag after the segment, the one in the trailer) are the tag of what was authenticated. */
  matches(...expected: readonly Uint8Array[]): boolean {
    const tag = this.#tag.digest();
    if (!expected.every((other) => other.length === tag.length && timingSafeEqual(other, tag))) return false;
    this.#decipher = createDecipheriv(algorithm, this.#keys.encryption, this.#iv).setAutoPadding(false);
    return true;
  }

  /** As {@link matches}, but throws `damaged` with the segment's index. */
  verify(...expected: readonly Uint8Array[]): void {
    if (!this.matches(...expected)) throw this.#damaged('was changed after it was written');
  }

  /**
   * The plaintext that `ciphertext` completes, without padding, in a buffer of its own that the caller wipes.
   * The padding is checked against the length the layout demands: a signed tag over another length is `damaged` too.
   */
  decrypt(ciphertext: Uint8Array): Buffer {
    if (this.#decipher === undefined) throw new VaultError('internal', 'A segment is verified before it is decrypted.');
    const plaintext = this.#decipher.update(ciphertext);
    const wanted = Math.max(0, Math.min(plaintext.length, this.#place.plainBytes - this.#decrypted));
    this.#decrypted += wanted;
    const padding = this.#place.cipherBytes - this.#place.plainBytes;
    for (let at = wanted; at < plaintext.length; at++) {
      if (plaintext[at] !== padding) throw this.#damaged('has wrong padding');
    }
    return plaintext.subarray(0, wanted);
  }

  #damaged(what: string): VaultError {
    const { index } = this.#place;
    return new VaultError('damaged', `Segment ${index} of the file ${what}.`, { details: { segment: index } });
  }
}
