/** The proof on an account card that a derived key is the card's: docs/protocol.md section 3. */
import { randomBytes } from 'node:crypto';
import type { Suite } from '../../app/model/account.js';
import type { PublicKeys } from './keys.js';
import type { MasterKey } from './master-key.js';
import { verifyRsaSignature } from './rsa-public.js';

/** 32 random bytes and their signature (RSASSA-PKCS1-v1_5 with SHA-256), both base64url. */
export type Challenge = Readonly<{ value: string; signature: string }>;

const valueBytes = 32;
const domain = Buffer.from('coretex-vault/v1/challenge\0');

/** @param accountId 32 hex digits, bound into the signature in the vault suite */
export function createChallenge(masterKey: MasterKey, accountId: string): Challenge {
  const value = randomBytes(valueBytes);
  const signature = masterKey.signChallenge(signedBytes(masterKey.suite, accountId, value));
  return { value: value.toString('base64url'), signature: Buffer.from(signature).toString('base64url') };
}

/** Whether the account's RSA key signed this challenge. False for anything malformed; throws `damaged` when the key is none. */
export function verifyChallenge(
  publicKeys: PublicKeys,
  suite: Suite,
  accountId: string,
  challenge: Challenge,
): boolean {
  const value = decodeExactly(challenge.value);
  const signature = decodeExactly(challenge.signature);
  if (value?.length !== valueBytes || signature === null || !/^[0-9a-f]{32}$/.test(accountId)) return false;
  return verifyRsaSignature(publicKeys.wrap, signedBytes(suite, accountId, value), signature);
}

/** The coretex suite signs the bare value, as the reference does; ours names what is signed and for whom. */
const signedBytes = (suite: Suite, accountId: string, value: Buffer): Buffer =>
  suite === 'coretex' ? value : Buffer.concat([domain, Buffer.from(accountId, 'hex'), value]);

const decodeExactly = (text: string): Buffer | null => {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : null;
};
