import { useRoute } from '../../state/route.js';
import { Browser } from './browser.js';
import { ProjectHome } from './project-home.js';
import './projects.css';

/** The room of projects: all of them, or the files of one. */
export const Projects = () => {
  const projectId = useRoute((state) => (state.route.room === 'projects' ? state.route.projectId : null));
  return projectId === null ? <ProjectHome /> : <Browser key={projectId} projectId={projectId} />;
};
