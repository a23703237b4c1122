/** How the open vault stands with its store: what waits to be sent, what was merged, and what is set about it. */
import type { MergeNotice, SyncSettings, SyncSettingsPatch, SyncStatus, WaitingItem } from '../../app/model/sync.js';
import { attempt, tellFailure } from './attempt.js';
import { client } from './client.js';
import { loadFiles, selectFiles, useFiles } from './files.js';
import { parentOf } from './file-tree.js';
import { formatCount } from './format.js';
import { lockable, whileUnlocked } from './lockable.js';
import { goToFolder, showFront } from './route.js';
import { selectOne } from './selection.js';
import { showSecret } from './show-secret.js';
import { toast } from './toasts.js';

type SyncState = {
  /** null until it was asked for */
  status: SyncStatus | null;
  waiting: readonly WaitingItem[];
  /** the same by id, for every row that asks whether it waits */
  waitingIds: ReadonlyMap<string, WaitingItem>;
  notices: readonly MergeNotice[];
  settings: SyncSettings | null;
  /** the person asked to look at the store now, and it goes on */
  looking: boolean;
};

export const useSync = lockable<SyncState>(() => ({
  status: null,
  waiting: [],
  waitingIds: new Map(),
  notices: [],
  settings: null,
  looking: false,
}));

export const acceptStatus = (status: SyncStatus): void => useSync.setState({ status });

/** Asks again what waits and what was merged. */
export const loadWaiting = async (): Promise<void> => {
  const [{ items }, { items: notices }] = await whileUnlocked(
    Promise.all([client.sync.waiting({}), client.sync.notices({})]),
  );
  useSync.setState({ waiting: items, waitingIds: new Map(items.map((item) => [item.id, item])), notices });
};

export const loadSync = async (): Promise<void> => {
  const [status, settings] = await whileUnlocked(Promise.all([client.sync.status({}), client.sync.settings({})]));
  useSync.setState({ status, settings });
  await loadWaiting();
};

/** Whether the store of the open vault is far away, so that there is something to send and to keep here. */
export const isFar = ({ status }: Pick<SyncState, 'status'>): boolean => status !== null && status.state !== 'folder';

/** How many secrets, files and projects wait: a file that waits is one, though its content is another object of the store. */
export const waitingCount = ({ status, waiting }: Pick<SyncState, 'status' | 'waiting'>): number =>
  status === null || status.waitingItems === 0 ? 0 : Math.max(1, waiting.length);

export const isPinned = ({ settings }: Pick<SyncState, 'settings'>, projectId: string): boolean =>
  settings?.pinned.includes(projectId) ?? false;

/** Looks at the store and sends what waits, now. */
export const lookNow = async (): Promise<void> => {
  if (useSync.getState().looking) return;
  useSync.setState({ looking: true });
  try {
    acceptStatus(await whileUnlocked(client.sync.now({})));
    await loadWaiting();
  } catch (failure) {
    tellFailure(failure);
  } finally {
    useSync.setState({ looking: false });
  }
};

export const configureSync = (patch: SyncSettingsPatch): Promise<boolean> =>
  attempt(async () => {
    const settings = await whileUnlocked(client.sync.configure(patch));
    useSync.setState({ settings });
    acceptStatus(await whileUnlocked(client.sync.status({})));
  });

export const pauseSync = (paused: boolean): Promise<boolean> => configureSync({ paused });

export const pinProject = (projectId: string, pinned: boolean): Promise<boolean> =>
  attempt(async () => {
    useSync.setState({ settings: await whileUnlocked(client.sync.pin({ projectId, pinned })) });
    const text = pinned ? 'All files of this project will be kept on this computer' : 'Files are fetched when needed';
    toast({ kind: 'done', text });
  });

export const giveUp = ({ id, name }: Pick<WaitingItem, 'id' | 'name'>): Promise<boolean> =>
  attempt(async () => {
    await client.sync.discard({ id });
    await loadWaiting();
    toast({ kind: 'done', text: `“${name}” is as the store has it` });
  });

export const dismissNotice = (id: string): Promise<boolean> =>
  attempt(async () => {
    await client.sync.dismissNotice({ id });
    await loadWaiting();
  });

/** Goes to the secret or file that a notice or a waiting item is about. */
export const showObject = (
  kind: 'secret' | 'file' | 'project',
  id: string,
  projectId: string | null,
): Promise<boolean> =>
  attempt(async () => {
    if (kind === 'secret') await showSecret(id);
    else if (kind === 'project') goToFolder(id);
    else if (projectId !== null) await showFile(projectId, id);
  });

const showFile = async (projectId: string, id: string): Promise<void> => {
  await loadFiles(projectId);
  const entry = useFiles.getState().entries.find((one) => one.id === id);
  goToFolder(projectId, entry === undefined ? '' : parentOf(entry.path));
  if (!entry) return;
  selectFiles(selectOne(entry.path));
  showFront('detail');
};

/** The store shows less than this computer saw, and the person goes on with what it shows. */
export const acceptStore = (): Promise<boolean> =>
  attempt(async () => {
    acceptStatus(await whileUnlocked(client.sync.acceptStore({})));
    toast({ kind: 'done', text: 'Going on with what the store shows' });
  });

/** "3 changes wait", with the verb that fits. */
export const waitWords = (items: number): string => `${formatCount(items, 'change')} ${items === 1 ? 'waits' : 'wait'}`;
