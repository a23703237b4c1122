import { join } from 'node:path';
import { isVaultError } from '../../../app/errors.js';
import { SecretBytes } from '../../crypto/secret-bytes.js';
import { sealForReaders } from '../../crypto/sealed-record.js';
import type { KeyRing } from '../account/key-ring.js';
import { readProfileFile, writeProfileFile } from '../profile/profile.js';

const indexKeyBytes = 64;
const pathOf = (profileDir: string): string => join(profileDir, 'index-key.jwe');

/** Seals the index key to the current master key: one RSA operation opens the whole index. */
export const saveIndexKey = async (profileDir: string, key: SecretBytes, keyRing: KeyRing): Promise<void> =>
  writeProfileFile(pathOf(profileDir), await sealForReaders(key.bytes, [keyRing.current.reader()]));

/** The profile's index key; a missing or damaged one is replaced, and the index is then rebuilt from the store. */
export const openIndexKey = async (profileDir: string, keyRing: KeyRing): Promise<SecretBytes> => {
  const sealed = await readProfileFile(pathOf(profileDir));
  if (sealed !== null) {
    try {
      const { plaintext } = await keyRing.open(sealed);
      const key = SecretBytes.take(plaintext);
      if (key.byteLength === indexKeyBytes) return key;
    } catch (error) {
      if (!isVaultError(error, 'damaged', 'not-a-reader')) throw error;
    }
  }
  const fresh = SecretBytes.random(indexKeyBytes);
  await saveIndexKey(profileDir, fresh, keyRing);
  return fresh;
};
