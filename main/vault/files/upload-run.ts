import { VaultError, type ErrorCode } from '../../../app/errors.js';
import { modifiedTime, type FileBody } from './file-record.js';
import { FileRecords } from './file-records.js';
import { foldersAbove } from './file-paths.js';
import { inParallel } from '../in-parallel.js';
import type { FileRecordEntry } from '../index/index-entries.js';
import { PathTable } from './path-table.js';
import { requireWriter } from '../projects/project-roles.js';
import { inProjectTurn } from '../projects/project-turns.js';
import { walkSources, type Found, type FoundFile } from './source-walk.js';
import { blobKey } from '../store-keys.js';
import { largeFileBytes, UploadStaging, type Staged, type UploadParts } from './upload-staging.js';
import { asVaultError, throwIfEnded } from '../work-signal.js';

const batchFiles = 256;
const batchBytes = 64 * 1024 * 1024;
const parallel = 16;

/** What one file's failure says about that file only; every other error ends the upload. */
const ofOneFile: ReadonlySet<ErrorCode> = new Set([
  'source-unreadable',
  'source-changed',
  'source-special',
  'already-exists',
  'invalid-input',
  'conflict',
  'damaged',
  'not-found',
]);

type Batch = Readonly<{ files: FoundFile[]; folders: string[] }>;

/**
 * One run of an upload, from the first or from where an earlier run stopped. Per file the order is: journal, staged
 * container, blob in the store, record in the store, index, journal, staging removed. A crash anywhere leaves either
 * nothing that anyone sees or the finished file; the journal tells which containers and blobs are left over.
 */
export class UploadRun {
  readonly #parts: UploadParts;
  readonly #records: FileRecords;
  readonly #staging: UploadStaging;
  readonly #table = new PathTable();
  readonly #seen = new Set<string>();
  #fatal: VaultError | null = null;

  constructor(parts: UploadParts) {
    this.#parts = parts;
    this.#records = new FileRecords(parts.context);
    this.#staging = new UploadStaging(parts, (path, error) => this.#note(path, error));
  }

  /** Resolves when every file is in the store or told as failed. Throws what ends the whole upload; the rest can be resumed. */
  async run(): Promise<void> {
    await this.#count();
    let publishing = Promise.resolve();
    try {
      for await (const batch of this.#batches()) {
        const staged = await this.#staging.seal(batch.files); // while the batch before is being published
        this.#check();
        await publishing;
        publishing = this.#publish(staged, batch.folders);
        publishing.catch(() => undefined); // awaited above or below; told once
      }
      await publishing;
    } finally {
      await Promise.allSettled([publishing]);
    }
    this.#check();
  }

  #check(): void {
    throwIfEnded(this.#parts.context, this.#parts.signal);
    if (this.#fatal !== null) throw this.#fatal;
  }

  #walk(): AsyncGenerator<Found> {
    const { context, journal, signal } = this.#parts;
    const { sources, folder } = journal.plan;
    const { location, profileDir } = context;
    const own = location.kind === 'directory' ? [profileDir, location.path] : [profileDir];
    return walkSources(sources, folder, { exclude: own, signal });
  }

  /** A first walk, so that a person sees how much there is to do; the second one finds it in the system's cache. */
  async #count(): Promise<void> {
    for await (const found of this.#walk()) if (found.kind === 'file') this.#parts.progress.expect(1, found.bytes);
    this.#check();
  }

  async *#batches(): AsyncGenerator<Batch> {
    let batch: Batch = { files: [], folders: [] };
    let bytes = 0;
    this.#sync();
    for await (const found of this.#walk()) {
      this.#check();
      if (found.kind === 'failure') this.#parts.progress.fail(found.path, found.error);
      else if (found.kind === 'folder') batch.folders.push(found.path);
      else if (this.#isDue(found)) {
        if (found.bytes >= largeFileBytes) {
          yield { files: [found], folders: [] };
          continue;
        }
        batch.files.push(found);
        bytes += found.bytes;
      }
      if (batch.files.length + batch.folders.length < batchFiles && bytes < batchBytes) continue;
      yield batch;
      batch = { files: [], folders: [] };
      bytes = 0;
      this.#sync();
    }
    this.#check();
    yield batch;
  }

  #sync(): void {
    this.#table.sync(this.#parts.context.index.files(this.#parts.project.id));
  }

  /** False for what an earlier run finished, and for what cannot be done (told as failed). */
  #isDue({ path }: FoundFile): boolean {
    const { journal, progress } = this.#parts;
    const finishedBytes = journal.finished.get(path);
    if (finishedBytes !== undefined) progress.finish(path, finishedBytes);
    else if (this.#seen.has(path)) {
      progress.fail(path, new VaultError('already-exists', 'Two of the chosen files would have the same path.'));
    } else if (this.#isBlocked(path)) progress.fail(path, blockedError(path));
    else {
      this.#seen.add(path);
      return true;
    }
    return false;
  }

  /** Whether a folder is where the file should go, or a file where one of its folders should be. */
  #isBlocked(path: string): boolean {
    return this.#table.hasFolder(path) || foldersAbove(path).some((folder) => this.#table.fileAt(folder) !== undefined);
  }

  async #publish(sealed: readonly Staged[], folders: readonly string[]): Promise<void> {
    const { context, project, journal, progress } = this.#parts;
    requireWriter(context, project.id); // not even a blob is stored for who may not write any more
    const staged = await this.#staging.renewed(sealed);
    const stored = await this.#each(staged, async (one) => {
      await this.#staging.store(one);
      return one;
    });
    this.#check();
    const published = await inProjectTurn(context, project.id, async () => {
      this.#sync();
      const files = await this.#each(stored, async (one) => ({ one, entry: await this.#writeRecord(one) }));
      const made = await this.#each(
        folders.map((path) => ({ file: { path } })),
        ({ file }) => this.#writeFolder(file.path),
      );
      const entries = [...files.map(({ entry }) => entry), ...made.filter((entry) => entry !== null)];
      if (entries.length > 0) await context.index.apply(entries.map((entry) => ({ set: 'file', entry })));
      return files.map(({ one }) => one);
    });
    await journal.finish(published.map(({ file, sealed }) => ({ path: file.path, bytes: sealed.bytes })));
    await inParallel(published, parallel, ({ started }) => this.#staging.remove(started.blob));
    for (const { file, sealed } of published) progress.finish(file.path, sealed.bytes);
    if (published.length + folders.length > 0) context.events.emit('files-changed', { projectId: project.id });
    this.#check();
  }

  /** Runs `work` over the batch; what fails for one file only is told, the first other error ends the upload after the batch. */
  async #each<T extends Readonly<{ file: Pick<FoundFile, 'path'> }>, R>(
    items: readonly T[],
    work: (item: T) => Promise<R>,
  ): Promise<R[]> {
    const results: R[] = [];
    await inParallel(items, parallel, async (item) => {
      if (this.#fatal !== null || this.#parts.signal.aborted) return;
      try {
        results.push(await work(item));
      } catch (error) {
        this.#note(item.file.path, asVaultError(error, this.#parts.context));
      }
    });
    return results;
  }

  #note(path: string, error: VaultError): void {
    if (ofOneFile.has(error.code)) this.#parts.progress.fail(path, error);
    else this.#fatal ??= error;
  }

  async #writeRecord({ file, started, sealed }: Staged): Promise<FileRecordEntry> {
    const { context, project } = this.#parts;
    const { blob, epoch } = started;
    const body: FileBody = {
      kind: 'file',
      path: file.path,
      trashed: false,
      size: sealed.bytes,
      modified: modifiedTime(sealed.modifiedMs),
      content: { suite: project.suite, blob, root: Buffer.from(sealed.root).toString('base64url'), epoch },
    };
    if (this.#isBlocked(file.path)) {
      await context.store.delete(blobKey(blob));
      await this.#staging.remove(blob);
      throw blockedError(file.path);
    }
    const before = this.#table.fileAt(file.path);
    if (before === undefined) return this.#records.create(project.id, body);
    // who renamed or moved it meanwhile meant the same file: the new content goes where it is now
    return this.#records.change(before, ({ path }) => ({ ...body, path: path === before.path ? body.path : path }));
  }

  /** Null when the folder is there already. */
  async #writeFolder(path: string): Promise<FileRecordEntry | null> {
    const { id } = this.#parts.project;
    if (this.#table.hasFolder(path)) return null;
    if (this.#table.fileAt(path) !== undefined || this.#isBlocked(path)) throw blockedError(path);
    const modified = new Date().toISOString();
    return this.#records.create(id, { kind: 'folder', path, trashed: false, size: 0, modified, content: null });
  }
}

const blockedError = (path: string): VaultError =>
  new VaultError('already-exists', `A folder and a file cannot both be at “${path}”.`);
