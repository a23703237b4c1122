import { useAccount } from '../../state/account.js';
import { useRoute } from '../../state/route.js';
import { Activity } from '../activity/activity.js';
import { Nodes } from '../nodes/nodes.js';
import { Palette } from '../palette/palette.js';
import { People } from '../people/people.js';
import { NewProject } from '../projects/project-dialogs.js';
import { Projects } from '../projects/projects.js';
import { Transfers } from '../projects/transfers.js';
import { Secrets } from '../secrets/secrets.js';
import { Settings } from '../settings/settings.js';
import { AlarmBanner } from './alarm-banner.js';
import { Drawer } from './drawer.js';
import { Rail } from './rail.js';
import { ShortcutSheet } from './shortcut-sheet.js';
import { Sidebar } from './sidebar.js';
import { useFileDropGuard } from './use-file-drop-guard.js';
import { useShortcuts } from './use-shortcuts.js';
import './shell.css';

const rooms = {
  secrets: Secrets,
  projects: Projects,
  people: People,
  nodes: Nodes,
  activity: Activity,
  settings: Settings,
} as const;

/** An open vault: the sidebar (or the rail of a narrow window), a room, and what lies above them. */
export const Shell = () => {
  const room = useRoute((state) => state.route.room);
  const overlay = useRoute((state) => state.overlay);
  const vaultId = useAccount((state) => state.vault?.vaults.find((entry) => entry.active)?.id);
  useShortcuts();
  useFileDropGuard();
  const Room = rooms[room];
  return (
    <div className="shell" key={vaultId}>
      <Rail />
      <Sidebar />
      <main className="room" aria-label={room.charAt(0).toUpperCase() + room.slice(1)}>
        <AlarmBanner />
        <div className="room-view">
          <Room />
        </div>
        <Transfers />
      </main>
      {overlay === 'palette' ? <Palette /> : null}
      {overlay === 'shortcuts' ? <ShortcutSheet /> : null}
      {overlay === 'new-project' ? <NewProject /> : null}
      {overlay === 'drawer' ? <Drawer /> : null}
    </div>
  );
};
