import { VaultError } from '../../../app/errors.js';
import { objectHash } from '../../crypto/object-hash.js';
import type { VaultContext } from '../context.js';
import type { ProjectEntry } from '../index/index-entries.js';
import { logKey } from '../store-keys.js';
import { throwIfEnded } from '../work-signal.js';
import { signEntry } from './log-entry.js';
import { accessNow, advanced, objection, type LogOperation } from './membership.js';
import { compareHead } from './project-log.js';
import { projectChanges, projectEntryOf, refreshProject } from './project-refresh.js';

const racesToLose = 16;

export type Accepted = Readonly<{ entry: ProjectEntry; operation: LogOperation }>;

const ownWords: Readonly<Record<string, string>> = {
  'leaves the project without an owner': 'A project needs at least one owner. Make somebody else an owner first.',
  'removes themselves, and would know the new key':
    'You cannot remove yourself, since you would make the key that comes after you. Ask another owner to do it.',
};

/** Of an operation that this client itself may not write; the log's readers would not count it either. */
export const refused = (reason: string): VaultError => {
  const right = /^may not (.*)$/.exec(reason)?.[1];
  const words = right === undefined ? ownWords[reason] : `Your role does not let you ${right}.`;
  return new VaultError('not-allowed', words ?? `The log of this project does not allow that: this account ${reason}.`);
};

export const knownProject = (context: VaultContext, projectId: string): ProjectEntry => {
  const entry = context.index.projects.get(projectId);
  if (entry === undefined) throw new VaultError('not-found', 'There is no such project.');
  if (entry.role === null) throw new VaultError('not-allowed', 'Your access to this project has ended.');
  return entry;
};

/**
 * Appends one operation to a project's log. When another client was quicker, its entry is read and `build` is asked again, so
 * that every operation is judged and made on what the log says at its place. Durable when it resolves.
 * Throws `not-allowed`, `not-found`, `conflict` only after losing many races in a row.
 * @param lost called for each operation that was built and lost its race
 */
export const appendOperation = async (
  context: VaultContext,
  projectId: string,
  build: (entry: ProjectEntry) => Promise<LogOperation> | LogOperation,
  lost: (operation: LogOperation) => Promise<void> = () => Promise.resolve(),
): Promise<Accepted> => {
  for (let race = 0; race < racesToLose; race += 1) {
    throwIfEnded(context);
    context.requireStore();
    const before = knownProject(context, projectId);
    const operation = await build(before);
    const reason = objection(before, context.accountId, operation);
    if (reason !== null) throw refused(reason);
    const entry = await tryAppend(context, before, operation);
    if (entry !== null) return { entry, operation };
    await lost(operation);
    await refreshProject(context, projectId);
  }
  throw new VaultError('conflict');
};

/** Null when another client was quicker. */
const tryAppend = async (
  context: VaultContext,
  before: ProjectEntry,
  operation: LogOperation,
): Promise<ProjectEntry | null> => {
  const { accountId: actor, store, index } = context;
  // SECURITY (promise 3): nothing goes on top of an entry that the store has lost: others would not see it
  await compareHead(context, before);
  const sequence = before.sequence + 1;
  const time = new Date().toISOString();
  const logEntry = { project: before.id, sequence, previous: before.hash, time, actor, operation };
  const stored = await signEntry(context, logEntry);
  if (!(await store.putIfAbsent(logKey(before.id, sequence), stored))) return null;
  const hash = objectHash(stored);
  const membership = advanced(before, logEntry, hash);
  context.projectKeys.learn(membership);
  const entry = projectEntryOf(membership, { accountId: actor, name: before.name, delivered: before.delivered });
  await index.apply(projectChanges(entry, before, [hash]));
  context.events.emit('projects-changed');
  return entry;
};

/** Keeps in the index what this client knows of a project beside its log. */
export const remember = async (context: VaultContext, entry: ProjectEntry): Promise<ProjectEntry> => {
  await context.index.apply([{ set: 'project', entry }]);
  context.events.emit('projects-changed');
  return entry;
};

/** Throws `not-found` for who has no access. */
export const requireMember = (context: VaultContext, projectId: string, accountId: string): void => {
  const project = knownProject(context, projectId);
  if (accessNow(project, accountId) !== null) return;
  throw new VaultError('not-found', `“${context.directory.nameOf(accountId)}” has no access to “${project.name}”.`);
};
