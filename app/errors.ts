/**
 * The closed list of what can go wrong, and the sentence a person reads for each.
 * Inside main we throw {@link VaultError}; only the router and the command turn it into a code for the outside.
 * Details are typed, short and never secret: no passphrase, key, field value or file content ever enters one.
 */
export const errorSentences = {
  'invalid-input': 'That is not something the vault can accept.',
  'wrong-passphrase': 'That passphrase does not open this vault.',
  'weak-passphrase': 'That passphrase is too easy to guess for this kind of key.',
  locked: 'The vault is locked. Unlock it first.',
  'no-vault': 'There is no vault here yet.',
  'vault-exists': 'There is already a vault here.',
  busy: 'Another Coretex Vault is using this vault right now.',
  damaged: 'This data is damaged or was changed by someone who may not. Nothing of it was used.',
  'rolled-back': 'The store shows an older state than this computer has already seen.',
  'changed-card': 'The public key of an account is not the one this computer knows.',
  'weak-parameters': 'The store offers weaker key protection than is allowed. It was refused.',
  'unsupported-version': 'This was written by a newer Coretex Vault. Update to read it.',
  'not-a-reader': 'This was not shared with you.',
  'not-found': 'There is nothing by that name.',
  'already-exists': 'There is already something by that name.',
  'ambiguous-name': 'More than one thing has that name. Use its id.',
  'not-allowed': 'Your role does not allow this.',
  'no-master-key': 'That person has no master key yet, so nothing can be shared with them.',
  conflict: 'Someone else changed this at the same time.',
  'store-missing': 'The store of the vault is not there, or is empty. Is its disk connected?',
  'store-readonly': 'The vault may not write to its store.',
  'store-full': 'The store of the vault is full. Nothing was lost; free some space and try again.',
  'store-unreachable': 'The store of the vault does not answer.',
  'disk-full': 'This computer’s disk is full. Nothing was lost; free some space and try again.',
  'source-unreadable': 'That file cannot be read.',
  'source-changed': 'The file changed while it was being encrypted. Try again when nothing writes to it.',
  'source-special': 'Only files and folders can be encrypted, not links, pipes or devices.',
  'target-unwritable': 'The file cannot be written there.',
  cancelled: 'Cancelled.',
  'keychain-unavailable': 'This computer offers no keychain that is safe to use.',
  'keychain-locked': 'The keychain of this computer is locked.',
  'keychain-timeout': 'The keychain of this computer does not answer.',
  internal: 'Something went wrong inside Coretex Vault. Nothing was lost.',
} as const;

export type ErrorCode = keyof typeof errorSentences;

export const errorCodes = Object.keys(errorSentences) as [ErrorCode, ...ErrorCode[]];

/** What may be told about an error: names the person gave, sizes, versions; never secrets. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean>>;

export class VaultError extends Error {
  override readonly name = 'VaultError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  /**
   * @param code one of {@link errorSentences}
   * @param explanation a sentence that says more than the code's own (what, where, what to do); optional
   */
  constructor(code: ErrorCode, explanation?: string, options: { details?: ErrorDetails; cause?: unknown } = {}) {
    super(explanation ?? errorSentences[code], { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }
}

export const isVaultError = (error: unknown, ...codes: ErrorCode[]): error is VaultError =>
  error instanceof VaultError && (codes.length === 0 || codes.includes(error.code));
