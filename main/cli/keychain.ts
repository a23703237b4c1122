import { VaultError, isVaultError } from '../../app/errors.js';
import type { S3Location } from '../../app/model/store.js';
import { SecretBytes } from '../crypto/secret-bytes.js';
import { openBucketKeychain } from '../vault/keychain/bucket-keychain.js';
import { keysInEnvironment } from '../vault/keychain/environment-keys.js';
import { LentKeys } from '../vault/keychain/lent-keys.js';
import { openSystemKeychain, type SystemKeychain } from '../vault/keychain/system-keychain.js';
import type { BucketKeychain } from '../vault/vault.js';

const deviceKeyBytes = 32;
/** A keyring that would have to ask first never answers where nothing can ask. */
const answerMs = 4_000;

/** The same entries as the app's. keytar is loaded only when asked, because it needs libsecret on Linux. */
const systemKeychain = (): SystemKeychain =>
  openSystemKeychain({
    load: async () => (await import('keytar')).default,
    answerMs,
    promptMs: process.stderr.isTTY ? 60_000 : answerMs,
  });

/**
 * The device key that the app put into the OS keychain when it was told to remember, or null when there is none to be
 * had: then the passphrase is asked for.
 */
export async function readDeviceKey(accountId: string): Promise<SecretBytes | null> {
  const text = await systemKeychain()
    .get(accountId)
    .catch((error: unknown) => {
      if (isVaultError(error)) return null; // no keychain, a locked one and an empty one come to the same here
      throw error;
    });
  if (text === null) return null;
  const key = SecretBytes.take(Buffer.from(text, 'base64'));
  if (key.byteLength === deviceKeyBytes) return key;
  key.dispose();
  return null;
}

/** The access keys of buckets for one command. The environment goes first: nodes and servers have no keychain. */
export function openCommandKeys(): LentKeys {
  const kept = openBucketKeychain(systemKeychain());
  const keys: BucketKeychain = {
    get: async (location) => keysInEnvironment() ?? (await keptKeys(kept, location)),
    put: (location, given) => kept.put(location, given),
    remove: (location) => kept.remove(location),
  };
  return new LentKeys(keys);
}

/** Without a keychain there is the environment, which is worth saying. */
const keptKeys: (kept: BucketKeychain, location: S3Location) => ReturnType<BucketKeychain['get']> = (kept, location) =>
  kept.get(location).catch((error: unknown) => {
    if (!isVaultError(error, 'keychain-unavailable', 'keychain-locked', 'keychain-timeout')) throw error;
    const instead = 'Set VAULT_S3_ACCESS_KEY_ID and VAULT_S3_SECRET_ACCESS_KEY in the environment of the command.';
    throw new VaultError(error.code, `${error.message} ${instead}`, { cause: error });
  });
