import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from 'node:fs';
import { VaultError } from '../../app/errors.js';
import { closeQuietly, noFollow, nonBlock, reading } from './file-io.js';

/** A file open for reading, with what must not change while it is read. It may travel between threads. */
export type SourceFile = Readonly<{ fd: number; bytes: number; modifiedNs: bigint; inode: bigint }>;

/**
 * Opens a regular file, never through a link, and never waiting for a pipe's other end.
 * @throws `source-special`, `source-unreadable`
 */
export function openSource(path: string): SourceFile {
  return reading(() => {
    if (noFollow === 0 && lstatSync(path).isSymbolicLink()) throw new VaultError('source-special');
    const fd = openSync(path, constants.O_RDONLY | noFollow | nonBlock);
    try {
      const stat = fstatSync(fd, { bigint: true });
      if (!stat.isFile()) throw new VaultError('source-special');
      return { fd, bytes: Number(stat.size), modifiedNs: stat.mtimeNs, inode: stat.ino };
    } catch (error) {
      closeQuietly(fd);
      throw error;
    }
  });
}

/**
 * Throws `source-changed` unless the file is still the one that was opened, byte count and all. The read past the end
 * finds files that hide their size, as those of /proc do.
 */
export function checkUnchanged(source: SourceFile): void {
  const now = reading(() => fstatSync(source.fd, { bigint: true }));
  const same = Number(now.size) === source.bytes && now.mtimeNs === source.modifiedNs && now.ino === source.inode;
  const beyond = reading(() => readSync(source.fd, Buffer.alloc(1), 0, 1, source.bytes));
  if (!same || beyond !== 0) throw new VaultError('source-changed');
}

export const closeSource = (source: SourceFile): void => closeSync(source.fd);

/** Milliseconds since 1970, as file records hold them. */
export const modifiedMs = (source: SourceFile): number => Number(source.modifiedNs / 1_000_000n);
