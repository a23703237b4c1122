/** What happened lately in all projects, and which of it is shown. */
import type { VaultError } from '../../app/errors.js';
import { sentenceOf } from '../../app/model/activity-words.js';
import type { ActivityLine } from '../../app/model/people.js';
import { acceptAlarms } from './alarms.js';
import { asVaultError } from './error-advice.js';
import { client } from './client.js';
import { lockable, whileUnlocked } from './lockable.js';
import { noSelection, type Selection } from './selection.js';

export type ActivityFilter = Readonly<{ text: string; projectId: string | null; accountId: string | null }>;

type ActivityState = {
  items: readonly ActivityLine[];
  loaded: boolean;
  error: VaultError | null;
  refreshing: boolean;
  filter: ActivityFilter;
  selection: Selection;
};

export const noFilter: ActivityFilter = { text: '', projectId: null, accountId: null };

export const useActivity = lockable<ActivityState>(() => ({
  items: [],
  loaded: false,
  error: null,
  refreshing: false,
  filter: noFilter,
  selection: noSelection,
}));

/** as many as the contract gives at once; a project's own log has all of them */
export const recentLines = 500;

export const loadActivity = async (): Promise<void> => {
  try {
    const { items } = await whileUnlocked(client.activity.recent({ limit: recentLines }));
    useActivity.setState({ items, loaded: true, error: null });
  } catch (failure) {
    const error = asVaultError(failure);
    if (error.code !== 'locked') useActivity.setState({ error, loaded: true });
  }
};

/** Looks at the store now, then shows what came of it. */
export const refreshActivity = async (): Promise<void> => {
  if (useActivity.getState().refreshing) return;
  useActivity.setState({ refreshing: true });
  try {
    acceptAlarms(await whileUnlocked(client.activity.refresh({})));
    await loadActivity();
  } catch (failure) {
    const error = asVaultError(failure);
    if (error.code !== 'locked') useActivity.setState({ error, loaded: true });
  } finally {
    useActivity.setState({ refreshing: false });
  }
};

export const filterActivity = (change: Partial<ActivityFilter>): void =>
  useActivity.setState(({ filter }) => ({ filter: { ...filter, ...change } }));
export const selectActivity = (selection: Selection): void => useActivity.setState({ selection });

/** The lines that a filter lets through: of a project, by or about an account, with every word of a text. Pure. */
export const filtered = (
  items: readonly ActivityLine[],
  { text, projectId, accountId }: ActivityFilter,
): readonly ActivityLine[] => {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return items.filter((line) => {
    if (projectId !== null && line.projectId !== projectId) return false;
    if (accountId !== null && line.actor !== accountId && line.subject?.id !== accountId) return false;
    if (words.length === 0) return true;
    const told = `${sentenceOf(line)} ${line.projectName} ${line.receipt?.secrets.join(' ') ?? ''}`.toLowerCase();
    return words.every((word) => told.includes(word));
  });
};

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** What can be filtered by: everything that occurs in the lines, by name. Pure. */
export const occurring = (items: readonly ActivityLine[]) => {
  const projects = new Map<string, string>();
  const accounts = new Map<string, string>();
  for (const { projectId, projectName, actor, actorName, subject } of items) {
    projects.set(projectId, projectName);
    accounts.set(actor, actorName);
    if (subject !== null) accounts.set(subject.id, subject.name);
  }
  const byName = (names: Map<string, string>) => [...names].sort(([, a], [, b]) => collator.compare(a, b));
  return { projects: byName(projects), accounts: byName(accounts) };
};

const midnight = (time: Date): number => new Date(time.getFullYear(), time.getMonth(), time.getDate()).getTime();

/** "Today", "Yesterday", "Monday, 2 March", "2 March 2024" */
export const dayName = (iso: string, now: Date = new Date()): string => {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return 'Some day';
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (midnight(time) === midnight(now)) return 'Today';
  if (midnight(time) === midnight(yesterday)) return 'Yesterday';
  const sameYear = time.getFullYear() === now.getFullYear();
  return time.toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'long',
    ...(sameYear ? { weekday: 'long' } : { year: 'numeric' }),
  });
};

export type ActivityDay = Readonly<{ name: string; lines: readonly ActivityLine[] }>;

/** Lines of one day together, in the order they come. Pure. */
export const byDay = (items: readonly ActivityLine[], now: Date = new Date()): readonly ActivityDay[] => {
  const days = new Map<string, ActivityLine[]>();
  for (const line of items) {
    const name = dayName(line.time, now);
    const lines = days.get(name);
    if (lines) lines.push(line);
    else days.set(name, [line]);
  }
  return [...days].map(([name, lines]) => ({ name, lines }));
};
