import { isVaultError, VaultError } from '../../../app/errors.js';
import type { AccountCard } from '../../crypto/account-card.js';
import type { AccountDirectory } from './account-directory.js';

/** What is wrong with the card of the account that is open, or that a newer one took its place. Throws what the store says otherwise. */
export const ownCardProblems = async (directory: AccountDirectory, card: AccountCard): Promise<VaultError[]> => {
  try {
    const newest = await directory.refresh(card.id);
    if (newest.card.version <= card.version) return [];
    return [
      new VaultError(
        'changed-card',
        'The passphrase of this account was changed on another computer. Lock, and unlock with the new one.',
      ),
    ];
  } catch (error) {
    if (isVaultError(error, ...ofTheCardAlone)) return [error];
    throw error;
  }
};

const ofTheCardAlone = [
  'changed-card',
  'rolled-back',
  'damaged',
  'weak-parameters',
  'unsupported-version',
  'not-found',
] as const;
