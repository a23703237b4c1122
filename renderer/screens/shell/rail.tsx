import { FolderLock, KeyRound, Lock, Menu, Settings } from 'lucide-react';
import { IconButton } from '../../components/button.js';
import { lockVault } from '../../state/lock.js';
import { goToProjects, goToSecrets, goToSettings, openOverlay, useRoute } from '../../state/route.js';
import { leaveThen } from './leave-then.js';
import { moveFocus } from './use-roving.js';

/** The sidebar of a narrow window: its rooms as icons, and a button that opens the whole of it. */
export const Rail = () => {
  const room = useRoute((state) => state.route.room);
  const current = (name: typeof room) => (room === name ? ('page' as const) : undefined);
  return (
    <nav className="rail" aria-label="Rooms" data-pane onKeyDown={moveFocus}>
      <IconButton label="Open sidebar" icon={Menu} size={20} data-stop onClick={() => openOverlay('drawer')} />
      <IconButton
        label="Secrets"
        icon={KeyRound}
        size={20}
        data-stop
        aria-current={current('secrets')}
        onClick={() => leaveThen(() => goToSecrets())}
      />
      <IconButton
        label="Projects"
        icon={FolderLock}
        size={20}
        data-stop
        aria-current={current('projects')}
        onClick={() => leaveThen(goToProjects)}
      />
      <IconButton
        className="rail-end"
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
