import type { MergeNotice } from '../../../app/model/sync.js';
import type { FileRecordEntry, IndexChange, ProjectEntry, SecretEntry } from './index-entries.js';

/** Files of a project that are not in the trash, and their sizes added up. */
export type FileTotals = Readonly<{ files: number; bytes: number }>;

const none: FileTotals = { files: 0, bytes: 0 };

/** The index in memory: what the log of changes adds up to. */
export class IndexTables {
  readonly #secrets = new Map<string, SecretEntry>();
  readonly #projects = new Map<string, ProjectEntry>();
  readonly #files = new Map<string, Map<string, FileRecordEntry>>();
  /** kept as files come and go: a project is summed up after every change of it, however many files it has */
  readonly #totals = new Map<string, FileTotals>();
  readonly #foreign = new Set<string>();
  readonly #logs = new Map<string, string[]>();
  readonly #notices = new Map<string, MergeNotice>();

  get secrets(): ReadonlyMap<string, SecretEntry> {
    return this.#secrets;
  }

  get projects(): ReadonlyMap<string, ProjectEntry> {
    return this.#projects;
  }

  /** file records of one project, by file id */
  files(projectId: string): ReadonlyMap<string, FileRecordEntry> {
    return this.#files.get(projectId) ?? new Map<string, FileRecordEntry>();
  }

  totals(projectId: string): FileTotals {
    return this.#totals.get(projectId) ?? none;
  }

  /** store keys of objects that are sealed to others */
  get foreign(): ReadonlySet<string> {
    return this.#foreign;
  }

  get notices(): ReadonlyMap<string, MergeNotice> {
    return this.#notices;
  }

  /** object hashes of a project's verified log entries: entry 1 first */
  log(projectId: string): readonly string[] {
    return this.#logs.get(projectId) ?? [];
  }

  get size(): number {
    let rows = 0;
    for (const table of this.#files.values()) rows += table.size;
    for (const hashes of this.#logs.values()) rows += hashes.length;
    return this.#secrets.size + this.#projects.size + rows + this.#foreign.size + this.#notices.size;
  }

  apply(change: IndexChange): void {
    if ('remove' in change) this.#remove(change);
    else this.#set(change);
  }

  /** The shortest log that gives these tables. */
  *snapshot(): Generator<IndexChange> {
    for (const entry of this.#secrets.values()) yield { set: 'secret', entry };
    for (const entry of this.#projects.values()) yield { set: 'project', entry };
    for (const table of this.#files.values()) for (const entry of table.values()) yield { set: 'file', entry };
    for (const notice of this.#notices.values()) yield { set: 'notice', notice };
    for (const key of this.#foreign) yield { set: 'foreign', key };
    for (const [project, hashes] of this.#logs) {
      for (const [position, hash] of hashes.entries()) yield { set: 'log', project, sequence: position + 1, hash };
    }
  }

  clear(): void {
    this.#secrets.clear();
    this.#projects.clear();
    this.#files.clear();
    this.#totals.clear();
    this.#foreign.clear();
    this.#logs.clear();
    this.#notices.clear();
  }

  #set(change: Extract<IndexChange, { set: string }>): void {
    switch (change.set) {
      case 'secret':
        this.#secrets.set(change.entry.id, change.entry);
        break;
      case 'project':
        this.#projects.set(change.entry.id, change.entry);
        break;
      case 'file':
        this.#count(change.entry.project, this.files(change.entry.project).get(change.entry.id), -1);
        this.#filesOf(change.entry.project).set(change.entry.id, change.entry);
        this.#count(change.entry.project, change.entry, 1);
        break;
      case 'foreign':
        this.#foreign.add(change.key);
        break;
      case 'notice':
        this.#notices.set(change.notice.id, change.notice);
        break;
      case 'log':
        this.#logOf(change.project)[change.sequence - 1] = change.hash;
        break;
      case 'head':
        this.#logOf(change.project)[change.sequence - 1] = change.hash;
        this.#advance(change);
    }
  }

  #advance({ project, sequence, hash }: Extract<IndexChange, { set: 'head' }>): void {
    const entry = this.#projects.get(project);
    if (entry !== undefined && entry.sequence < sequence) this.#projects.set(project, { ...entry, sequence, hash });
  }

  #remove(change: Extract<IndexChange, { remove: string }>): void {
    switch (change.remove) {
      case 'secret':
        this.#secrets.delete(change.id);
        break;
      case 'notice':
        this.#notices.delete(change.id);
        break;
      case 'project':
        this.#projects.delete(change.id);
        this.#files.delete(change.id);
        this.#totals.delete(change.id);
        this.#logs.delete(change.id);
        break;
      case 'file':
        this.#count(change.project, this.files(change.project).get(change.id), -1);
        this.#files.get(change.project)?.delete(change.id);
    }
  }

  #count(projectId: string, entry: FileRecordEntry | undefined, times: 1 | -1): void {
    if (entry?.kind !== 'file' || entry.trashed) return;
    const { files, bytes } = this.totals(projectId);
    this.#totals.set(projectId, { files: files + times, bytes: bytes + times * entry.size });
  }

  #logOf(projectId: string): string[] {
    const hashes = this.#logs.get(projectId) ?? [];
    this.#logs.set(projectId, hashes);
    return hashes;
  }

  #filesOf(projectId: string): Map<string, FileRecordEntry> {
    const table = this.#files.get(projectId) ?? new Map<string, FileRecordEntry>();
    this.#files.set(projectId, table);
    return table;
  }
}
