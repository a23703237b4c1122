import { join } from 'node:path';
import { SecretBytes } from '../../crypto/secret-bytes.js';
import { readProfileFile, writeProfileFile } from '../profile/profile.js';

const alphabet = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_', 'ascii');
/** 258 random bits: as many as 32 bytes in base64url, and more than either suite can be guessed by */
const characters = 43;

const pathOf = (profileDir: string): string => join(profileDir, 'node-secret');

/** A node's own secret: 43 random characters of the base64url alphabet, in ASCII. Never a string on its way. */
export const generateNodeSecret = (): SecretBytes => {
  using random = SecretBytes.random(characters);
  const secret = Buffer.from(new ArrayBuffer(characters));
  for (const [position, byte] of random.bytes.entries()) secret[position] = alphabet[byte % alphabet.length] ?? 0;
  return SecretBytes.take(secret);
};

/**
 * What the keys of a node's profile derive from, exactly as it was given; null when this profile keeps none. A machine has
 * nobody to type a passphrase, so the file (readable by its owner alone) stands in for one. The caller disposes it.
 */
export const readNodeSecret = async (profileDir: string): Promise<SecretBytes | null> => {
  const bytes = await readProfileFile(pathOf(profileDir));
  return bytes === null ? null : SecretBytes.take(bytes);
};

/** Mode 0600, in a folder of mode 0700. */
export const keepNodeSecret = (profileDir: string, secret: SecretBytes): Promise<void> =>
  writeProfileFile(pathOf(profileDir), secret.bytes);
