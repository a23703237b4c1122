import { randomBytes, timingSafeEqual } from 'node:crypto';
import { inspect } from 'node:util';
import { VaultError } from '../../app/errors.js';

/**
 * Zeroed bytes that never move. SECURITY (promise 9): arrays up to 64 bytes, which is most keys, otherwise live on V8's heap, where the
 * collector moves them about and leaves copies that no wiping reaches.
 */
export const allocateSecret = (byteLength: number): Buffer => Buffer.from(new ArrayBuffer(byteLength));

/**
 * Key bytes that wipe themselves and never print.
 * SECURITY (promise 9): whoever creates one disposes it; locking disposes those that live as long as the unlocked vault.
 */
export class SecretBytes implements Disposable {
  #bytes: Buffer | undefined;

  private constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Moves `source` into a holder: the bytes are copied out of any pool and `source` is wiped. */
  static take(source: Uint8Array): SecretBytes {
    const own = allocateSecret(source.length);
    own.set(source);
    source.fill(0);
    return new SecretBytes(own);
  }

  /** `byteLength` random bytes from the operating system. */
  static random(byteLength: number): SecretBytes {
    return SecretBytes.take(randomBytes(byteLength));
  }

  /** The live bytes, not a copy: do not keep or change them. Throws `locked` after disposal. */
  get bytes(): Buffer {
    if (this.#bytes === undefined) throw new VaultError('locked');
    return this.#bytes;
  }

  get byteLength(): number {
    return this.bytes.length;
  }

  get disposed(): boolean {
    return this.#bytes === undefined;
  }

  clone(): SecretBytes {
    return SecretBytes.take(Buffer.from(this.bytes));
  }

  /** Constant-time comparison; lengths are not secret. */
  equals(other: SecretBytes): boolean {
    return this.byteLength === other.byteLength && timingSafeEqual(this.bytes, other.bytes);
  }

  dispose(): void {
    this.#bytes?.fill(0);
    this.#bytes = undefined;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  toString(): string {
    return '[redacted]';
  }

  toJSON(): string {
    return '[redacted]';
  }

  [inspect.custom](): string {
    return 'SecretBytes [redacted]';
  }
}
