import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isVaultError, VaultError } from '../../../app/errors.js';
import type { VaultContext } from '../context.js';
import { refreshFiles } from './file-refresh.js';
import { parseFolder } from './file-paths.js';
import type { ProjectEntry } from '../index/index-entries.js';
import { requireWriter } from '../projects/project-roles.js';
import { blobKey } from '../store-keys.js';
import type { TransferRuns } from './transfer-runs.js';
import type { TransferBoard, TransferProgress } from './transfers.js';
import { strayBlobs } from './stray-blobs.js';
import { claimUpload, isClaimed } from './upload-claim.js';
import { readJournalHeader, UploadJournal, type UploadPlan } from './upload-journal.js';
import { uploadJournalKey } from './upload-journal-key.js';
import { UploadRun } from './upload-run.js';
import type { StartedTransfer } from '../vault.js';

const transferId = /^[0-9a-f]{32}$/;

const labelOf = (sources: readonly string[]): string =>
  sources.length === 1 && sources[0] !== undefined ? basename(sources[0]) : `${sources.length} items`;

/** Uploads of this vault: starts them, finds again those that a crash or a lock interrupted, and cleans up after them. */
export class Uploads {
  readonly #context: VaultContext;
  readonly #board: TransferBoard;
  readonly #runs: TransferRuns;
  /** plans of this session, for uploads that failed before their journal was written */
  readonly #plans = new Map<string, UploadPlan>();

  constructor(context: VaultContext, board: TransferBoard, runs: TransferRuns) {
    this.#context = context;
    this.#board = board;
    this.#runs = runs;
  }

  /**
   * Throws `not-found` for an unknown project, `not-allowed` for one's role, `invalid-input` for an impossible folder; all else is
   * in the transfer.
   */
  start(projectId: string, folder: string, sources: readonly string[]): StartedTransfer {
    requireWriter(this.#context, projectId);
    const plan = { folder: parseFolder(folder), sources: [...sources], label: labelOf(sources) };
    const progress = this.#board.add({ kind: 'upload', projectId, label: plan.label });
    this.#plans.set(progress.id, plan);
    return this.#launch(progress);
  }

  /** Goes on with an upload that was interrupted or failed. Throws `not-found`, `not-allowed`, `busy` while it runs. */
  resume(id: string): StartedTransfer {
    const progress = this.#board.get(id);
    if (this.#runs.isRunning(id)) throw new VaultError('busy', 'This upload is already under way.');
    if (progress.kind !== 'upload' || !['interrupted', 'failed'].includes(progress.state)) {
      throw new VaultError('invalid-input', 'Only an upload that was interrupted can go on.');
    }
    requireWriter(this.#context, progress.projectId);
    return this.#launch(progress);
  }

  /** Removes what an upload that does not run has staged, here and in the store. Throws `busy` while somebody works on it. */
  async discard(id: string): Promise<void> {
    const folder = this.#folder(id);
    if (await isClaimed(folder)) throw new VaultError('busy', 'This upload is under way in another window or command.');
    await this.#removeBlobs(id).catch((error: unknown) => {
      if (!isVaultError(error)) throw error; // the store is away, the journal is damaged: what stays there nobody can read
    });
    await rm(folder, { recursive: true, force: true });
    this.#plans.delete(id);
  }

  /** Puts uploads that an earlier session left behind on the board, as `interrupted`. */
  async loadInterrupted(): Promise<void> {
    const names = await readdir(this.#folder('')).catch(() => []); // no upload was ever begun
    for (const id of names) {
      if (!transferId.test(id) || this.#board.has(id)) continue;
      const folder = this.#folder(id);
      if (!(await isClaimed(folder))) await this.#loadOne(id, folder);
    }
  }

  async #loadOne(id: string, folder: string): Promise<void> {
    const header = await readJournalHeader(folder).catch(() => null);
    if (header === null) return rm(folder, { recursive: true, force: true }); // a crash before anything was staged
    const about = { kind: 'upload', projectId: header.project } as const;
    try {
      const journal = await this.#openJournal(id);
      const progress = this.#board.add({ ...about, label: journal.plan.label }, id);
      progress.expect(
        journal.started.size,
        [...journal.started.values()].reduce((sum, { bytes }) => sum + bytes, 0),
      );
      for (const [path, bytes] of journal.finished) progress.finish(path, bytes);
      progress.end('interrupted');
      await journal.close();
    } catch {
      // The key is out of reach (the store is away) or the journal is damaged: `resume` will say which.
      this.#board.add({ ...about, label: 'Upload' }, id).end('interrupted');
    }
  }

  #launch(progress: TransferProgress): StartedTransfer {
    return this.#runs.start(progress, (signal) => this.#upload(progress, signal), 'interrupted');
  }

  async #upload(progress: TransferProgress, signal: AbortSignal): Promise<void> {
    const { profileDir, locked } = this.#context;
    const folder = this.#folder(progress.id);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const claim = await claimUpload(profileDir, folder);
    if (claim === null) throw new VaultError('busy', 'This upload is under way in another window or command.');
    try {
      await this.#run(progress, folder, signal);
      await rm(folder, { recursive: true, force: true });
    } finally {
      await claim.release();
      if (signal.aborted && !locked.aborted) await this.discard(progress.id);
    }
  }

  async #run(progress: TransferProgress, folder: string, signal: AbortSignal): Promise<void> {
    const project = requireWriter(this.#context, progress.projectId);
    const journal = await this.#journal(progress.id, project);
    try {
      // What an earlier run wrote to the store without living to tell the index.
      if (journal.started.size > 0) await refreshFiles(this.#context, project.id);
      await new UploadRun({ context: this.#context, project, journal, folder, progress, signal }).run();
    } finally {
      await journal.close();
    }
  }

  async #journal(id: string, { id: project, epoch }: ProjectEntry): Promise<UploadJournal> {
    const folder = this.#folder(id);
    if ((await readJournalHeader(folder)) !== null) return this.#openJournal(id);
    const plan = this.#plans.get(id);
    if (plan === undefined) throw new VaultError('not-found', 'There is nothing left of this upload.');
    const key = await uploadJournalKey(this.#context, { project, epoch }, id);
    return UploadJournal.create(folder, { project, epoch }, key, plan);
  }

  async #openJournal(id: string): Promise<UploadJournal> {
    const folder = this.#folder(id);
    const header = await readJournalHeader(folder);
    if (header === null) throw new VaultError('not-found', 'There is nothing left of this upload.');
    return UploadJournal.open(folder, await uploadJournalKey(this.#context, header, id));
  }

  /** Blobs that were stored and that no record will ever point at. */
  async #removeBlobs(id: string): Promise<void> {
    const journal = await this.#openJournal(id);
    try {
      const unfinished = journal.unfinished();
      if (unfinished.length === 0) return;
      const projectId = this.#board.get(id).projectId;
      await refreshFiles(this.#context, projectId);
      const blobs = unfinished.map(({ blob }) => blob);
      for (const blob of await strayBlobs(this.#context, projectId, blobs)) {
        await this.#context.store.delete(blobKey(blob));
      }
    } finally {
      await journal.close();
    }
  }

  #folder(id: string): string {
    return join(this.#context.profileDir, 'uploads', id);
  }
}
