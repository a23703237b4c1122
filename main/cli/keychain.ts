import { SecretBytes } from '../crypto/secret-bytes.js';

/** As the app files it: one password per account of this service, base64 of the 32-byte device key. */
const service = 'Coretex Vault';
const deviceKeyBytes = 32;
/** A keyring that would have to ask first never answers where nothing can ask. */
const answerMs = 4_000;

/**
 * The device key that the app put into the OS keychain when it was told to remember, or null when there is none to be
 * had: then the passphrase is asked for. keytar is loaded only here, because it needs libsecret on Linux.
 */
export async function readDeviceKey(accountId: string): Promise<SecretBytes | null> {
  const text = await Promise.race([askKeychain(accountId), after(answerMs)]);
  if (text === null) return null;
  const key = SecretBytes.take(Buffer.from(text, 'base64'));
  if (key.byteLength === deviceKeyBytes) return key;
  key.dispose();
  return null;
}

/** No keychain, a locked one and an empty one come to the same here: the person types the passphrase. */
const askKeychain = (accountId: string): Promise<string | null> =>
  import('keytar').then((keytar) => keytar.getPassword(service, accountId)).catch(() => null);

const after = (ms: number): Promise<null> =>
  new Promise((resolve) => {
    setTimeout(() => resolve(null), ms).unref();
  });
