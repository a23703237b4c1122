import { VaultError, isVaultError } from '../../../app/errors.js';
import type { Store } from '../../store/store.js';
import type { AccountDirectory } from '../account/account-directory.js';
import { inParallel } from '../in-parallel.js';
import type { SecretEntry } from '../index/index-entries.js';
import type { LocalIndex } from '../index/local-index.js';
import { openTarget, type Target } from './secret-chain.js';
import { lostVersion, type SecretRecords } from './secret-records.js';
import { parseVersionPart, secretKey } from '../store-keys.js';

const batchSize = 256;

/** The highest version of every secret in the store. */
const newestVersions = async (store: Store, signal: AbortSignal): Promise<Map<string, number>> => {
  const newest = new Map<string, number>();
  for await (const { key } of store.list('secrets/', { signal })) {
    const [, id, part] = key.split('/');
    const version = parseVersionPart(part ?? '');
    if (id !== undefined && version !== undefined && version > (newest.get(id) ?? 0)) newest.set(id, version);
  }
  return newest;
};

/** SECURITY (promise 3): less than what this computer has seen is a rollback, never a silent update. */
const rollbacks = (seen: readonly SecretEntry[], newest: ReadonlyMap<string, number>): VaultError[] =>
  seen
    .filter((entry) => (newest.get(entry.id) ?? 0) < entry.version)
    .map((entry) => lostVersion(entry, newest.get(entry.id) ?? 0));

const targets = (index: LocalIndex, newest: ReadonlyMap<string, number>): Target[] =>
  [...newest]
    .map(([id, version]) => ({ id, version, known: index.secrets.get(id) }))
    .filter(({ id, version, known }) => version > (known?.version ?? 0) && !index.foreign.has(secretKey(id, version)));

export type RefreshParts = Readonly<{
  store: Store;
  index: LocalIndex;
  records: SecretRecords;
  directory: AccountDirectory;
  accountId: string;
  locked: AbortSignal;
  /** secrets of which versions wait here: the flush (main/vault/sync) looks at them, with what others wrote meanwhile */
  isWaiting: (secretId: string) => boolean;
  /** records opened at the same time */
  parallel?: number;
  onProgress: (progress: { done: number; total: number }) => void;
}>;

/**
 * Brings the index up to the store: opens what is new, one RSA operation each. Gives what is wrong with single records
 * (damaged, forged, rolled back) and leaves the index at the last good state of those; throws when the store does not answer.
 */
export const refreshSecrets = async (parts: RefreshParts): Promise<{ problems: VaultError[]; changed: boolean }> => {
  const { store, index, locked } = parts;
  // what is written while the store is listed is not in the listing, and no rollback either
  const seen = [...index.secrets.values()].filter(({ id }) => !parts.isWaiting(id));
  const newest = await newestVersions(store, locked);
  const problems = rollbacks(seen, newest);
  const work = targets(index, newest).filter(({ id }) => !parts.isWaiting(id));
  let kids: Promise<ReadonlySet<string>> | undefined;
  const knownKids = (): Promise<ReadonlySet<string>> => (kids ??= parts.directory.allWrapKids());
  for (let start = 0; start < work.length; start += batchSize) {
    if (locked.aborted) throw new VaultError('locked');
    const changes = await inParallel(work.slice(start, start + batchSize), parts.parallel ?? 8, (target) =>
      openTarget({ ...parts, knownKids, problems }, target).catch((error: unknown) => {
        // deleted for good between listing and reading; if it was lost instead, the next look tells
        if (isVaultError(error, 'not-found')) return [];
        if (!isVaultError(error, 'damaged', 'rolled-back', 'unsupported-version', 'changed-card')) throw error;
        problems.push(error);
        return [];
      }),
    );
    await index.apply(changes.flat());
    if (work.length > batchSize)
      parts.onProgress({ done: Math.min(start + batchSize, work.length), total: work.length });
  }
  return { problems, changed: work.length > 0 };
};
