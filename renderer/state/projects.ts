/** The list of projects. */
import type { VaultError } from '../../app/errors.js';
import type { ProjectSummary } from '../../app/model/project.js';
import { asVaultError } from './error-advice.js';
import { client } from './client.js';
import { lockable, whileUnlocked } from './lockable.js';
import { goToFolder } from './route.js';

type ProjectsState = { items: readonly ProjectSummary[]; loaded: boolean; error: VaultError | null };

export const useProjects = lockable<ProjectsState>(() => ({ items: [], loaded: false, error: null }));

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

export const loadProjects = async (): Promise<void> => {
  try {
    const { items } = await whileUnlocked(client.projects.list({}));
    useProjects.setState({
      items: items.toSorted((a, b) => collator.compare(a.name, b.name)),
      loaded: true,
      error: null,
    });
  } catch (failure) {
    const error = asVaultError(failure);
    if (error.code !== 'locked') useProjects.setState({ error, loaded: true });
  }
};

/** Throws what main throws, for the dialog to show. */
export const createProject = async (name: string): Promise<void> => {
  const project = await whileUnlocked(client.projects.create({ name }));
  await loadProjects();
  goToFolder(project.id);
};

export const renameProject = async (id: string, name: string): Promise<void> => {
  await whileUnlocked(client.projects.rename({ id, name }));
  await loadProjects();
};
