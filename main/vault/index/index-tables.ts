import type { FileRecordEntry, IndexChange, ProjectEntry, SecretEntry } from './index-entries.js';

/** The index in memory: what the log of changes adds up to. */
export class IndexTables {
  readonly #secrets = new Map<string, SecretEntry>();
  readonly #projects = new Map<string, ProjectEntry>();
  readonly #files = new Map<string, Map<string, FileRecordEntry>>();
  readonly #foreign = new Set<string>();
  readonly #logs = new Map<string, string[]>();

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

  /** store keys of objects that are sealed to others */
  get foreign(): ReadonlySet<string> {
    return this.#foreign;
  }

  /** object hashes of a project's verified log entries: entry 1 first */
  log(projectId: string): readonly string[] {
    return this.#logs.get(projectId) ?? [];
  }

  get size(): number {
    let rows = 0;
    for (const table of this.#files.values()) rows += table.size;
    for (const hashes of this.#logs.values()) rows += hashes.length;
    return this.#secrets.size + this.#projects.size + rows + this.#foreign.size;
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
    for (const key of this.#foreign) yield { set: 'foreign', key };
    for (const [project, hashes] of this.#logs) {
      for (const [position, hash] of hashes.entries()) yield { set: 'log', project, sequence: position + 1, hash };
    }
  }

  clear(): void {
    this.#secrets.clear();
    this.#projects.clear();
    this.#files.clear();
    this.#foreign.clear();
    this.#logs.clear();
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
        this.#filesOf(change.entry.project).set(change.entry.id, change.entry);
        break;
      case 'foreign':
        this.#foreign.add(change.key);
        break;
      case 'log':
        this.#logOf(change.project)[change.sequence - 1] = change.hash;
    }
  }

  #remove(change: Extract<IndexChange, { remove: string }>): void {
    switch (change.remove) {
      case 'secret':
        this.#secrets.delete(change.id);
        break;
      case 'project':
        this.#projects.delete(change.id);
        this.#files.delete(change.id);
        this.#logs.delete(change.id);
        break;
      case 'file':
        this.#files.get(change.project)?.delete(change.id);
    }
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
