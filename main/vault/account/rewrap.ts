import { VaultError } from '../../../app/errors.js';
import { inParallel } from '../in-parallel.js';
import { noteProblem } from '../refresh-problems.js';
import { bodyForCurrentKey } from '../projects/wrapped-project-key.js';
import type { SecretEntry } from '../index/index-entries.js';
import type { LocalIndex } from '../index/local-index.js';
import type { SecretBody, SecretRecords } from '../secrets/secret-records.js';
import type { AccountDirectory } from './account-directory.js';
import type { KeyRing } from './key-ring.js';

const batchSize = 64;
const parallel = 8;

export type RewrapParts = Readonly<{
  records: SecretRecords;
  index: LocalIndex;
  keyRing: KeyRing;
  directory: AccountDirectory;
  accountId: string;
  locked: AbortSignal;
  /** what is known to be wrong with single secrets: those are left alone, and what comes to light here is added */
  problems: VaultError[];
}>;

/**
 * Seals anew what a change of passphrase left sealed to an older key, ours or that of somebody we share with: a new version of
 * every secret that we own, and a copy of our own of every project key that somebody else handed us. (Secrets of others stay as they are:
 * our card opens the older key, and their owner's vault seals them anew.) What is left to do is read from the index, so it goes on where
 * a crash stopped it.
 */
export const rewrapStale = async (
  parts: RewrapParts,
  onProgress: (fraction: number) => void = () => undefined,
): Promise<void> => {
  if (await isOutdated(parts)) return;
  const troubled = new Set(parts.problems.map(({ details }) => details['id']));
  const sound = ({ id }: SecretEntry): boolean => !troubled.has(id);
  const stale = (await staleSecrets(parts)).filter(sound);
  const handed = staleHandedKeys(parts).filter(sound);
  const note = noteProblem(parts.problems);
  const total = stale.length + handed.length;
  for (let start = 0; start < stale.length; start += batchSize) {
    if (parts.locked.aborted) throw new VaultError('locked');
    const batch = stale.slice(start, start + batchSize).map((entry) => entry.id);
    await parts.records.change(batch, (record, entry) => bodyForCurrentKey(record, entry, parts.keyRing), note);
    onProgress(Math.min(stale.length, start + batchSize) / total);
  }
  for (let start = 0; start < handed.length; start += batchSize) {
    if (parts.locked.aborted) throw new VaultError('locked');
    const copies = await inParallel(handed.slice(start, start + batchSize), parallel, (entry) =>
      copyOf(parts, entry).catch(note),
    );
    await parts.records.create(copies.filter((copy) => copy !== null)).catch(note);
    onProgress(Math.min(total, stale.length + start + batchSize) / total);
  }
};

/** This session has an older key than our newest card says: what it sealed anew it could not open. Another computer does it. */
const isOutdated = async ({ directory, keyRing, accountId }: RewrapParts): Promise<boolean> =>
  (await directory.reader(accountId)).wrap.kid !== keyRing.current.publicKeys.wrap.kid;

const copyOf = async ({ records, keyRing }: RewrapParts, { id, version }: SecretEntry): Promise<SecretBody> => {
  const { record, entry } = await records.open(id, version);
  return bodyForCurrentKey(record, entry, keyRing);
};

/** Ours whose newest version is not sealed to exactly the newest keys of its readers. */
const staleSecrets = async ({ index, directory, accountId }: RewrapParts): Promise<SecretEntry[]> => {
  const own = [...index.secrets.values()].filter(({ author, state }) => author === accountId && state !== 'deleted');
  const newest = new Map<string, string>();
  for (const account of new Set(own.flatMap(({ recipients }) => recipients))) {
    newest.set(account, (await directory.reader(account)).wrap.kid);
  }
  return own.filter(({ recipients, readers }) =>
    recipients.some((account) => !readers.includes(newest.get(account) ?? '')),
  );
};

const slotOf = ({ open }: SecretEntry): string => `${open['projectId'] ?? ''}/${open['epoch'] ?? ''}`;

/** Project keys that others handed to an older key of ours, and that we hold under no newer one. */
const staleHandedKeys = ({ index, keyRing, accountId }: RewrapParts): SecretEntry[] => {
  const current = keyRing.current.publicKeys.wrap.kid;
  const keys = [...index.secrets.values()].filter(({ type, state }) => type === 'project' && state === 'kept');
  const held = new Set(keys.filter(({ kid }) => kid === current).map(slotOf));
  return keys.filter((entry) => entry.author !== accountId && entry.kid !== current && !held.has(slotOf(entry)));
};
