import { isLive } from './file-record.js';
import { foldersAbove } from './file-paths.js';
import type { FileRecordEntry } from '../index/index-entries.js';

/**
 * Which records live at which path of a project, and which folders those paths imply. Kept up to date by looking only at
 * records that changed, so that an upload of a hundred thousand files may ask it after every batch.
 */
export class PathTable {
  readonly #known = new Map<string, FileRecordEntry>();
  readonly #files = new Map<string, Map<string, FileRecordEntry>>();
  readonly #folders = new Map<string, Map<string, FileRecordEntry>>();
  /** how many live paths imply a folder */
  readonly #implied = new Map<string, number>();

  /** Takes over what changed in `records` (a project's file records by id). */
  sync(records: ReadonlyMap<string, FileRecordEntry>): void {
    for (const [id, record] of records) {
      const before = this.#known.get(id);
      if (before === record) continue;
      if (before !== undefined) this.#remove(before);
      this.#known.set(id, record);
      this.#add(record);
    }
    if (this.#known.size === records.size) return;
    for (const [id, record] of this.#known) {
      if (records.has(id)) continue;
      this.#remove(record);
      this.#known.delete(id);
    }
  }

  /** The file that bears a path. Of several (two clients made it at once) the one with the lowest id. */
  fileAt(path: string): FileRecordEntry | undefined {
    return this.filesAt(path)[0];
  }

  /** Every live file whose record says this path, lowest id first. */
  filesAt(path: string): FileRecordEntry[] {
    return inIdOrder(this.#files.get(path));
  }

  /** Whether a folder is there: one with a record of its own, or one that a path implies. */
  hasFolder(path: string): boolean {
    return path === '' || this.#folders.has(path) || this.#implied.has(path);
  }

  folderAt(path: string): FileRecordEntry | undefined {
    return inIdOrder(this.#folders.get(path))[0];
  }

  /** Every path that a live file's record says. */
  filePaths(): IterableIterator<string> {
    return this.#files.keys();
  }

  folderPaths(): Set<string> {
    return new Set([...this.#folders.keys(), ...this.#implied.keys()]);
  }

  #add(record: FileRecordEntry): void {
    if (!isLive(record)) return;
    const places = record.kind === 'file' ? this.#files : this.#folders;
    const here = places.get(record.path);
    if (here === undefined) places.set(record.path, new Map([[record.id, record]]));
    else here.set(record.id, record);
    for (const folder of foldersAbove(record.path)) this.#implied.set(folder, (this.#implied.get(folder) ?? 0) + 1);
  }

  #remove(record: FileRecordEntry): void {
    if (!isLive(record)) return;
    const places = record.kind === 'file' ? this.#files : this.#folders;
    const here = places.get(record.path);
    here?.delete(record.id);
    if (here?.size === 0) places.delete(record.path);
    for (const folder of foldersAbove(record.path)) {
      const left = (this.#implied.get(folder) ?? 1) - 1;
      if (left === 0) this.#implied.delete(folder);
      else this.#implied.set(folder, left);
    }
  }
}

const inIdOrder = (records: ReadonlyMap<string, FileRecordEntry> | undefined): FileRecordEntry[] => {
  if (records === undefined) return [];
  return records.size === 1 ? [...records.values()] : [...records.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
};
