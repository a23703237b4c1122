import { type FileHandle, open } from 'node:fs/promises';
import { constants } from 'node:fs';
import { VaultError } from '../../app/errors.js';
import { errnoOf } from './failure.js';
import { noFollow } from './root-folder.js';

/** Opens what the caller wants stored. Throws `source-unreadable`, `source-special` (a link, a folder, a pipe). */
export async function openSource(file: string): Promise<FileHandle> {
  try {
    // Windows flushes only what is open for writing.
    const access = process.platform === 'win32' ? constants.O_RDWR : constants.O_RDONLY;
    const source = await open(file, access | noFollow);
    if ((await source.stat()).isFile()) return source;
    await source.close();
  } catch (error) {
    if (!['ELOOP', 'EISDIR'].includes(errnoOf(error)))
      throw new VaultError('source-unreadable', undefined, { cause: error });
  }
  throw new VaultError('source-special');
}

/** Fills `target` with the file's bytes from `start`. Throws `source-unreadable`, `source-changed` when the file ends before. */
export async function readSource(source: FileHandle, start: number, target: Uint8Array): Promise<void> {
  for (let done = 0; done < target.length;) {
    const { bytesRead } = await source
      .read(target, done, target.length - done, start + done)
      .catch((error: unknown) => {
        throw new VaultError('source-unreadable', undefined, { cause: error });
      });
    if (bytesRead === 0) throw new VaultError('source-changed', 'The file became shorter while it was being stored.');
    done += bytesRead;
  }
}
