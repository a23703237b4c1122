import { isVaultError, VaultError } from '../../../app/errors.js';
import { objectHash } from '../../crypto/object-hash.js';
import type { VaultContext } from '../context.js';
import { inParallel } from '../in-parallel.js';
import type { ProjectEntry } from '../index/index-entries.js';
import { logKey, parseVersionPart } from '../store-keys.js';
import { throwIfEnded } from '../work-signal.js';
import { logDefect, readEntry } from './log-entry.js';
import { advanced, begun, objection, passedOver, type LogEntry, type Membership } from './membership.js';

const parallel = 16;
const batchSize = 512;

/** What reading a log on from a known position gave. */
export type LogReading = Readonly<{
  membership: Membership;
  /** object hashes of the entries that are new, in order */
  hashes: readonly string[];
  /** new entries without effect, and why */
  voids: readonly Readonly<{ entry: LogEntry; reason: string }>[];
}>;

/** Sequences of the entries in the store, ascending. */
export const storedSequences = async (context: VaultContext, projectId: string): Promise<number[]> => {
  const sequences: number[] = [];
  for await (const { key } of context.store.list(`projects/${projectId}/log/`, { signal: context.locked })) {
    const sequence = parseVersionPart(key.slice(key.lastIndexOf('/') + 1));
    if (sequence !== undefined) sequences.push(sequence);
  }
  return sequences;
};

/**
 * Reads a project's log on from what is known, or from its first entry: signatures, the chain of hashes, and each actor's
 * right to act (docs/protocol.md section 6). What was verified before is not verified again: its last hash stands for it.
 * Throws `damaged`, `unsupported-version`; `rolled-back` when the store has less than is known, or another past.
 */
export const readLog = async (
  context: VaultContext,
  projectId: string,
  known?: Membership,
): Promise<LogReading | null> => {
  const sequences = await storedSequences(context, projectId);
  const seen = known?.sequence ?? 0;
  if (sequences.length < seen) throw shortened(projectId, sequences.length, seen);
  if (sequences.some((sequence, position) => sequence !== position + 1)) {
    throw new VaultError('damaged', 'An entry of a project’s log is missing in the store.', {
      details: { project: projectId },
    });
  }
  if (known !== undefined) await compareHead(context, known);
  return follow(context, projectId, known ?? null, sequences.slice(seen));
};

/** SECURITY (promise 3): a store that shows another past than this computer has verified is found out at its newest entry. */
export const compareHead = async (context: VaultContext, known: Membership): Promise<void> => {
  const stored = await storedEntry(context, known.id, known.sequence);
  if (objectHash(stored) !== known.hash) throw forked(known.id);
};

/** An entry that this computer has verified before. Throws `rolled-back` when the store lost it. */
export const storedEntry = async (context: VaultContext, projectId: string, sequence: number): Promise<Uint8Array> => {
  try {
    return await context.store.get(logKey(projectId, sequence));
  } catch (error) {
    if (!isVaultError(error, 'not-found')) throw error;
    throw new VaultError('rolled-back', 'The store lost an entry of a project’s log that this computer has seen.', {
      details: { project: projectId, sequence },
    });
  }
};

const follow = async (
  context: VaultContext,
  projectId: string,
  known: Membership | null,
  sequences: readonly number[],
): Promise<LogReading | null> => {
  let membership = known;
  const hashes: string[] = [];
  const voids: { entry: LogEntry; reason: string }[] = [];
  for (let start = 0; start < sequences.length; start += batchSize) {
    throwIfEnded(context);
    const batch = sequences.slice(start, start + batchSize);
    const stored = await inParallel(batch, parallel, (sequence) => context.store.get(logKey(projectId, sequence)));
    for (const [position, bytes] of stored.entries()) {
      const sequence = (batch[0] ?? 1) + position;
      const entry = await readEntry(context, projectId, sequence, bytes);
      if (entry.previous !== (membership?.hash ?? null)) {
        throw logDefect(projectId, sequence, 'An entry of a project’s log does not follow the one before it.');
      }
      const hash = objectHash(bytes);
      const reason = membership === null ? null : objection(membership, entry.actor, entry.operation);
      if (reason !== null) voids.push({ entry, reason });
      membership = after(membership, entry, hash, reason !== null);
      hashes.push(hash);
    }
  }
  return membership === null ? null : { membership, hashes, voids };
};

/** SECURITY (promise 3): an entry whose actor had no right keeps its place in the chain and does nothing else. */
const after = (before: Membership | null, entry: LogEntry, hash: string, isVoid: boolean): Membership => {
  if (before === null) {
    const first = begun(entry, hash);
    if (first !== null) return first;
    throw logDefect(entry.project, entry.sequence, 'A project’s log does not begin with its creation.');
  }
  return isVoid ? passedOver(before, entry, hash) : advanced(before, entry, hash);
};

export const forked = (projectId: string): VaultError =>
  new VaultError('rolled-back', 'The store shows another past of a project than this computer has seen.', {
    details: { project: projectId },
  });

const shortened = (projectId: string, found: number, seen: number): VaultError =>
  new VaultError('rolled-back', 'The store lost the newest entries of a project’s log.', {
    details: { project: projectId, seen, found },
  });

/** Reads the whole log again from its first entry and compares it with what was seen before. Throws as {@link readLog}. */
export const verifyWholeLog = async (context: VaultContext, known: ProjectEntry): Promise<LogReading> => {
  const reading = await readLog(context, known.id);
  const seen = context.index.log(known.id);
  if (reading === null || reading.hashes.length < seen.length) {
    throw shortened(known.id, reading?.hashes.length ?? 0, seen.length);
  }
  if (seen.some((hash, position) => reading.hashes[position] !== hash)) throw forked(known.id);
  return reading;
};
