import { isVaultError, VaultError } from '../../../app/errors.js';
import type { VaultContext } from '../context.js';
import { inParallel } from '../in-parallel.js';
import type { IndexChange, ProjectEntry } from '../index/index-entries.js';
import { noteProblem, type Refreshed } from '../refresh-problems.js';
import { throwIfEnded } from '../work-signal.js';
import { repairDeliveries } from './key-deliveries.js';
import { accessNow, currentGrants, newestEpoch, type LogEntry, type Membership } from './membership.js';
import { readLog, type LogReading } from './project-log.js';
import { openProjectName } from './project-name.js';

const parallel = 8;

/** What the index keeps of a verified log. */
export const projectEntryOf = (
  membership: Membership,
  own: Readonly<{ accountId: string; name: string; delivered: number }>,
): ProjectEntry => ({
  ...membership,
  name: own.name,
  role: accessNow(membership, own.accountId),
  epoch: newestEpoch(membership),
  delivered: own.delivered,
});

/**
 * The index's changes for a project whose log was followed on from what was known. Receipts can be many, and a project of many members
 * is large: what changed nothing else does not write it again.
 */
export const projectChanges = (
  entry: ProjectEntry,
  known: ProjectEntry | undefined,
  hashes: readonly string[],
): IndexChange[] => {
  const set = known !== undefined && withoutHead(known) === withoutHead(entry) ? 'head' : 'log';
  const from = known?.sequence ?? 0;
  const at = (position: number): number => from + position + 1;
  const entries = hashes.map((hash, position) => ({ set, project: entry.id, sequence: at(position), hash }) as const);
  return set === 'head' ? entries : [...entries, { set: 'project', entry }];
};

const withoutHead = (entry: ProjectEntry): string => JSON.stringify({ ...entry, sequence: 0, hash: '' });

type Named = Readonly<{ name: string | null; defect: VaultError | null }>;

/** The name that this account can read now; the one it knew when the newest cannot be opened; null while its key is on the way. */
const nameOf = async (
  context: VaultContext,
  membership: Membership,
  known: ProjectEntry | undefined,
): Promise<Named> => {
  if (accessNow(membership, context.accountId) === null) return { name: known?.name ?? '', defect: null };
  try {
    return { name: await openProjectName(context, membership), defect: null };
  } catch (error) {
    if (isVaultError(error, 'not-a-reader')) return { name: known?.name ?? null, defect: null };
    if (!isVaultError(error, 'damaged')) throw error;
    return { name: known?.name ?? 'A project without a name', defect: error };
  }
};

type News = Readonly<{
  entry: ProjectEntry;
  known: ProjectEntry | undefined;
  reading: LogReading;
  defect: VaultError | null;
}>;

/** Reads on; null when a crash left a key for a project that was never begun, or whose key is still on its way to us. */
const readNews = async (context: VaultContext, projectId: string): Promise<News | null> => {
  // Taken before listing: what another process adds meanwhile is then news, never a rollback.
  const known = context.index.projects.get(projectId);
  const reading = await readLog(context, projectId, known);
  if (reading === null) return null;
  const { membership } = reading;
  context.projectKeys.learn(membership);
  const { name, defect } = await nameOf(context, membership, known);
  if (name === null) return null;
  const { accountId } = context;
  const entry = projectEntryOf(membership, { accountId, name, delivered: known?.delivered ?? 0 });
  return { entry, known, reading, defect };
};

const isNews = (context: VaultContext, { entry, known }: News): boolean =>
  entry.sequence > (known?.sequence ?? 0) || entry.name !== context.index.projects.get(entry.id)?.name;

const keep = async (context: VaultContext, news: readonly News[]): Promise<void> => {
  if (news.length === 0) return;
  await context.index.apply(news.flatMap(({ entry, known, reading }) => projectChanges(entry, known, reading.hashes)));
  context.events.emit('projects-changed');
};

/**
 * Brings one project of the index up to its log and gives it. Throws `not-found`, and what `readLog` throws.
 * For whoever meets a mark of an entry that this computer has not read yet.
 */
export const refreshProject = async (context: VaultContext, projectId: string): Promise<ProjectEntry> => {
  const news = await readNews(context, projectId);
  if (news === null) throw new VaultError('not-found', 'There is no such project.');
  if (isNews(context, news)) await keep(context, [news]);
  return news.entry;
};

/**
 * Brings the projects of the index up to the store. Gives what is wrong with single projects and leaves those as they
 * were; throws when the store does not answer.
 */
export const refreshProjects = async (context: VaultContext): Promise<Refreshed> => {
  const { index, projectKeys } = context;
  await index.catchUp();
  const ids = new Set([...projectKeys.projects(), ...index.projects.keys()]);
  const problems: VaultError[] = [];
  const found = await inParallel([...ids], parallel, (projectId) => {
    throwIfEnded(context);
    return readNews(context, projectId).catch(noteProblem(problems));
  });
  const all = found.filter((one) => one !== null);
  const news = all.filter((one) => isNews(context, one));
  await keep(context, news);
  for (const { reading } of news) problems.push(...reading.voids.map((each) => voidProblem(context, each)));
  for (const { entry, defect } of all) {
    if (defect !== null) problems.push(defect);
    problems.push(...(await cardAlarms(context, entry)));
  }
  for (const { entry } of all) await repairDeliveries(context, entry).catch(noteProblem(problems));
  return { problems, changed: news.length > 0 };
};

/** SECURITY (promise 3): what somebody tried without a right is told, though it had no effect. */
const voidProblem = (
  context: VaultContext,
  { entry, reason }: Readonly<{ entry: LogEntry; reason: string }>,
): VaultError =>
  new VaultError(
    'damaged',
    `“${context.directory.nameOf(entry.actor)}” wrote “${entry.operation.type}” into a project’s log, but ${reason}. It has no effect.`,
    { details: { project: entry.project, sequence: entry.sequence, actor: entry.actor } },
  );

/**
 * SECURITY (promise 2): the log says which keys its members had when they were added. An account whose card, as this computer
 * pinned it, never had those keys was shown to somebody else as another.
 */
const cardAlarms = async (context: VaultContext, entry: ProjectEntry): Promise<VaultError[]> => {
  const alarms: VaultError[] = [];
  if (entry.role === null) return alarms;
  for (const [accountId, { fingerprint }] of currentGrants(entry)) {
    const known = await context.directory.fingerprintsOf(accountId).catch(noteProblem(alarms));
    if (known === null || known.includes(fingerprint)) continue;
    const name = context.directory.nameOf(accountId);
    alarms.push(
      new VaultError(
        'changed-card',
        `“${name}” was added to “${entry.name}” with another key than the one this computer knows: somebody was shown a false card. Compare fingerprints with “${name}” and with who added them.`,
        { details: { account: accountId, project: entry.id } },
      ),
    );
  }
  return alarms;
};
