import { lstat, open } from 'node:fs/promises';
import { VaultError } from '../../app/errors.js';

const newline = 0x0a;
const carriageReturn = 0x0d;

/**
 * The bytes of a file that the command line names; `-` is standard input. Pipes and /dev/fd are welcome.
 * Throws `not-found`, `source-unreadable`, and `invalid-input` beyond `maximumBytes`.
 */
export async function readNamedFile(path: string, maximumBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of path === '-' ? process.stdin : fileChunks(path)) {
    const bytes = chunk as Buffer;
    chunks.push(bytes);
    total += bytes.length;
    if (total > maximumBytes) {
      wipeAll(chunks);
      throw new VaultError(
        'invalid-input',
        `${path} is larger than ${maximumBytes} bytes, which cannot be right here.`,
      );
    }
  }
  const whole = Buffer.concat(chunks);
  wipeAll(chunks);
  return whole;
}

function wipeAll(chunks: readonly Buffer[]): void {
  for (const chunk of chunks) chunk.fill(0);
}

async function* fileChunks(path: string): AsyncGenerator<Buffer> {
  try {
    await using file = await open(path, 'r');
    for (;;) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(65_536), 0, 65_536, null);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Throws `not-found` or `source-unreadable` early, before a passphrase is asked for. */
export async function requireThere(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await lstat(path).catch((error: unknown) => {
      throw unreadable(path, error);
    });
  }
}

/** What a failed system call on a file named by the person means. */
export function unreadable(path: string, error: unknown): VaultError {
  if (error instanceof VaultError) return error;
  const reason = (error as NodeJS.ErrnoException).code ?? 'unknown';
  return reason === 'ENOENT' || reason === 'ENOTDIR'
    ? new VaultError('not-found', `There is no file ${path}.`)
    : new VaultError('source-unreadable', `${path} cannot be read (${reason}).`);
}

/** The bytes up to one final newline (LF or CRLF), as people's editors and `echo` leave one. A view, not a copy. */
export function upToFinalNewline(bytes: Buffer): Buffer {
  if (bytes.at(-1) !== newline) return bytes;
  return bytes.subarray(0, bytes.at(-2) === carriageReturn ? -2 : -1);
}

/**
 * Writes a new file that only its owner may read; replaces one only with `overwrite`.
 * Throws `already-exists`, `disk-full`, `target-unwritable`.
 */
export async function writeNamedFile(path: string, data: Uint8Array | string, overwrite: boolean): Promise<void> {
  try {
    await using file = await open(path, overwrite ? 'w' : 'wx', 0o600);
    await file.writeFile(data);
    await file.sync();
  } catch (error) {
    throw unwritable(path, error);
  }
}

export function unwritable(path: string, error: unknown): VaultError {
  if (error instanceof VaultError) return error;
  const reason = (error as NodeJS.ErrnoException).code ?? 'unknown';
  if (reason === 'EEXIST') return new VaultError('already-exists', `${path} exists already. --force replaces it.`);
  if (reason === 'ENOSPC' || reason === 'EDQUOT') return new VaultError('disk-full', `There is no room for ${path}.`);
  return new VaultError('target-unwritable', `${path} cannot be written (${reason}).`);
}
