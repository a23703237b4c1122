import { FolderLock, KeyRound, Lock, Menu, ScrollText, Server, Settings, Users, type LucideIcon } from 'lucide-react';
import { IconButton } from '../../components/button.js';
import { lockVault } from '../../state/lock.js';
import {
  goToActivity,
  goToNodes,
  goToPeople,
  goToProjects,
  goToSecrets,
  goToSettings,
  openOverlay,
  useRoute,
  type Route,
} from '../../state/route.js';
import { SyncChip } from '../sync/sync-chip.js';
import { leaveThen } from './leave-then.js';
import { moveFocus } from './use-roving.js';

const rooms: readonly (readonly [Route['room'], string, LucideIcon, () => void])[] = [
  ['secrets', 'Secrets', KeyRound, () => goToSecrets()],
  ['projects', 'Projects', FolderLock, goToProjects],
  ['people', 'People', Users, goToPeople],
  ['nodes', 'Nodes', Server, goToNodes],
  ['activity', 'Activity', ScrollText, goToActivity],
];

/** The sidebar of a narrow window: its rooms as icons, and a button that opens the whole of it. */
export const Rail = () => {
  const room = useRoute((state) => state.route.room);
  const current = (name: typeof room) => (room === name ? ('page' as const) : undefined);
  return (
    <nav className="rail" aria-label="Rooms" data-pane onKeyDown={moveFocus}>
      <IconButton label="Open sidebar" icon={Menu} size={20} data-stop onClick={() => openOverlay('drawer')} />
      {rooms.map(([name, label, icon, go]) => (
        <IconButton
          key={name}
          label={label}
          icon={icon}
          size={20}
          data-stop
          aria-current={current(name)}
          onClick={() => leaveThen(go)}
        />
      ))}
      <span className="rail-end" />
      <SyncChip narrow />
      <IconButton
        label="Settings"
        icon={Settings}
        size={20}
        data-stop
        aria-current={current('settings')}
        onClick={() => leaveThen(() => goToSettings())}
      />
      <IconButton label="Lock" icon={Lock} size={20} data-stop onClick={() => void lockVault()} />
    </nav>
  );
};
