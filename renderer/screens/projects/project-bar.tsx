import { useState } from 'react';
import { ArrowLeft, Ellipsis, KeyRound, Pencil, ShieldCheck, Trash2, UserPlus } from 'lucide-react';
import type { ProjectSummary } from '../../../app/model/project.js';
import { IconButton } from '../../components/button.js';
import { Menu, MenuChoice, MenuItem, MenuLine } from '../../components/menu.js';
import { verifyProject } from '../../state/files.js';
import { beginInMembers } from '../../state/members.js';
import { mayManage } from '../../state/project-rights.js';
import { useProjects } from '../../state/projects.js';
import {
  goToFolder,
  goToMembers,
  goToProjectLog,
  goToProjects,
  goToProjectTrash,
  useRoute,
  type ProjectView,
} from '../../state/route.js';
import { isFar, isPinned, pinProject, useSync } from '../../state/sync.js';
import { PinMark } from './pin-mark.js';
import { RenameProject } from './project-dialogs.js';

const Views = ({ project, view }: { project: ProjectSummary; view: ProjectView }) => {
  const { id, members } = project;
  const views: readonly (readonly [ProjectView, string, number | null, () => void])[] = [
    ['files', 'Files', null, () => goToFolder(id)],
    ['members', 'Members', members, () => goToMembers(id)],
    ['log', 'Log', null, () => goToProjectLog(id)],
  ];
  return (
    <nav aria-label="Views of this project" className="project-views">
      {views.map(([name, label, count, go]) => (
        <button key={name} type="button" aria-current={view === name ? 'page' : undefined} onClick={go}>
          {label}
          {count === null ? null : <span className="side-count">{count.toLocaleString('en')}</span>}
        </button>
      ))}
    </nav>
  );
};

/** How far old files are with the newest key; gone when they are done. */
const RekeyLine = ({ projectId }: { projectId: string }) => {
  const progress = useProjects((state) => state.rekey.get(projectId));
  if (!progress) return null;
  const { done, total } = progress;
  const text = `Re-encrypting with the new key: ${done.toLocaleString('en')} of ${total.toLocaleString('en')}`;
  return (
    <p className="quiet small truncate project-rekey" title={text}>
      {text}
    </p>
  );
};

const ProjectMenu = ({ project, onRename }: { project: ProjectSummary; onRename: () => void }) => {
  const { id, role } = project;
  const far = useSync(isFar);
  const pinned = useSync((state) => isPinned(state, id));
  return (
    <Menu trigger={<IconButton label="Project actions" icon={Ellipsis} />}>
      {mayManage(role) ? (
        <>
          <MenuItem icon={Pencil} label="Rename project…" onSelect={onRename} />
          <MenuItem icon={UserPlus} label="Add person or node…" onSelect={() => beginInMembers(id, { kind: 'add' })} />
          <MenuItem icon={KeyRound} label="New key…" onSelect={() => beginInMembers(id, { kind: 'rotate' })} />
          <MenuLine />
        </>
      ) : null}
      {far ? (
        <>
          <MenuChoice label="Keep on this computer" checked={pinned} onSelect={() => void pinProject(id, !pinned)} />
          <MenuLine />
        </>
      ) : null}
      <MenuItem icon={ShieldCheck} label="Verify all files" onSelect={() => void verifyProject(id)} />
      <MenuItem icon={Trash2} label="Trash of this project" onSelect={() => goToProjectTrash(id)} />
    </Menu>
  );
};

/** The head of a project: its name, its views, and what can be done with it as a whole. */
export const ProjectBar = ({ project, view }: { project: ProjectSummary; view: ProjectView }) => {
  const [renaming, setRenaming] = useState(false);
  const front = useRoute((state) => state.front);
  return (
    <header className="project-bar" data-front={front} data-pane>
      <IconButton className="back" label="All projects" icon={ArrowLeft} onClick={goToProjects} />
      <h1 className="truncate" title={project.name}>
        {project.name}
      </h1>
      <PinMark projectId={project.id} />
      <Views project={project} view={view} />
      <RekeyLine projectId={project.id} />
      <ProjectMenu project={project} onRename={() => setRenaming(true)} />
      {renaming ? <RenameProject project={project} onClose={() => setRenaming(false)} /> : null}
    </header>
  );
};
