import { z } from 'zod';
import { VaultError } from '../../../app/errors.js';
import { id, suite } from '../../../app/model/account.js';
import { projectName } from '../../../app/model/project.js';
import { openWithKey, sealWithKey } from '../../crypto/keyed-record.js';
import { objectHash } from '../../crypto/object-hash.js';
import type { VaultContext } from '../context.js';
import type { ProjectEntry } from '../index/index-entries.js';
import { recordKey } from './record-keys.js';

export const logEntryType = 'coretex-vault/v1/log-entry';

const position = {
  project: id,
  sequence: z.number().int().positive(),
  previous: z.string().nullable(),
  time: z.iso.datetime(),
  actor: id,
};
const anyOperation = z.looseObject({ type: z.string() });
const create = z.object({ type: z.literal('create'), suite, epoch: z.literal(1), name: z.string() });
const rename = z.object({ type: z.literal('rename'), epoch: z.number().int().positive(), name: z.string() });
const operation = z.discriminatedUnion('type', [create, rename]);
export type LogOperation = z.infer<typeof operation>;

const anyEntry = z.object({ ...position, operation: anyOperation });
export type LogEntry = Omit<z.infer<typeof anyEntry>, 'operation'> & Readonly<{ operation: LogOperation }>;

/** What a verified log adds up to. Issue 3 adds members, nodes and rotation here, and a case to `applied` for each. */
export type ProjectState = Readonly<{
  id: string;
  owner: string;
  suite: z.infer<typeof suite>;
  epoch: number;
  name: string;
  created: string;
  /** highest sequence, and the object hash of that entry */
  sequence: number;
  hash: string;
}>;

const defect = (projectId: string, sequence: number, explanation: string): VaultError =>
  new VaultError('damaged', explanation, { details: { project: projectId, sequence } });

/** Reads one signed entry and checks it against the place it was found in. Throws `damaged`, `unsupported-version`. */
const readEntry = async (
  context: VaultContext,
  projectId: string,
  sequence: number,
  stored: Uint8Array,
): Promise<LogEntry> => {
  const parsed = anyEntry.safeParse(await context.author.verify(logEntryType, Buffer.from(stored).toString('latin1')));
  // SECURITY (promise 3): an entry counts only in its own project and at its own place.
  if (!parsed.success || parsed.data.project !== projectId || parsed.data.sequence !== sequence) {
    throw defect(projectId, sequence, 'An entry of a project’s log is not what its place in the store says.');
  }
  const known = operation.safeParse(parsed.data.operation);
  if (known.success) return { ...parsed.data, operation: known.data };
  if (['create', 'rename'].includes(parsed.data.operation.type)) {
    throw defect(projectId, sequence, 'An entry of a project’s log is not well formed.');
  }
  throw new VaultError('unsupported-version', 'This project was changed by a newer Coretex Vault. Update to open it.', {
    details: { project: projectId, sequence },
  });
};

/** The state after `entry`. Throws `damaged` when its actor may not do this at this point of the log. */
const applied = async (
  context: VaultContext,
  before: ProjectState | null,
  entry: LogEntry,
  hash: string,
): Promise<ProjectState> => {
  const { operation: change, project, sequence } = entry;
  const place = { sequence, hash };
  const name = await openProjectName(context, project, change.name, change.epoch);
  if (change.type === 'create') {
    if (before !== null) throw defect(project, sequence, 'A project was created twice.');
    const { suite: chosen, epoch } = change;
    return { id: project, owner: entry.actor, suite: chosen, epoch, name, created: entry.time, ...place };
  }
  if (before?.owner !== entry.actor || change.epoch !== before.epoch) {
    throw defect(project, sequence, 'A project was changed by someone who may not.');
  }
  return { ...before, name, ...place };
};

/**
 * Verifies a project's whole log, entry 1 first: signatures, the chain of hashes, and each actor's right to act.
 * Throws `damaged`, `unsupported-version`; `rolled-back` when the log is shorter than `known` or has another past.
 */
export const verifyLog = async (
  context: VaultContext,
  projectId: string,
  stored: readonly Uint8Array[],
  known?: Pick<ProjectEntry, 'sequence' | 'hash'>,
): Promise<ProjectState> => {
  let state: ProjectState | null = null;
  for (const [position, bytes] of stored.entries()) {
    const entry = await readEntry(context, projectId, position + 1, bytes);
    if (entry.previous !== (state?.hash ?? null)) {
      throw defect(projectId, position + 1, 'An entry of a project’s log does not follow the one before it.');
    }
    state = await applied(context, state, entry, objectHash(bytes));
    if (state.sequence === known?.sequence && state.hash !== known.hash) throw forked(projectId);
  }
  if (state === null || state.sequence < (known?.sequence ?? 0)) throw shortened(projectId, stored.length, known);
  return state;
};

const forked = (projectId: string): VaultError =>
  new VaultError('rolled-back', 'The store shows another past of a project than this computer has seen.', {
    details: { project: projectId },
  });

export const shortened = (
  projectId: string,
  found: number,
  known: Pick<ProjectEntry, 'sequence'> | undefined,
): VaultError =>
  new VaultError('rolled-back', 'The store lost the newest entries of a project’s log.', {
    details: { project: projectId, seen: known?.sequence ?? 0, found },
  });

/** The stored bytes of an entry. */
export const signEntry = async (context: VaultContext, entry: LogEntry): Promise<Uint8Array> =>
  Buffer.from(await context.author.sign(logEntryType, entry), 'latin1');

/** Project names in the log are sealed with the project's key: the log itself is readable by whoever has the store. */
export const sealProjectName = async (
  context: VaultContext,
  projectId: string,
  name: string,
  epoch: number,
): Promise<string> => sealWithKey(Buffer.from(name), await recordKey(context, projectId, epoch, 'project-name'), epoch);

const openProjectName = async (
  context: VaultContext,
  projectId: string,
  sealed: string,
  epoch: number,
): Promise<string> => {
  const plaintext = await openWithKey(sealed, (found) => {
    if (found !== epoch) throw new VaultError('damaged', 'A project’s name is sealed with the key of another epoch.');
    return recordKey(context, projectId, found, 'project-name');
  });
  const name = projectName.safeParse(Buffer.from(plaintext).toString('utf8'));
  if (!name.success) throw new VaultError('damaged', 'The name of a project is not a name.');
  return name.data;
};
