import { closeSync, constants, fstatSync, readSync, writeSync } from 'node:fs';
import { VaultError, type ErrorCode } from '../../app/errors.js';

/** Calls of the operating system with the errors a person can act on. Used in worker threads only: everything here blocks. */

/** Windows has neither flag. */
const flags: Partial<Record<'O_NOFOLLOW' | 'O_NONBLOCK', number>> = constants;
export const noFollow = flags.O_NOFOLLOW ?? 0;
export const nonBlock = flags.O_NONBLOCK ?? 0;

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** Runs what reads a file; its failure is `source-unreadable`, or `source-special` for a link. */
export function reading<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof VaultError) throw error;
    const reason = codeOf(error);
    // ELOOP is what O_NOFOLLOW gives for a symbolic link, ENXIO what opening a socket gives
    const special = reason === 'ELOOP' || reason === 'EMLINK' || reason === 'ENXIO';
    throw new VaultError(special ? 'source-special' : 'source-unreadable', undefined, {
      details: { reason },
      cause: error,
    });
  }
}

/** Runs what writes a file; its failure is `disk-full`, `already-exists` or `target-unwritable`. */
export function writing<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof VaultError) throw error;
    const reason = codeOf(error);
    throw new VaultError(targetCode(reason), undefined, { details: { reason }, cause: error });
  }
}

function targetCode(reason: string): ErrorCode {
  if (reason === 'ENOSPC' || reason === 'EDQUOT') return 'disk-full';
  return reason === 'EEXIST' ? 'already-exists' : 'target-unwritable';
}

/** Fills `buffer` from `position` of the file; false when the file ends before that. */
export function readFully(fd: number, buffer: Uint8Array, position: number): boolean {
  let done = 0;
  while (done < buffer.length) {
    const count = readSync(fd, buffer, done, buffer.length - done, position + done);
    if (count === 0) return false;
    done += count;
  }
  return true;
}

/** Reads from a file that must have these bytes; its ending early is the error that `code` says. */
export function readExactly(
  fd: number,
  buffer: Uint8Array,
  position: number,
  code: 'source-changed' | 'damaged',
): void {
  reading(() => {
    if (!readFully(fd, buffer, position)) throw new VaultError(code, 'The file ended earlier than it began to.');
  });
}

export function writeExactly(fd: number, bytes: Uint8Array, position: number): void {
  writing(() => {
    let done = 0;
    while (done < bytes.length) done += writeSync(fd, bytes, done, bytes.length - done, position + done);
  });
}

/** For the way out of an error: the error that is under way says more than one of closing. */
export function closeQuietly(fd: number): void {
  try {
    closeSync(fd);
  } catch {
    // nothing was promised about this file yet
  }
}

export const isRegularFile = (fd: number): boolean => fstatSync(fd).isFile();
