import { VaultError } from '../../../app/errors.js';
import type { VaultContext } from '../context.js';
import { backdated, isBackdated } from './backdating.js';
import { isTombstone } from './file-record.js';
import { FileRecords } from './file-records.js';
import { inParallel } from '../in-parallel.js';
import type { FileRecordEntry, ProjectEntry } from '../index/index-entries.js';
import { mayWriteFiles } from '../projects/membership.js';
import { noteProblem, type Refreshed } from '../refresh-problems.js';
import { parseVersionPart } from '../store-keys.js';
import { throwIfEnded } from '../work-signal.js';

const parallel = 16;
const batchSize = 512;

/** Versions in the store of every file of a project, ascending. */
const storedVersions = async (context: VaultContext, projectId: string): Promise<Map<string, number[]>> => {
  const found = new Map<string, number[]>();
  for await (const { key } of context.store.list(`projects/${projectId}/files/`, { signal: context.locked })) {
    const [, , , fileId = '', part = ''] = key.split('/');
    const version = parseVersionPart(part);
    if (!/^[0-9a-f]{32}$/.test(fileId) || version === undefined) continue;
    const versions = found.get(fileId);
    if (versions === undefined) found.set(fileId, [version]);
    else versions.push(version);
  }
  return found;
};

/**
 * SECURITY (promise 3): a store that shows less than this computer has seen is rolling back; it is told, and the index
 * keeps what it knows.
 */
const rollbacks = (
  known: ReadonlyMap<string, FileRecordEntry>,
  stored: ReadonlyMap<string, readonly number[]>,
): VaultError[] =>
  [...known.values()]
    .filter((entry) => (stored.get(entry.id)?.at(-1) ?? 0) < entry.version)
    .map(
      (entry) =>
        new VaultError('rolled-back', `The store lost the newest version of “${entry.path || 'a deleted file'}”.`, {
          details: { project: entry.project, id: entry.id, seen: entry.version },
        }),
    );

const refreshProjectFiles = async (context: VaultContext, projectId: string): Promise<Refreshed> => {
  const { index } = context;
  const records = new FileRecords(context);
  await index.catchUp();
  // Taken before listing: what is written meanwhile is then news, never a rollback, and never sealed with too old a key.
  const project = index.projects.get(projectId);
  if (project === undefined || project.role === null) return nothingNew; // what comes after our access ended is not for us
  // what waits here is looked at by the flush (main/vault/sync), with what others wrote meanwhile
  const known = new Map([...index.files(projectId)].filter(([id]) => !context.isWaiting(id)));
  const stored = await storedVersions(context, projectId);
  for (const id of stored.keys()) if (context.isWaiting(id)) stored.delete(id);
  const problems = rollbacks(known, stored);
  const news = [...stored].filter(([id, versions]) => (versions.at(-1) ?? 0) > (known.get(id)?.version ?? 0));
  const unread = new Set<string>();
  let learnt = 0;
  for (let start = 0; start < news.length; start += batchSize) {
    const entries = await inParallel(
      news.slice(start, start + batchSize),
      context.readsAtOnce ?? parallel,
      async ([id, versions]) => {
        throwIfEnded(context);
        const followed = await records.follow(projectId, id, versions, known.get(id)).catch(noteProblem(problems));
        if (followed === null) unread.add(id);
        problems.push(...(followed?.problems ?? []));
        return followed?.entry ?? null;
      },
    );
    learnt += await applyNewer(context, entries);
  }
  learnt += await refuseBackdated(context, project, { unread, problems });
  if (mayWriteFiles(project.role)) await finishDeletions(context, records, projectId, { stored, problems });
  if (learnt > 0) context.events.emit('files-changed', { projectId });
  return { problems, changed: learnt > 0 };
};

const nothingNew: Refreshed = { problems: [], changed: false };

/** Writes of this process may have gone further than the listing that these entries come from. Gives how many were news. */
const applyNewer = async (context: VaultContext, entries: readonly (FileRecordEntry | null)[]): Promise<number> => {
  const newer = entries
    .filter((entry) => entry !== null)
    .filter((entry) => entry.version > (context.index.files(entry.project).get(entry.id)?.version ?? 0));
  if (newer.length > 0) await context.index.apply(newer.map((entry) => ({ set: 'file', entry })));
  return newer.length;
};

/**
 * Takes off the index, and tells, whatever comes with a key that the project's log has declared out of use: also what was believed
 * as long as that key was in use. What could not be read on stays as it was known. Gives how many.
 */
const refuseBackdated = async (
  { index, accountId, directory, isWaiting }: VaultContext,
  project: ProjectEntry,
  { unread, problems }: Readonly<{ unread: ReadonlySet<string>; problems: VaultError[] }>,
): Promise<number> => {
  const refused = [...index.files(project.id).values()].filter(
    (entry) => isBackdated(project, entry, accountId) && !unread.has(entry.id) && !isWaiting(entry.id),
  );
  if (refused.length === 0) return 0;
  problems.push(...refused.map((entry) => backdated(entry, (account) => directory.nameOf(account))));
  await index.apply(refused.map(({ id }) => ({ remove: 'file', project: project.id, id })));
  return refused.length;
};

/** A crash between a tombstone and the removal of what it supersedes is made good here. */
const finishDeletions = async (
  context: VaultContext,
  records: FileRecords,
  projectId: string,
  found: Readonly<{ stored: ReadonlyMap<string, readonly number[]>; problems: VaultError[] }>,
): Promise<void> => {
  for (const entry of context.index.files(projectId).values()) {
    if (!isTombstone(entry) || entry.author !== context.accountId) continue;
    if ((found.stored.get(entry.id)?.length ?? 0) > 1) {
      await records.removeBefore(entry).catch(noteProblem(found.problems));
    }
  }
};

/**
 * Brings the file records of one project, or of all in the index, up to the store. Gives what is wrong with single
 * files and leaves those as they were; throws when the store does not answer.
 */
export const refreshFiles = async (context: VaultContext, projectId?: string): Promise<Refreshed> => {
  const projects = projectId === undefined ? [...context.index.projects.keys()] : [projectId];
  const results: Refreshed[] = [];
  for (const id of projects) results.push(await refreshProjectFiles(context, id));
  return { problems: results.flatMap(({ problems }) => problems), changed: results.some(({ changed }) => changed) };
};
