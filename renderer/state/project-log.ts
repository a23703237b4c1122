/** The log of the project that is open: a window onto its newest entries that grows as a person scrolls. */
import type { VaultError } from '../../app/errors.js';
import type { ActivityLine } from '../../app/model/people.js';
import { asVaultError } from './error-advice.js';
import { attempt } from './attempt.js';
import { client } from './client.js';
import { lockable, whileUnlocked } from './lockable.js';
import { noSelection, selectOne, type Selection } from './selection.js';
import { toast } from './toasts.js';

export type LogCheck = Readonly<{ entries: number; head: string }>;

type LogState = {
  projectId: string | null;
  /** newest first, without a gap */
  items: readonly ActivityLine[];
  loaded: boolean;
  loadingOlder: boolean;
  error: VaultError | null;
  selection: Selection;
  checking: boolean;
  /** of the last check of the whole log */
  check: LogCheck | null;
  checkError: VaultError | null;
};

export const useProjectLog = lockable<LogState>(() => ({
  projectId: null,
  items: [],
  loaded: false,
  loadingOlder: false,
  error: null,
  selection: noSelection,
  checking: false,
  check: null,
  checkError: null,
}));

export const logPage = 100;

export const lineKey = (line: ActivityLine): string => `${line.projectId}/${line.sequence}`;

/** Newer entries put before those at hand; all of them replaced where that would leave a gap. Pure. */
export const withNewer = (known: readonly ActivityLine[], newest: readonly ActivityLine[]): readonly ActivityLine[] => {
  const oldest = newest.at(-1)?.sequence ?? 0;
  const top = known[0]?.sequence ?? 0;
  if (top < oldest - 1) return newest;
  return [...newest, ...known.filter((line) => line.sequence < oldest)];
};

const isShown = (projectId: string): boolean => useProjectLog.getState().projectId === projectId;

export const loadLog = async (projectId: string): Promise<void> => {
  if (!isShown(projectId)) useProjectLog.setState({ ...useProjectLog.getInitialState(), projectId }, true);
  try {
    const { items } = await whileUnlocked(client.projects.log({ projectId, limit: logPage }));
    if (!isShown(projectId)) return;
    useProjectLog.setState((state) => ({ items: withNewer(state.items, items), loaded: true, error: null }));
  } catch (failure) {
    const error = asVaultError(failure);
    if (error.code !== 'locked' && isShown(projectId)) useProjectLog.setState({ error, loaded: true });
  }
};

/** Fetches the page before the oldest entry at hand, once at a time; the first entry ends it. */
export const loadOlder = async (): Promise<void> => {
  const { projectId, items, loadingOlder } = useProjectLog.getState();
  const before = items.at(-1)?.sequence ?? 1;
  if (projectId === null || loadingOlder || before <= 1) return;
  useProjectLog.setState({ loadingOlder: true });
  await attempt(async () => {
    const older = await whileUnlocked(client.projects.log({ projectId, before, limit: logPage }));
    if (!isShown(projectId)) return;
    useProjectLog.setState((state) => ({
      items: [...state.items, ...older.items.filter((line) => line.sequence < (state.items.at(-1)?.sequence ?? 1))],
    }));
  });
  if (isShown(projectId)) useProjectLog.setState({ loadingOlder: false });
};

export const selectLine = (selection: Selection): void => useProjectLog.setState({ selection });

/** Reads and verifies every entry again, from the first; the answer stands beside the button. */
export const checkLog = async (projectId: string): Promise<void> => {
  await loadLog(projectId);
  useProjectLog.setState({ checking: true, check: null, checkError: null });
  try {
    const check = await whileUnlocked(client.projects.verifyLog({ projectId }));
    if (isShown(projectId)) useProjectLog.setState({ checking: false, check });
  } catch (failure) {
    const checkError = asVaultError(failure);
    if (checkError.code !== 'locked' && isShown(projectId)) useProjectLog.setState({ checking: false, checkError });
  }
};

export const saveProof = (projectId: string): Promise<boolean> =>
  attempt(async () => {
    const { saved } = await client.projects.saveProof({ projectId });
    if (saved) toast({ kind: 'done', text: 'Proof file saved', more: 'Anybody can check it without a vault.' });
  });

/** Chooses one entry of the log, once it is at hand. */
export const pointToLine = async (line: ActivityLine): Promise<void> => {
  await loadLog(line.projectId);
  selectLine(selectOne(lineKey(line)));
};
