import { VaultError, isVaultError } from '../../app/errors.js';
import { SecretBytes } from '../crypto/secret-bytes.js';
import type { Keychain, KeychainState } from '../ipc/ports.js';
import { keyringStoredInClear } from './plain-keyring.js';
import { withTimeout } from './time-out.js';

/** The part of keytar that is used: one password per service and account. */
export interface Keytar {
  getPassword(service: string, account: string): Promise<string | null>;
  setPassword(service: string, account: string, password: string): Promise<void>;
  deletePassword(service: string, account: string): Promise<boolean>;
}

const service = 'Coretex Vault';
const deviceKeyBytes = 32;
/** A keychain that would have to ask the person first never answers when nothing can ask; then each call ends here. */
const answerMs = 4_000;
/** The person may be typing the keychain's own password. */
const promptMs = 60_000;
const stateFreshMs = 30_000;

export type KeychainOptions = Readonly<{
  /** loaded when first needed: a missing libsecret must not keep the app from starting */
  load: () => Promise<Keytar>;
  storedInClear?: () => Promise<boolean>;
  answerMs?: number;
  promptMs?: number;
}>;

/** The OS keychain: Keychain on macOS, Credential Manager on Windows, the Secret Service on Linux. */
export const openKeychain = (options: KeychainOptions): Keychain => {
  const storedInClear = options.storedInClear ?? keyringStoredInClear;
  const quick = options.answerMs ?? answerMs;
  const patient = options.promptMs ?? promptMs;
  let known: { state: KeychainState; until: number } | undefined;

  const ask = async <T>(ms: number, question: (keytar: Keytar) => Promise<T>): Promise<T> => {
    try {
      const answer = options.load().then(question);
      return await withTimeout(answer, ms, () => new VaultError('keychain-timeout'));
    } catch (error) {
      throw isVaultError(error) ? error : unavailable(error);
    }
  };

  const refuseClear = async (): Promise<void> => {
    // SECURITY: a keyring without a password is a readable file; the key to the vault does not go there.
    if (await storedInClear()) throw new VaultError('keychain-unavailable', inClear);
  };

  const probe = async (): Promise<KeychainState> => {
    try {
      await refuseClear();
      await ask(quick, (keytar) => keytar.getPassword(service, 'probe'));
      return { available: true, reason: '' };
    } catch (error) {
      return { available: false, reason: isVaultError(error) ? error.message : unavailable(error).message };
    }
  };

  return {
    state: async () => {
      if (known && known.until > Date.now()) return known.state;
      const state = await probe();
      known = { state, until: Date.now() + stateFreshMs };
      return state;
    },
    put: async (name, deviceKey) => {
      await refuseClear();
      const text = deviceKey.bytes.toString('base64');
      await ask(patient, (keytar) => keytar.setPassword(service, name, text));
      // a locked keyring may take the call and keep nothing
      const kept = await ask(quick, (keytar) => keytar.getPassword(service, name));
      if (kept !== text) throw new VaultError('keychain-locked');
    },
    get: async (name) => {
      const text = await ask(patient, (keytar) => keytar.getPassword(service, name));
      return text === null ? null : parseDeviceKey(text);
    },
    remove: async (name) => {
      await ask(quick, (keytar) => keytar.deletePassword(service, name));
    },
  };
};

const inClear =
  'The keyring of this computer has no password, so it would keep the key in clear. Set a password for it, or unlock with the passphrase.';

const parseDeviceKey = (text: string): SecretBytes => {
  const key = SecretBytes.take(Buffer.from(text, 'base64'));
  if (key.byteLength === deviceKeyBytes) return key;
  key.dispose();
  throw new VaultError('damaged', 'The keychain holds something else in the place of the key of this vault.');
};

/** Says in plain words what D-Bus, libsecret or the loader said in theirs. */
const unavailable = (error: unknown): VaultError => {
  const text = error instanceof Error ? error.message : '';
  if (/locked|IsLocked/i.test(text)) return new VaultError('keychain-locked', undefined, { cause: error });
  return new VaultError('keychain-unavailable', reasonIn(text), { cause: error });
};

const reasonIn = (text: string): string => {
  if (/libsecret|shared object|dlopen|cannot open/i.test(text)) {
    return 'The keychain needs the system library libsecret, which is not installed.';
  }
  if (/ServiceUnknown|not provided by any|activat/i.test(text)) {
    return 'No keychain service (such as GNOME Keyring or KWallet) is running in this session.';
  }
  if (/d-?bus|autolaunch|X11|\$DISPLAY|connect|server address/i.test(text)) {
    return 'This session has no message bus, and so no keychain to ask.';
  }
  if (/\/aliases\/default|collection/i.test(text)) {
    return 'The keychain service has no keyring yet. Create one, with a password, and try again.';
  }
  return 'The keychain of this computer refused.';
};
