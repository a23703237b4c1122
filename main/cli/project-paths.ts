import { VaultError } from '../../app/errors.js';
import type { FileEntry } from '../../app/model/project.js';
import type { Files } from '../vault/vault.js';

/** A path within a project as people type it: `./docs/` is `docs`. */
export const pathArgument = (text: string): string => text.replace(/^(\.?\/)+/, '').replace(/\/+$/, '');

/** By id, or by path among what is not in the trash. Throws `not-found`. */
export function entryAt(files: Files, projectId: string, pathOrId: string): FileEntry {
  const byId = files.list(projectId).find(({ id }) => id !== '' && id === pathOrId);
  return byId ?? files.resolve(projectId, pathArgument(pathOrId));
}

/** Whether an entry is what a path or id names, or lies below it. */
export const isAt = (entry: FileEntry, pathOrId: string): boolean => {
  if (entry.id !== '' && entry.id === pathOrId) return true;
  const path = pathArgument(pathOrId);
  return entry.path === path || entry.path.startsWith(`${path}/`);
};

/** Everything that paths or ids name, and what lies below; of a path that is both there and in the trash, what is there. */
export function entriesBelow(files: Files, projectId: string, pathsOrIds: readonly string[]): FileEntry[] {
  const entries = files.list(projectId);
  const found = pathsOrIds.flatMap((pathOrId) => {
    const there = entries.filter((entry) => isAt(entry, pathOrId));
    if (there.length === 0) throw new VaultError('not-found', `There is nothing at “${pathOrId}” in this project.`);
    const kept = there.filter(({ trashed }) => !trashed);
    return kept.length > 0 ? kept : there;
  });
  return [...new Set(found)];
}
