import { VaultError } from '../../app/errors.js';
import type { VaultContext } from './context.js';

/** Throws `locked` once the vault locks, `cancelled` once the person gave up. */
export const throwIfEnded = (context: VaultContext, signal?: AbortSignal): void => {
  if (context.locked.aborted) throw new VaultError('locked');
  if (signal?.aborted === true) throw new VaultError('cancelled');
};

/** Aborted by the lock or by `signal`. */
export const workSignal = (context: VaultContext, signal?: AbortSignal): AbortSignal =>
  signal === undefined ? context.locked : AbortSignal.any([context.locked, signal]);

/** What a person is told of any error: a lock that ended the work explains every error after it. */
export const asVaultError = (error: unknown, context: VaultContext): VaultError => {
  if (context.locked.aborted) return new VaultError('locked', undefined, { cause: error });
  if (error instanceof VaultError) return error;
  const reason = error instanceof Error && 'code' in error ? error.code : undefined;
  if (reason === 'ENOSPC' || reason === 'EDQUOT') return new VaultError('disk-full', undefined, { cause: error });
  return new VaultError('internal', undefined, { cause: error });
};
