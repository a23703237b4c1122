import { isVaultError, VaultError } from '../../../app/errors.js';
import { openWithKey, sealWithKey } from '../../crypto/keyed-record.js';
import { objectHash } from '../../crypto/object-hash.js';
import { randomId } from '../../crypto/random-id.js';
import type { VaultContext } from '../context.js';
import { backdated, isBackdated } from './backdating.js';
import { followChain, type Followed, type OpenedFile } from './file-chain.js';
import {
  bodyOf,
  entryOf,
  fileRecordType,
  isTombstone,
  parseFileRecord,
  tombstoneOf,
  type FileBody,
  type FilePlace,
  type FileRecord,
} from './file-record.js';
import type { FileRecordEntry } from '../index/index-entries.js';
import { refreshProject } from '../projects/project-refresh.js';
import { judgeWrite, requireWriter, type Judgement } from '../projects/project-roles.js';
import { recordKey } from '../projects/record-keys.js';
import { blobKey, fileKey, parseVersionPart } from '../store-keys.js';

const racesToLose = 16;

/** What the next version says, given the newest one that counts; null to leave that as it is. */
export type Alter = (body: FileBody, newest: FileRecordEntry) => FileBody | null;

/** File records as the store holds them: signed, sealed, versioned. Knows nothing of lists, transfers and disks. */
export class FileRecords {
  readonly #context: VaultContext;
  readonly #logReadings = new Map<string, Promise<unknown>>();

  constructor(context: VaultContext) {
    this.#context = context;
  }

  /**
   * Opens and verifies one version, and says whether its author might write it. Asks for the project's log once more when the
   * record knows more of it than this computer.
   * Throws `not-found`, `not-a-reader`, `damaged`, `unsupported-version`; `rolled-back` when its author was shown another log.
   */
  async open(place: FilePlace): Promise<OpenedFile> {
    const stored = await this.#context.store.get(fileKey(place.project, place.id, place.version));
    const record = await this.#unseal(place, stored);
    let judgement = this.#judge(record);
    if (judgement === 'ahead') {
      await this.#readLog(place.project);
      judgement = this.#judge(record);
    }
    if (judgement === 'ahead' || judgement === 'forked') throw this.#otherLog(record, judgement);
    return { record, entry: entryOf(record, objectHash(stored)), counts: judgement === 'ok' };
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
    const entry = await this.createAs(projectId, randomId(), body);
    if (entry === null) throw new VaultError('internal', 'A new random id was already taken.');
    return entry;
  }

  /** As `create`, under a given id; null when there is one already. */
  createAs(projectId: string, id: string, body: FileBody): Promise<FileRecordEntry | null> {
    return this.#publish({ project: projectId, id, version: 1 }, null, body);
  }

  /**
   * Writes the version after `current`; when another client was quicker, `alter` is applied again to what it wrote, on top of the
   * highest version there is. Durable when it resolves; the caller puts the entry into the index. Throws `not-allowed`, `conflict`
   * after losing many races in a row, `not-found` when it was deleted for good meanwhile.
   */
  async change(current: FileRecordEntry, alter: Alter): Promise<FileRecordEntry> {
    const { project, id } = current;
    let newest = current;
    let head: Followed['head'] = current;
    for (let race = 0; race < racesToLose; race += 1) {
      const body = alter(bodyOf(newest), newest);
      if (body === null) return newest;
      const next = await this.#publish({ project, id, version: head.version + 1 }, head.hash, body);
      if (next !== null) return next;
      const followed = await this.#overtaken(newest, head);
      newest = this.#usable(followed);
      head = followed.head;
    }
    throw new VaultError('conflict');
  }

  /** As `followChain`, from the store. */
  follow(project: string, id: string, versions: readonly number[], known?: FileRecordEntry): Promise<Followed> {
    const { directory } = this.#context;
    const open = (place: FilePlace): Promise<OpenedFile | null> => this.#openIfThere(place);
    return followChain({ project, id, versions, open, nameOf: (account) => directory.nameOf(account) }, known);
  }

  /** Deletes for good: a tombstone, then the contents, then the earlier versions that name them. */
  async delete(current: FileRecordEntry): Promise<FileRecordEntry> {
    const tombstone = await this.change(current, tombstoneOf);
    await this.removeBefore(tombstone);
    return tombstone;
  }

  /** Removes what a tombstone supersedes. May be called again after a crash: contents go first, so that no record of them is lost. */
  async removeBefore(tombstone: FileRecordEntry): Promise<void> {
    const { store, isWaiting } = this.#context;
    const { project, id } = tombstone;
    // what waits is merged with what others did meanwhile: until then the versions that it was written on top of are needed
    if (isWaiting(id)) return;
    const earlier = (await this.versions(project, id)).filter((version) => version < tombstone.version);
    for (const version of earlier) {
      const opened = await this.#openIfThere({ project, id, version });
      // SECURITY (promise 3): a version that does not count may name any blob, and none goes because of it.
      const blob = opened?.counts === true ? opened.record.content?.blob : undefined;
      if (blob !== undefined) await store.delete(blobKey(blob));
    }
    for (const version of earlier) await store.delete(fileKey(project, id, version));
  }

  /** Null for a version that another process has just removed, or the store has lost. */
  async #openIfThere(place: FilePlace): Promise<OpenedFile | null> {
    try {
      return await this.open(place);
    } catch (error) {
      if (isVaultError(error, 'not-found')) return null;
      throw error;
    }
  }

  /** A key that this computer does not hold yet may have been handed over since. */
  async #unseal(place: FilePlace, stored: Uint8Array): Promise<FileRecord> {
    try {
      return await this.#unsealOnce(place, stored);
    } catch (error) {
      if (!isVaultError(error, 'not-a-reader')) throw error;
      await this.#readLog(place.project);
      return this.#unsealOnce(place, stored);
    }
  }

  async #unsealOnce(place: FilePlace, stored: Uint8Array): Promise<FileRecord> {
    let sealedWith = 0;
    const plaintext = await openWithKey(Buffer.from(stored).toString('latin1'), (epoch) => {
      sealedWith = epoch;
      return recordKey(this.#context, place.project, epoch, 'file-record');
    });
    const payload = await this.#context.author.verify(fileRecordType, Buffer.from(plaintext).toString('latin1'));
    return parseFileRecord(payload, place, sealedWith);
  }

  /** SECURITY (promise 3): a signature of somebody who may not write here is as good as none. */
  #judge({ project, author, log }: FileRecord): Judgement {
    const { index } = this.#context;
    return judgeWrite(index.projects.get(project), index.log(project), author, log);
  }

  /** Many records may ask at once: they share one reading. */
  #readLog(projectId: string): Promise<unknown> {
    const reading =
      this.#logReadings.get(projectId) ??
      refreshProject(this.#context, projectId).finally(() => this.#logReadings.delete(projectId));
    this.#logReadings.set(projectId, reading);
    return reading;
  }

  #otherLog({ project, id, version, author, path, log }: FileRecord, found: 'ahead' | 'forked'): VaultError {
    const name = this.#context.directory.nameOf(author);
    const what =
      found === 'ahead'
        ? `“${name}” wrote “${path}” knowing more of the project’s log than the store shows here: the store hides newer entries of the project’s log.`
        : `“${name}” wrote “${path}” on another log of this project than this computer knows: the store shows two people different logs.`;
    return new VaultError('rolled-back', what, { details: { project, id, version, author, sequence: log.sequence } });
  }

  /**
   * What the store holds after a lost race. What this computer wrote and another process of it merged meanwhile is there in another form,
   * which the index has. SECURITY (promise 3): anything else that is gone was lost, and nothing goes on top of the rest.
   */
  async #overtaken(newest: FileRecordEntry, head: Followed['head']): Promise<Followed> {
    const { project, id } = newest;
    try {
      await this.#requireHeld({ project, id, version: head.version }, head.hash);
      return await this.follow(project, id, await this.versions(project, id), newest);
    } catch (error) {
      if (!isVaultError(error, 'rolled-back')) throw error;
      await this.#context.index.catchUp();
      const known = this.#context.index.files(project).get(id);
      if (known === undefined) throw error;
      if (known.hash === newest.hash) {
        // a merge ended before ours was out of the outbox: the next one waits on top of ours, and is merged with it
        if (!this.#context.isWaiting(id)) throw error;
        return { entry: known, head: await this.#head(project, id), problems: [] };
      }
      await this.#requireHeld({ project, id, version: known.version }, known.hash);
      return this.follow(project, id, await this.versions(project, id), known);
    }
  }

  async #head(project: string, id: string): Promise<Followed['head']> {
    const version = (await this.versions(project, id)).at(-1) ?? 0;
    return { version, hash: objectHash(await this.#context.store.get(fileKey(project, id, version))) };
  }

  /** Throws `rolled-back` unless the store has a version with these bytes, or a higher one in its place (a deletion). */
  async #requireHeld({ project, id, version }: FilePlace, hash: string): Promise<void> {
    const versions = await this.versions(project, id);
    const isThere = versions.includes(version);
    if (!isThere && (versions.at(-1) ?? 0) > version) return;
    if (isThere && objectHash(await this.#context.store.get(fileKey(project, id, version))) === hash) return;
    throw new VaultError('rolled-back', 'The store shows another past of a file than this computer has seen.', {
      details: { project, id, version },
    });
  }

  /** What a change may go on with after a lost race. */
  #usable({ entry }: Followed): FileRecordEntry {
    if (entry === null || isTombstone(entry))
      throw new VaultError('not-found', 'Someone deleted this for good meanwhile.');
    const { index, accountId, directory } = this.#context;
    const project = index.projects.get(entry.project);
    if (project !== undefined && isBackdated(project, entry, accountId)) {
      throw backdated(entry, (account) => directory.nameOf(account));
    }
    return entry;
  }

  /** Null when that version already exists. Sealed with the newest key, whatever the content's. */
  async #publish(place: FilePlace, previous: string | null, body: FileBody): Promise<FileRecordEntry | null> {
    const { store, author, accountId } = this.#context;
    const { epoch, sequence, hash } = requireWriter(this.#context, place.project);
    const { project, id, version } = place;
    const time = new Date().toISOString();
    const log = { sequence, hash };
    const record: FileRecord = { project, id, version, previous, author: accountId, time, epoch, log, ...body };
    const jws = Buffer.from(await author.sign(fileRecordType, record), 'latin1');
    const sealed = await sealWithKey(jws, await recordKey(this.#context, project, epoch, 'file-record'), epoch);
    const stored = Buffer.from(sealed, 'latin1');
    const onTopOf = previous === null ? null : { key: fileKey(project, id, version - 1), hash: previous };
    // SECURITY (promise 10): the content before the record that points at it
    const after = body.content === null ? [] : [blobKey(body.content.blob)];
    const created = await store.putIfAbsent(fileKey(project, id, version), stored, { onTopOf, after });
    return created ? entryOf(record, objectHash(stored)) : null;
  }
}
