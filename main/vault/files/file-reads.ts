import { isVaultError, VaultError } from '../../../app/errors.js';
import type { FileVersion } from '../../../app/model/project.js';
import { writtenSegmentBytes } from '../../crypto/file-container.js';
import type { VerifyJob } from '../../engine/file-engine.js';
import { objectHash } from '../../crypto/object-hash.js';
import { containerRanges, segmentBytesOf } from '../../engine/range-planning.js';
import type { LocalOptions } from '../../store/store.js';
import type { VaultContext } from '../context.js';
import { countedVersions, type OpenedFile } from './file-chain.js';
import { isTombstone, type FilePlace } from './file-record.js';
import { FileRecords } from './file-records.js';
import { inParallel } from '../in-parallel.js';
import type { FileRecordEntry } from '../index/index-entries.js';
import { blobKey, fileKey } from '../store-keys.js';
import { throwIfEnded, workSignal } from '../work-signal.js';

/** The most that one `readRange` gives, in bytes. */
export const maxRangeBytes = 16 * 1024 * 1024;
const parallel = 16;

type PlainRange = Readonly<{ start: number; endExclusive: number }>;
type OpenableBlob = Omit<VerifyJob, 'signal' | 'onProgress'>;

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
    const records = await this.#shown(current);
    const { entry, counts } = await records.open({ project: projectId, id, version });
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
    const records = await this.#shown(current);
    const opened = await inParallel(versions, parallel, (version) =>
      openLink(records, { project: projectId, id, version }),
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
  async range(record: FileRecordEntry, range: PlainRange): Promise<Uint8Array> {
    const { start, endExclusive } = range;
    if (endExclusive - start > maxRangeBytes) {
      throw new VaultError('invalid-input', 'At most 16 MiB of a file can be read at once.');
    }
    const { engine } = this.#context;
    // In the coretex suite nothing is verified before all of it is read: then the whole blob is fetched.
    const inParts = !this.#isNear && record.content?.suite === 'vault';
    return this.opened(record, inParts ? range : null, (blob) => engine.readRange({ ...blob, start, endExclusive }));
  }

  /** Writes a whole file to `target` only when all of it is verified. Throws `already-exists` unless `overwrite`. */
  async write(
    record: FileRecordEntry,
    target: string,
    options: Readonly<{ overwrite: boolean; signal?: AbortSignal; onProgress?: (bytesDone: number) => void }>,
  ): Promise<void> {
    const how = { ...options, target, signal: workSignal(this.#context, options.signal) };
    await this.opened(record, null, (blob) => this.#context.engine.decrypt({ ...blob, ...how }), how.signal);
  }

  /** Reads and verifies a whole file. */
  async verify(
    record: FileRecordEntry,
    options: Readonly<{ signal?: AbortSignal; onProgress?: (bytesDone: number) => void }>,
  ): Promise<void> {
    const how = { ...options, signal: workSignal(this.#context, options.signal) };
    await this.opened(record, null, (blob) => this.#context.engine.verify({ ...blob, ...how }), how.signal);
  }

  /** A store that is a folder gives its own files, which can be no better elsewhere. */
  get #isNear(): boolean {
    return this.#context.location.kind === 'directory';
  }

  /**
   * Where the versions are that lead to the one in the index: between a merge and taking ours out of the outbox (main/vault/sync), and
   * after a crash there, that is the store without what waits.
   */
  async #shown({ project, id, version, hash }: FileRecordEntry): Promise<FileRecords> {
    const { store, beyond, isWaiting } = this.#context;
    if (beyond === undefined || !isWaiting(id)) return this.#records;
    const stored = await store.get(fileKey(project, id, version)).catch(nullIfGone);
    if (stored !== null && objectHash(stored) === hash) return this.#records;
    return new FileRecords({ ...this.#context, store: beyond, isWaiting: () => false });
  }

  /**
   * Runs `use` with what the engine needs to open a file's content, which stays where it is until `use` has ended. A copy of a far
   * store's blob that turns out damaged is fetched anew once: a rotten disk must not look like an attack.
   *
   * @param range of the plaintext when `use` reads no other; null for all of it
   * @throws `invalid-input` for a folder, `damaged` when the content is gone or wrong, and what `use` throws
   */
  async opened<T>(
    record: FileRecordEntry,
    range: PlainRange | null,
    use: (blob: OpenableBlob) => Promise<T>,
    signal: AbortSignal = this.#context.locked,
  ): Promise<T> {
    const blob = await this.#blob(record);
    const done = new AbortController();
    const find = (fresh: boolean) => this.#source(blob, range, { signal, inUse: done.signal, fresh });
    try {
      const source = await find(false);
      return await use({ ...blob, source }).catch(async (error: unknown) => {
        if (!isVaultError(error, 'damaged', 'source-unreadable') || this.#isNear) throw error;
        return use({ ...blob, source: await find(true) });
      });
    } finally {
      done.abort();
    }
  }

  /** SECURITY (promise 1): identity, size and root come from the signed record, never from the blob. */
  async #blob({ content, project, size }: FileRecordEntry): Promise<Omit<OpenableBlob, 'source'>> {
    if (content === null) throw new VaultError('invalid-input', 'A folder has no content.');
    return {
      projectKey: await this.#context.projectKeys.get(project, content.epoch),
      identity: { projectId: project, blobId: content.blob, epoch: content.epoch },
      suite: content.suite,
      bytes: size,
      root: Buffer.from(content.root, 'base64url'),
    };
  }

  /** Where the blob's file is: of a range, only the parts of the container that the engine will read need be in it. */
  async #source(
    { identity, bytes }: Omit<OpenableBlob, 'source'>,
    range: PlainRange | null,
    options: LocalOptions,
  ): Promise<string> {
    if (range === null) return this.#localBlob(identity.blobId, options);
    const ranges = containerRanges(bytes, range);
    const path = await this.#localBlob(identity.blobId, { ...options, ranges });
    const segmentBytes = await segmentBytesOf(path, identity).catch(() => writtenSegmentBytes); // reading will say it
    if (segmentBytes === writtenSegmentBytes) return path;
    const others = containerRanges(bytes, range, segmentBytes);
    return this.#localBlob(identity.blobId, { ...options, fresh: false, ranges: others });
  }

  async #localBlob(blob: string, options: LocalOptions): Promise<string> {
    throwIfEnded(this.#context);
    try {
      return await this.#context.store.local(blobKey(blob), options);
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

const nullIfGone = (error: unknown): null => {
  if (isVaultError(error, 'not-found')) return null;
  throw error;
};

const openLink = async (records: FileRecords, place: FilePlace): Promise<OpenedFile> => {
  try {
    return await records.open(place);
  } catch (error) {
    if (!isVaultError(error, 'not-found')) throw error;
    throw new VaultError('damaged', 'A version of this file is missing in the store.', { details: place });
  }
};
