import { VaultError } from '../../../app/errors.js';
import type { VaultContext } from '../context.js';
import { inParallel } from '../in-parallel.js';
import type { ProjectEntry } from '../index/index-entries.js';
import { shortened, verifyLog, type ProjectState } from './project-log.js';
import { noteProblem, type Refreshed } from '../refresh-problems.js';
import { logKey, parseVersionPart } from '../store-keys.js';
import { throwIfEnded } from '../work-signal.js';

const parallel = 8;

/** What the index keeps of a verified log. Throws `damaged` for a project whose log does not name this account. */
export const projectEntryOf = (state: ProjectState, accountId: string): ProjectEntry => {
  const { owner, ...facts } = state;
  if (owner === accountId) return { ...facts, role: 'owner' };
  throw new VaultError('damaged', 'This account holds the key of a project that it is not a member of.', {
    details: { project: state.id },
  });
};

const storedSequences = async (context: VaultContext, projectId: string): Promise<number[]> => {
  const sequences: number[] = [];
  for await (const { key } of context.store.list(`projects/${projectId}/log/`, { signal: context.locked })) {
    const sequence = parseVersionPart(key.slice(key.lastIndexOf('/') + 1));
    if (sequence !== undefined) sequences.push(sequence);
  }
  return sequences;
};

/** Reads and verifies a project's log. Throws what `verifyLog` throws, `damaged` when an entry is missing in it. */
export const readLog = async (
  context: VaultContext,
  projectId: string,
  known?: ProjectEntry,
): Promise<ProjectState> => {
  const sequences = await storedSequences(context, projectId);
  if (sequences.length < (known?.sequence ?? 0)) throw shortened(projectId, sequences.length, known);
  if (sequences.some((sequence, position) => sequence !== position + 1)) {
    throw new VaultError('damaged', 'An entry of a project’s log is missing in the store.', {
      details: { project: projectId },
    });
  }
  const entries = await inParallel(sequences, parallel, (sequence) => context.store.get(logKey(projectId, sequence)));
  return verifyLog(context, projectId, entries, known);
};

/**
 * The entry of a project when the store has more of it than the index; null when there is nothing new, or when a crash
 * left a key for a project that was never begun.
 */
const readNews = async (context: VaultContext, projectId: string): Promise<ProjectEntry | null> => {
  // Taken before listing: what another process adds meanwhile is then news, never a rollback.
  const known = context.index.projects.get(projectId);
  const sequences = await storedSequences(context, projectId);
  if (sequences.length === (known?.sequence ?? 0)) return null;
  return projectEntryOf(await readLog(context, projectId, known), context.accountId);
};

/**
 * Brings the projects of the index up to the store. Gives what is wrong with single projects and leaves those as they
 * were; throws when the store does not answer.
 */
export const refreshProjects = async (context: VaultContext): Promise<Refreshed> => {
  const { index, projectKeys } = context;
  await index.catchUp();
  const ids = new Set([...projectKeys.epochs().keys(), ...index.projects.keys()]);
  const problems: VaultError[] = [];
  const entries = await inParallel([...ids], parallel, (projectId) => {
    throwIfEnded(context);
    return readNews(context, projectId).catch(noteProblem(problems));
  });
  const news = entries.filter((entry) => entry !== null);
  if (news.length > 0) {
    await index.apply(news.map((entry) => ({ set: 'project', entry })));
    context.events.emit('projects-changed');
  }
  return { problems, changed: news.length > 0 };
};
