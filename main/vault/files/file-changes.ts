import { VaultError } from '../../../app/errors.js';
import type { FileEntry } from '../../../app/model/project.js';
import type { VaultContext } from '../context.js';
import { freeName } from './file-names.js';
import { foldersAbove, isWithin, joinPath, nameOf, parentOf, parsePath, rebase } from './file-paths.js';
import { isLive, isTombstone, type FileBody } from './file-record.js';
import type { FileReads } from './file-reads.js';
import type { FileRecords } from './file-records.js';
import { fileEntryOf, FileTree, type TreeNode } from './file-tree.js';
import { inParallel } from '../in-parallel.js';
import type { FileRecordEntry } from '../index/index-entries.js';
import { requireWriter } from '../projects/project-roles.js';
import { inProjectTurn } from '../projects/project-turns.js';
import { asVaultError, throwIfEnded } from '../work-signal.js';

const parallel = 16;
const batchSize = 512;

type Change = Readonly<{ record: FileRecordEntry; alter: (body: FileBody) => FileBody }>;

/** Changes of files that bring no new content: every one is a new version of each record it touches. All throw `not-allowed`. */
export class FileChanges {
  readonly #context: VaultContext;
  readonly #records: FileRecords;
  readonly #reads: FileReads;

  constructor(context: VaultContext, records: FileRecords, reads: FileReads) {
    this.#context = context;
    this.#records = records;
    this.#reads = reads;
  }

  /** Throws `already-exists`, `invalid-input`. */
  async createFolder(projectId: string, path: string): Promise<FileEntry> {
    const wanted = parsePath(path);
    return this.#inTurn(projectId, async (tree) => {
      requireFree(tree, wanted);
      const modified = new Date().toISOString();
      const body = { kind: 'folder', path: wanted, trashed: false, size: 0, modified, content: null } as const;
      const record = await this.#records.create(projectId, body);
      await this.#context.index.apply([{ set: 'file', entry: record }]);
      return fileEntryOf({ path: wanted, kind: 'folder', record });
    });
  }

  /** Moves or renames a file, or a folder with everything in it. Throws `not-found`, `already-exists`, `invalid-input`. */
  async move(projectId: string, from: string, to: string): Promise<void> {
    const [source, target] = [parsePath(from), parsePath(to)];
    return this.#inTurn(projectId, async (tree) => {
      const nodes = tree.within(source);
      if (source === target) return;
      if (isWithin(target, source)) throw new VaultError('invalid-input', 'A folder cannot be moved into itself.');
      requireFree(tree, target);
      await this.#change(
        nodes.flatMap(({ path, record }) =>
          record === null ? [] : [{ record, alter: (body) => ({ ...body, path: rebase(path, source, target) }) }],
        ),
      );
    });
  }

  /** Puts files, and folders with everything in them, into the trash. Throws `not-found`. */
  trash(projectId: string, paths: readonly string[]): Promise<void> {
    return this.#inTurn(projectId, (tree) => {
      const nodes = new Map<string, TreeNode>();
      for (const path of paths) for (const node of tree.within(parsePath(path))) nodes.set(node.path, node);
      const records = [...nodes.values()].map(({ record }) => record).filter((record) => record !== null);
      return this.#change(records.map((record) => ({ record, alter: (body) => ({ ...body, trashed: true }) })));
    });
  }

  /** Takes out of the trash; what has been given that path meanwhile keeps it. Throws `not-found`. */
  restore(projectId: string, ids: readonly string[]): Promise<void> {
    return this.#inTurn(projectId, (tree) => {
      const taken = new Set<string>();
      const due = ids.map((id) => this.#record(projectId, id)).filter((record) => !isLive(record));
      return this.#change(
        due.map((record) => {
          const path = freePath(tree, taken, record);
          taken.add(path);
          return { record, alter: (body) => ({ ...body, path, trashed: false }) };
        }),
      );
    });
  }

  /** Deletes for good, with every earlier version and all contents. Throws `invalid-input` for what is not in the trash. */
  purge(projectId: string, ids: readonly string[]): Promise<void> {
    return this.#inTurn(projectId, async () => {
      const records = ids.map((id) => this.#record(projectId, id));
      const live = records.find(isLive);
      if (live !== undefined) {
        throw new VaultError('invalid-input', `“${live.path}” is not in the trash. Move it there first.`);
      }
      await this.#apply(records, (record) => this.#records.delete(record));
    });
  }

  /** A new version with the content of an earlier one, out of the trash if it was there. Throws `not-found`. */
  restoreVersion(projectId: string, id: string, version: number): Promise<FileEntry> {
    return this.#inTurn(projectId, async (tree) => {
      const current = this.#record(projectId, id);
      const { size, modified, content, kind } = await this.#counted(projectId, id, version);
      const path = isLive(current) ? current.path : freePath(tree, new Set(), current);
      const alter = (body: FileBody): FileBody => ({
        ...body,
        size,
        modified,
        content,
        kind,
        path,
        trashed: false,
      });
      await this.#change([{ record: current, alter }]);
      const record = this.#record(projectId, id);
      return fileEntryOf({ path: record.path, kind: record.kind, record });
    });
  }

  /** SECURITY (promise 3): only what its whole chain vouches for is brought back under our own signature. */
  async #counted(projectId: string, id: string, version: number): Promise<FileRecordEntry> {
    const record = await this.#reads.record(projectId, id, version);
    const history = await this.#reads.history(projectId, id);
    if (history.some((one) => one.version === version)) return record;
    throw new VaultError(
      'damaged',
      'That version has no effect: its author had no right to write it when it was written.',
    );
  }

  #change(changes: readonly Change[]): Promise<void> {
    return this.#apply(changes, ({ record, alter }) => this.#records.change(record, alter));
  }

  /** Writes in batches; what was written is in the index even when a later one fails. */
  async #apply<T>(items: readonly T[], write: (item: T) => Promise<FileRecordEntry>): Promise<void> {
    for (let start = 0; start < items.length; start += batchSize) {
      const written: FileRecordEntry[] = [];
      try {
        await inParallel(items.slice(start, start + batchSize), parallel, async (item) => {
          throwIfEnded(this.#context);
          written.push(await write(item));
        });
      } finally {
        if (written.length > 0) await this.#context.index.apply(written.map((entry) => ({ set: 'file', entry })));
      }
    }
  }

  #inTurn<T>(projectId: string, work: (tree: FileTree) => Promise<T>): Promise<T> {
    return inProjectTurn(this.#context, projectId, async () => {
      throwIfEnded(this.#context);
      requireWriter(this.#context, projectId);
      try {
        return await work(new FileTree(this.#context.index.files(projectId)));
      } catch (error) {
        throw asVaultError(error, this.#context);
      } finally {
        this.#context.events.emit('files-changed', { projectId });
      }
    });
  }

  #record(projectId: string, id: string): FileRecordEntry {
    const record = this.#context.index.files(projectId).get(id);
    if (record === undefined || isTombstone(record)) throw new VaultError('not-found', 'There is no such file.');
    return record;
  }
}

/** Nothing may be at the path, and no file where one of its folders would be. */
const requireFree = (tree: FileTree, path: string): void => {
  const taken = [path, ...foldersAbove(path).filter((folder) => tree.table.fileAt(folder) !== undefined)].find(
    (place) => (place === path ? tree.has(path) : true),
  );
  if (taken !== undefined) throw new VaultError('already-exists', `There is already something at “${taken}”.`);
};

/** Where a record goes when it comes out of the trash: its own path, numbered when that is taken by now. */
const freePath = (tree: FileTree, taken: ReadonlySet<string>, { kind, path }: FileRecordEntry): string => {
  const folder = parentOf(path);
  const isTaken = (name: string): boolean => {
    const candidate = joinPath(folder, name);
    if (taken.has(candidate)) return true;
    // a folder comes back into the folder of its name
    return kind === 'folder' ? tree.table.fileAt(candidate) !== undefined : tree.has(candidate);
  };
  return joinPath(folder, freeName(nameOf(path), isTaken));
};
