/** Everything the palette can do besides opening what the vault holds. */
import {
  FolderLock,
  FolderPlus,
  History,
  KeyRound,
  Keyboard,
  Layers,
  Lock,
  Monitor,
  Moon,
  Pause,
  Play,
  RefreshCw,
  ScrollText,
  Server,
  Settings,
  ShieldAlert,
  Star,
  Sun,
  Trash2,
  Users,
  type LucideIcon,
} from 'lucide-react';
import { personalSecretTypes } from '../../../app/model/secret.js';
import { secretIcons } from '../../components/secret-icon.js';
import { useAlarms } from '../../state/alarms.js';
import { attempt } from '../../state/attempt.js';
import { showHistory, useDetail } from '../../state/detail.js';
import { startNew } from '../../state/form.js';
import { lockVault } from '../../state/lock.js';
import { useProjects } from '../../state/projects.js';
import {
  goToActivity,
  goToNodes,
  goToPeople,
  goToProjects,
  goToSecrets,
  goToSettings,
  openOverlay,
  settingsPages,
  useRoute,
} from '../../state/route.js';
import { changeSettings } from '../../state/settings.js';
import { isFar, lookNow, pauseSync, useSync } from '../../state/sync.js';
import type { Command } from './command.js';
import { hereInProject } from './project-commands.js';
import { settingsNames } from '../settings/page-names.js';
import { typeNames } from '../secrets/type-names.js';

const create: readonly Command[] = [
  ...personalSecretTypes.map((type): Command => ({
    label: `New ${typeNames[type].one}`,
    group: 'Create',
    icon: secretIcons[type],
    run: () => {
      goToSecrets();
      startNew(type);
    },
  })),
  {
    label: 'New project',
    group: 'Create',
    icon: FolderPlus,
    shortcut: 'new-project',
    run: () => openOverlay('new-project'),
  },
];

const go: readonly Command[] = [
  { label: 'All secrets', group: 'Go to', icon: Layers, shortcut: 'secrets', run: () => goToSecrets() },
  { label: 'Favourites', group: 'Go to', icon: Star, run: () => goToSecrets({ kind: 'favourites' }) },
  { label: 'Trash', group: 'Go to', icon: Trash2, run: () => goToSecrets({ kind: 'trash' }) },
  { label: 'All projects', group: 'Go to', icon: FolderLock, shortcut: 'projects', run: goToProjects },
  { label: 'People', group: 'Go to', icon: Users, shortcut: 'people', run: goToPeople },
  { label: 'Nodes', group: 'Go to', icon: Server, shortcut: 'nodes', run: goToNodes },
  { label: 'Activity', group: 'Go to', icon: ScrollText, shortcut: 'activity', run: goToActivity },
  ...settingsPages.map((page): Command => ({
    label: `Settings: ${settingsNames[page]}`,
    group: 'Go to',
    icon: Settings,
    ...(page === 'appearance' ? { shortcut: 'settings' as const } : {}),
    run: () => goToSettings(page),
  })),
];

const theme = (value: 'light' | 'dark' | 'system', label: string, icon: LucideIcon): Command => ({
  label,
  group: 'Vault',
  icon,
  run: () => void attempt(() => changeSettings({ theme: value })),
});

const vault: readonly Command[] = [
  { label: 'Lock', group: 'Vault', icon: Lock, shortcut: 'lock', run: () => void lockVault() },
  { label: 'Change passphrase', group: 'Vault', icon: KeyRound, run: () => goToSettings('keys') },
  theme('light', 'Theme: light', Sun),
  theme('dark', 'Theme: dark', Moon),
  theme('system', 'Theme: as the system', Monitor),
  {
    label: 'Keyboard shortcuts',
    group: 'Vault',
    icon: Keyboard,
    shortcut: 'help',
    run: () => openOverlay('shortcuts'),
  },
];

/** What makes sense only where the person is now. */
const here = (): readonly Command[] => {
  const { route } = useRoute.getState();
  if (route.room === 'projects' && route.projectId !== null) {
    const { projectId, folder } = route;
    const project = useProjects.getState().items.find(({ id }) => id === projectId);
    return project ? hereInProject(project, folder) : [];
  }
  const { detail } = useDetail.getState();
  if (route.room !== 'secrets' || !detail) return [];
  return [{ label: 'Show history of this secret', group: 'Go to', icon: History, run: () => void showHistory() }];
};

const alarms = (): readonly Command[] =>
  useAlarms.getState().items.length === 0
    ? []
    : [{ label: 'Show alarms', group: 'Go to', icon: ShieldAlert, run: goToActivity }];

/** What concerns a store that is far away. */
const sync = (): readonly Command[] => {
  const state = useSync.getState();
  if (!isFar(state)) return [];
  const paused = state.status?.state === 'paused';
  const label = paused ? 'Resume sending and fetching' : 'Pause sending and fetching';
  return [
    ...(paused
      ? []
      : [{ label: 'Look at the store now', group: 'Vault', icon: RefreshCw, run: () => void lookNow() } as const]),
    { label, group: 'Vault', icon: paused ? Play : Pause, run: () => void pauseSync(!paused) },
  ];
};

export const commands = (): readonly Command[] => [...alarms(), ...here(), ...create, ...go, ...sync(), ...vault];
