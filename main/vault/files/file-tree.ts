import { VaultError } from '../../../app/errors.js';
import type { FileEntry } from '../../../app/model/project.js';
import { freeName } from './file-names.js';
import { comparePaths, isWithin, joinPath, nameOf, parentOf } from './file-paths.js';
import { isLive, isTombstone } from './file-record.js';
import type { FileRecordEntry } from '../index/index-entries.js';
import { PathTable } from './path-table.js';

/** A thing as a person sees it; `record` is null for a folder that only paths imply. */
export type TreeNode = Readonly<{ path: string; kind: 'file' | 'folder'; record: FileRecordEntry | null }>;

/** When nobody ever wrote a folder's record it has no time of its own. */
const noTime = new Date(0).toISOString();

/**
 * What a person sees of a project's records. Two clients may give one path to two files at the same time: both stay, and
 * every client shows the same names without asking anybody: a folder keeps its name; of the files the one with the lowest
 * id keeps it; the others, in id order, are shown under the first free of `name (2).ext`, `name (3).ext` …
 */
export class FileTree {
  readonly #table = new PathTable();
  readonly #nodes = new Map<string, TreeNode>();
  readonly #trash: FileRecordEntry[];

  /** @param records a project's file records by id */
  constructor(records: ReadonlyMap<string, FileRecordEntry>) {
    this.#table.sync(records);
    this.#trash = [...records.values()].filter((record) => !isLive(record) && !isTombstone(record));
    for (const path of this.#table.folderPaths()) {
      this.#nodes.set(path, { path, kind: 'folder', record: this.#table.folderAt(path) ?? null });
    }
    this.#placeFiles();
  }

  get table(): PathTable {
    return this.#table;
  }

  has(path: string): boolean {
    return path === '' || this.#nodes.has(path);
  }

  /** Throws `not-found`. */
  get(path: string): TreeNode {
    const node = this.#nodes.get(path);
    if (node === undefined) throw new VaultError('not-found', `There is nothing at “${path}”.`);
    return node;
  }

  /** The files and folders at and below a path, parents first; '' is the whole project. Throws `not-found`. */
  within(path: string): TreeNode[] {
    if (path !== '') this.get(path);
    return this.#sorted().filter((node) => isWithin(node.path, path));
  }

  /** Everything, parents before what they hold; what is in the trash comes last. */
  entries(): FileEntry[] {
    const trash = [...this.#trash].sort((a, b) => comparePaths(a.path, b.path) || (a.id < b.id ? -1 : 1));
    return [...this.#sorted().map(fileEntryOf), ...trash.map((record) => fileEntryOf({ ...record, record }))];
  }

  #sorted(): TreeNode[] {
    return [...this.#nodes.values()].sort((a, b) => comparePaths(a.path, b.path));
  }

  #placeFiles(): void {
    const others: FileRecordEntry[] = [];
    for (const path of this.#table.filePaths()) {
      const files = this.#table.filesAt(path);
      const first = this.#nodes.has(path) ? undefined : files.shift();
      if (first !== undefined) this.#nodes.set(path, { path, kind: 'file', record: first });
      others.push(...files);
    }
    others.sort((a, b) => comparePaths(a.path, b.path) || (a.id < b.id ? -1 : 1));
    for (const record of others) {
      const folder = parentOf(record.path);
      const path = joinPath(
        folder,
        freeName(nameOf(record.path), (name) => this.#nodes.has(joinPath(folder, name))),
      );
      this.#nodes.set(path, { path, kind: 'file', record });
    }
  }
}

export const fileEntryOf = ({ path, kind, record }: TreeNode): FileEntry => ({
  id: record?.id ?? '',
  version: record?.version ?? 0,
  kind,
  path,
  name: nameOf(path),
  size: record?.size ?? 0,
  modified: record?.modified ?? noTime,
  trashed: record?.trashed ?? false,
});
