import { isVaultError, VaultError } from '../../../app/errors.js';
import { objectHash, objectId } from '../../crypto/object-hash.js';
import type { OutboxItem } from '../../store/mirror/mirror.js';
import { freeName } from '../files/file-names.js';
import { joinPath, nameOf, parentOf } from '../files/file-paths.js';
import type { Followed } from '../files/file-chain.js';
import { bodyOf, isTombstone, type FileBody } from '../files/file-record.js';
import { FileRecords } from '../files/file-records.js';
import { FileTree } from '../files/file-tree.js';
import type { FileRecordEntry, IndexChange } from '../index/index-entries.js';
import { requireWriter } from '../projects/project-roles.js';
import { inProjectTurn } from '../projects/project-turns.js';
import { blobKey, fileKey } from '../store-keys.js';
import { bringContent, isRenewalOf } from './file-content.js';
import type { Line, Place, Theirs, WaitingVersion } from './line.js';
import { besideSeed, noticeOf, type LineParts } from './line-parts.js';
import { mergeFile } from './merge-file.js';
import type { Merged } from './three-way.js';
import { versionOf } from './waiting-objects.js';

/** One file or folder whose changes by this account wait. */
export class FileLine implements Line<FileBody> {
  readonly id: string;
  readonly kind = 'file';
  readonly #parts: LineParts;
  readonly #projectId: string;
  /** opens what waits */
  readonly #here: FileRecords;
  /** opens and writes what the store has */
  readonly #there: FileRecords;
  /** what opened versions are sealed with, and when they were made */
  readonly #entries = new Map<string, FileRecordEntry>();
  /** the newest version that the store is known to have */
  #known: FileRecordEntry | undefined;

  constructor(parts: LineParts, projectId: string, id: string) {
    this.id = id;
    this.#parts = parts;
    this.#projectId = projectId;
    this.#here = new FileRecords(parts.context);
    this.#there = new FileRecords(parts.beyond);
  }

  items(): readonly OutboxItem[] {
    return this.#parts.waiting.puts(this.id);
  }

  async waiting(): Promise<WaitingVersion<FileBody>[]> {
    const versions: WaitingVersion<FileBody>[] = [];
    for (const item of this.items()) {
      const { record, entry } = await this.#here.open(this.#place(versionOf(item)));
      this.#entries.set(entry.hash, entry);
      const { version, previous } = record;
      versions.push({ item, version, hash: entry.hash, previous, body: bodyOf(entry) });
    }
    return versions;
  }

  admit(): void {
    requireWriter(this.#parts.context, this.#projectId);
  }

  async stored(version: number): Promise<string | null> {
    // the listing is at hand: what it has not costs no request
    if (!(await this.#versions()).includes(version)) return null;
    return objectHash(await this.#parts.beyond.store.get(fileKey(this.#projectId, this.id, version)));
  }

  async highest(): Promise<number> {
    return (await this.#versions()).at(-1) ?? 0;
  }

  /** SECURITY (promise 5): what was sealed, or its content encrypted, before somebody's access ended does not go as it is. */
  isCurrent(version: WaitingVersion<FileBody>): boolean {
    const { epoch } = requireWriter(this.#parts.context, this.#projectId);
    const { content } = version.body;
    if ((this.#entries.get(version.hash)?.epoch ?? 0) < epoch) return false;
    return content === null || content.epoch >= epoch || this.contents(version).length === 0;
  }

  contents({ body }: WaitingVersion<FileBody>): readonly OutboxItem[] {
    if (body.content === null) return [];
    return this.#parts.waiting.content(body.content.blob).filter(({ operation }) => operation === 'put');
  }

  async theirs(base: Place | null): Promise<Theirs<FileBody> | null> {
    const versions = await this.#versions();
    if (versions.length === 0) {
      if (base === null) return null;
      throw this.#rolledBack();
    }
    const common = base === null ? null : await this.#base(base, versions);
    const newest = await this.#follow(versions, common?.entry ?? undefined);
    if (newest.entry === null) throw new VaultError('damaged', 'No version of a file in the store counts.');
    if (base !== null && common === null && !isTombstone(newest.entry)) throw this.#rolledBack();
    this.#known = newest.entry;
    const before = common?.entry ?? null;
    return { base: before === null ? null : bodyOf(before), body: bodyOf(newest.entry) };
  }

  merge(base: FileBody | null, { hash, body }: WaitingVersion<FileBody>, theirs: FileBody): Merged<FileBody> {
    // what an earlier flush encrypted anew and published is ours still
    const arrived = isRenewalOf(body.content, theirs.content);
    const ours = arrived ? { ...body, content: theirs.content } : body;
    const time = this.#entries.get(hash)?.time ?? body.modified;
    const { context } = this.#parts;
    return mergeFile(base, ours, theirs, { person: context.directory.nameOf(context.accountId), time });
  }

  async prepared(ours: WaitingVersion<FileBody>, theirs: Theirs<FileBody> | null): Promise<WaitingVersion<FileBody>> {
    const { content } = ours.body;
    const isThere = [theirs?.base, theirs?.body].some((body) => body?.content?.blob === content?.blob);
    if (content === null || isThere) return ours;
    const about = { projectId: this.#projectId, size: ours.body.size, content, waiting: this.contents(ours) };
    return { ...ours, body: { ...ours.body, content: await bringContent(this.#parts, about) } };
  }

  async create(body: FileBody): Promise<boolean> {
    const entry = await this.#there.createAs(this.#projectId, this.id, body);
    this.#known = entry ?? undefined;
    return entry !== null;
  }

  async publish(merge: (theirs: FileBody) => FileBody | null): Promise<boolean> {
    if (this.#known === undefined) return false;
    try {
      this.#known = await this.#there.change(this.#known, merge);
      return true;
    } catch (error) {
      if (isVaultError(error, 'not-found')) return false;
      throw error;
    }
  }

  async copy(body: FileBody, { hash }: WaitingVersion<FileBody>): Promise<boolean> {
    const { context, beyond } = this.#parts;
    const id = objectId(besideSeed(hash));
    if (context.index.files(this.#projectId).has(id)) return true;
    if (body.content !== null && (await beyond.store.stat(blobKey(body.content.blob))) === null) {
      throw new VaultError('damaged', `The content of “${body.path}” is neither here nor in the store any more.`);
    }
    const tree = new FileTree(context.index.files(this.#projectId));
    const folder = parentOf(body.path);
    const path = joinPath(
      folder,
      freeName(nameOf(body.path), (name) => tree.has(joinPath(folder, name))),
    );
    const entry = await this.#there.createAs(this.#projectId, id, { ...body, path });
    // an earlier flush has written it: the refresh finds it
    if (entry !== null) await context.index.apply([{ set: 'file', entry }]);
    return true;
  }

  exclusively<T>(work: () => Promise<T>): Promise<T> {
    return inProjectTurn(this.#parts.context, this.#projectId, work);
  }

  async learn(text: string | null, { hash, body }: WaitingVersion<FileBody>): Promise<void> {
    const changes: IndexChange[] = [];
    if (this.#known !== undefined) changes.push({ set: 'file', entry: this.#known });
    const name = this.#known === undefined || this.#known.path === '' ? body.path : this.#known.path;
    const about = { kind: 'file', objectId: this.id, projectId: this.#projectId, name } as const;
    if (text !== null) changes.push({ set: 'notice', notice: noticeOf(about, { text, hash }) });
    await this.#parts.context.index.apply(changes);
    this.#parts.context.events.emit('files-changed', { projectId: this.#projectId });
  }

  async finish(): Promise<void> {
    const { context, mirror, waiting } = this.#parts;
    const entry = context.index.files(this.#projectId).get(this.id);
    if (entry !== undefined && isTombstone(entry) && entry.author === context.accountId) {
      await this.#there.removeBefore(entry);
    }
    await mirror.outbox.remove(waiting.deletions(this.id));
  }

  /** Brings the index to what the store has: for whoever gives up what waits. */
  async accept(): Promise<void> {
    const { index } = this.#parts.context;
    const versions = await this.#versions();
    const found = versions.length === 0 ? null : (await this.#follow(versions)).entry;
    await index.apply([
      found === null ? { remove: 'file', project: this.#projectId, id: this.id } : { set: 'file', entry: found },
    ]);
  }

  /** Null when it is gone with a deletion for good. Throws `rolled-back` for other bytes than ours were written on top of. */
  async #base({ version, hash }: Place, versions: readonly number[]): Promise<Followed | null> {
    if (!versions.includes(version)) return null;
    // SECURITY (promise 3): a store that was rolled back or rewritten below what waits is told, never merged with
    if ((await this.stored(version)) !== hash) throw this.#rolledBack();
    return this.#follow(versions.filter((one) => one <= version));
  }

  #follow(versions: readonly number[], known?: FileRecordEntry): Promise<Followed> {
    return this.#there.follow(this.#projectId, this.id, versions, known);
  }

  #versions(): Promise<number[]> {
    return this.#there.versions(this.#projectId, this.id);
  }

  #place(version: number): { project: string; id: string; version: number } {
    return { project: this.#projectId, id: this.id, version };
  }

  #rolledBack(): VaultError {
    const path = this.#parts.context.index.files(this.#projectId).get(this.id)?.path;
    return new VaultError(
      'rolled-back',
      `The store shows another past of “${path ?? 'a file'}” than this computer has seen.`,
      { details: { project: this.#projectId, id: this.id } },
    );
  }
}
