import { type ErrorCode, isVaultError, VaultError } from '../../app/errors.js';

/** What was being done: a refusal means another thing to a reader than to a writer. */
export type Intent = 'read' | 'write';

/** The system's name of an error (`ENOENT`), or `''` when it has none. */
export const errnoOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** Whether the thing is simply not there, or something else stands on the way to it. */
export const isAbsent = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(errnoOf(error));

const full = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const refused = new Set(['EACCES', 'EPERM']);

function codeOf(errno: string, intent: Intent): ErrorCode {
  if (full.has(errno)) return 'store-full';
  if (errno === 'EROFS') return 'store-readonly';
  if (refused.has(errno)) return intent === 'write' ? 'store-readonly' : 'store-unreachable';
  if (errno === 'ENAMETOOLONG') return 'invalid-input';
  return 'store-unreachable'; // EIO, ESTALE, ETIMEDOUT, EHOSTDOWN, ENOTCONN, EMFILE …: it may work later
}

/**
 * Turns an error of the file system into the store's own. A `VaultError` passes through; an absence must have been
 * dealt with before. The cause is kept for the log; its path is one of the store, never of a person's file.
 */
export function storeFailure(error: unknown, intent: Intent): VaultError {
  if (isVaultError(error)) return error;
  const errno = errnoOf(error);
  const sentence = refused.has(errno) && intent === 'read' ? 'The vault may not read its store.' : undefined;
  return new VaultError(codeOf(errno, intent), sentence, { details: { errno }, cause: error });
}
