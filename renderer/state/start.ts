/** Wires the events of the contract to the stores, once, when the window opens. */
import { loadActivity, useActivity } from './activity.js';
import { acceptAlarms, loadAlarms } from './alarms.js';
import { acceptProgress, acceptVaultState, activeVaultId, loadAccount, useAccount } from './account.js';
import { tellFailure } from './attempt.js';
import { onEvent } from './client.js';
import { openSecret, useDetail } from './detail.js';
import { keepDrafts } from './drafts.js';
import { loadFiles, useFiles } from './files.js';
import { loadMembers, useMembers } from './members.js';
import { loadLog, useProjectLog } from './project-log.js';
import { loadNodes } from './nodes.js';
import { loadPeople } from './people.js';
import { acceptRekey, loadProjects } from './projects.js';
import { reloadReach } from './reach.js';
import { acceptIndexing, loadSecrets } from './secrets.js';
import { acceptSettings, loadSettings } from './settings.js';
import { acceptStatus, loadSync, loadWaiting } from './sync.js';
import { acceptTransfer, loadTransfers } from './transfers.js';
import { acceptStoreProgress } from './upkeep.js';

const loadVault = (): void => {
  void loadPeople();
  void loadNodes();
  void loadSecrets().catch(tellFailure);
  void loadProjects().catch(tellFailure);
  void loadTransfers().catch(tellFailure);
  void loadAlarms().catch(tellFailure);
  void loadSync().catch(tellFailure);
};

/** Many changes at once (an import, a bulk action) make one reload. */
const soon = (task: () => void, waitMs: number): (() => void) => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(task, waitMs);
  };
};

const isOpen = () => useAccount.getState().vault?.phase === 'unlocked';

const secretsChanged = soon(() => {
  if (!isOpen()) return;
  void loadSecrets().catch(tellFailure);
  const { detail } = useDetail.getState();
  if (detail) void openSecret(detail.id);
  reloadReach();
}, 80);

const peopleChanged = soon(() => {
  if (!isOpen()) return;
  void loadPeople();
  void loadNodes();
  reloadReach();
  const { projectId } = useMembers.getState();
  if (projectId !== null) void loadMembers(projectId);
}, 80);

const filesChanged = soon(() => {
  const { projectId } = useFiles.getState();
  if (isOpen() && projectId !== null) void loadFiles(projectId);
  if (isOpen()) void loadProjects();
}, 80);

/** What is on screen of projects, of those that were looked at. */
const projectsChanged = soon(() => {
  if (!isOpen()) return;
  void loadProjects();
  reloadReach();
  const members = useMembers.getState().projectId;
  if (members !== null) void loadMembers(members);
  const log = useProjectLog.getState().projectId;
  if (log !== null) void loadLog(log);
  if (useActivity.getState().loaded) void loadActivity();
}, 80);

const waitingChanged = soon(() => {
  if (isOpen()) void loadWaiting().catch(tellFailure);
}, 80);

/** Opens the stores to what main tells; ends with the window. */
export const start = (): void => {
  useAccount.subscribe(({ vault }, { vault: before }) => {
    const opened = before?.phase !== 'unlocked' || activeVaultId(before) !== activeVaultId(vault);
    if (vault?.phase === 'unlocked' && opened) loadVault();
  });
  onEvent('account', 'progress', acceptProgress);
  onEvent('account', 'changed', acceptVaultState);
  onEvent('settings', 'changed', acceptSettings);
  onEvent('secrets', 'changed', secretsChanged);
  onEvent('people', 'changed', peopleChanged);
  onEvent('secrets', 'indexing', acceptIndexing);
  onEvent('projects', 'changed', projectsChanged);
  onEvent('projects', 'rekey', (progress) => isOpen() && acceptRekey(progress));
  onEvent('activity', 'alarms', (alarms) => isOpen() && acceptAlarms(alarms));
  onEvent('files', 'transfer', acceptTransfer);
  onEvent('files', 'changed', filesChanged);
  onEvent('sync', 'status', (status) => isOpen() && acceptStatus(status));
  onEvent('sync', 'changed', waitingChanged);
  onEvent('store', 'progress', (progress) => isOpen() && acceptStoreProgress(progress));
  keepDrafts();
  void loadSettings().catch(tellFailure);
  void loadAccount();
};
