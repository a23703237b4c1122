import { VaultError } from '../../app/errors.js';
import { errnoOf } from './failure.js';

/** Errors of this computer's disk, in the words of a store that is elsewhere; others as they are. */
export function localFailure(error: unknown): unknown {
  if (error instanceof VaultError || errnoOf(error) === '') return error;
  if (isDiskFull(error)) return new VaultError('disk-full', undefined, { cause: error });
  const sentence = 'The folder on this computer for uploads and fetched files cannot be written.';
  return new VaultError('target-unwritable', sentence, { cause: error });
}

export const isDiskFull = (error: unknown): boolean => ['ENOSPC', 'EDQUOT'].includes(errnoOf(error));
