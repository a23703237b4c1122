import { mkdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { isVaultError, VaultError, type ErrorCode } from '../../../app/errors.js';
import type { VaultContext } from '../context.js';
import { diskName, numberedName } from './file-names.js';
import { isWithin, nameOf, parentOf, parseFolder } from './file-paths.js';
import { isTombstone } from './file-record.js';
import type { FileReads } from './file-reads.js';
import { FileTree, type TreeNode } from './file-tree.js';
import { inParallel } from '../in-parallel.js';
import type { FileRecordEntry } from '../index/index-entries.js';
import type { TransferRuns } from './transfer-runs.js';
import type { TransferBoard, TransferProgress } from './transfers.js';
import type { SaveOptions, StartedTransfer } from '../vault.js';
import { asVaultError, throwIfEnded } from '../work-signal.js';

const parallel = 4;
/** After as many taken names something else is wrong. */
const namesToTry = 10_000;

/** What one file's failure says about that file only. */
const ofOneFile: ReadonlySet<ErrorCode> = new Set([
  'damaged',
  'target-unwritable',
  'already-exists',
  'unsupported-version',
  'not-a-reader',
  'invalid-input',
]);

/** Writing files back to this computer, and checking all of them where they are. */
export class Saves {
  readonly #context: VaultContext;
  readonly #reads: FileReads;
  readonly #board: TransferBoard;
  readonly #runs: TransferRuns;

  constructor(context: VaultContext, reads: FileReads, board: TransferBoard, runs: TransferRuns) {
    this.#context = context;
    this.#reads = reads;
    this.#board = board;
    this.#runs = runs;
  }

  async saveFile(projectId: string, id: string, target: string, options: SaveOptions = {}): Promise<void> {
    const { version, overwrite = false, signal } = options;
    const record = await this.#reads.record(projectId, id, version);
    throwIfEnded(this.#context, signal);
    try {
      await this.#reads.write(record, target, { overwrite, ...(signal === undefined ? {} : { signal }) });
      await restoreTime(target, record);
    } catch (error) {
      throw asVaultError(error, this.#context);
    }
  }

  /** Throws `not-found` for a path that is not there; all else is in the transfer. */
  save(projectId: string, paths: readonly string[], targetDir: string): StartedTransfer {
    const tree = new FileTree(this.#context.index.files(projectId));
    const roots = paths.map(parseFolder).filter((path, at, all) => !isCovered(path, at, all));
    const trees = roots.map((root) => ({ root, nodes: tree.within(root) }));
    const [only] = roots;
    const label = roots.length === 1 && only !== undefined && only !== '' ? nameOf(only) : `${roots.length} items`;
    const progress = this.#board.add({ kind: 'save', projectId, label });
    return this.#runs.start(
      progress,
      async (signal) => {
        for (const { nodes } of trees)
          expectFiles(
            progress,
            nodes.map(({ record }) => record),
          );
        for (const { root, nodes } of trees) await this.#saveTree(root, nodes, { targetDir, progress, signal });
      },
      'cancelled',
    );
  }

  verify(projectId: string): StartedTransfer {
    const project = this.#context.index.projects.get(projectId);
    if (project === undefined) throw new VaultError('not-found', 'There is no such project.');
    const progress = this.#board.add({ kind: 'verify', projectId, label: project.name });
    const files = [...this.#context.index.files(projectId).values()].filter(
      (record) => record.kind === 'file' && !isTombstone(record),
    );
    return this.#runs.start(
      progress,
      async (signal) => {
        expectFiles(progress, files);
        await inParallel(files, parallel, (record) =>
          this.#one(progress, record.path, record, signal, (onProgress) =>
            this.#reads.verify(record, { signal, onProgress }),
          ),
        );
      },
      'cancelled',
    );
  }

  /** Writes one file, or one folder and what is in it, below `targetDir`. */
  async #saveTree(
    root: string,
    nodes: readonly TreeNode[],
    job: Readonly<{ targetDir: string; progress: TransferProgress; signal: AbortSignal }>,
  ): Promise<void> {
    const { targetDir, progress, signal } = job;
    // Only what this run made, or the person chose, is written into: what is there already stays as it is.
    const folders = new Map<string, string>([[root === '' ? '' : parentOf(root), targetDir]]);
    const folderOf = (path: string): string => folders.get(parentOf(path)) ?? targetDir;
    for (const { path, kind } of nodes) {
      if (kind === 'folder') folders.set(path, await makeFolder(folderOf(path), nameOf(path)));
    }
    const files = nodes.flatMap(({ path, record }) => (record?.kind === 'file' ? [{ path, record }] : []));
    await inParallel(files, parallel, ({ path, record }) =>
      this.#one(progress, path, record, signal, (onProgress) =>
        this.#writeFree(record, folderOf(path), nameOf(path), { signal, onProgress }),
      ),
    );
  }

  /** Under the first name that is free: the file's own, or a numbered one. */
  async #writeFree(
    record: FileRecordEntry,
    folder: string,
    name: string,
    options: Readonly<{ signal: AbortSignal; onProgress: (bytesDone: number) => void }>,
  ): Promise<void> {
    for (let number = 1; number < namesToTry; number += 1) {
      const target = join(folder, diskName(number === 1 ? name : numberedName(name, number)));
      try {
        await this.#reads.write(record, target, { ...options, overwrite: false });
        await restoreTime(target, record);
        return;
      } catch (error) {
        if (!isVaultError(error, 'already-exists')) throw error;
      }
    }
    throw new VaultError('already-exists');
  }

  async #one(
    progress: TransferProgress,
    path: string,
    { size }: FileRecordEntry,
    signal: AbortSignal,
    work: (onProgress: (bytesDone: number) => void) => Promise<void>,
  ): Promise<void> {
    throwIfEnded(this.#context, signal);
    progress.start(path, size);
    try {
      await work((bytesDone) => progress.advance(path, bytesDone));
      progress.finish(path, size);
    } catch (thrown) {
      const error = asVaultError(thrown, this.#context);
      if (!ofOneFile.has(error.code)) throw error;
      progress.fail(path, error);
    }
  }
}

/** Whether another of the chosen paths brings this one along, or is the same. */
const isCovered = (path: string, at: number, all: readonly string[]): boolean =>
  all.some((other, position) => position !== at && isWithin(path, other) && (path !== other || position < at));

const expectFiles = (progress: TransferProgress, records: readonly (FileRecordEntry | null)[]): void => {
  const files = records.filter((record) => record?.kind === 'file');
  progress.expect(
    files.length,
    files.reduce((sum, record) => sum + (record?.size ?? 0), 0),
  );
};

const errnoOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

/** Makes a new folder; its name gets a number when it is taken. Throws `target-unwritable`, `disk-full`. */
const makeFolder = async (parent: string, name: string): Promise<string> => {
  for (let number = 1; number < namesToTry; number += 1) {
    const path = join(parent, diskName(number === 1 ? name : numberedName(name, number)));
    try {
      await mkdir(path);
      return path;
    } catch (error) {
      if (errnoOf(error) === 'EEXIST') continue;
      if (errnoOf(error) === 'ENOSPC' || errnoOf(error) === 'EDQUOT')
        throw new VaultError('disk-full', undefined, { cause: error });
      throw new VaultError('target-unwritable', 'A folder cannot be made there.', { cause: error });
    }
  }
  throw new VaultError('already-exists');
};

/** The content is safe by now: a disk that refuses the time does not make the save a failure. */
const restoreTime = async (target: string, { modified }: FileRecordEntry): Promise<void> => {
  const time = new Date(modified);
  await utimes(target, time, time).catch(() => undefined);
};
