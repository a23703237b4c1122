import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileEntry, ProjectSummary } from '../../../app/model/project.js';
import type { Vault } from '../../vault/vault.js';
import type { CommandContext } from '../context.js';
import { byteCount, visible } from '../format.js';
import { unwritable } from '../named-files.js';
import { entriesBelow, pathArgument } from '../project-paths.js';
import { finishTransfer } from '../transfer.js';
import type { PrivateFolders } from './private-folders.js';

/** What of a project is to be materialised: all its current files, or what `paths` name. */
export type ProjectRequest = Readonly<{
  project: ProjectSummary;
  paths: readonly string[];
  files: readonly FileEntry[];
}>;

/** Throws `not-found`, `ambiguous-name`. */
export function chooseFiles(vault: Vault, nameOrId: string, paths: readonly string[]): ProjectRequest {
  const project = vault.projects.resolve(nameOrId);
  const roots = paths.map((path) => vault.files.resolve(project.id, pathArgument(path)).path);
  const entries = roots.length === 0 ? vault.files.list(project.id) : entriesBelow(vault.files, project.id, roots);
  return { project, paths: roots, files: entries.filter(({ kind, trashed }) => kind === 'file' && !trashed) };
}

/**
 * Writes the files into a private folder, each where it lies in the project. Throws unless every one of them was verified
 * (`damaged`, …), and `disk-full`, `target-unwritable`.
 */
export async function materialise(
  context: CommandContext,
  vault: Vault,
  { project, paths, files }: ProjectRequest,
  folders: PrivateFolders,
): Promise<string> {
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const { folder, onDisk } = await folders.forFiles(bytes);
  if (onDisk) {
    context.output.note(
      `“${visible(project.name)}” (${byteCount(bytes)}) does not fit into memory comfortably; its files are in ${folder} while this runs.`,
    );
  }
  for (const path of paths.length === 0 ? [''] : topmost(paths)) {
    const target = join(folder, ...path.split('/').slice(0, -1));
    await mkdir(target, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
      throw unwritable(target, error);
    });
    await finishTransfer(context, vault, vault.files.save(project.id, [path], target));
  }
  return folder;
}

/** Without what another path brings along. */
const topmost = (paths: readonly string[]): string[] =>
  [...new Set(paths)].filter((path) => !paths.some((other) => path.startsWith(`${other}/`)));

/** Where the files are: VAULT_PROJECT_DIR for the first project, VAULT_PROJECT_DIR_<ID> for each. */
export function projectVariables(copies: readonly Readonly<{ id: string; folder: string }>[]): Record<string, string> {
  const variables = Object.fromEntries(copies.map(({ id, folder }) => [`VAULT_PROJECT_DIR_${id}`, folder]));
  const [first] = copies;
  return first === undefined ? variables : { ...variables, VAULT_PROJECT_DIR: first.folder };
}
