import { isVaultError, VaultError } from '../../../app/errors.js';
import { objectHash, objectId } from '../../crypto/object-hash.js';
import type { OutboxItem } from '../../store/mirror/mirror.js';
import type { IndexChange, SecretEntry } from '../index/index-entries.js';
import { openTarget } from '../secrets/secret-chain.js';
import { bodyOf, lostVersion, otherPast, SecretRecords, type OpenedSecret } from '../secrets/secret-records.js';
import type { SecretRecord } from '../secrets/secret-record.js';
import { inSecretTurn } from '../secrets/secret-turns.js';
import { secretKey } from '../store-keys.js';
import type { Line, Place, Theirs, WaitingVersion } from './line.js';
import { besideSeed, noticeOf, type LineParts } from './line-parts.js';
import { mergeSecret, type SharedBody } from './merge-secret.js';
import type { Merged } from './three-way.js';
import { versionOf } from './waiting-objects.js';

const sharedOf = (record: SecretRecord): SharedBody => {
  const { author, recipients, exposed } = record;
  // the owner first: whoever else reads it may change
  return { ...bodyOf(record), recipients: [author, ...recipients.filter((one) => one !== author)], exposed };
};

/** One secret of this account whose changes wait. */
export class SecretLine implements Line<SharedBody> {
  readonly id: string;
  readonly kind = 'secret';
  readonly #parts: LineParts;
  /** opens what waits, whatever the index says: after a crash it may know the merge already */
  readonly #here: SecretRecords;
  readonly #listed: SecretRecords;
  /** opens and writes what the store has */
  readonly #there: SecretRecords;
  /** what the store is known to have of it: at first the version that ours were written on top of */
  #known: SecretEntry | undefined;

  constructor(parts: LineParts, id: string) {
    this.id = id;
    this.#parts = parts;
    const { context, beyond, keyRing } = parts;
    const { author, directory, store, index } = context;
    const here = { store, author, keyRing, directory };
    this.#here = new SecretRecords({
      ...here,
      index: { secrets: new Map(), apply: (changes) => index.apply(changes) },
    });
    this.#listed = new SecretRecords({ ...here, index });
    this.#there = new SecretRecords({ store: beyond.store, index: this.#view(), author, keyRing, directory });
  }

  items(): readonly OutboxItem[] {
    return this.#parts.waiting.puts(this.id);
  }

  async waiting(): Promise<WaitingVersion<SharedBody>[]> {
    const versions: WaitingVersion<SharedBody>[] = [];
    for (const item of this.items()) {
      const { record, entry } = await this.#here.open(this.id, versionOf(item));
      const { version, previous } = record;
      versions.push({ item, version, hash: entry.hash, previous, body: sharedOf(record) });
    }
    return versions;
  }

  admit(): void {
    this.#listed.requireOwn(this.id);
  }

  async stored(version: number): Promise<string | null> {
    const { store } = this.#parts.beyond;
    // the listing is at hand: what it has not costs no request
    if (!(await this.#there.versions(this.id)).includes(version)) return null;
    return objectHash(await store.get(secretKey(this.id, version)));
  }

  async highest(): Promise<number> {
    return (await this.#there.versions(this.id)).at(-1) ?? 0;
  }

  isCurrent(): boolean {
    return true; // sealed to those whom the owner chose; whoever else changed that made a version
  }

  contents(): readonly OutboxItem[] {
    return [];
  }

  async theirs(base: Place | null): Promise<Theirs<SharedBody> | null> {
    this.#known = undefined;
    const versions = await this.#there.versions(this.id);
    const highest = versions.at(-1);
    if (highest === undefined) {
      if (base === null) return null;
      throw this.#lost(base);
    }
    const common = base === null ? null : await this.#base(base, versions);
    this.#known = common?.entry;
    const newest = await this.#newest(highest, common);
    this.#known = newest.entry;
    if (base !== null && common === null && newest.record.state !== 'deleted') throw this.#lost(base);
    return { base: common === null ? null : sharedOf(common.record), body: sharedOf(newest.record) };
  }

  merge(base: SharedBody | null, ours: WaitingVersion<SharedBody>, theirs: SharedBody): Merged<SharedBody> {
    // the key of a project, wrapped: both are as good
    if (ours.body.type === 'project') return { next: null, copy: null, notice: null };
    return mergeSecret(base, ours.body, theirs);
  }

  prepared(ours: WaitingVersion<SharedBody>): Promise<WaitingVersion<SharedBody>> {
    return Promise.resolve(ours);
  }

  create(): Promise<boolean> {
    return Promise.resolve(false); // what is new is always sent as it is
  }

  async publish(merge: (theirs: SharedBody) => SharedBody | null): Promise<boolean> {
    try {
      const [entry] = await this.#there.change([this.id], (record) => merge(sharedOf(record)));
      this.#known = entry ?? this.#known;
      return true;
    } catch (error) {
      if (isVaultError(error, 'not-found')) return false;
      throw error;
    }
  }

  async copy(body: SharedBody, { hash }: WaitingVersion<SharedBody>): Promise<boolean> {
    await this.#there.deliver(objectId(besideSeed(hash)), this.#parts.context.accountId, bodyOf(body));
    return true;
  }

  exclusively<T>(work: () => Promise<T>): Promise<T> {
    return inSecretTurn(this.#parts.context.index, work);
  }

  async learn(text: string | null, { hash, body }: WaitingVersion<SharedBody>): Promise<void> {
    const changes: IndexChange[] = [];
    if (this.#known !== undefined) changes.push({ set: 'secret', entry: this.#known });
    const name = this.#known === undefined || this.#known.name === '' ? body.name : this.#known.name;
    const about = { kind: 'secret', objectId: this.id, projectId: null, name } as const;
    if (text !== null) changes.push({ set: 'notice', notice: noticeOf(about, { text, hash }) });
    await this.#parts.context.index.apply(changes);
    this.#parts.context.events.emit('secrets-changed');
  }

  async finish(): Promise<void> {
    const { context, beyond, mirror, waiting } = this.#parts;
    const entry = context.index.secrets.get(this.id);
    if (entry?.state === 'deleted' && entry.author === context.accountId) {
      for (const version of await this.#there.versions(this.id)) {
        if (version < entry.version) await beyond.store.delete(secretKey(this.id, version));
      }
    }
    await mirror.outbox.remove(waiting.deletions(this.id));
  }

  /** Brings the index to what the store has: for whoever gives up what waits. */
  async accept(): Promise<void> {
    const { index } = this.#parts.context;
    const highest = await this.highest();
    this.#known = undefined;
    const entry = highest === 0 ? undefined : (await this.#newest(highest, null)).entry;
    await index.apply([entry === undefined ? { remove: 'secret', id: this.id } : { set: 'secret', entry }]);
  }

  /** Null when it is gone with a deletion for good. Throws `rolled-back` for other bytes than ours were written on top of. */
  async #base({ version, hash }: Place, versions: readonly number[]): Promise<OpenedSecret | null> {
    if (!versions.includes(version)) return null;
    const { accountId, index } = this.#parts.context;
    const opened = await this.#openOwn(version, accountId);
    // SECURITY (promise 3): a store that was rolled back or rewritten below what waits is told, never merged with
    if ((await this.stored(version)) !== hash) {
      const seen = opened?.entry ?? index.secrets.get(this.id);
      throw seen === undefined ? new VaultError('rolled-back') : otherPast(seen);
    }
    if (opened !== null) return opened;
    for (const below of versions.filter((one) => one < version).reverse()) {
      const own = await this.#openOwn(below, accountId);
      if (own !== null) return own;
    }
    return null;
  }

  async #newest(highest: number, base: OpenedSecret | null): Promise<OpenedSecret> {
    const { context, beyond } = this.#parts;
    const { accountId, directory } = context;
    const [change] = await openTarget(
      {
        records: this.#there,
        store: beyond.store,
        accountId,
        knownKids: () => directory.allWrapKids(),
        problems: [], // the refresh tells them
      },
      { id: this.id, version: highest, known: base?.entry },
    );
    const found = change !== undefined && 'set' in change && change.set === 'secret' ? change.entry : base?.entry;
    if (found === undefined) throw new VaultError('damaged');
    return this.#there.open(this.id, found.version);
  }

  /** Null for a version that is not the owner's. */
  async #openOwn(version: number, owner: string): Promise<OpenedSecret | null> {
    try {
      const opened = await this.#there.open(this.id, version);
      return opened.record.author === owner ? opened : null;
    } catch (error) {
      if (isVaultError(error, 'not-a-reader')) return null;
      throw error;
    }
  }

  #lost({ version }: Place): VaultError {
    const seen = this.#parts.context.index.secrets.get(this.id);
    return seen === undefined ? new VaultError('rolled-back') : lostVersion({ ...seen, version });
  }

  /** The index as it would be without what waits of this secret; what is learnt of others goes to the real one. */
  #view(): ConstructorParameters<typeof SecretRecords>[0]['index'] {
    const known = (): SecretEntry | undefined => this.#known;
    const { index } = this.#parts.context;
    const { id } = this;
    return {
      get secrets(): ReadonlyMap<string, SecretEntry> {
        const entry = known();
        return entry === undefined ? new Map<string, SecretEntry>() : new Map([[id, entry]]);
      },
      apply: (changes) =>
        index.apply(
          changes.filter((change) => !('set' in change && change.set === 'secret' && change.entry.id === id)),
        ),
    };
  }
}
