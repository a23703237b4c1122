import { closeSync, constants, fsyncSync, ftruncateSync, linkSync, openSync, renameSync, unlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { VaultError } from '../../app/errors.js';
import { SecretBytes } from '../crypto/secret-bytes.js';
import { closeQuietly, isRegularFile, noFollow, writing } from './file-io.js';

/** The caller's staging file, written in place, so that what a crash leaves there can be resumed. Throws `target-unwritable`. */
export function openStaging(path: string): number {
  return writing(() => {
    const flags = constants.O_RDWR | constants.O_CREAT | noFollow;
    const fd = openSync(path, flags, 0o600);
    if (isRegularFile(fd)) return fd;
    closeQuietly(fd);
    throw new VaultError('target-unwritable', 'The encrypted file can only be written to a regular file.');
  });
}

/** Gives a file its final length, so that its pieces can be written in any order. */
export const setLength = (fd: number, bytes: number): void => writing(() => ftruncateSync(fd, bytes));

/** On success what was written is on the disk. The file is closed either way: its number must not be closed twice. */
export function syncAndClose(fd: number): void {
  try {
    writing(() => fsyncSync(fd));
  } catch (error) {
    closeQuietly(fd);
    throw error;
  }
  writing(() => closeSync(fd));
}

/** Where a file is to appear. Without `overwrite` whatever has that name already stays. */
export type TargetPath = Readonly<{ path: string; overwrite: boolean }>;

/** A file under a temporary name next to its target, which takes the target's name only when all of it is right. */
export type PendingFile = Readonly<{ fd: number; temporary: string; target: TargetPath }>;

/** @throws `already-exists` (unless `overwrite`), `target-unwritable`, `disk-full` */
export function openPending(target: TargetPath): PendingFile {
  const random = SecretBytes.random(8).bytes.toString('hex');
  // not the target's own name with an ending: that could be longer than a name may be
  const temporary = join(dirname(target.path), `.coretex-vault-${random}.part`);
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL;
  return { fd: writing(() => openSync(temporary, flags, 0o600)), temporary, target };
}

/** Makes the file durable and gives it its name in one step, or leaves nothing: either way the pending file is no more. */
export function commitPending(pending: PendingFile): void {
  try {
    syncAndClose(pending.fd);
    writing(() => {
      if (pending.target.overwrite) renameSync(pending.temporary, pending.target.path);
      else moveWithoutReplacing(pending);
    });
  } catch (error) {
    unlinkQuietly(pending.temporary);
    throw error;
  }
  syncFolder(dirname(pending.target.path));
}

/** A hard link fails where a name is taken, also when it was taken just now; file systems without links get the next best. */
function moveWithoutReplacing({ temporary, target }: PendingFile): void {
  try {
    linkSync(temporary, target.path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP' && code !== 'ENOSYS') throw error;
    closeSync(openSync(target.path, 'wx', 0o600));
    renameSync(temporary, target.path);
    return;
  }
  unlinkSync(temporary);
}

/** Removes every trace of a file that is not to be. */
export function discardPending(pending: PendingFile): void {
  closeQuietly(pending.fd);
  unlinkQuietly(pending.temporary);
}

/** Writes a file with `write`, which may come to its end only when all of it is verified; otherwise nothing is left of it. */
export function writePending(target: TargetPath, write: (fd: number) => void): void {
  const pending = openPending(target);
  try {
    write(pending.fd);
  } catch (error) {
    discardPending(pending);
    throw error;
  }
  commitPending(pending);
}

function unlinkQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // its folder is gone; the error under way is the one to tell
  }
}

function syncFolder(path: string): void {
  if (process.platform === 'win32') return; // folders cannot be opened there; NTFS journals the rename
  writing(() => {
    const fd = openSync(path, constants.O_RDONLY);
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  });
}
