import { VaultError, isVaultError } from '../../app/errors.js';
import { SecretBytes } from '../crypto/secret-bytes.js';
import type { Keychain, KeychainState } from '../ipc/ports.js';
import type { SystemKeychain } from '../vault/keychain/system-keychain.js';

const deviceKeyBytes = 32;
const stateFreshMs = 30_000;

/** Device keys in the OS keychain, by account. */
export const openKeychain = (system: SystemKeychain): Keychain => {
  let known: { state: KeychainState; until: number } | undefined;

  const probe = async (): Promise<KeychainState> => {
    try {
      await system.probe();
      return { available: true, reason: '' };
    } catch (error) {
      if (!isVaultError(error)) throw error;
      return { available: false, reason: error.message };
    }
  };

  return {
    state: async () => {
      if (known && known.until > Date.now()) return known.state;
      const state = await probe();
      known = { state, until: Date.now() + stateFreshMs };
      return state;
    },
    put: (name, deviceKey) => system.put(name, deviceKey.bytes.toString('base64')),
    get: async (name) => {
      const text = await system.get(name);
      return text === null ? null : parseDeviceKey(text);
    },
    remove: (name) => system.remove(name),
  };
};

const parseDeviceKey = (text: string): SecretBytes => {
  const key = SecretBytes.take(Buffer.from(text, 'base64'));
  if (key.byteLength === deviceKeyBytes) return key;
  key.dispose();
  throw new VaultError('damaged', 'The keychain holds something else in the place of the key of this vault.');
};
