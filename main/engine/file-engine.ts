import { availableParallelism } from 'node:os';
import { isVaultError, VaultError } from '../../app/errors.js';
import { ContainerLayout } from '../crypto/file-container.js';
import {
  encryptRequest,
  openRequest,
  withBothKeys,
  withKey,
  withKeys,
  type DecryptJob,
  type EncryptJob,
  type RangeJob,
  type ReencryptJob,
  type VerifyJob,
} from './engine-jobs.js';
import type { EncryptedFile, SealPlan, SegmentPlan } from './file-job.js';
import { JobControl } from './job-control.js';
import { abortError, watchJob, type JobWatch } from './job-watch.js';
import { PieceCache } from './piece-cache.js';
import type { TargetPath } from './target-file.js';
import { toError, WorkerPool } from './worker-pool.js';

export type { FileIdentity } from '../crypto/file-container.js';
export type { DecryptJob, EncryptJob, RangeJob, ReencryptJob, VerifyJob } from './engine-jobs.js';
export type { EncryptedFile } from './file-job.js';

/** Segments that a worker does before it answers, so that a preview waits a fraction of a second, not for a whole disk image. */
const sliceSegments = 16;
const filesPerMessage = 64;

/**
 * Moves the bytes of files through the cipher: on worker threads that read and write by themselves, with constant memory.
 *
 * Errors of every method: `source-unreadable`, `source-special`, `source-changed`, `target-unwritable`, `disk-full`,
 * `already-exists`, `damaged` (details: `segment`), `unsupported-version`, `locked` for a key that was disposed meanwhile,
 * `cancelled` (or the signal's own VaultError).
 */
export class FileEngine {
  readonly #pool: WorkerPool;
  readonly #jobs = new Map<JobControl, Promise<unknown>>();
  readonly #pieces = new PieceCache();
  #closed = false;

  constructor(options: Readonly<{ workers?: number }> = {}) {
    this.#pool = new WorkerPool(options.workers ?? Math.min(4, Math.max(2, availableParallelism())));
  }

  /** Resolves when the blob is complete and on the disk. The source must be a regular file and stay as it is meanwhile. */
  encrypt(job: EncryptJob): Promise<EncryptedFile> {
    return this.#watch(job, async (control) => {
      const request = { ...encryptRequest(job), control: control.shared };
      const begun = await this.#pool.run('encrypt', () => withKey(job.projectKey, request));
      if (!('staging' in begun)) return begun;
      const slice = { plan: begun, slice: sliceSegments };
      return this.#seal(begun, control, () => this.#pool.run('sealSegments', () => withKey(job.projectKey, slice)));
    });
  }

  /**
   * Encrypts a blob anew, with another key, once every byte of it is verified against its signed root. Plaintext is in memory
   * only. Resolves when the new blob is complete and on the disk.
   */
  reencrypt(job: ReencryptJob): Promise<EncryptedFile> {
    return this.#watch(job, async (control) => {
      const { target, next } = job;
      const request = { ...openRequest(job), target, next: next.identity, control: control.shared };
      const begun = await this.#pool.run('reencrypt', () => withBothKeys(job, request));
      if (!('staging' in begun)) return begun;
      const slice = { plan: begun, slice: sliceSegments };
      return this.#seal(begun, control, () => this.#pool.run('reencryptSegments', () => withBothKeys(job, slice)));
    });
  }

  /**
   * Encrypts many files: small ones together, in few messages. One file's failure does not end the others.
   * @param onEach called once for each index of `jobs`, in no order
   */
  async encryptMany(
    jobs: readonly EncryptJob[],
    onEach: (index: number, result: EncryptedFile | VaultError) => void,
  ): Promise<void> {
    const waiting: IndexedJob[] = [];
    for (const [index, job] of jobs.entries()) {
      if (job.signal?.aborted === true) onEach(index, abortError(job.signal));
      else waiting.push({ job, index });
    }
    const work = async (): Promise<void> => {
      while (waiting.length > 0) await this.#encryptBatch(waiting.splice(0, filesPerMessage), onEach);
    };
    await Promise.all(Array.from({ length: this.#pool.size }, work));
  }

  /** Writes the plaintext to `target` under a temporary name, which becomes the real one when all of it is verified. */
  decrypt(job: DecryptJob): Promise<void> {
    return this.#open(job, { path: job.target, overwrite: job.overwrite ?? true });
  }

  /** Reads and verifies a whole blob, and writes nothing. */
  verify(job: VerifyJob): Promise<void> {
    return this.#open(job, null);
  }

  /**
   * The plaintext bytes from `start` up to `endExclusive`, cut at the end of the file as `slice` would; the caller wipes them.
   * Verified: the trailer against `root`, segments against the trailer. In the coretex suite the first range of a root reads the
   * whole blob; what it learns of each piece is remembered, and every later read is compared with that, never with times or names.
   */
  readRange(job: RangeJob): Promise<Uint8Array> {
    const endExclusive = Math.min(job.endExclusive, job.bytes);
    const start = Math.min(job.start, endExclusive);
    return this.#watch({}, async () => {
      if (!Number.isInteger(start) || !Number.isInteger(endExclusive) || start < 0) {
        throw new VaultError('invalid-input', 'Not a range of the file.');
      }
      const request = { ...openRequest(job), start, endExclusive, pieces: this.#pieces.get(job.root) };
      const answer = await this.#pool.run('readRange', () => withKey(job.projectKey, request), { urgent: true });
      if (answer.pieces !== null) this.#pieces.set(job.root, answer.pieces);
      return answer.bytes;
    });
  }

  /** Cancels what is running, waits until no thread uses its files any more, and ends the threads. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const control of this.#jobs.keys()) control.stop();
    await Promise.allSettled(this.#jobs.values());
    this.#pieces.clear();
    await this.#pool.close();
  }

  async #watch<T>(watch: JobWatch, work: (control: JobControl) => Promise<T>): Promise<T> {
    if (this.#closed) throw new VaultError('cancelled');
    const control = new JobControl();
    const running = watchJob(watch, control, () => work(control));
    this.#jobs.set(control, running);
    try {
      return await running;
    } finally {
      this.#jobs.delete(control);
    }
  }

  async #encryptBatch(batch: readonly IndexedJob[], onEach: OnEach): Promise<void> {
    const jobs = batch.map(({ job }) => job);
    const outcomes = await this.#watch({}, () => this.#pool.run('encryptSmall', () => withKeys(jobs))).catch(
      (error: unknown) => jobs.map(() => asVaultError(error)),
    );
    for (const [at, { job, index }] of batch.entries()) {
      const outcome = outcomes[at];
      if (outcome === 'large') onEach(index, await this.encrypt(job).catch(asVaultError));
      else if (outcome === undefined || outcome instanceof VaultError)
        onEach(index, outcome ?? new VaultError('internal'));
      else if ('failed' in outcome) onEach(index, toError(outcome.failed));
      else {
        job.onProgress?.(outcome.done.bytes);
        onEach(index, outcome.done);
      }
    }
  }

  async #seal(begun: SealPlan, control: JobControl, takeSlice: () => Promise<void>): Promise<EncryptedFile> {
    try {
      await this.#share(begun, control, takeSlice);
    } catch (error) {
      await this.#pool.run('abandonSealing', () => ({ request: begun }));
      throw error;
    }
    return this.#pool.run('finishSealing', () => ({ request: begun }));
  }

  #open(job: VerifyJob, target: TargetPath | null): Promise<void> {
    return this.#watch(job, async (control) => {
      const request = { ...openRequest(job), target, control: control.shared };
      const begun = await this.#pool.run('decrypt', () => withKey(job.projectKey, request));
      if (begun === null) return;
      const slice = { plan: begun, slice: sliceSegments };
      try {
        await this.#share(begun, control, () => this.#pool.run('openSegments', () => withKey(job.projectKey, slice)));
      } catch (error) {
        await this.#pool.run('abandonOpening', () => ({ request: begun }));
        throw error;
      }
      await this.#pool.run('finishOpening', () => ({ request: begun }));
    });
  }

  /**
   * Lets every worker take segments until none is left. When this returns or throws, no thread uses the plan's files any more:
   * only then may they be closed, for their numbers would go to other files.
   */
  async #share(plan: SegmentPlan, control: JobControl, takeSlice: () => Promise<void>): Promise<void> {
    const { segments } = new ContainerLayout(plan.plainBytes, plan.segmentBytes);
    const work = async (): Promise<void> => {
      try {
        while (control.nextSegment < segments) await takeSlice();
      } catch (error) {
        control.stop();
        throw error;
      }
    };
    const ends = await Promise.allSettled(Array.from({ length: Math.min(this.#pool.size, segments) }, work));
    const failures = ends.flatMap((end): unknown[] => (end.status === 'rejected' ? [end.reason] : []));
    // the others were stopped because of the first to fail
    if (failures.length > 0) throw failures.find((failure) => !isVaultError(failure, 'cancelled')) ?? failures[0];
    control.checkRunning();
  }
}

type IndexedJob = Readonly<{ job: EncryptJob; index: number }>;
type OnEach = (index: number, result: EncryptedFile | VaultError) => void;

const asVaultError = (error: unknown): VaultError =>
  isVaultError(error) ? error : new VaultError('internal', undefined, { cause: error });
