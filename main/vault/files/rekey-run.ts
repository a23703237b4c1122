import { setMaxListeners } from 'node:events';
import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isVaultError, VaultError, type ErrorCode } from '../../../app/errors.js';
import { randomId } from '../../crypto/random-id.js';
import type { VaultContext } from '../context.js';
import type { FileReads } from './file-reads.js';
import { refreshFiles } from './file-refresh.js';
import type { FileRecords } from './file-records.js';
import { inParallel } from '../in-parallel.js';
import type { FileContent, FileRecordEntry, ProjectEntry } from '../index/index-entries.js';
import { mayWriteFiles } from '../projects/membership.js';
import { appendRekeyed } from '../projects/project-changes.js';
import { refreshProject } from '../projects/project-refresh.js';
import { requireWriter } from '../projects/project-roles.js';
import { inProjectTurn } from '../projects/project-turns.js';
import { blobKey } from '../store-keys.js';
import { asVaultError, throwIfEnded } from '../work-signal.js';

const parallel = 16;
const batchFiles = 256;
const batchBytes = 64 * 1024 * 1024;
/** Others write with the newest key too once they know of it, so every round finds less. */
const roundsToTry = 16;
const betweenEventsMs = 100;

/** What one file's failure says about that file only; every other error ends the run. */
const ofOneFile: ReadonlySet<ErrorCode> = new Set([
  'damaged',
  'rolled-back',
  'unsupported-version',
  'not-a-reader',
  'source-unreadable',
  'conflict',
]);

/**
 * Whether a record is to be written again. As long as not everything is sealed with the newest key: whatever an older one seals or
 * encrypts. After that only what this account itself wrote before it heard of the newest key, which all others refuse.
 */
export const isDue = (project: ProjectEntry, entry: FileRecordEntry, accountId: string): boolean =>
  project.epoch > project.rekeyed
    ? entry.epoch < project.epoch || (entry.content?.epoch ?? project.epoch) < project.epoch
    : entry.author === accountId && entry.epoch < project.rekeyed;

type Prepared = Readonly<{ id: string; from: FileContent | null; to: FileContent | null; staged: string | null }>;

/**
 * One run of re-encrypting a project with its newest key. Nothing is noted on the way: what is left to do is what the index still
 * shows under an older key, so a run that was ended by force costs the next one only the files that were under way.
 * Old blobs stay in the store: earlier versions point at them, and whoever could read them might have kept them anyway.
 */
export class RekeyRun {
  readonly #context: VaultContext;
  readonly #projectId: string;
  readonly #parts: Readonly<{ records: FileRecords; reads: FileReads; folder: string }>;
  /** for the many jobs of one batch, each of which listens to it */
  readonly #locked: AbortSignal;
  readonly #failures = new Map<string, VaultError>();
  #done = 0;
  #total = 0;
  #toldMs = 0;

  /** @param parts.folder where containers are staged: this run's own */
  constructor(
    context: VaultContext,
    projectId: string,
    parts: Readonly<{ records: FileRecords; reads: FileReads; folder: string }>,
  ) {
    this.#context = context;
    this.#projectId = projectId;
    this.#parts = parts;
    this.#locked = AbortSignal.any([context.locked]);
    setMaxListeners(0, this.#locked);
  }

  /**
   * Throws what one file failed with once all others are done; and at once what ends the whole run, such as `not-a-reader` while
   * the newest key has not reached this account.
   */
  async run(): Promise<void> {
    try {
      await this.#rounds();
      await this.#sweep();
    } finally {
      this.#done = this.#total;
      this.#tell(true);
    }
    const [failure] = this.#failures.values();
    if (failure !== undefined) throw failure;
  }

  async #rounds(): Promise<void> {
    for (let round = 0; round < roundsToTry; round += 1) {
      const project = await refreshProject(this.#context, this.#projectId);
      if (!mayWriteFiles(project.role)) return;
      await this.#context.projectKeys.get(project.id, project.epoch); // without the newest key no file could be done
      await refreshFiles(this.#context, this.#projectId);
      if (round === 0) await this.#sweep();
      const due = this.#due(project);
      this.#total = this.#done + due.length;
      if (due.length === 0 && (await this.#conclude(project))) return;
      for (const batch of batchesOf(due)) await this.#rekey(batch);
    }
    throw new VaultError('conflict');
  }

  #due(project: ProjectEntry): FileRecordEntry[] {
    const { index, accountId } = this.#context;
    return [...index.files(this.#projectId).values()].filter(
      (entry) => isDue(project, entry, accountId) && !this.#failures.has(entry.id),
    );
  }

  /** Tells the log that no older key is in use any more, unless a file still is. False when a newer key came meanwhile. */
  async #conclude(project: ProjectEntry): Promise<boolean> {
    if (this.#failures.size > 0 || project.epoch <= project.rekeyed) return true;
    try {
      await appendRekeyed(this.#context, this.#projectId, project.epoch);
      return true;
    } catch (error) {
      const newest = this.#context.index.projects.get(this.#projectId);
      if (isVaultError(error, 'not-allowed') && newest !== undefined && newest.epoch > project.epoch) return false;
      throw error;
    }
  }

  async #rekey(batch: readonly FileRecordEntry[]): Promise<void> {
    const prepared = (await this.#each(batch, (entry) => this.#prepare(entry))).filter((one) => one !== null);
    await inProjectTurn(this.#context, this.#projectId, async () => {
      const written: FileRecordEntry[] = [];
      try {
        await this.#each(prepared, async (one) => {
          const entry = await this.#write(one);
          if (entry !== null) written.push(entry);
        });
      } finally {
        if (written.length > 0) await this.#context.index.apply(written.map((entry) => ({ set: 'file', entry })));
      }
    });
    this.#done += batch.length;
    this.#tell();
    this.#context.events.emit('files-changed', { projectId: this.#projectId });
  }

  /** The content encrypted anew and brought to the store, when it needs to be. SECURITY (promise 10): before any record points at it. */
  async #prepare({ id, content, ...entry }: FileRecordEntry): Promise<Prepared> {
    const { context, project } = { context: this.#context, project: requireWriter(this.#context, this.#projectId) };
    if (content === null || content.epoch >= project.epoch) return { id, from: content, to: null, staged: null };
    const { epoch } = project;
    const blob = randomId();
    const staged = join(this.#parts.folder, `${id}.${blob}`);
    const next = {
      projectKey: await context.projectKeys.get(project.id, epoch),
      identity: { projectId: project.id, blobId: blob, epoch },
    };
    const { root } = await this.#parts.reads.opened({ id, content, ...entry }, null, (from) =>
      context.engine.reencrypt({ ...from, target: staged, next, signal: this.#locked }),
    );
    await context.store.putIfAbsent(blobKey(blob), { file: staged }, { signal: this.#locked });
    const to = { suite: content.suite, blob, root: Buffer.from(root).toString('base64url'), epoch };
    return { id, from: content, to, staged };
  }

  /**
   * The next version: as the newest one is by now, with the new content. Null when there is no such file any more. Whoever brought
   * another content meanwhile keeps it, and the next round looks at that.
   */
  async #write({ id, from, to, staged }: Prepared): Promise<FileRecordEntry | null> {
    const { index, store } = this.#context;
    const current = index.files(this.#projectId).get(id);
    const { epoch } = requireWriter(this.#context, this.#projectId);
    const written =
      current === undefined
        ? null
        : await this.#parts.records
            .change(current, (body, newest) => {
              if (to !== null) return body.content?.blob === from?.blob ? { ...body, content: to } : null;
              return newest.epoch < epoch ? body : null;
            })
            .catch(nullIfDeleted);
    if (to !== null && written?.content?.blob !== to.blob) await store.delete(blobKey(to.blob));
    if (staged !== null) await unlink(staged);
    return written;
  }

  /** Runs `work` over a batch; what fails for one file only is kept for the end, the first other error is thrown after the batch. */
  async #each<T extends Readonly<{ id: string }>, R>(
    items: readonly T[],
    work: (item: T) => Promise<R>,
  ): Promise<(R | null)[]> {
    const fatal: VaultError[] = [];
    const results = await inParallel(items, parallel, async (item) => {
      if (fatal.length > 0) return null;
      try {
        throwIfEnded(this.#context);
        return await work(item);
      } catch (thrown) {
        const error = asVaultError(thrown, this.#context);
        if (ofOneFile.has(error.code)) this.#fail(item.id, error);
        else fatal.push(error);
        return null;
      }
    });
    if (fatal[0] !== undefined) throw fatal[0];
    return results;
  }

  #fail(id: string, { code, message }: VaultError): void {
    const path = this.#context.index.files(this.#projectId).get(id)?.path ?? '';
    const sentence = `“${path || 'A deleted file'}” could not be encrypted with the new key of the project: ${message}`;
    this.#failures.set(id, new VaultError(code, sentence, { details: { project: this.#projectId, id } }));
  }

  /**
   * Removes what a run that was ended left behind: a staged container, and its blob unless some version points at it by now. Its
   * name says which file it is for.
   */
  async #sweep(): Promise<void> {
    const { folder, records } = this.#parts;
    for (const name of await readdir(folder)) {
      const [id = '', blob = ''] = name.split('.');
      if (!/^[0-9a-f]{32}\.[0-9a-f]{32}$/.test(name)) continue;
      const versions = await records.versions(this.#projectId, id);
      const opened = await inParallel(versions, parallel, (version) =>
        records.open({ project: this.#projectId, id, version }).catch(nullIfUnreadable),
      );
      const isWanted = opened.some((version) => version === null || version.record.content?.blob === blob);
      if (!isWanted) await this.#context.store.delete(blobKey(blob));
      await unlink(join(folder, name));
    }
  }

  #tell(last = false): void {
    if (!last && Date.now() - this.#toldMs < betweenEventsMs) return;
    this.#toldMs = Date.now();
    this.#context.events.emit('rekey', { projectId: this.#projectId, done: this.#done, total: this.#total });
  }
}

/** Large files one by one, so that little is staged at a time; small ones and folders many at once. */
function* batchesOf(entries: readonly FileRecordEntry[]): Generator<FileRecordEntry[]> {
  let batch: FileRecordEntry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    if (batch.length > 0 && (batch.length === batchFiles || bytes + entry.size > batchBytes)) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(entry);
    bytes += entry.size;
  }
  if (batch.length > 0) yield batch;
}

/** Somebody deleted the file for good, or sealed its deletion with the new key already. */
const nullIfDeleted = (error: unknown): null => {
  if (isVaultError(error, 'not-found')) return null;
  throw error;
};

/** A version that cannot be read may point at anything: its blob stays. */
const nullIfUnreadable = (error: unknown): null => {
  if (isVaultError(error, 'damaged', 'rolled-back', 'unsupported-version', 'not-a-reader', 'not-found')) return null;
  throw error;
};
