/** What the palette can do in projects: the one that is open, and every other by its name. */
import { FileUp, FolderUp, KeyRound, ShieldCheck, UserPlus, Users } from 'lucide-react';
import type { ProjectSummary } from '../../../app/model/project.js';
import { uploadPicked, verifyProject } from '../../state/files.js';
import { beginInMembers } from '../../state/members.js';
import { checkLog } from '../../state/project-log.js';
import { mayManage, mayWrite } from '../../state/project-rights.js';
import { useProjects } from '../../state/projects.js';
import { goToMembers, goToProjectLog, useRoute } from '../../state/route.js';
import type { Command } from './command.js';

/** What can be done about who has access, for a project named in so many words ("this project", its name). */
const ofProject = ({ id, role }: ProjectSummary, name: string, group: Command['group']): readonly Command[] => [
  ...(mayManage(role)
    ? [
        {
          label: `Add person to ${name}…`,
          group,
          icon: UserPlus,
          run: () => beginInMembers(id, { kind: 'add' }),
        },
        {
          label: `Rotate key of ${name}…`,
          group,
          icon: KeyRound,
          run: () => beginInMembers(id, { kind: 'rotate' }),
        },
      ]
    : []),
  { label: `Members of ${name}`, group, icon: Users, run: () => goToMembers(id) },
  {
    label: `Verify log of ${name}`,
    group,
    icon: ShieldCheck,
    run: () => {
      goToProjectLog(id);
      void checkLog(id);
    },
  },
];

/** Every project's own commands, to be found by typing; the one that is open has them among its own. */
export const projectCommands = (): readonly Command[] => {
  const { route } = useRoute.getState();
  const open = route.room === 'projects' ? route.projectId : null;
  const { items } = useProjects.getState();
  return items.filter(({ id }) => id !== open).flatMap((project) => ofProject(project, project.name, 'In projects'));
};

/** What can be done with the project that is open. */
export const hereInProject = (project: ProjectSummary, folder: string): readonly Command[] => {
  const group = 'This project' as const;
  const adding: readonly Command[] = [
    { label: 'Add files', group, icon: FileUp, run: () => void uploadPicked(project.id, folder, 'files') },
    { label: 'Add a folder', group, icon: FolderUp, run: () => void uploadPicked(project.id, folder, 'folder') },
  ];
  return [
    ...(mayWrite(project.role) ? adding : []),
    { label: 'Verify all files', group, icon: ShieldCheck, run: () => void verifyProject(project.id) },
    ...ofProject(project, 'this project', group),
  ];
};
