import { VaultError, isVaultError } from '../../../app/errors.js';
import { keyringStoredInClear } from './plain-keyring.js';
import { withTimeout } from './time-out.js';

/** The part of keytar that is used: one password per service and account. */
export interface Keytar {
  getPassword(service: string, account: string): Promise<string | null>;
  setPassword(service: string, account: string, password: string): Promise<void>;
  deletePassword(service: string, account: string): Promise<boolean>;
}

/** The app and the command file under the same name, so that each finds what the other kept. */
const service = 'Coretex Vault';
/** A keychain that would have to ask the person first never answers when nothing can ask; then each call ends here. */
const answerMs = 4_000;
/** The person may be typing the keychain's own password. */
const promptMs = 60_000;

export type SystemKeychainOptions = Readonly<{
  /** loaded when first needed: a missing libsecret must not keep the app from starting */
  load: () => Promise<Keytar>;
  storedInClear?: () => Promise<boolean>;
  answerMs?: number;
  promptMs?: number;
}>;

/** Short texts in the OS keychain. Every call throws `keychain-unavailable`, `keychain-locked`, `keychain-timeout`. */
export interface SystemKeychain {
  /** Throws when nothing can be kept there. */
  probe(): Promise<void>;
  get(account: string): Promise<string | null>;
  put(account: string, text: string): Promise<void>;
  remove(account: string): Promise<void>;
}

/** Keychain on macOS, Credential Manager on Windows, the Secret Service on Linux. */
export const openSystemKeychain = (options: SystemKeychainOptions): SystemKeychain => {
  const storedInClear = options.storedInClear ?? keyringStoredInClear;
  const quick = options.answerMs ?? answerMs;
  const patient = options.promptMs ?? promptMs;

  const ask = async <T>(ms: number, question: (keytar: Keytar) => Promise<T>): Promise<T> => {
    try {
      const answer = options.load().then(question);
      return await withTimeout(answer, ms, () => new VaultError('keychain-timeout'));
    } catch (error) {
      throw isVaultError(error) ? error : unavailable(error);
    }
  };

  const refuseClear = async (): Promise<void> => {
    // SECURITY: a keyring without a password is a readable file; no key goes there.
    if (await storedInClear()) throw new VaultError('keychain-unavailable', inClear);
  };

  return {
    probe: async () => {
      await refuseClear();
      await ask(quick, (keytar) => keytar.getPassword(service, 'probe'));
    },
    put: async (account, text) => {
      await refuseClear();
      await ask(patient, (keytar) => keytar.setPassword(service, account, text));
      // a locked keyring may take the call and keep nothing
      const kept = await ask(quick, (keytar) => keytar.getPassword(service, account));
      if (kept !== text) throw new VaultError('keychain-locked');
    },
    get: (account) => ask(patient, (keytar) => keytar.getPassword(service, account)),
    remove: async (account) => {
      await ask(quick, (keytar) => keytar.deletePassword(service, account));
    },
  };
};

const inClear =
  'The keyring of this computer has no password, so it would keep the key in clear. Set a password for it.';

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
