import { useMemo } from 'react';
import { FolderLock } from 'lucide-react';
import type { ProjectSummary } from '../../../app/model/project.js';
import { PickDialog } from '../../components/pick-dialog.js';
import { formatBytes, formatCount } from '../../state/format.js';
import { mayManage } from '../../state/project-rights.js';
import { useProjects } from '../../state/projects.js';
import { authorizeForProjects, useReach } from '../../state/reach.js';

const managersOnly = 'Only its owners and admins authorize nodes';
const nameOf = (project: ProjectSummary) => project.name;

/** Chooses projects that a node may read from now on. */
export const PickProjects = ({
  node,
  onClose,
}: {
  node: Readonly<{ id: string; name: string }>;
  onClose: () => void;
}) => {
  const projects = useProjects((state) => state.items);
  const reach = useReach((state) => (state.id === node.id ? state.reach : null));
  const offered = useMemo(() => {
    const has = new Set(reach?.projects.filter(({ former }) => !former).map(({ id }) => id));
    return projects.filter(({ id }) => !has.has(id));
  }, [projects, reach]);
  return (
    <PickDialog
      title={`Authorize ${node.name}`}
      what="projects"
      items={offered}
      keyOf={(project) => project.id}
      nameOf={nameOf}
      refusal={(project) => (mayManage(project.role) ? null : managersOnly)}
      yes={(count) => (count === 0 ? 'Authorize' : `Authorize for ${formatCount(count, 'project')}`)}
      nothing="There is no project that it may not read already."
      note={
        <p className="quiet small">The node reads every file of these projects, also those to come. It cannot write.</p>
      }
      onPick={(ids) => authorizeForProjects(node, ids)}
      onClose={onClose}
    >
      {(project) => (
        <>
          <span className="tile" aria-hidden>
            <FolderLock size={16} />
          </span>
          <span className="row-text">
            <span className="row-name truncate" title={project.name}>
              {project.name}
            </span>
            <span className="quiet small truncate">
              {mayManage(project.role)
                ? `${formatCount(project.files, 'file')} · ${formatBytes(project.bytes)}`
                : managersOnly}
            </span>
          </span>
        </>
      )}
    </PickDialog>
  );
};
