import { VaultError } from '../../../app/errors.js';
import type { FileEntry, FileVersion, Transfer } from '../../../app/model/project.js';
import type { VaultContext } from '../context.js';
import { FileChanges } from './file-changes.js';
import { parsePath } from './file-paths.js';
import { FileReads } from './file-reads.js';
import { FileRecords } from './file-records.js';
import { refreshFiles } from './file-refresh.js';
import { fileEntryOf, FileTree } from './file-tree.js';
import { Rekeys } from './rekeys.js';
import { Saves } from './saves.js';
import { TransferRuns } from './transfer-runs.js';
import { TransferBoard } from './transfers.js';
import { Uploads } from './uploads.js';
import type { Files, SaveOptions, StartedTransfer } from '../vault.js';
import { asVaultError } from '../work-signal.js';

export { refreshFiles } from './file-refresh.js';

/** The files of every project: lists from the index, everything else by one part each. */
export class ProjectFiles implements Files {
  readonly #context: VaultContext;
  readonly #board: TransferBoard;
  readonly #runs: TransferRuns;
  readonly #uploads: Uploads;
  readonly #changes: FileChanges;
  readonly #reads: FileReads;
  readonly #saves: Saves;
  readonly #rekeys: Rekeys;

  constructor(context: VaultContext) {
    const records = new FileRecords(context);
    this.#context = context;
    this.#board = new TransferBoard(context.events);
    this.#runs = new TransferRuns(context);
    this.#uploads = new Uploads(context, this.#board, this.#runs);
    this.#reads = new FileReads(context, records);
    this.#changes = new FileChanges(context, records, this.#reads);
    this.#saves = new Saves(context, this.#reads, this.#board, this.#runs);
    this.#rekeys = new Rekeys(context, records, this.#reads);
  }

  list(projectId: string): FileEntry[] {
    return this.#tree(projectId).entries();
  }

  resolve(projectId: string, path: string): FileEntry {
    return fileEntryOf(this.#tree(projectId).get(parsePath(path)));
  }

  upload(projectId: string, folder: string, sources: readonly string[]): StartedTransfer {
    return this.#uploads.start(projectId, folder, sources);
  }

  resume(transferId: string): StartedTransfer {
    return this.#uploads.resume(transferId);
  }

  cancel(transferId: string): void {
    this.#board.get(transferId);
    this.#runs.cancel(transferId);
  }

  /** Throws `busy` while it runs: cancel it first. */
  async dismiss(transferId: string): Promise<void> {
    const { kind } = this.#board.get(transferId);
    if (this.#runs.isRunning(transferId)) throw new VaultError('busy', 'This is still under way. Cancel it first.');
    if (kind === 'upload') await this.#uploads.discard(transferId);
    this.#board.remove(transferId);
  }

  transfers(): Transfer[] {
    return this.#board.list();
  }

  createFolder(projectId: string, path: string): Promise<FileEntry> {
    return this.#changes.createFolder(projectId, path);
  }

  move(projectId: string, from: string, to: string): Promise<void> {
    return this.#changes.move(projectId, from, to);
  }

  trash(projectId: string, paths: readonly string[]): Promise<void> {
    return this.#changes.trash(projectId, paths);
  }

  restore(projectId: string, ids: readonly string[]): Promise<void> {
    return this.#changes.restore(projectId, ids);
  }

  purge(projectId: string, ids: readonly string[]): Promise<void> {
    return this.#changes.purge(projectId, ids);
  }

  history(projectId: string, id: string): Promise<FileVersion[]> {
    return this.#told(() => this.#reads.history(projectId, id));
  }

  restoreVersion(projectId: string, id: string, version: number): Promise<FileEntry> {
    return this.#changes.restoreVersion(projectId, id, version);
  }

  readRange(
    projectId: string,
    id: string,
    range: Readonly<{ start: number; endExclusive: number }>,
    version?: number,
  ): Promise<Uint8Array> {
    return this.#told(async () => this.#reads.range(await this.#reads.record(projectId, id, version), range));
  }

  saveFile(projectId: string, id: string, target: string, options?: SaveOptions): Promise<void> {
    return this.#saves.saveFile(projectId, id, target, options);
  }

  save(projectId: string, paths: readonly string[], targetDir: string): StartedTransfer {
    return this.#saves.save(projectId, paths, targetDir);
  }

  verify(projectId: string): StartedTransfer {
    return this.#saves.verify(projectId);
  }

  rekey(projectId: string, options?: Readonly<{ patient?: boolean }>): Promise<void> {
    return this.#rekeys.rekey(projectId, options);
  }

  /** What `refreshFiles` finds wrong with single files, of one project or of all. */
  async refresh(projectId?: string): Promise<readonly VaultError[]> {
    return (await refreshFiles(this.#context, projectId)).problems;
  }

  /** Uploads that an earlier session left behind appear as `interrupted`. Called once after unlocking. */
  loadInterrupted(): Promise<void> {
    return this.#uploads.loadInterrupted();
  }

  /** Resolves when no transfer and no re-encryption runs any more: to be awaited between the abort of `context.locked` and wiping the keys. */
  async settled(): Promise<void> {
    await Promise.all([this.#runs.settled(), this.#rekeys.settled()]);
  }

  #tree(projectId: string): FileTree {
    if (!this.#context.index.projects.has(projectId)) throw new VaultError('not-found', 'There is no such project.');
    return new FileTree(this.#context.index.files(projectId));
  }

  async #told<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw asVaultError(error, this.#context);
    }
  }
}
