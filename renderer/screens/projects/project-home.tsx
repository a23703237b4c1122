import { useState } from 'react';
import { Boxes, FolderLock, Plus } from 'lucide-react';
import type { FormerProject, ProjectSummary } from '../../../app/model/project.js';
import { Button } from '../../components/button.js';
import { EmptyState } from '../../components/empty-state.js';
import { ErrorNote } from '../../components/error-note.js';
import { Badge } from '../../components/tag.js';
import { VirtualList } from '../../components/virtual-list.js';
import { WaitsMark } from '../../components/waits-mark.js';
import { formatBytes, formatCount, formatDay } from '../../state/format.js';
import { accessNames, mayWrite } from '../../state/project-rights.js';
import { loadProjects, useProjects } from '../../state/projects.js';
import { goToFolder, openOverlay } from '../../state/route.js';
import { selectOne, noSelection } from '../../state/selection.js';
import { uploadDropped } from '../../state/files.js';
import { PinMark } from './pin-mark.js';
import { useDrop } from './use-drop.js';

const rowHeight = 64;

const overWords = ({ role }: ProjectSummary): string =>
  mayWrite(role) ? 'Drop to encrypt into this project' : 'You can read here, but not add files';

/** "11 files · 7.5 GB · 4 people, 2 nodes" */
const factsOf = ({ files, bytes, members, nodes }: ProjectSummary): string => {
  const team = members > 1 || nodes > 0 ? formatCount(members, 'person', 'people') : 'only you';
  const machines = nodes > 0 ? `, ${formatCount(nodes, 'node')}` : '';
  return `${formatCount(files, 'file')} · ${formatBytes(bytes)} · ${team}${machines}`;
};

const Row = ({ project, over }: { project: ProjectSummary; over: boolean }) => (
  <>
    <span className="tile" aria-hidden>
      <FolderLock size={16} />
    </span>
    <span className="row-text">
      <span className="row-name truncate" title={project.name}>
        {project.name}
      </span>
      <span className="quiet small">{over ? overWords(project) : factsOf(project)}</span>
    </span>
    <WaitsMark id={project.id} />
    <PinMark projectId={project.id} />
    <Badge>{accessNames[project.role]}</Badge>
    <span className="quiet small row-day">{formatDay(project.created)}</span>
  </>
);

const List = ({ items }: { items: readonly ProjectSummary[] }) => {
  const [selection, setSelection] = useState(noSelection);
  const open = (id: string) => goToFolder(id);
  const { overKey, dropProps } = useDrop(
    (key, files) => void uploadDropped(key, '', files).then((done) => done && open(key)),
    (key) => mayWrite(items.find((item) => item.id === key)?.role),
  );
  return (
    <VirtualList
      label="Projects"
      items={items}
      rowHeight={rowHeight}
      keyOf={(item) => item.id}
      nameOf={(item) => item.name}
      selection={selection}
      onSelect={(next) => setSelection(next.active === null ? noSelection : selectOne(next.active))}
      onOpen={(item) => open(item.id)}
      rowProps={(item) => ({ ...dropProps(item.id), onClick: () => open(item.id) })}
    >
      {(item) => <Row project={item} over={overKey === item.id} />}
    </VirtualList>
  );
};

/** Projects do not vanish without a word. */
const Former = ({ items }: { items: readonly FormerProject[] }) =>
  items.length === 0 ? null : (
    <ul className="former-projects quiet small" aria-label="Projects you had access to">
      {items.map(({ id, name, ended, byName }) => (
        <li key={id} className="truncate" title={name}>
          {byName} ended your access to {name === '' ? 'a project' : `“${name}”`} on {formatDay(ended)}.
        </li>
      ))}
    </ul>
  );

export const ProjectHome = () => {
  const { items, former, loaded, error } = useProjects();
  const newButton = (
    <Button look="primary" icon={Plus} onClick={() => openOverlay('new-project')}>
      New project
    </Button>
  );
  return (
    <section className="project-home" aria-label="All projects" data-pane>
      <div className="pane-head">
        <h1>Projects</h1>
        {items.length > 0 ? newButton : null}
      </div>
      {error ? (
        <div className="pane-note">
          <ErrorNote error={error} onRetry={() => void loadProjects()} />
        </div>
      ) : null}
      {items.length > 0 ? <List items={items} /> : null}
      {loaded && items.length === 0 && !error ? (
        <EmptyState icon={Boxes} title="No projects yet" action={newButton}>
          A project is a folder of encrypted files. Drop files in; they are encrypted on this computer before they are
          stored.
        </EmptyState>
      ) : null}
      <Former items={former} />
    </section>
  );
};
