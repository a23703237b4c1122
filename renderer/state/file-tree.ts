/** The flat list of a project's entries as folders a person walks through. Pure. */
import type { FileEntry } from '../../app/model/project.js';

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

export const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
export const joinPath = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);

export type FileSort = 'name' | 'modified' | 'size';

const bySort = (sort: FileSort) => (a: FileEntry, b: FileEntry) => {
  if (a.kind !== b.kind) return a.kind === 'folder' ? -1 : 1;
  if (sort === 'size' && a.size !== b.size) return b.size - a.size;
  if (sort === 'modified' && a.modified !== b.modified) return a.modified < b.modified ? 1 : -1;
  return collator.compare(a.name, b.name);
};

/** What a folder shows, folders first; with a search, everything below it whose path holds every word. */
export const childrenOf = (
  entries: readonly FileEntry[],
  folder: string,
  search: string,
  sort: FileSort,
): readonly FileEntry[] => {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const prefix = folder === '' ? '' : `${folder}/`;
  const shown = (entry: FileEntry): boolean => {
    if (entry.trashed || !entry.path.startsWith(prefix) || entry.path === folder) return false;
    const rest = entry.path.slice(prefix.length);
    if (words.length === 0) return !rest.includes('/');
    const text = rest.toLowerCase();
    return words.every((word) => text.includes(word));
  };
  return entries.filter(shown).sort(bySort(sort));
};

export const trashedOf = (entries: readonly FileEntry[]): readonly FileEntry[] =>
  entries.filter((entry) => entry.trashed).sort(bySort('name'));

/** A row's identity: paths are unique among what is not in the trash, ids within it. */
export const rowKey = (entry: FileEntry): string => (entry.trashed ? `trash:${entry.id}` : entry.path);

/** Files below each folder and their bytes, for every folder: one pass. */
export const folderSums = (entries: readonly FileEntry[]): ReadonlyMap<string, { files: number; bytes: number }> => {
  const sums = new Map<string, { files: number; bytes: number }>();
  for (const entry of entries) {
    if (entry.trashed || entry.kind === 'folder') continue;
    for (let folder = parentOf(entry.path); folder !== ''; folder = parentOf(folder)) {
      const sum = sums.get(folder) ?? { files: 0, bytes: 0 };
      sums.set(folder, { files: sum.files + 1, bytes: sum.bytes + entry.size });
    }
  }
  return sums;
};

/** The way from the top to a folder, each step with its path. */
export const breadcrumbs = (folder: string): readonly { name: string; path: string }[] =>
  folder === ''
    ? []
    : folder.split('/').map((name, index, names) => ({ name, path: names.slice(0, index + 1).join('/') }));

/** Folders that something can be moved to: all but itself and what is below it. */
export const moveTargets = (entries: readonly FileEntry[], moved: readonly string[]): readonly string[] => {
  const within = (path: string) => moved.some((from) => path === from || path.startsWith(`${from}/`));
  const folders = entries.filter((entry) => entry.kind === 'folder' && !entry.trashed && !within(entry.path));
  return ['', ...folders.map((entry) => entry.path).sort(collator.compare)];
};
