import { open, rename, rm } from 'node:fs/promises';
import { VaultError } from '../../app/errors.js';

/**
 * Writes a file that only its owner may read: whole or not at all, in place of one that was there.
 * Throws `target-unwritable`, `disk-full`.
 */
export const writePrivately = async (target: string, bytes: Uint8Array | string): Promise<void> => {
  const draft = `${target}.part`;
  try {
    const file = await open(draft, 'w', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true });
    const full = error instanceof Error && 'code' in error && error.code === 'ENOSPC';
    throw new VaultError(full ? 'disk-full' : 'target-unwritable', undefined, { cause: error });
  }
};

/** A person's name for something as part of a file name that every system takes. */
export const fileNameOf = (name: string): string => name.replace(/[^\p{L}\p{N} ._-]/gu, '_').slice(0, 80);
