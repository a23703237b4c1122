/** Everything the palette can do besides opening what the vault holds. */
import {
  FolderLock,
  FolderPlus,
  FolderUp,
  FileUp,
  History,
  KeyRound,
  Keyboard,
  Layers,
  Lock,
  Monitor,
  Moon,
  Settings,
  ShieldCheck,
  Star,
  Sun,
  Trash2,
  type LucideIcon,
} from 'lucide-react';
import { personalSecretTypes } from '../../../app/model/secret.js';
import { secretIcons } from '../../components/secret-icon.js';
import { attempt } from '../../state/attempt.js';
import { showHistory, useDetail } from '../../state/detail.js';
import { uploadPicked, verifyProject } from '../../state/files.js';
import { startNew } from '../../state/form.js';
import { lockVault } from '../../state/lock.js';
import { goToProjects, goToSecrets, goToSettings, openOverlay, settingsPages, useRoute } from '../../state/route.js';
import { changeSettings } from '../../state/settings.js';
import type { ShortcutName } from '../../state/shortcuts.js';
import { settingsNames } from '../settings/page-names.js';
import { typeNames } from '../secrets/type-names.js';

export type Command = Readonly<{
  label: string;
  group: 'Create' | 'This project' | 'Go to' | 'Vault';
  icon: LucideIcon;
  shortcut?: ShortcutName;
  run: () => void;
}>;

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
    return [
      {
        label: 'Add files',
        group: 'This project',
        icon: FileUp,
        run: () => void uploadPicked(projectId, folder, 'files'),
      },
      {
        label: 'Add a folder',
        group: 'This project',
        icon: FolderUp,
        run: () => void uploadPicked(projectId, folder, 'folder'),
      },
      { label: 'Verify all files', group: 'This project', icon: ShieldCheck, run: () => void verifyProject(projectId) },
    ];
  }
  const { detail } = useDetail.getState();
  if (route.room !== 'secrets' || !detail) return [];
  return [{ label: 'Show history of this secret', group: 'Go to', icon: History, run: () => void showHistory() }];
};

export const commands = (): readonly Command[] => [...here(), ...create, ...go, ...vault];
