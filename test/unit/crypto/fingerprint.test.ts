import { createHash } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import { describe, expect, it } from 'vitest';
import { fingerprintHex, fingerprintOf, fingerprintWords } from '../../../main/crypto/fingerprint.js';
import { wordList } from '../../../main/crypto/word-list.js';
import { masterKeyOf } from './master-keys.js';

describe('the word list', () => {
  it('is the EFF’s long list, word for word', () => {
    expect(wordList).toHaveLength(7776);
    expect(new Set(wordList).size).toBe(7776);
    expect([wordList[0], wordList.at(-1)]).toEqual(['abacus', 'zoom']);
    expect(
      createHash('sha256')
        .update(`${wordList.join('\n')}\n`)
        .digest('hex'),
    ).toBe('6d557f0693958fb5e650b68b5bee585eb82cf4da32965505c789e924743bc522');
  });
});

describe('a fingerprint', () => {
  it('is the hash of both thumbprints under its own name', async () => {
    using key = await masterKeyOf('vault');
    const thumbprints = await Promise.all(
      [key.publicKeys.wrap, key.publicKeys.sign].map((jwk) => calculateJwkThumbprint(jwk)),
    );
    const bytes = thumbprints.map((thumbprint) => Buffer.from(thumbprint, 'base64url'));
    const expected = createHash('sha256')
      .update(Buffer.concat([Buffer.from('coretex-vault/v1/fingerprint\0'), ...bytes]))
      .digest('hex');
    expect(fingerprintHex(key.publicKeys)).toBe(expected);
  });

  it('promise 2: does not believe a kid', async () => {
    using key = await masterKeyOf('vault');
    using other = await masterKeyOf('vault', 'other');
    const { wrap, sign } = key.publicKeys;
    expect(fingerprintHex({ wrap: { ...wrap, kid: other.publicKeys.wrap.kid }, sign })).toBe(
      fingerprintHex(key.publicKeys),
    );
    expect(fingerprintHex({ wrap, sign: other.publicKeys.sign })).not.toBe(fingerprintHex(key.publicKeys));
  });

  it('is spelled in seven words that give its first 16 bytes back, as far as 90 bits reach', async () => {
    using key = await masterKeyOf('coretex');
    const words = fingerprintWords(key.publicKeys);
    expect(words).toHaveLength(7);
    const spelled = words.reduceRight((sum, word) => sum * 7776n + BigInt(wordList.indexOf(word)), 0n);
    const number = BigInt(`0x${fingerprintOf(key.publicKeys).toString('hex', 0, 16)}`);
    expect(spelled).toBe(number % 7776n ** 7n);
  });
});
