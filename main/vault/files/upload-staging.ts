import { stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { VaultError } from '../../../app/errors.js';
import { randomId } from '../../crypto/random-id.js';
import type { EncryptedFile, EncryptJob } from '../../engine/file-engine.js';
import type { VaultContext } from '../context.js';
import type { ProjectEntry } from '../index/index-entries.js';
import { requireWriter } from '../projects/project-roles.js';
import type { FoundFile } from './source-walk.js';
import { blobKey } from '../store-keys.js';
import { strayBlobs } from './stray-blobs.js';
import type { TransferProgress } from './transfers.js';
import type { StartedFile, UploadJournal } from './upload-journal.js';

/** From this size on a file is encrypted alone, with progress and resumable; below, many at once. */
export const largeFileBytes = 8 * 1024 * 1024;

export type UploadParts = Readonly<{
  context: VaultContext;
  project: ProjectEntry;
  journal: UploadJournal;
  /** where containers are staged */
  folder: string;
  progress: TransferProgress;
  signal: AbortSignal;
}>;

/** A file whose container is complete in the staging folder. */
export type Staged = Readonly<{ file: FoundFile; started: StartedFile; sealed: EncryptedFile }>;

type Due = Readonly<{ file: FoundFile; started: StartedFile; resume: boolean }>;

/** The containers of one upload between a person's disk and the store. */
export class UploadStaging {
  readonly #parts: UploadParts;
  readonly #note: (path: string, error: VaultError) => void;

  /** @param note is told of what fails */
  constructor(parts: UploadParts, note: (path: string, error: VaultError) => void) {
    this.#parts = parts;
    this.#note = note;
  }

  /** Encrypts files with the project's newest key. Those that an earlier run has brought to the store already are only counted. */
  async seal(files: readonly FoundFile[]): Promise<Staged[]> {
    const { context, project, journal } = this.#parts;
    if (files.length === 0) return [];
    const { epoch } = requireWriter(context, project.id);
    const due: Due[] = [];
    for (const file of files) {
      const next = await this.#begin(file, epoch);
      if (next !== null) due.push(next);
    }
    await journal.start(due.filter(({ resume }) => !resume).map(({ started }) => started));
    const jobs = await Promise.all(due.map((one) => this.#job(one)));
    const staged: Staged[] = [];
    await context.engine.encryptMany(jobs, (position, outcome) => {
      const job = due[position];
      if (job === undefined) return;
      if (outcome instanceof VaultError) this.#note(job.file.path, outcome);
      else staged.push({ file: job.file, started: job.started, sealed: outcome });
    });
    return staged;
  }

  /**
   * SECURITY (promise 5): what was encrypted before somebody was removed, and is not in the store yet, is encrypted again with the
   * key that came with the removal.
   */
  async renewed(staged: readonly Staged[]): Promise<Staged[]> {
    const { epoch } = requireWriter(this.#parts.context, this.#parts.project.id);
    const current = staged.filter(({ started }) => started.epoch === epoch);
    if (current.length === staged.length) return current;
    const old = staged.filter(({ started }) => started.epoch !== epoch);
    return [...current, ...(await this.seal(old.map(({ file }) => file)))];
  }

  /** Brings a container to the store. SECURITY (promise 10): the content is durable before a record points at it. */
  async store({ started, sealed }: Staged): Promise<void> {
    const { context, signal } = this.#parts;
    const key = blobKey(started.blob);
    if (await context.store.putIfAbsent(key, { file: this.#path(started.blob) }, { signal })) return;
    // An earlier run got this far. What the store holds must be what we staged.
    await this.#verifyStored(key, started, sealed);
  }

  async remove(blob: string): Promise<void> {
    await unlink(this.#path(blob)).catch(() => undefined); // never staged; the folder goes when all is done
  }

  async #job({ file, started, resume }: Due): Promise<EncryptJob> {
    const { context, project, progress, signal } = this.#parts;
    progress.start(file.path, file.bytes);
    return {
      source: file.source,
      target: this.#path(started.blob),
      projectKey: await context.projectKeys.get(project.id, started.epoch),
      identity: { projectId: project.id, blobId: started.blob, epoch: started.epoch },
      suite: project.suite,
      resume,
      signal,
      onProgress: (bytesDone) => progress.advance(file.path, bytesDone),
    };
  }

  /** Where a file's container goes. Null when an earlier run did everything but say so in the journal. */
  async #begin(file: FoundFile, epoch: number): Promise<Due | null> {
    const { context, project, journal, progress } = this.#parts;
    const before = journal.started.get(file.path);
    if (before !== undefined) {
      if (this.#hasArrived(before)) {
        await journal.finish([{ path: file.path, bytes: before.bytes }]);
        progress.finish(file.path, before.bytes);
        return null;
      }
      // SECURITY (promise 1): staged segments are only gone on with while the file they came from is the same.
      const same = before.bytes === file.bytes && before.modifiedMs === file.modifiedMs && before.epoch === epoch;
      if (same && file.bytes >= largeFileBytes && (await exists(this.#path(before.blob)))) {
        return { file, started: before, resume: true };
      }
      await this.remove(before.blob);
      const stray = await strayBlobs(context, project.id, [before.blob]);
      for (const blob of stray) await context.store.delete(blobKey(blob));
    }
    const { path, bytes, modifiedMs } = file;
    return { file, started: { path, blob: randomId(), epoch, bytes, modifiedMs }, resume: false };
  }

  /** Whether a record points at that blob, wherever the file has been moved since. */
  #hasArrived({ blob }: StartedFile): boolean {
    const { context, project } = this.#parts;
    for (const { content } of context.index.files(project.id).values()) if (content?.blob === blob) return true;
    return false;
  }

  async #verifyStored(key: string, { blob, epoch }: StartedFile, { bytes, root }: EncryptedFile): Promise<void> {
    const { context, project, signal } = this.#parts;
    await context.engine.verify({
      source: await context.store.local(key, { signal }),
      projectKey: await context.projectKeys.get(project.id, epoch),
      identity: { projectId: project.id, blobId: blob, epoch },
      suite: project.suite,
      bytes,
      root,
      signal,
    });
  }

  #path(blob: string): string {
    return join(this.#parts.folder, blob);
  }
}

const exists = async (path: string): Promise<boolean> => (await stat(path).catch(() => null)) !== null;
