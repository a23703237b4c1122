import type { KeySize, Suite } from '../../../app/model/account.js';
import { derivePrivateKeys } from '../../../main/crypto/master-key-derivation.js';
import { MasterKey } from '../../../main/crypto/master-key.js';
import type { KdfParameters } from '../../../main/crypto/keys.js';
import { SecretBytes } from '../../../main/crypto/secret-bytes.js';

export const floorKdf: KdfParameters = {
  alg: 'argon2id',
  memoryKib: 65_536,
  iterations: 3,
  parallelism: 1,
  salt: 'AAECAwQFBgcICQoLDA0ODw',
};

/** A master key of the smallest size, derived on this thread. */
export async function masterKeyOf(suite: Suite, passphrase = 'correct horse battery staple'): Promise<MasterKey> {
  const bits: KeySize = 2048;
  const parameters = suite === 'vault' ? ({ suite, bits, kdf: floorKdf } as const) : ({ suite, bits } as const);
  const { wrap, sign } = derivePrivateKeys(Buffer.from(passphrase), parameters);
  using wrapSecret = SecretBytes.take(wrap);
  using signSecret = SecretBytes.take(sign);
  return await MasterKey.import({ suite, bits, wrap: wrapSecret, sign: signSecret });
}
