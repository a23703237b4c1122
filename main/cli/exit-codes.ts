import type { ErrorCode } from '../../app/errors.js';

/** What scripts may rely on (docs/command.md). A command that was interrupted ends with 128 + the signal's number instead. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  wrongPassphrase: 3,
  damaged: 4,
  notAllowed: 5,
  notFound: 6,
  offline: 7,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const { failed, usage, wrongPassphrase, damaged, notAllowed, notFound, offline } = exitCodes;

/** Exhaustive: a new error code does not compile before somebody decides what scripts see. */
export const exitCodeOf: Readonly<Record<ErrorCode, ExitCode>> = {
  'invalid-input': usage,
  'wrong-passphrase': wrongPassphrase,
  'weak-passphrase': failed,
  locked: failed,
  'no-vault': notFound,
  'vault-exists': failed,
  busy: failed,
  damaged,
  'rolled-back': damaged,
  'changed-card': damaged,
  'weak-parameters': damaged,
  // A flipped version number looks just like this, and either way nothing of the record can be trusted.
  'unsupported-version': damaged,
  'not-a-reader': notAllowed,
  'not-found': notFound,
  'already-exists': failed,
  'ambiguous-name': failed,
  'not-allowed': notAllowed,
  'no-master-key': notFound,
  conflict: failed,
  'store-missing': offline,
  'store-readonly': notAllowed,
  'store-full': failed,
  'store-unreachable': offline,
  'disk-full': failed,
  'source-unreadable': failed,
  'source-changed': failed,
  'source-special': failed,
  'target-unwritable': failed,
  cancelled: failed,
  'keychain-unavailable': failed,
  'keychain-locked': failed,
  'keychain-timeout': failed,
  internal: failed,
};
