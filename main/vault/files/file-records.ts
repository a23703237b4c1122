import { isVaultError, VaultError } from '../../../app/errors.js';
import { openWithKey, sealWithKey } from '../../crypto/keyed-record.js';
import { objectHash } from '../../crypto/object-hash.js';
import { randomId } from '../../crypto/random-id.js';
import type { VaultContext } from '../context.js';
import {
  entryOf,
  fileRecordType,
  isTombstone,
  parseFileRecord,
  tombstoneOf,
  bodyOf,
  type FileBody,
  type FilePlace,
  type FileRecord,
} from './file-record.js';
import type { FileRecordEntry } from '../index/index-entries.js';
import { mayWrite } from '../projects/project-roles.js';
import { recordKey } from '../projects/record-keys.js';
import { blobKey, fileKey, parseVersionPart } from '../store-keys.js';

const racesToLose = 16;

export type OpenedFile = Readonly<{ record: FileRecord; entry: FileRecordEntry }>;

/** File records as the store holds them: signed, sealed, versioned. Knows nothing of lists, transfers and disks. */
export class FileRecords {
  readonly #context: VaultContext;

  constructor(context: VaultContext) {
    this.#context = context;
  }

  /** Opens and verifies one version. Throws `not-found`, `not-a-reader`, `damaged`, `unsupported-version`. */
  async open(place: FilePlace): Promise<OpenedFile> {
    const { store, author, accountId } = this.#context;
    const stored = await store.get(fileKey(place.project, place.id, place.version));
    const plaintext = await openWithKey(Buffer.from(stored).toString('latin1'), (epoch) =>
      recordKey(this.#context, place.project, epoch, 'file-record'),
    );
    const payload = await author.verify(fileRecordType, Buffer.from(plaintext).toString('latin1'));
    const record = parseFileRecord(payload, place);
    // SECURITY (promise 3): a signature of somebody who may not write here is as good as none.
    if (!mayWrite(this.#context.index.projects.get(place.project), record.author, accountId)) {
      throw new VaultError('damaged', 'A file record was signed by someone who may not write to this project.', {
        details: place,
      });
    }
    return { record, entry: entryOf(record, objectHash(stored)) };
  }

  /** Version numbers that the store holds, ascending. */
  async versions(projectId: string, fileId: string): Promise<number[]> {
    const versions: number[] = [];
    for await (const { key } of this.#context.store.list(`projects/${projectId}/files/${fileId}/`)) {
      const version = parseVersionPart(key.slice(key.lastIndexOf('/') + 1));
      if (version !== undefined) versions.push(version);
    }
    return versions;
  }

  /** Writes version 1 of a new file or folder; durable when it resolves. The caller puts the entry into the index. */
  async create(projectId: string, body: FileBody): Promise<FileRecordEntry> {
    const entry = await this.#publish({ project: projectId, id: randomId(), version: 1 }, null, body);
    if (entry === null) throw new VaultError('internal', 'A new random id was already taken.');
    return entry;
  }

  /**
   * Writes the version after `current`; when another client was quicker, `alter` is applied again to what it wrote.
   * Durable when it resolves; the caller puts the entry into the index. Throws `conflict` after losing many races in a
   * row, `not-found` when it was deleted for good meanwhile.
   */
  async change(current: FileRecordEntry, alter: (body: FileBody) => FileBody): Promise<FileRecordEntry> {
    let newest = current;
    for (let race = 0; race < racesToLose; race += 1) {
      const place = { project: newest.project, id: newest.id, version: newest.version + 1 };
      const next = await this.#publish(place, newest.hash, alter(bodyOf(newest)));
      if (next !== null) return next;
      newest = await this.follow(newest.project, newest.id, await this.versions(newest.project, newest.id), newest);
      if (isTombstone(newest)) throw new VaultError('not-found', 'Someone deleted this for good meanwhile.');
    }
    throw new VaultError('conflict');
  }

  /**
   * The newest of `versions`, once every link from `known` (or from version 1) to it holds.
   * Throws `rolled-back` when the store shows another past than `known`, `damaged` when the chain is broken.
   */
  async follow(
    project: string,
    id: string,
    versions: readonly number[],
    known?: FileRecordEntry,
  ): Promise<FileRecordEntry> {
    const highest = versions.at(-1) ?? 0;
    const newest = await this.open({ project, id, version: highest });
    if (isTombstone(newest.entry)) return newest.entry; // what was before it is gone, as it should be
    let last = known;
    for (let version = (known?.version ?? 0) + 1; version <= highest; version += 1) {
      const next = version === highest ? newest : await this.#openLink({ project, id, version });
      if (next.record.previous !== (last?.hash ?? null))
        throw brokenLink(next.entry, last !== undefined && last === known);
      last = next.entry;
    }
    return last ?? newest.entry;
  }

  /** Deletes for good: a tombstone, then the contents, then the earlier versions that name them. */
  async delete(current: FileRecordEntry): Promise<FileRecordEntry> {
    const tombstone = await this.change(current, tombstoneOf);
    await this.removeBefore(tombstone);
    return tombstone;
  }

  /** Removes what a tombstone supersedes. May be called again after a crash: contents go first, so that no record of them is lost. */
  async removeBefore(tombstone: FileRecordEntry): Promise<void> {
    const { store } = this.#context;
    const { project, id } = tombstone;
    const earlier = (await this.versions(project, id)).filter((version) => version < tombstone.version);
    for (const version of earlier) {
      const blob = await this.#blobOf({ project, id, version });
      if (blob !== null) await store.delete(blobKey(blob));
    }
    for (const version of earlier) await store.delete(fileKey(project, id, version));
  }

  /** Null for a folder, and for a version that another process has just removed. */
  async #blobOf(place: FilePlace): Promise<string | null> {
    try {
      return (await this.open(place)).record.content?.blob ?? null;
    } catch (error) {
      if (isVaultError(error, 'not-found')) return null;
      throw error;
    }
  }

  async #openLink(place: FilePlace): Promise<OpenedFile> {
    try {
      return await this.open(place);
    } catch (error) {
      if (!isVaultError(error, 'not-found')) throw error;
      throw new VaultError('damaged', 'A version of a file is missing in the store.', { details: place });
    }
  }

  /** Null when that version already exists. */
  async #publish(place: FilePlace, previous: string | null, body: FileBody): Promise<FileRecordEntry | null> {
    const { store, author, accountId, index } = this.#context;
    const { project, id, version } = place;
    const time = new Date().toISOString();
    const record: FileRecord = { project, id, version, previous, author: accountId, time, ...body };
    const jws = Buffer.from(await author.sign(fileRecordType, record), 'latin1');
    const epoch = index.projects.get(project)?.epoch ?? body.epoch;
    const sealed = await sealWithKey(jws, await recordKey(this.#context, project, epoch, 'file-record'), epoch);
    const stored = Buffer.from(sealed, 'latin1');
    const created = await store.putIfAbsent(fileKey(project, id, version), stored);
    return created ? entryOf(record, objectHash(stored)) : null;
  }
}

const brokenLink = (entry: FileRecordEntry, fromKnown: boolean): VaultError => {
  const details = { project: entry.project, id: entry.id, version: entry.version };
  return fromKnown
    ? new VaultError('rolled-back', 'The store shows another past of a file than this computer has seen.', { details })
    : new VaultError('damaged', 'A version of a file does not follow the one before it.', { details });
};
