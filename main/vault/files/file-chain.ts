import { VaultError } from '../../../app/errors.js';
import { isTombstone, type FilePlace, type FileRecord } from './file-record.js';
import type { FileRecordEntry } from '../index/index-entries.js';

/** A version with a good signature. It only `counts` when its author might write files at the place of the log it names. */
export type OpenedFile = Readonly<{ record: FileRecord; entry: FileRecordEntry; counts: boolean }>;

export type Followed = Readonly<{
  /** the newest version that counts; null when none does, and so there is no such file */
  entry: FileRecordEntry | null;
  /** the newest version there is: the next one goes on top of it, whether it counts or not */
  head: Pick<FileRecordEntry, 'version' | 'hash'>;
  /** one for each version without effect that was passed */
  problems: readonly VaultError[];
}>;

/** One file's versions in the store. `open` gives null for a version that is gone. */
export type Chain = Readonly<{
  project: string;
  id: string;
  /** ascending */
  versions: readonly number[];
  open: (place: FilePlace) => Promise<OpenedFile | null>;
  /** how to call an account in a sentence */
  nameOf: (accountId: string) => string;
}>;

/**
 * Follows a file's versions from `known` (or from version 1) to the newest, once every link holds. Versions that do not count stay
 * in the chain and have no effect, so nobody can take a file's content away without the right to write it.
 * Throws `rolled-back` when the store shows another past than `known`, `damaged` when the chain is broken.
 */
export const followChain = async (chain: Chain, known?: FileRecordEntry): Promise<Followed> => {
  const opened = new Map<number, Promise<OpenedFile | null>>();
  const held = new Set(chain.versions);
  const open: Reader = (version) => {
    const { project, id } = chain;
    const opening = opened.get(version) ?? (held.has(version) ? chain.open({ project, id, version }) : noVersion);
    opened.set(version, opening);
    return opening;
  };
  const whole = await walk(chain, open, known ?? null, known !== undefined);
  if (whole !== null) return whole;
  const deletion = await newestDeletion(chain, open, known);
  const rest = deletion === null ? null : await walk(chain, open, deletion, false);
  if (rest !== null) return rest;
  throw new VaultError('damaged', 'A version of a file is missing in the store.', {
    details: { project: chain.project, id: chain.id },
  });
};

type Reader = (version: number) => Promise<OpenedFile | null>;
const noVersion: Promise<null> = Promise.resolve(null);

/** Null when a version is missing on the way. */
const walk = async (
  chain: Chain,
  open: Reader,
  start: FileRecordEntry | null,
  fromKnown: boolean,
): Promise<Followed | null> => {
  const problems: VaultError[] = [];
  let entry = start;
  let head = start;
  for (let version = (start?.version ?? 0) + 1; version <= (chain.versions.at(-1) ?? 0); version += 1) {
    const next = await open(version);
    if (next === null) return null;
    if (next.record.previous !== (head?.hash ?? null)) throw brokenLink(next.entry, fromKnown && head === start);
    head = next.entry;
    const objection = objectionTo(next, entry);
    if (objection === null) entry = next.entry;
    else problems.push(withoutEffect(chain, next.entry, entry, objection));
  }
  return head === null ? null : { entry, head, problems };
};

/** What was deleted for good has no past any more: the newest version that counts, when it is a tombstone. */
const newestDeletion = async (chain: Chain, open: Reader, known?: FileRecordEntry): Promise<FileRecordEntry | null> => {
  for (const version of [...chain.versions].reverse()) {
    if (version <= (known?.version ?? 0)) return null;
    const opened = await open(version);
    if (opened?.counts !== true) continue;
    return isTombstone(opened.entry) && objectionTo(opened, known ?? null) === null ? opened.entry : null;
  }
  return null;
};

/**
 * Why a version has no effect; null when it counts. SECURITY (promise 3): neither the place in the log nor the key goes back along a
 * file's versions, so that a former member who pretends to write in the past can replace nothing that was written since.
 */
const objectionTo = ({ entry, counts }: OpenedFile, before: FileRecordEntry | null): string | null => {
  if (!counts) return 'may not write to this project';
  if (before === null || (entry.log >= before.log && entry.epoch >= before.epoch)) return null;
  return 'wrote it as if it were older than the version before it';
};

/** Those of a file's versions that have an effect; all from the first on are given, in order. */
export const countedVersions = (opened: readonly OpenedFile[]): FileRecordEntry[] => {
  const counted: FileRecordEntry[] = [];
  for (const version of opened) {
    if (objectionTo(version, counted.at(-1) ?? null) === null) counted.push(version.entry);
  }
  return counted;
};

const withoutEffect = (
  { nameOf }: Chain,
  { project, id, version, author, path }: FileRecordEntry,
  before: FileRecordEntry | null,
  objection: string,
): VaultError =>
  new VaultError(
    'damaged',
    `“${nameOf(author)}” changed “${before?.path || path || 'a deleted file'}”, but ${objection}. The change has no effect.`,
    { details: { project, id, version, author } },
  );

const brokenLink = (entry: FileRecordEntry, fromKnown: boolean): VaultError => {
  const details = { project: entry.project, id: entry.id, version: entry.version };
  return fromKnown
    ? new VaultError('rolled-back', 'The store shows another past of a file than this computer has seen.', { details })
    : new VaultError('damaged', 'A version of a file does not follow the one before it.', { details });
};
