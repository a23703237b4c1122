import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { VaultError } from '../../../app/errors.js';
import type { FileEntry } from '../../../app/model/project.js';
import type { Vault } from '../../vault/vault.js';
import type { CommandContext } from '../context.js';
import { byteCount, plural, visible } from '../format.js';
import { unwritable } from '../named-files.js';
import { UsageError } from '../output.js';
import { entryAt } from '../project-paths.js';
import { finishTransfer } from '../transfer.js';

export type GetFileOptions = Readonly<{ project: string; output: string; force?: boolean; version?: number }>;

/** What is read at once on the way to standard output: a segment. */
const pieceBytes = 4 * 1024 * 1024;

export const getFile = (context: CommandContext, path: string, options: GetFileOptions): Promise<void> =>
  context.withVault(async (vault) => {
    const projectId = vault.projects.resolve(options.project).id;
    const entry = entryAt(vault.files, projectId, path);
    if (entry.kind === 'folder') await saveFolder(context, vault, { projectId, path: entry.path, options });
    else if (options.output === '-') await print(context, vault, { projectId, entry, version: options.version });
    else await saveFile(context, vault, { projectId, entry, options });
  });

type OneFile = Readonly<{ projectId: string; entry: FileEntry; options: GetFileOptions }>;

async function saveFile(context: CommandContext, vault: Vault, { projectId, entry, options }: OneFile): Promise<void> {
  const target = resolve(options.output);
  await vault.files.saveFile(projectId, entry.id, target, {
    overwrite: options.force ?? false,
    signal: context.signal,
    ...(options.version !== undefined && { version: options.version }),
  });
  context.output.result({ ...entry, output: target }, () => '');
  context.output.note(`Wrote ${visible(target)}.`);
}

type OneFolder = Readonly<{ projectId: string; path: string; options: GetFileOptions }>;

async function saveFolder(
  context: CommandContext,
  vault: Vault,
  { projectId, path, options }: OneFolder,
): Promise<void> {
  if (options.output === '-')
    throw new UsageError('A folder cannot go to standard output: -o names a folder to write it into.');
  if (options.version !== undefined) throw new UsageError('--version is for files.');
  const target = resolve(options.output);
  await mkdir(target, { recursive: true }).catch((error: unknown) => {
    throw unwritable(target, error);
  });
  const transfer = await finishTransfer(context, vault, vault.files.save(projectId, [path], target));
  context.output.result({ ...transfer, output: target }, () => '');
  context.output.note(
    `Wrote ${plural(transfer.files, 'file')}, ${byteCount(transfer.bytesDone)}, below ${visible(target)}.`,
  );
}

/**
 * To standard output, without a plaintext copy on disk: the whole file is read and verified once before its first byte
 * leaves, then read again, each piece verified again.
 */
async function print(
  context: CommandContext,
  vault: Vault,
  { projectId, entry, version }: Readonly<{ projectId: string; entry: FileEntry; version: number | undefined }>,
): Promise<void> {
  const size = version === undefined ? entry.size : await sizeOf(vault, { projectId, entry, version });
  const pieces = Math.max(1, Math.ceil(size / pieceBytes));
  const read = (piece: number): Promise<Uint8Array> => {
    const start = piece * pieceBytes;
    const endExclusive = Math.min(size, start + pieceBytes);
    return vault.files.readRange(projectId, entry.id, { start, endExclusive }, version);
  };
  // SECURITY (promise 1): a reader of the pipe must not act on the first half of a file whose second half is forged.
  if (pieces > 1) for (let piece = 0; piece < pieces; piece += 1) (await read(piece)).fill(0);
  for (let piece = 0; piece < pieces; piece += 1) {
    const bytes = await read(piece);
    await context.output.raw(bytes);
    bytes.fill(0);
  }
}

async function sizeOf(
  vault: Vault,
  { projectId, entry, version }: Readonly<{ projectId: string; entry: FileEntry; version: number }>,
): Promise<number> {
  const found = (await vault.files.history(projectId, entry.id)).find((each) => each.version === version);
  if (found === undefined) throw new VaultError('not-found', `${entry.path} has no version ${version}.`);
  return found.size;
}
