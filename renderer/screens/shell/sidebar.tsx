import { useMemo } from 'react';
import {
  Boxes,
  FolderLock,
  Layers,
  Lock,
  Plus,
  ScrollText,
  Server,
  Settings,
  Star,
  Tag,
  Trash2,
  Users,
  type LucideIcon,
} from 'lucide-react';
import { secretTypes } from '../../../app/model/secret.js';
import { IconButton } from '../../components/button.js';
import { secretIcons } from '../../components/secret-icon.js';
import { lockVault } from '../../state/lock.js';
import { useNodes } from '../../state/nodes.js';
import { usePeople } from '../../state/people.js';
import { useProjects } from '../../state/projects.js';
import { goTo, openOverlay, useRoute, type Route, type SecretFilter } from '../../state/route.js';
import { useSecrets } from '../../state/secrets.js';
import { printKeys } from '../../state/shortcuts.js';
import { countSecrets } from '../../state/visible-secrets.js';
import { typeNames } from '../secrets/type-names.js';
import { SyncChip } from '../sync/sync-chip.js';
import { leaveThen } from './leave-then.js';
import { moveFocus } from './use-roving.js';
import { VaultMenu } from './vault-menu.js';
import './sidebar.css';

const isSame = (a: Route, b: Route): boolean => {
  if (a.room === 'projects' && b.room === 'projects') return a.projectId === b.projectId;
  if (a.room !== 'secrets') return a.room === b.room;
  return JSON.stringify(a) === JSON.stringify(b);
};

const Item = ({ icon: Icon, label, count, to }: { icon: LucideIcon; label: string; count?: number; to: Route }) => {
  const current = useRoute((state) => isSame(state.route, to));
  return (
    <li>
      <button
        type="button"
        className="side-item"
        aria-current={current ? 'page' : undefined}
        data-stop
        onClick={() => leaveThen(() => goTo(to))}
      >
        <Icon size={16} aria-hidden />
        <span className="truncate" title={label}>
          {label}
        </span>
        {count ? <span className="side-count">{count.toLocaleString('en')}</span> : null}
      </button>
    </li>
  );
};

const secretsAt = (filter: SecretFilter): Route => ({ room: 'secrets', filter });
const projectAt = (projectId: string | null): Route => ({ room: 'projects', projectId, folder: '', trash: false });

const useCounts = () => {
  const items = useSecrets((state) => state.items);
  return useMemo(() => countSecrets(items), [items]);
};

const SecretItems = () => {
  const counts = useCounts();
  return (
    <ul aria-label="Secrets">
      <Item icon={Layers} label="All secrets" count={counts.all} to={secretsAt({ kind: 'all' })} />
      <Item icon={Star} label="Favourites" count={counts.favourites} to={secretsAt({ kind: 'favourites' })} />
      {secretTypes
        .filter((type) => counts.types.has(type))
        .map((type) => (
          <Item
            key={type}
            icon={secretIcons[type]}
            label={typeNames[type].many}
            count={counts.types.get(type) ?? 0}
            to={secretsAt({ kind: 'type', type })}
          />
        ))}
      <Item icon={Trash2} label="Trash" count={counts.trash} to={secretsAt({ kind: 'trash' })} />
    </ul>
  );
};

const TagItems = () => {
  const { tags } = useCounts();
  if (tags.size === 0) return null;
  return (
    <>
      <h2 className="side-title">Tags</h2>
      <ul aria-label="Tags">
        {[...tags].map(([tag, count]) => (
          <Item key={tag} icon={Tag} label={tag} count={count} to={secretsAt({ kind: 'tag', tag })} />
        ))}
      </ul>
    </>
  );
};

const ProjectItems = () => {
  const projects = useProjects((state) => state.items);
  return (
    <>
      <div className="side-title">
        <h2>Projects</h2>
        <IconButton label="New project" icon={Plus} onClick={() => openOverlay('new-project')} />
      </div>
      <ul aria-label="Projects">
        <Item icon={Boxes} label="All projects" count={projects.length} to={projectAt(null)} />
        {projects.map(({ id, name }) => (
          <Item key={id} icon={FolderLock} label={name} to={projectAt(id)} />
        ))}
      </ul>
    </>
  );
};

/** Who has access, and what was done with it: always in sight, however many projects there are. Oneself is not counted. */
const TeamItems = () => {
  const others = usePeople((state) => state.items.filter((person) => !person.isSelf).length);
  const nodes = useNodes((state) => state.items.length);
  return (
    <div className="side-team" onKeyDown={moveFocus}>
      <ul aria-label="Team">
        <Item icon={Users} label="People" count={others} to={{ room: 'people', personId: null }} />
        <Item icon={Server} label="Nodes" count={nodes} to={{ room: 'nodes', nodeId: null }} />
        <Item icon={ScrollText} label="Activity" to={{ room: 'activity' }} />
      </ul>
    </div>
  );
};

/** What both the sidebar and the drawer of a narrow window show. */
export const SidebarContent = () => (
  <>
    <VaultMenu />
    <nav aria-label="Vault" className="side-nav" onKeyDown={moveFocus}>
      <SecretItems />
      <ProjectItems />
      <TagItems />
    </nav>
    <TeamItems />
    <SyncChip />
    <div className="side-foot" onKeyDown={moveFocus}>
      <ul>
        <Item icon={Settings} label="Settings" to={{ room: 'settings', page: 'appearance' }} />
      </ul>
      <IconButton label="Lock" keys={printKeys('lock')} icon={Lock} data-stop onClick={() => void lockVault()} />
    </div>
  </>
);

export const Sidebar = () => (
  <aside className="sidebar" aria-label="Sidebar" data-pane>
    <SidebarContent />
  </aside>
);
