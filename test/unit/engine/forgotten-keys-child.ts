/**
 * A process that derives, uses and disposes a master key, and stands still in between for its memory to be searched.
 * Standard input: u32 length and bytes of the passphrase, then one byte to go on each time. Parameters are in the argument.
 */
import { readSync, writeSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { MasterKeyParameters } from '../../../main/crypto/keys.js';
import { MasterKey, wrapKey } from '../../../main/crypto/master-key.js';
import { allocateSecret, SecretBytes } from '../../../main/crypto/secret-bytes.js';
import { deriveMasterKey } from '../../../main/engine/derive-master-key.js';

const read = (byteLength: number): Buffer => {
  const bytes = allocateSecret(byteLength);
  for (let at = 0; at < byteLength;) at += readSync(0, bytes, at, byteLength - at, null);
  return bytes;
};

const standStill = (where: string): void => {
  writeSync(1, `${where}\n`);
  read(1);
};

async function useEverything(masterKey: MasterKey): Promise<void> {
  const { alg, encryptedKey } = wrapKey(masterKey.reader(), Buffer.alloc(64, 1));
  for (let i = 0; i < 20; i++) masterKey.unwrap(alg, encryptedKey, 64).dispose();
  for (let i = 0; i < 20; i++) masterKey.signChallenge(Buffer.alloc(32));
  const algorithm = masterKey.suite === 'vault' ? 'Ed25519' : 'RSASSA-PKCS1-v1_5';
  for (let i = 0; i < 20; i++) await crypto.subtle.sign(algorithm, masterKey.signingKey, Buffer.alloc(32));
  const { wrap, sign } = await masterKey.exportPrivate();
  const again = await MasterKey.import({ suite: masterKey.suite, bits: masterKey.bits, wrap, sign });
  wrap.dispose();
  sign.dispose();
  again.dispose();
}

async function main(): Promise<void> {
  const parameters = JSON.parse(process.argv[2] ?? '') as MasterKeyParameters;
  const passphrase = SecretBytes.take(read(read(4).readUInt32BE()));
  const masterKey = await deriveMasterKey(passphrase, parameters);
  passphrase.dispose();
  await useEverything(masterKey);
  standStill('derived');
  masterKey.dispose();
  await setTimeout(50);
  standStill('disposed');
}

void main();
