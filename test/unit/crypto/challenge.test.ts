import { describe, expect, it } from 'vitest';
import { createChallenge, verifyChallenge } from '../../../main/crypto/challenge.js';
import { masterKeyOf } from './master-keys.js';

const account = '00112233445566778899aabbccddeeff';

describe.each(['vault', 'coretex'] as const)('a challenge of the %s suite', (suite) => {
  it('is verified by the public keys alone, and by no others', async () => {
    using key = await masterKeyOf(suite);
    using stranger = await masterKeyOf(suite, 'a stranger');
    const challenge = createChallenge(key, account);
    expect(verifyChallenge(key.publicKeys, suite, account, challenge)).toBe(true);
    expect(verifyChallenge(stranger.publicKeys, suite, account, challenge)).toBe(false);
    expect(createChallenge(key, account).value).not.toBe(challenge.value);
  });

  it('is bound to its suite, and in the vault suite to its account', async () => {
    using key = await masterKeyOf(suite);
    const challenge = createChallenge(key, account);
    const other = `f${account.slice(1)}`;
    expect(verifyChallenge(key.publicKeys, suite, other, challenge)).toBe(suite === 'coretex');
    expect(verifyChallenge(key.publicKeys, suite === 'vault' ? 'coretex' : 'vault', account, challenge)).toBe(false);
  });

  it('is false, not an error, when anything about it is malformed', async () => {
    using key = await masterKeyOf(suite);
    const { value, signature } = createChallenge(key, account);
    const flipped = `${signature.slice(0, 50)}${signature[50] === 'A' ? 'B' : 'A'}${signature.slice(51)}`;
    const malformed = [
      { value, signature: flipped },
      { value, signature: '' },
      { value, signature: signature.slice(4) },
      { value, signature: `AAAA${signature}` },
      { value, signature: `${signature}=` },
      { value: value.slice(4), signature },
      { value: '', signature },
      { value: `${value} `, signature },
      { value: 'ä'.repeat(43), signature },
    ];
    for (const challenge of malformed) expect(verifyChallenge(key.publicKeys, suite, account, challenge)).toBe(false);
    expect(verifyChallenge(key.publicKeys, suite, 'not an id', { value, signature })).toBe(false);
  });
});
