import { open, readFile } from 'node:fs/promises';
import { homedir, platform } from 'node:os';
import { join } from 'node:path';

/** How a GNOME keyring that is encrypted begins; one without a password is a text file that begins `[keyring]`. */
const clearMark = '[keyring]';

/**
 * Whether the default GNOME keyring is kept in clear (it is when its password is empty). False on systems without one:
 * macOS and Windows always encrypt.
 */
export const keyringStoredInClear = async (
  dir = join(process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'keyrings'),
): Promise<boolean> => {
  if (platform() !== 'linux') return false;
  const name = (await textOf(join(dir, 'default')))?.trim() ?? 'login';
  return (await beginningOf(join(dir, `${name}.keyring`), clearMark.length)) === clearMark;
};

const textOf = (file: string): Promise<string | null> => readFile(file, 'utf8').catch(() => null);

const beginningOf = async (file: string, bytes: number): Promise<string | null> => {
  const handle = await open(file).catch(() => null);
  if (!handle) return null;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await handle.close();
  }
};
