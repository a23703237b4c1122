import { useEffect } from 'react';
import { FolderX } from 'lucide-react';
import { Button } from '../../components/button.js';
import { EmptyState } from '../../components/empty-state.js';
import { loadMembers, useMembers } from '../../state/members.js';
import { useProjects } from '../../state/projects.js';
import { goToProjects, useRoute } from '../../state/route.js';
import { Browser } from './browser.js';
import { MemberDialogs } from './member-dialogs.js';
import { Members } from './members.js';
import { ProjectBar } from './project-bar.js';
import { ProjectHome } from './project-home.js';
import { ProjectLog } from './project-log.js';
import './projects.css';
import './members.css';

const views = { files: Browser, members: Members, log: ProjectLog } as const;

/** Somebody took this account's access away while the project was open. */
const Gone = () => (
  <section className="project" aria-label="Project" data-pane>
    <EmptyState
      icon={FolderX}
      title="This project is not open to you"
      action={<Button onClick={goToProjects}>All projects</Button>}
    >
      Your access may have ended. Ask an owner of the project.
    </EmptyState>
  </section>
);

const Project = ({ projectId }: { projectId: string }) => {
  const project = useProjects((state) => state.items.find((item) => item.id === projectId));
  const view = useRoute(({ route }) => (route.room === 'projects' ? (route.view ?? 'files') : 'files'));
  const dialog = useMembers((state) => (state.projectId === projectId ? state.dialog : null));
  const loaded = useProjects((state) => state.loaded && !state.error);
  const View = views[view];
  useEffect(() => {
    void loadMembers(projectId);
  }, [projectId]);
  if (loaded && !project) return <Gone />;
  return (
    <div className="project">
      {project ? <ProjectBar project={project} view={view} /> : null}
      <View projectId={projectId} />
      {dialog && project ? <MemberDialogs project={project} dialog={dialog} /> : null}
    </div>
  );
};

/** The room of projects: all of them, or one: its files, its members, its log. */
export const Projects = () => {
  const projectId = useRoute((state) => (state.route.room === 'projects' ? state.route.projectId : null));
  return projectId === null ? <ProjectHome /> : <Project key={projectId} projectId={projectId} />;
};
