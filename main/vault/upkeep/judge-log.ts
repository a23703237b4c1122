import { VaultError } from '../../../app/errors.js';
import { objectHash } from '../../crypto/object-hash.js';
import { readEntry } from '../projects/log-entry.js';
import { logKey } from '../store-keys.js';
import {
  damagedFault,
  isContentError,
  lostFault,
  type Examination,
  type Fault,
  type Group,
  type Verdict,
} from './examination.js';
import type { Held } from './held-objects.js';
import { upTo } from './inventory.js';

/**
 * The log of one project, ours or not: entries are signed and not sealed, so every link and signature can be judged. What this computer
 * has verified before must be there, byte for byte.
 */
export const logGroup = (examination: Examination, project: string): Group => {
  const { inventory, context, waiting } = examination;
  const verified = context.index.log(project);
  // files without any log: its first entry at least is gone
  const least = inventory.files.has(project) ? 1 : 0;
  const highest = Math.max(inventory.logs.get(project)?.at(-1) ?? 0, verified.length, least);
  const name = context.index.projects.get(project)?.name ?? '';
  const whose = name === '' ? `a project (${project.slice(0, 8)}…)` : `“${name}”`;
  const what = (sequence: number): string => `entry ${String(sequence)} of the log of ${whose}`;

  const judge = async (objects: Held): Promise<Verdict> => {
    const faults: Fault[] = [];
    let before: string | null | undefined = null;
    for (const sequence of upTo(highest)) {
      const key = logKey(project, sequence);
      const stored = objects.get(key) ?? null;
      const known = verified[sequence - 1];
      if (stored === null) {
        if (!waiting.has(key)) faults.push(lostFault(key, what(sequence)));
        before = known;
        continue;
      }
      const error: VaultError | null = await entryDefect(examination, { project, sequence, stored, before, known });
      if (error !== null) faults.push(damagedFault(key, what(sequence), error));
      before = error === null ? objectHash(stored) : known;
    }
    return { faults, unjudged: 0 };
  };
  return { keys: upTo(highest).map((sequence) => logKey(project, sequence)), judge };
};

type Entry = Readonly<{
  project: string;
  sequence: number;
  stored: Uint8Array;
  /** hash of the entry before; undefined when that is not known */
  before: string | null | undefined;
  known: string | undefined;
}>;

const entryDefect = async (
  { context }: Examination,
  { project, sequence, stored, before, known }: Entry,
): Promise<VaultError | null> => {
  // SECURITY (promise 3): the index is authenticated, so bytes of a known hash are those that were verified.
  if (known === objectHash(stored)) return null;
  try {
    const entry = await readEntry(context, project, sequence, stored);
    if (known !== undefined) return new VaultError('rolled-back', 'It is not the entry that this computer has seen.');
    if (before === undefined || entry.previous === before) return null;
    return new VaultError('damaged', 'It does not follow the entry before it.');
  } catch (error) {
    if (!isContentError(error)) throw error;
    return error;
  }
};
