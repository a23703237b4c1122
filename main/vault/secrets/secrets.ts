import { isVaultError, VaultError } from '../../../app/errors.js';
import {
  fieldSpec,
  isConcealed,
  secretDraft,
  secretFields,
  secretPatch,
  type SecretDetail,
  type SecretDraft,
  type SecretPatch,
  type SecretSummary,
  type SecretVersion,
  unsavedTag,
} from '../../../app/model/secret.js';
import { oneTimeCode, type OneTimeCode } from '../../crypto/one-time-code.js';
import type { AccountDirectory } from '../account/account-directory.js';
import type { VaultEmitter } from '../events.js';
import type { SecretEntry } from '../index/index-entries.js';
import type { LocalIndex } from '../index/local-index.js';
import { resolveByName } from '../resolve-name.js';
import { changedParts } from './secret-history.js';
import { summaryOf, type SecretRecord, type Viewer } from './secret-record.js';
import { checkNewReaders, withContentsOf, withoutReaders, withReaders } from './secret-readers.js';
import { bodyOf, checkLink, type Alteration, type SecretBody, type SecretRecords } from './secret-records.js';
import { SecretSearch } from './secret-search.js';
import { secretKey } from '../store-keys.js';
import type { Store } from '../../store/store.js';
import type { Secrets } from '../vault.js';

const isVisible = (entry: SecretEntry): boolean => entry.type !== 'project' && entry.state !== 'deleted';

/** Fields in the order a person reads them: those the type knows, then their own. */
const orderedFields = (record: Pick<SecretRecord, 'type' | 'fields'>): string[] => {
  const known = secretFields[record.type].map((field) => field.name);
  const own = Object.keys(record.fields).filter((name) => !known.includes(name));
  return [...known.filter((name) => name in record.fields), ...own];
};

const requireFields = ({ type, tags, fields }: Pick<SecretBody, 'type' | 'tags' | 'fields'>): void => {
  if (tags.includes(unsavedTag)) return;
  const missing = secretFields[type].find((field) => field.required === true && (fields[field.name] ?? '') === '');
  if (missing !== undefined) {
    throw new VaultError('invalid-input', `A secret of type ${type} needs the field “${missing.name}”.`, {
      details: { field: missing.name },
    });
  }
};

/** A patch applied to the newest fields: what it does not name stays, null removes. */
const patched = (record: SecretRecord, patch: SecretPatch): SecretBody => {
  const fields = new Map(Object.entries(record.fields));
  for (const [name, value] of Object.entries(patch.fields ?? {})) {
    if (value === null) fields.delete(name);
    else fields.set(name, value);
  }
  const body: SecretBody = {
    type: record.type,
    state: record.state,
    name: patch.name ?? record.name,
    tags: patch.tags ?? record.tags,
    favourite: patch.favourite ?? record.favourite,
    fields: Object.fromEntries(fields),
  };
  requireFields(body);
  return body;
};

const fieldsOf = (record: SecretRecord): SecretDetail['fields'] =>
  orderedFields(record).map((name) => {
    const { label, kind } = fieldSpec(record.type, name);
    const value = record.fields[name] ?? '';
    return { name, label, kind, value: isConcealed(kind) ? null : value, length: Array.from(value).length };
  });

const parsed = <T>(
  result:
    { success: true; data: T } | { success: false; error: { issues: { path: PropertyKey[]; message: string }[] } },
): T => {
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new VaultError(
    'invalid-input',
    `${issue?.path.map(String).join('.') || 'input'}: ${issue?.message ?? 'not acceptable'}`,
  );
};

export type SecretCollectionParts = Readonly<{
  records: SecretRecords;
  index: LocalIndex;
  store: Store;
  events: VaultEmitter;
  directory: AccountDirectory;
  accountId: string;
}>;

/** The secrets of this vault's owner and those shared with them, served from the index; one record is opened only when a person opens it. */
export class SecretCollection implements Secrets {
  readonly #records: SecretRecords;
  readonly #index: LocalIndex;
  readonly #events: VaultEmitter;
  readonly #directory: AccountDirectory;
  readonly #viewer: Viewer;
  readonly #search = new SecretSearch();

  constructor(parts: SecretCollectionParts) {
    this.#records = parts.records;
    this.#index = parts.index;
    this.#events = parts.events;
    this.#directory = parts.directory;
    this.#viewer = { accountId: parts.accountId, nameOf: (accountId) => parts.directory.nameOf(accountId) };
  }

  list(): SecretSummary[] {
    return this.#visible()
      .sort((a, b) => (a.modified < b.modified ? 1 : a.modified > b.modified ? -1 : 0))
      .map((entry) => this.#summary(entry));
  }

  search(text: string): string[] {
    return this.#search.find(this.#visible(), text);
  }

  resolve(nameOrId: string): SecretSummary {
    return this.#summary(resolveByName(this.#visible(), nameOrId, (entry) => entry.state === 'kept'));
  }

  async get(id: string, version?: number): Promise<SecretDetail> {
    const { record, entry } = await this.#open(id, version);
    const { recipients, exposed, author, created } = record;
    const others = recipients.filter((account) => account !== author);
    return {
      ...this.#summary({ ...entry, ended: this.#entry(id).ended }),
      author,
      created,
      sharedWith: await Promise.all([author, ...others].map((account) => this.#named(account))),
      exposedTo: await Promise.all(exposed.map((account) => this.#named(account))),
      fields: fieldsOf(record),
    };
  }

  async reveal(id: string, field: string, version?: number): Promise<string> {
    const { record } = await this.#open(id, version);
    const value = Object.hasOwn(record.fields, field) ? record.fields[field] : undefined;
    if (value === undefined) throw new VaultError('not-found', `This secret has no field “${field}”.`);
    return value;
  }

  async revealAll(id: string, version?: number): Promise<Record<string, string>> {
    const { record } = await this.#open(id, version);
    return Object.fromEntries(orderedFields(record).map((name) => [name, record.fields[name] ?? '']));
  }

  async totp(id: string, field: string): Promise<OneTimeCode> {
    return oneTimeCode(await this.reveal(id, field), Date.now());
  }

  async add(draft: SecretDraft): Promise<SecretSummary> {
    const [summary] = await this.addAll([draft]);
    if (summary === undefined) throw new VaultError('internal');
    return summary;
  }

  /** Adds many at once, as an import does: all are checked before the first is written. */
  async addAll(drafts: readonly SecretDraft[]): Promise<SecretSummary[]> {
    const bodies = drafts.map((draft): SecretBody => {
      const body = parsed(secretDraft.safeParse(draft));
      requireFields(body);
      return { ...body, state: 'kept' };
    });
    const entries = await this.#records.create(bodies);
    this.#events.emit('secrets-changed');
    return entries.map((entry) => this.#summary(entry));
  }

  /** Drops folded search text: called on lock. */
  forget(): void {
    this.#search.clear();
  }

  async edit(id: string, patch: SecretPatch): Promise<SecretSummary> {
    const checked = parsed(secretPatch.safeParse(patch));
    return this.#change(id, (record) => patched(record, checked));
  }

  async history(id: string): Promise<SecretVersion[]> {
    const { store } = await this.#records.shown(id);
    const opened = await this.#readable(id);
    for (const record of opened) {
      if (record.version > 1) checkLink(record, await store.get(secretKey(id, record.version - 1)));
    }
    return opened
      .map((record, position) => ({
        version: record.version,
        time: record.time,
        author: record.author,
        name: record.name,
        trashed: record.state === 'trashed',
        changed: changedParts(opened[position - 1], record),
      }))
      .reverse();
  }

  /** The versions that we can open and that are the owner's, oldest first. */
  async #readable(id: string): Promise<SecretRecord[]> {
    this.#entry(id);
    const opened: SecretRecord[] = [];
    const { records } = await this.#records.shown(id);
    for (const version of await records.versions(id)) {
      const record = await this.#openVersion(records, id, version);
      if (record !== null) opened.push(record);
    }
    return opened;
  }

  /** Null for a version that was not sealed to us, or that is not its owner's. */
  async #openVersion(records: SecretRecords, id: string, version: number): Promise<SecretRecord | null> {
    try {
      const { record } = await records.open(id, version);
      return record.author === this.#entry(id).author ? record : null;
    } catch (error) {
      if (isVaultError(error, 'not-a-reader')) return null;
      throw error;
    }
  }

  async restoreVersion(id: string, version: number): Promise<SecretSummary> {
    this.#requireOwn(id);
    const { record: earlier } = await this.#open(id, version);
    return this.#change(id, withContentsOf(earlier, await this.#readable(id)));
  }

  async trash(ids: readonly string[]): Promise<void> {
    await this.#setState(ids, 'trashed');
  }

  async restore(ids: readonly string[]): Promise<void> {
    await this.#setState(ids, 'kept');
  }

  async purge(ids: readonly string[]): Promise<void> {
    const entries = ids.map((id) => this.#entry(id));
    const kept = entries.find((entry) => entry.state !== 'trashed');
    if (kept !== undefined)
      throw new VaultError('invalid-input', `“${kept.name}” is not in the trash. Move it there first.`);
    await this.#records.delete(ids);
    this.#events.emit('secrets-changed');
  }

  async share(id: string, accountIds: readonly string[]): Promise<SecretDetail> {
    const { recipients } = this.#requireOwn(id);
    await checkNewReaders(
      this.#directory,
      accountIds.filter((account) => !recipients.includes(account)),
    );
    await this.#change(id, withReaders(accountIds));
    return this.get(id);
  }

  async unshare(id: string, accountIds: readonly string[]): Promise<SecretDetail> {
    const { author, name } = this.#requireOwn(id);
    if (accountIds.includes(author)) throw new VaultError('invalid-input', `“${name}” cannot be taken from its owner.`);
    await this.#change(id, withoutReaders(accountIds));
    return this.get(id);
  }

  #summary(entry: SecretEntry): SecretSummary {
    return summaryOf(entry, this.#viewer);
  }

  async #named(account: string): Promise<SecretDetail['sharedWith'][number]> {
    const pinned = await this.#directory.pinned(account);
    return { id: account, name: this.#directory.nameOf(account), kind: pinned?.card.kind ?? 'person' };
  }

  #visible(): SecretEntry[] {
    return [...this.#index.secrets.values()].filter(isVisible);
  }

  #entry(id: string): SecretEntry {
    const entry = this.#index.secrets.get(id);
    if (entry === undefined || !isVisible(entry)) throw new VaultError('not-found');
    return entry;
  }

  /** Throws `not-found`, and `not-allowed` for a secret of somebody else. */
  #requireOwn(id: string): SecretEntry {
    const entry = this.#entry(id);
    this.#records.requireOwn(id);
    return entry;
  }

  async #open(id: string, version?: number): Promise<{ record: SecretRecord; entry: SecretEntry }> {
    const known = this.#entry(id);
    const { records } = await this.#records.shown(id);
    const opened = await records.open(id, version ?? known.version);
    // SECURITY (promise 3): a version that somebody else wrote counts for nothing, also when it is asked for.
    if (opened.record.author === known.author) return opened;
    throw new VaultError('damaged', 'This version was written by somebody who may not change the secret.');
  }

  async #change(id: string, alter: Alteration): Promise<SecretSummary> {
    this.#entry(id);
    const [entry] = await this.#records.change([id], alter);
    this.#events.emit('secrets-changed');
    if (entry === undefined) throw new VaultError('internal');
    return this.#summary(entry);
  }

  async #setState(ids: readonly string[], state: 'kept' | 'trashed'): Promise<void> {
    const due = ids.filter((id) => this.#entry(id).state !== state);
    await this.#records.change(due, (record) => ({ ...bodyOf(record), state }));
    this.#events.emit('secrets-changed');
  }
}
