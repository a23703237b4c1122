import { VaultError, isVaultError } from '../../../app/errors.js';
import { objectHash } from '../../crypto/object-hash.js';
import { randomId } from '../../crypto/random-id.js';
import { sealForReaders, sealedReaders } from '../../crypto/sealed-record.js';
import type { Store } from '../../store/store.js';
import type { AccountDirectory } from '../account/account-directory.js';
import { isCardAlarm } from '../account/card-alarm.js';
import { inParallel } from '../in-parallel.js';
import type { IndexChange, SecretEntry } from '../index/index-entries.js';
import type { KeyRing } from '../account/key-ring.js';
import type { LocalIndex } from '../index/local-index.js';
import type { RecordAuthor } from '../account/record-author.js';
import { concealedChanged, entryOf, parseSecretRecord, secretRecordType, type SecretRecord } from './secret-record.js';
import { inSecretTurn } from './secret-turns.js';
import { parseVersionPart, secretKey } from '../store-keys.js';

export type SecretBody = Pick<SecretRecord, 'type' | 'name' | 'tags' | 'favourite' | 'state' | 'fields'>;
/** What a version says, without its place in the chain. */
export const bodyOf = ({ type, name, tags, favourite, state, fields }: SecretBody): SecretBody => ({
  type,
  name,
  tags,
  favourite,
  state,
  fields,
});

export type OpenedSecret = Readonly<{ record: SecretRecord; entry: SecretEntry }>;

export type NextVersion = SecretBody & Partial<Pick<SecretRecord, 'recipients' | 'exposed'>>;

/** What the next version says, from what the newest says; null when it may stay as it is. */
export type Alteration = (record: SecretRecord, entry: SecretEntry) => NextVersion | null;

type Head = Readonly<{ version: number; hash: string }>;

const racesToLose = 8;
const parallel = 8;

export type SecretRecordsParts = Readonly<{
  store: Store;
  index: Pick<LocalIndex, 'secrets' | 'apply'>;
  author: RecordAuthor;
  keyRing: KeyRing;
  directory: AccountDirectory;
  /** the store without what waits here to be sent; left out where nothing ever does */
  beyond?: Store;
  /** whether versions of a secret wait here to be sent; left out where nothing ever does */
  isWaiting?: (secretId: string) => boolean;
}>;

/** Secrets as the store holds them: sealed, signed, versioned. Writes store and index; knows nothing of forms and lists. */
export class SecretRecords {
  readonly #parts: SecretRecordsParts;

  constructor(parts: SecretRecordsParts) {
    this.#parts = parts;
  }

  /** Opens and verifies one version. Throws `not-found`, `not-a-reader`, `damaged`, `rolled-back`. */
  async open(secretId: string, version: number): Promise<OpenedSecret> {
    const stored = await this.#stored(secretId, version);
    const opened = await this.#parts.keyRing.open(stored);
    try {
      const payload = await this.#parts.author.verify(
        secretRecordType,
        Buffer.from(opened.plaintext).toString('latin1'),
      );
      const record = parseSecretRecord(payload, secretId, version);
      await this.#checkReaders(record, sealedReaders(stored));
      return { record, entry: entryOf(record, stored, opened.kid) };
    } finally {
      opened.plaintext.fill(0);
    }
  }

  /**
   * Throws `damaged` for a record that is sealed to a key which no account card has: a store that renames a reader's key
   * would otherwise hide the record from that reader without a trace. False when it is for us after all: sealed to the key of
   * a newer passphrase, which this session has not.
   */
  async checkForeign(
    secretId: string,
    version: number,
    knownKids: () => Promise<ReadonlySet<string>>,
  ): Promise<boolean> {
    const kids = sealedReaders(await this.#parts.store.get(secretKey(secretId, version)));
    const known = await knownKids();
    if (kids.some((kid) => !known.has(kid))) {
      throw new VaultError('damaged', 'A secret is sealed to a key that no account has.', {
        details: { id: secretId },
      });
    }
    const ours = await this.#parts.directory.wrapKids(this.#parts.author.accountId);
    return !kids.some((kid) => ours.includes(kid));
  }

  /** The newest version that this computer knows of. Throws `not-found`, and `rolled-back` when the store lost it. */
  async newest(secretId: string): Promise<OpenedSecret> {
    const entry = this.#parts.index.secrets.get(secretId);
    if (entry === undefined || entry.state === 'deleted') throw new VaultError('not-found');
    try {
      return await this.open(secretId, entry.version);
    } catch (error) {
      if (!isVaultError(error, 'not-found')) throw error;
      if (await this.#isOutdated(entry)) return this.newest(secretId);
      throw lostVersion(entry);
    }
  }

  /**
   * Where the versions are that lead to the one in the index. Between a merge and taking ours out of the outbox (main/vault/sync), and after
   * a crash there, that is the store without what waits.
   */
  async shown(secretId: string): Promise<Readonly<{ records: SecretRecords; store: Store }>> {
    const { store, beyond, index, isWaiting } = this.#parts;
    const seen = index.secrets.get(secretId);
    if (beyond === undefined || seen === undefined || isWaiting?.(secretId) !== true) return { records: this, store };
    const stored = await store.get(secretKey(secretId, seen.version)).catch(nullIfAway);
    if (stored !== null && objectHash(stored) === seen.hash) return { records: this, store };
    return { records: new SecretRecords({ ...this.#parts, store: beyond }), store: beyond };
  }

  /** Version numbers that the store still holds, ascending. */
  async versions(secretId: string): Promise<number[]> {
    const versions: number[] = [];
    for await (const { key } of this.#parts.store.list(`secrets/${secretId}/`)) {
      const version = parseVersionPart(key.slice(key.lastIndexOf('/') + 1));
      if (version !== undefined) versions.push(version);
    }
    return versions;
  }

  /** Writes new secrets of this account; durable when it resolves. */
  async create(bodies: readonly SecretBody[]): Promise<SecretEntry[]> {
    const { author, index } = this.#parts;
    const entries = await inParallel(bodies, parallel, async (body) => {
      const time = new Date().toISOString();
      const entry = await this.#publish({
        ...body,
        id: randomId(),
        version: 1,
        previous: null,
        author: author.accountId,
        time,
        created: time,
        recipients: [author.accountId],
        exposed: [],
      });
      if (entry === null) throw new VaultError('internal', 'A new random id was already taken.');
      return entry;
    });
    await index.apply(entries.map((entry): IndexChange => ({ set: 'secret', entry })));
    return entries;
  }

  /**
   * Writes version 1 of a secret under a given id, sealed to one account alone; false when somebody has written it already.
   * It is not ours to change unless the account is our own, and only then stands in our index. Durable when it resolves.
   */
  async deliver(id: string, recipient: string, body: SecretBody): Promise<boolean> {
    const { author, index } = this.#parts;
    const time = new Date().toISOString();
    const entry = await this.#publish({
      ...body,
      id,
      version: 1,
      previous: null,
      author: author.accountId,
      time,
      created: time,
      recipients: [recipient],
      exposed: [],
    });
    if (entry === null) return false;
    const change: IndexChange =
      recipient === author.accountId ? { set: 'secret', entry } : { set: 'foreign', key: secretKey(id, 1) };
    await index.apply([change]);
    return true;
  }

  /**
   * Writes the next version of each secret; when another client was quicker, `alter` is applied again to what it wrote.
   * Throws `not-allowed` for a secret of somebody else, `conflict` only after losing many races in a row.
   * @param onDefect what to do about a secret that cannot be changed; by default its error ends the work on all
   */
  change(
    secretIds: readonly string[],
    alter: Alteration,
    onDefect: (error: unknown) => null = rethrow,
  ): Promise<SecretEntry[]> {
    return inSecretTurn(this.#parts.index, async () => {
      for (const secretId of secretIds) this.requireOwn(secretId);
      const changed = await inParallel(secretIds, parallel, (secretId) =>
        this.#changeOne(secretId, alter).catch(onDefect),
      );
      const entries = changed.filter((entry) => entry !== null);
      await this.#parts.index.apply(entries.map((entry): IndexChange => ({ set: 'secret', entry })));
      return entries;
    });
  }

  /** Writes the tombstone version, also for those who could read it until lately, and removes every earlier object. */
  async delete(secretIds: readonly string[]): Promise<void> {
    await this.change(secretIds, (record) => ({
      type: record.type,
      name: '',
      tags: [],
      favourite: false,
      state: 'deleted',
      fields: {},
      recipients: [...new Set([...record.recipients, ...record.exposed])],
      exposed: [],
    }));
    // what waits is merged with what others did meanwhile: until then the versions that it was written on top of are needed
    const sent = secretIds.filter((secretId) => this.#parts.isWaiting?.(secretId) !== true);
    await inParallel(sent, parallel, async (secretId) => {
      const newest = this.#parts.index.secrets.get(secretId)?.version ?? 0;
      for (const version of await this.versions(secretId)) {
        if (version < newest) await this.#parts.store.delete(secretKey(secretId, version));
      }
    });
  }

  /** SECURITY (promise 3): the version that this computer knows is those bytes and no others. */
  async #stored(secretId: string, version: number): Promise<Uint8Array> {
    const key = secretKey(secretId, version);
    const stored = await this.#parts.store.get(key);
    const seen = this.#parts.index.secrets.get(secretId);
    if (seen?.version !== version || seen.hash === objectHash(stored)) return stored;
    // between a merge and taking ours out of the outbox, ours still stands at the place of the merged one
    const merged = await this.#parts.beyond?.get(key).catch(nullIfAway);
    if (merged instanceof Uint8Array && seen.hash === objectHash(merged)) return merged;
    if (await this.#isOutdated(seen)) return this.#stored(secretId, version);
    throw otherPast(seen);
  }

  /** Whether another process of this profile has learnt more of a secret than `entry`; it is in the index then. */
  async #isOutdated({ id, version, hash }: SecretEntry): Promise<boolean> {
    await this.#parts.index.apply([]);
    const known = this.#parts.index.secrets.get(id);
    return known?.version !== version || known.hash !== hash;
  }

  /** SECURITY (promise 1): the signed list of recipients is the list of those it is sealed to, neither more nor fewer. */
  async #checkReaders(record: SecretRecord, kids: readonly string[]): Promise<void> {
    const { directory } = this.#parts;
    const unmatched = new Set(kids);
    // two accounts of the coretex suite with one passphrase have one key: the record names it once
    const match = async (accountId: string): Promise<boolean> => {
      const newestFirst = (await directory.wrapKids(accountId)).reverse();
      return newestFirst.some((kid) => unmatched.delete(kid)) || newestFirst.some((kid) => kids.includes(kid));
    };
    for (const accountId of record.recipients) {
      if (await match(accountId)) continue;
      // its author may have seen a newer card of this reader than we have
      await directory.refresh(accountId).catch((error: unknown) => {
        if (!isCardAlarm(error)) throw error; // the directory keeps it
      });
      if (!(await match(accountId))) unmatched.add('');
    }
    if (unmatched.size > 0) {
      throw new VaultError('damaged', 'A secret is sealed to others than its author meant.', {
        details: { id: record.id, version: record.version },
      });
    }
  }

  /** Throws `not-allowed` for a secret of somebody else. */
  requireOwn(secretId: string): void {
    const { author, directory, index } = this.#parts;
    const entry = index.secrets.get(secretId);
    if (entry === undefined || entry.author === author.accountId) return;
    throw new VaultError(
      'not-allowed',
      `“${entry.name}” belongs to “${directory.nameOf(entry.author)}”. Only its owner can change or share it.`,
    );
  }

  async #changeOne(secretId: string, alter: Alteration): Promise<SecretEntry> {
    let newest = await this.newest(secretId);
    let head: Head = newest.entry;
    for (let race = 0; race < racesToLose; race += 1) {
      const altered = alter(newest.record, newest.entry);
      if (altered === null) return newest.entry;
      const next = await this.#publish({
        ...newest.record,
        exposed: concealedChanged(newest.record, altered) ? [] : newest.record.exposed,
        ...altered,
        version: head.version + 1,
        previous: head.hash,
        author: this.#parts.author.accountId,
        time: new Date().toISOString(),
      });
      if (next !== null) return next;
      ({ newest, head } = await this.#winner(secretId, head));
    }
    throw new VaultError('conflict');
  }

  /** What the store holds now, after a lost race: the newest version of ours, and the newest one of all to go on top of. */
  async #winner(secretId: string, lost: Head): Promise<{ newest: OpenedSecret; head: Head }> {
    const versions = (await this.versions(secretId)).reverse();
    const [highest] = versions;
    if (highest === undefined) throw new VaultError('not-found');
    const seen = this.#parts.index.secrets.get(secretId);
    // SECURITY (promise 3): what was merged meanwhile is in the index as such; anything else that is gone was lost
    if (highest < lost.version && seen !== undefined && seen.version >= lost.version && !(await this.#isOutdated(seen)))
      throw lostVersion(seen, highest);
    const head = { version: highest, hash: objectHash(await this.#parts.store.get(secretKey(secretId, highest))) };
    for (const version of versions) {
      const opened = await this.#openBy(this.#parts.author.accountId, secretId, version);
      if (opened === null) continue;
      if (opened.record.state === 'deleted')
        throw new VaultError('not-found', 'Someone deleted this for good meanwhile.');
      return { newest: opened, head };
    }
    throw new VaultError('not-found');
  }

  /** SECURITY (promise 3): null for a version that somebody else than the owner wrote, or sealed without us: it counts for nothing. */
  async #openBy(owner: string, secretId: string, version: number): Promise<OpenedSecret | null> {
    try {
      const opened = await this.open(secretId, version);
      return opened.record.author === owner ? opened : null;
    } catch (error) {
      if (isForeign(error)) return null;
      throw error;
    }
  }

  /** Null when that version already exists. */
  async #publish(record: SecretRecord): Promise<SecretEntry | null> {
    const { author, directory, keyRing, store } = this.#parts;
    const jws = Buffer.from(await author.sign(secretRecordType, record), 'latin1');
    const readers = await Promise.all(record.recipients.map((accountId) => directory.reader(accountId)));
    const stored = await sealForReaders(jws, readers);
    jws.fill(0);
    const { previous: hash, version } = record;
    const onTopOf = hash === null ? null : { key: secretKey(record.id, version - 1), hash };
    const created = await store.putIfAbsent(secretKey(record.id, version), stored, { onTopOf });
    const own = readers[record.recipients.indexOf(author.accountId)]?.wrap ?? keyRing.current.publicKeys.wrap;
    return created ? entryOf(record, stored, own.kid) : null;
  }
}

/** What cannot be read of the store now may still be what waits here. */
const nullIfAway = (error: unknown): null => {
  if (isVaultError(error, 'not-found', 'store-unreachable')) return null;
  throw error;
};

const rethrow = (error: unknown): never => {
  throw error;
};

/** The store has less of a secret than this computer has seen. */
export const lostVersion = ({ id, name, version }: SecretEntry, found = 0): VaultError =>
  new VaultError('rolled-back', `The store lost the newest version of “${name || 'a deleted secret'}”.`, {
    details: { id, seen: version, found },
  });

/** The store shows other bytes for a version than this computer has seen. */
export const otherPast = ({ id, name, version }: SecretEntry): VaultError =>
  new VaultError('rolled-back', `The store shows another past of “${name}” than this computer saw.`, {
    details: { id, version },
  });

/** Whether an error says that a record is not for us, rather than that something is wrong. */
export const isForeign = (error: unknown): boolean => isVaultError(error, 'not-a-reader');

/** SECURITY (promise 3): a version must name the bytes of the one before it. */
export const checkLink = (record: SecretRecord, previousStored: Uint8Array): void => {
  if (record.previous !== objectHash(previousStored)) {
    throw new VaultError('damaged', 'A version of a secret does not follow the one before it.', {
      details: { id: record.id, version: record.version },
    });
  }
};
