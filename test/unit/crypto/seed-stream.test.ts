import { createCipheriv, createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ctrStream, sha256ChainStream, type SeedStream } from '../../../main/crypto/seed-stream.js';

const take = (stream: SeedStream, byteLength: number): Buffer => {
  const bytes = Buffer.alloc(byteLength);
  stream.fill(bytes);
  return bytes;
};

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

describe('sha256ChainStream', () => {
  it('gives the hash of the seed, then the hash of each hash', () => {
    const first = sha256(Buffer.from('seed'));
    expect(take(sha256ChainStream(Buffer.from('seed')), 96)).toEqual(
      Buffer.concat([first, sha256(first), sha256(sha256(first))]),
    );
  });
});

describe('ctrStream', () => {
  it('gives the key stream of AES-256-CTR from counter zero', () => {
    const key = Buffer.alloc(32, 7);
    const expected = createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(50_000));
    expect(take(ctrStream(key), 50_000).equals(expected)).toBe(true);
  });
});

describe.each([
  { name: 'sha256ChainStream', open: sha256ChainStream, blockBytes: 32 },
  { name: 'ctrStream', open: ctrStream, blockBytes: 16_384 },
])('$name', ({ open, blockBytes }) => {
  const seed = Buffer.alloc(32, 3);

  it('is the same however it is read', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 60 }), (lengths) => {
        const stream = open(seed);
        const inPieces = Buffer.concat(lengths.map((length) => take(stream, length)));
        return inPieces.equals(take(open(seed), inPieces.length));
      }),
      { numRuns: 50 },
    );
  });

  it('promise 9: keeps nothing of the block at hand once wiped', () => {
    const stream = open(seed);
    take(stream, 1);
    stream.wipe();
    expect(take(stream, blockBytes - 1)).toEqual(Buffer.alloc(blockBytes - 1));
  });
});
