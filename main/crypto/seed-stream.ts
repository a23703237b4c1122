/** The byte streams that RSA keys are drawn from: docs/protocol.md section 1, "seed to stream". */
import { createCipheriv, hash } from 'node:crypto';
import { allocateSecret } from './secret-bytes.js';

/** An endless reproducible stream. Whoever makes one wipes it: what comes next in it are the factors of a private key. */
export interface SeedStream {
  /** Overwrites all of `target` with the next bytes of the stream. */
  fill(target: Uint8Array): void;
  wipe(): void;
}

/** Serves a stream of any length from blocks of any length; `next` overwrites the block with the one that follows it. */
class BlockStream implements SeedStream {
  #used = 0;
  readonly #block: Buffer;
  readonly #next: (block: Buffer) => void;

  constructor(block: Buffer, next: (block: Buffer) => void) {
    this.#block = block;
    this.#next = next;
  }

  fill(target: Uint8Array): void {
    let filled = 0;
    while (filled < target.length) {
      if (this.#used === this.#block.length) {
        this.#next(this.#block);
        this.#used = 0;
      }
      const taken = Math.min(target.length - filled, this.#block.length - this.#used);
      target.set(this.#block.subarray(this.#used, this.#used + taken), filled);
      this.#used += taken;
      filled += taken;
    }
  }

  wipe(): void {
    this.#block.fill(0);
  }
}

/** Overwrites `block` with its own SHA-256. SECURITY (promise 9): the digest is wiped, for it is the rest of the stream. */
const hashInto = (block: Buffer, input: Uint8Array): void => {
  const digest = hash('sha256', input, 'buffer');
  block.set(digest);
  digest.fill(0);
};

/** Coretex suite: s0 ‖ s1 ‖ … with s0 = SHA-256(seed) and s(i+1) = SHA-256(s(i)). The seed is not kept. */
export function sha256ChainStream(seed: Uint8Array): SeedStream {
  const block = allocateSecret(32);
  hashInto(block, seed);
  return new BlockStream(block, (current) => hashInto(current, current));
}

const ctrChunkBytes = 16_384;

/** Vault suite: the AES-256-CTR key stream (NIST SP 800-38A) of a 32-byte key, its counter starting at zero. The key is not kept. */
export function ctrStream(key: Uint8Array): SeedStream {
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  const zeros = Buffer.alloc(ctrChunkBytes);
  const refill = (block: Buffer): void => {
    const keyStream = cipher.update(zeros);
    block.set(keyStream);
    keyStream.fill(0);
  };
  const block = allocateSecret(ctrChunkBytes);
  refill(block);
  return new BlockStream(block, refill);
}
