import { useState } from 'react';
import type { ProjectSummary } from '../../../app/model/project.js';
import { closeOverlay } from '../../state/route.js';
import { createProject, renameProject } from '../../state/projects.js';
import { NameDialog } from './name-dialog.js';

export const NewProject = () => (
  <NameDialog
    title="New project"
    label="Project name"
    yes="Create project"
    hint="The name is encrypted too."
    onSave={createProject}
    onClose={closeOverlay}
  />
);

export const RenameProject = ({ project, onClose }: { project: ProjectSummary; onClose: () => void }) => {
  const [name] = useState(project.name);
  return (
    <NameDialog
      title="Rename project"
      label="Project name"
      yes="Rename"
      initial={name}
      onSave={(next) => renameProject(project.id, next)}
      onClose={onClose}
    />
  );
};
