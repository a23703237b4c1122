import { isVaultError, VaultError } from '../../../app/errors.js';
import { objectHash } from '../../crypto/object-hash.js';
import type { Store } from '../../store/store.js';
import type { IndexChange, SecretEntry } from '../index/index-entries.js';
import { secretKey } from '../store-keys.js';
import { isForeign, otherPast, type OpenedSecret, type SecretRecords } from './secret-records.js';

/** A secret of which the store has more than the index. */
export type Target = Readonly<{ id: string; version: number; known: SecretEntry | undefined }>;

export type ChainParts = Readonly<{
  records: SecretRecords;
  store: Store;
  accountId: string;
  knownKids: () => Promise<ReadonlySet<string>>;
  /** what counts for nothing and is worth telling */
  problems: VaultError[];
}>;

/**
 * Finds the newest version that counts and follows the chain back to the one this computer knew; gives what the index learns.
 * SECURITY (promise 3): a secret has one owner, the author of every version. What somebody else wrote in its place is passed
 * over and told; what its owner sealed without us ends our reading, and the last version that we could read stays.
 */
export const openTarget = async (parts: ChainParts, target: Target): Promise<IndexChange[]> => {
  const { records, accountId, problems } = parts;
  const { id, known } = target;
  for (let version = target.version; version > (known?.version ?? 0); version -= 1) {
    const opened = await openOrNull(records, id, version);
    const owner = opened?.record.author === accountId ? accountId : await knownOwner(parts, target);
    if (opened === null) {
      if (!(await records.checkForeign(id, version, parts.knownKids))) return [];
      if (owner !== accountId) return ended(target, version);
      problems.push(intruded(target, version));
    } else if (opened.record.author !== (owner ?? opened.record.author)) {
      problems.push(intruded(target, version));
    } else {
      await followBack(parts, target, opened);
      return [{ set: 'secret', entry: opened.entry }];
    }
  }
  return [];
};

/**
 * Whose secret it is: what this computer knew, else ourselves when version 1 is of our making, which nobody can forge. Undefined when
 * it cannot be told: then `followBack` refuses a secret of several authors.
 */
const knownOwner = async (
  { records, accountId }: ChainParts,
  { id, version, known }: Target,
): Promise<string | undefined> => {
  if (known !== undefined || version === 1) return known?.author;
  try {
    return (await openOrNull(records, id, 1))?.record.author === accountId ? accountId : undefined;
  } catch (error) {
    if (isVaultError(error, 'not-found', 'damaged')) return undefined;
    throw error;
  }
};

const openOrNull = async (records: SecretRecords, id: string, version: number): Promise<OpenedSecret | null> => {
  try {
    return await records.open(id, version);
  } catch (error) {
    if (isForeign(error)) return null;
    throw error;
  }
};

/** The newest version is not for us (any more): it is not opened again. */
const ended = ({ id, version, known }: Target, found: number): IndexChange[] => {
  const foreign: IndexChange = { set: 'foreign', key: secretKey(id, version) };
  // above a version that is void for its owner there may be one for us again: then everything is looked at next time
  const seen = found === version ? [foreign] : [];
  return known === undefined ? seen : [...seen, { set: 'secret', entry: { ...known, ended: true } }];
};

const intruded = ({ id, known }: Target, version: number): VaultError =>
  new VaultError(
    'damaged',
    `Somebody who may not change “${known?.name ?? 'a secret'}” wrote a version of it. It counts for nothing.`,
    { details: { id, version } },
  );

/**
 * Checks each link from `opened` down to what was known; of a secret of somebody else that is seen for the first time, that all
 * versions which we can open are its owner's. Versions in between that are sealed to others cannot be looked into: the link below such a
 * one stands unchecked, its bytes are fixed by the link above it.
 */
const followBack = async (parts: ChainParts, { id, known }: Target, opened: OpenedSecret): Promise<void> => {
  const { records, store, accountId } = parts;
  const owner = opened.record.author;
  if (opened.record.state === 'deleted' || (known === undefined && owner === accountId)) return;
  const lowest = known?.version ?? 1;
  let newer: OpenedSecret | null = opened;
  for (let version = opened.record.version - 1; version >= lowest; version -= 1) {
    const stored = await store.get(secretKey(id, version)).catch((error: unknown) => {
      throw isVaultError(error, 'not-found') ? brokenLink(id, version + 1) : error;
    });
    if (version === known?.version && objectHash(stored) !== known.hash) throw otherPast(known);
    if (newer !== null && newer.record.previous !== objectHash(stored)) throw brokenLink(id, newer.record.version);
    if (version === known?.version) return;
    const below = await openOrNull(records, id, version);
    if (known === undefined && below !== null && below.record.author !== owner) throw brokenLink(id, version);
    newer = below !== null && below.record.author === owner ? below : null;
  }
};

const brokenLink = (id: string, version: number): VaultError =>
  new VaultError('damaged', 'A version of a secret does not follow the one before it.', { details: { id, version } });
