/**
 * What an error means for a person's data, and what to do about it. The first sentence, what happened, comes with the
 * error itself. The type makes the compiler ask for words whenever app/errors.ts gains a code.
 */
import { VaultError, type ErrorCode } from '../../app/errors.js';

export type Advice = Readonly<{ meaning: string; action: string }>;

const unchanged = 'Nothing was changed.';
const nothingLost = 'Nothing was lost.';
const keptEncrypted = 'Your data stays encrypted where it is.';
const notUsed = 'Earlier versions are not affected.';

export const errorAdvice: Readonly<Record<ErrorCode, Advice>> = {
  'invalid-input': { meaning: unchanged, action: 'Check what was entered and try again.' },
  'wrong-passphrase': { meaning: unchanged, action: 'Check the keyboard layout and Caps Lock, then type it again.' },
  'weak-passphrase': { meaning: unchanged, action: 'Choose a longer passphrase, or let the app suggest one.' },
  locked: { meaning: keptEncrypted, action: 'Unlock the vault to go on.' },
  'no-vault': { meaning: unchanged, action: 'Create a vault, or choose the folder or bucket where yours is.' },
  'vault-exists': {
    meaning: 'The vault that is there was left untouched.',
    action: 'Unlock it, or choose another place.',
  },
  busy: { meaning: unchanged, action: 'Close the other window or command that uses this vault, then try again.' },
  damaged: { meaning: notUsed, action: 'Restore an earlier version, or bring the store back from a backup.' },
  'rolled-back': {
    meaning: 'Newer changes may be missing in the store. Nothing old was taken for new.',
    action: 'Check whether an old backup was put back, or whether someone tampered with the store.',
  },
  'changed-card': {
    meaning: 'Nothing was encrypted for the changed key, and nothing will be.',
    action:
      'Ask the person in another way. Whoever began anew has a new account of their own: share with that, once fingerprints were compared. If they did not, somebody meddles with the store.',
  },
  'weak-parameters': {
    meaning: 'Your passphrase was not used.',
    action: 'Somebody may have tampered with the store. Bring it back from a backup you trust.',
  },
  'unsupported-version': { meaning: keptEncrypted, action: 'Update Coretex Vault, then open it again.' },
  'not-a-reader': { meaning: unchanged, action: 'Ask its owner to share it with you.' },
  'not-found': { meaning: unchanged, action: 'It may have been moved or deleted. Look in the trash.' },
  'already-exists': { meaning: unchanged, action: 'Choose another name.' },
  'ambiguous-name': { meaning: unchanged, action: 'Pick it from the list instead.' },
  'not-allowed': { meaning: unchanged, action: 'Ask an owner or admin of the project to do it, or for another role.' },
  'no-master-key': {
    meaning: unchanged,
    action: 'Ask them to open Coretex Vault on this store once: that makes their key. Then add them here.',
  },
  conflict: {
    meaning: 'Both versions are kept; what you typed is still here.',
    action: 'Look at the history, then save again.',
  },
  'store-missing': { meaning: nothingLost, action: 'Connect the disk or put the folder back, then try again.' },
  'store-readonly': { meaning: unchanged, action: 'Allow writing to the vault’s folder or bucket, then try again.' },
  'store-full': { meaning: 'What was saved before is safe.', action: '' },
  'store-unreachable': { meaning: nothingLost, action: 'Check the connection and try again.' },
  'disk-full': { meaning: 'What was saved before is safe.', action: '' },
  'source-unreadable': {
    meaning: 'That file was not encrypted.',
    action: 'Check that you may read it, then add it again.',
  },
  'source-changed': { meaning: 'That file was not encrypted.', action: '' },
  'source-special': {
    meaning: 'It was left out; everything else goes on.',
    action: 'Add the file it points to instead.',
  },
  'target-unwritable': { meaning: 'Nothing was written.', action: 'Choose another folder.' },
  cancelled: { meaning: unchanged, action: '' },
  'keychain-unavailable': { meaning: unchanged, action: 'Unlock with your passphrase.' },
  'keychain-locked': { meaning: unchanged, action: 'Unlock the keychain of this computer, or use your passphrase.' },
  'keychain-timeout': { meaning: unchanged, action: 'Try again, or use your passphrase.' },
  internal: { meaning: '', action: 'Try again. If it happens once more, restart the app.' },
};

/** Whatever was thrown, as an error that has words. */
export const asVaultError = (error: unknown): VaultError =>
  error instanceof VaultError ? error : new VaultError('internal', undefined, { cause: error });
