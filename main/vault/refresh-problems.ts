import { isVaultError, type VaultError } from '../../app/errors.js';

/** What is wrong with single objects of the store, and whether the index learnt anything. */
export type Refreshed = Readonly<{ problems: VaultError[]; changed: boolean }>;

/**
 * For what one object's defect may not stop: collects errors about its content and gives null; passes on every other
 * error (the store does not answer, the vault locks). A store that takes no writes is read on all the same: that it was moved away is
 * told already, and anything else is told once.
 */
export const noteProblem =
  (problems: VaultError[]) =>
  (error: unknown): null => {
    const codes = [
      'damaged',
      'rolled-back',
      'unsupported-version',
      'changed-card',
      'not-a-reader',
      'not-found',
      'store-readonly',
    ] as const;
    if (!isVaultError(error, ...codes)) throw error;
    if (error.code !== 'store-readonly' || !isTold(problems, error)) problems.push(error);
    return null;
  };

const isTold = (problems: readonly VaultError[], { message, details }: VaultError): boolean =>
  details['moved'] === true || problems.some((problem) => problem.message === message);
