import { isVaultError, VaultError } from '../../../app/errors.js';
import type { FileVersion } from '../../../app/model/project.js';
import type { VerifyJob } from '../../engine/file-engine.js';
import type { VaultContext } from '../context.js';
import { countedVersions } from './file-chain.js';
import { isTombstone } from './file-record.js';
import type { FileRecords } from './file-records.js';
import { inParallel } from '../in-parallel.js';
import type { FileRecordEntry } from '../index/index-entries.js';
import { blobKey } from '../store-keys.js';
import { throwIfEnded, workSignal } from '../work-signal.js';

/** The most that one `readRange` gives, in bytes. */
export const maxRangeBytes = 16 * 1024 * 1024;
const parallel = 16;

/** Reading files back: verified ranges, whole files, and what happened to them. */
export class FileReads {
  readonly #context: VaultContext;
  readonly #records: FileRecords;

  constructor(context: VaultContext, records: FileRecords) {
    this.#context = context;
    this.#records = records;
  }

  /** The current record, or that of an earlier version. Throws `not-found`, `damaged`. */
  async record(projectId: string, id: string, version?: number): Promise<FileRecordEntry> {
    throwIfEnded(this.#context);
    const current = this.#context.index.files(projectId).get(id);
    if (current === undefined || isTombstone(current)) throw new VaultError('not-found', 'There is no such file.');
    if (version === undefined || version === current.version) return current;
    const { entry, counts } = await this.#records.open({ project: projectId, id, version });
    if (counts) return entry;
    throw new VaultError('damaged', 'That version was written by someone who may not write to this project.', {
      details: { id, version, author: entry.author },
    });
  }

  /**
   * Every version that counts, newest first, once all links of the chain hold. Throws `damaged`, `rolled-back`, `not-found`.
   */
  async history(projectId: string, id: string): Promise<FileVersion[]> {
    const current = await this.record(projectId, id);
    const versions = Array.from({ length: current.version }, (_, position) => position + 1);
    const opened = await inParallel(versions, parallel, (version) =>
      this.#openLink({ project: projectId, id, version }),
    );
    for (const [position, { record }] of opened.entries()) {
      if (record.previous === (opened[position - 1]?.entry.hash ?? null)) continue;
      throw new VaultError('damaged', 'A version of a file does not follow the one before it.', {
        details: { id, version: record.version },
      });
    }
    if (opened.at(-1)?.entry.hash !== current.hash) {
      throw new VaultError(
        'rolled-back',
        `The store shows another past of “${current.path}” than this computer has seen.`,
      );
    }
    return countedVersions(opened)
      .map((entry, position, counted) => ({
        version: entry.version,
        time: entry.time,
        author: entry.author,
        path: entry.path,
        size: entry.size,
        trashed: entry.trashed,
        newContent: isNewContent(entry, counted[position - 1]),
      }))
      .reverse();
  }

  /** Verified plaintext bytes, cut at the end of the file. Throws `invalid-input`, `damaged`, `not-found`. */
  async range(record: FileRecordEntry, range: Readonly<{ start: number; endExclusive: number }>): Promise<Uint8Array> {
    const { start, endExclusive } = range;
    if (endExclusive - start > maxRangeBytes) {
      throw new VaultError('invalid-input', 'At most 16 MiB of a file can be read at once.');
    }
    return this.#context.engine.readRange({ ...(await this.blob(record)), start, endExclusive });
  }

  /** Writes a whole file to `target` only when all of it is verified. Throws `already-exists` unless `overwrite`. */
  async write(
    record: FileRecordEntry,
    target: string,
    options: Readonly<{ overwrite: boolean; signal?: AbortSignal; onProgress?: (bytesDone: number) => void }>,
  ): Promise<void> {
    const { signal, ...how } = options;
    const blob = await this.blob(record);
    await this.#context.engine.decrypt({ ...blob, ...how, target, signal: workSignal(this.#context, signal) });
  }

  /** Reads and verifies a whole file. */
  async verify(
    record: FileRecordEntry,
    options: Readonly<{ signal?: AbortSignal; onProgress?: (bytesDone: number) => void }>,
  ): Promise<void> {
    const { signal, ...how } = options;
    const blob = await this.blob(record);
    await this.#context.engine.verify({ ...blob, ...how, signal: workSignal(this.#context, signal) });
  }

  async #openLink(place: Readonly<{ project: string; id: string; version: number }>) {
    try {
      return await this.#records.open(place);
    } catch (error) {
      if (!isVaultError(error, 'not-found')) throw error;
      throw new VaultError('damaged', 'A version of this file is missing in the store.', { details: place });
    }
  }

  /**
   * What the engine needs to open a file's content. Throws `invalid-input` for a folder, `damaged` when it is gone.
   * SECURITY (promise 1): identity, size and root come from the signed record, never from the blob.
   */
  async blob(record: FileRecordEntry): Promise<Omit<VerifyJob, 'signal' | 'onProgress'>> {
    const { content, project, size } = record;
    if (content === null) throw new VaultError('invalid-input', 'A folder has no content.');
    return {
      source: await this.#localBlob(content.blob),
      projectKey: await this.#context.projectKeys.get(project, content.epoch),
      identity: { projectId: project, blobId: content.blob, epoch: content.epoch },
      suite: content.suite,
      bytes: size,
      root: Buffer.from(content.root, 'base64url'),
    };
  }

  async #localBlob(blob: string): Promise<string> {
    throwIfEnded(this.#context);
    try {
      return await this.#context.store.local(blobKey(blob), { signal: this.#context.locked });
    } catch (error) {
      if (!isVaultError(error, 'not-found')) throw error;
      throw new VaultError('damaged', 'The content of this file is missing in the store.', { cause: error });
    }
  }
}

/** A blob that a newer key encrypts anew (rekey.ts) holds what the one before it held. */
const isNewContent = (entry: FileRecordEntry, before: FileRecordEntry | undefined): boolean => {
  if (entry.content === null || entry.content.blob === before?.content?.blob) return false;
  const rekeyed = entry.content.epoch > (before?.content?.epoch ?? entry.content.epoch);
  return !(rekeyed && entry.size === before?.size && entry.modified === before.modified);
};
