import { isVaultError, VaultError } from '../../../app/errors.js';
import { maxStoredBytes } from '../../crypto/record-format.js';
import type { Store } from '../../store/store.js';
import type { VaultContext } from '../context.js';
import type { FileRecords } from '../files/file-records.js';
import type { SecretRecords } from '../secrets/secret-records.js';
import type { Damage } from '../vault.js';
import type { BlobReference } from './blob-references.js';
import type { Held, HeldObjects } from './held-objects.js';
import type { Inventory } from './inventory.js';
import type { LocalCopies } from './local-copies.js';

/** What a check works with. */
export type Examination = Readonly<{
  /** the vault's own, but its store is `held` */
  context: VaultContext;
  /** the store itself, never what this computer keeps of it */
  store: Store;
  held: HeldObjects;
  secrets: SecretRecords;
  files: FileRecords;
  inventory: Inventory;
  copies: LocalCopies;
  storeId: string;
  /** keys of what was written here and waits to be sent */
  waiting: ReadonlySet<string>;
  /** thumbprints of the wrapping keys of every account */
  knownKids: () => Promise<ReadonlySet<string>>;
  signal: AbortSignal;
}>;

export type Fault = Omit<Damage, 'repairable'>;

export type Verdict = Readonly<{
  faults: readonly Fault[];
  /** objects that only others could judge */
  unjudged: number;
  references?: readonly BlobReference[];
  /** a project of which a version could not be read: nothing of it is garbage */
  unread?: string;
}>;

/** Objects that can only be judged together: the versions of one secret, the entries of one log. */
export type Group = Readonly<{
  keys: readonly string[];
  /** @param objects by key: what the store holds, or what another copy would make of it */
  judge: (objects: Held) => Promise<Verdict>;
}>;

const contentCodes = [
  'damaged', 'rolled-back', 'unsupported-version', 'changed-card', 'weak-parameters', 'not-found',
] as const; // prettier-ignore

/** Whether an error says what is wrong with an object, rather than that the store does not answer or the work ends. */
export const isContentError = (error: unknown): error is VaultError => isVaultError(error, ...contentCodes);

export const damagedFault = (key: string, what: string, error: VaultError): Fault => ({
  key,
  what,
  kind: 'damaged',
  error,
});

export const lostFault = (key: string, what: string): Fault => ({
  key,
  what,
  kind: 'lost',
  error: new VaultError('not-found', 'The store does not have it any more.'),
});

/** An object's bytes, or what is wrong with reading them. */
type Read = Readonly<{ bytes: Uint8Array | null; error: VaultError | null }>;

/** A sector of a disk that cannot be read is one damaged object, and no reason to stop, as long as the store answers otherwise. */
const readRecord = async ({ store, inventory, signal }: Examination, key: string): Promise<Read> => {
  const info = inventory.objects.get(key);
  if (info === undefined) return { bytes: null, error: null };
  if (info.bytes > maxStoredBytes) {
    return { bytes: null, error: new VaultError('damaged', 'It is larger than any record can be.') };
  }
  try {
    return { bytes: await store.get(key, undefined, { signal }), error: null };
  } catch (error) {
    if (isVaultError(error, 'not-found')) return { bytes: null, error: null };
    if (!isVaultError(error, 'store-unreachable')) throw error;
    if ((await store.stat(key, { signal })) === null) return { bytes: null, error: null };
    return { bytes: null, error: new VaultError('damaged', 'It cannot be read.', { cause: error }) };
  }
};

export type Examined = Readonly<{
  verdict: Verdict;
  damages: readonly Damage[];
  /** bytes that verified, of what is repairable */
  remedies: ReadonlyMap<string, Uint8Array>;
}>;

/** Reads a group of records and judges it; what is wrong with it is judged once more with the copies that this computer has. */
export const examine = async (examination: Examination, group: Group): Promise<Examined> => {
  const { copies, held } = examination;
  const objects = new Map<string, Uint8Array | null>();
  const errors = new Map<string, VaultError>();
  for (const key of group.keys) {
    const { bytes, error } = await readRecord(examination, key);
    objects.set(key, bytes);
    if (error !== null) errors.set(key, error);
  }
  const verdict = await held.holding(objects, () => group.judge(objects));
  const faults = verdict.faults.map((fault): Fault => {
    const error = errors.get(fault.key);
    return error === undefined ? fault : damagedFault(fault.key, fault.what, error);
  });
  for (const [key, error] of errors) {
    if (!faults.some((fault) => fault.key === key)) faults.push(damagedFault(key, 'an object of the vault', error));
  }
  const remedies = await remediesFor(examination, group, { objects, faults, copies });
  return {
    verdict,
    damages: faults.map((fault) => ({ ...fault, repairable: remedies.bytes.has(fault.key) })),
    remedies: remedies.bytes,
  };
};

/** SECURITY (promises 1, 3): a copy is good when everything holds with it in place, by the same rules as what the store shows. */
const remediesFor = async (
  { held }: Examination,
  group: Group,
  { objects, faults, copies }: Readonly<{ objects: Held; faults: readonly Fault[]; copies: LocalCopies }>,
): Promise<{ bytes: ReadonlyMap<string, Uint8Array> }> => {
  const candidates = new Map<string, Uint8Array>();
  for (const { key } of faults) {
    const copy = await copies.record(key);
    const there = objects.get(key);
    if (copy === null || (there && Buffer.compare(there, copy) === 0)) continue;
    candidates.set(key, copy);
  }
  if (candidates.size === 0) return { bytes: candidates };
  const mended = new Map([...objects, ...candidates]);
  const { faults: remaining } = await held.holding(mended, () => group.judge(mended));
  for (const { key } of remaining) candidates.delete(key);
  return { bytes: candidates };
};
