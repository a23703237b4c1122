/** The list of projects, and how far their re-encryption is. */
import type { EventPayload } from '../../app/contract/index.js';
import type { VaultError } from '../../app/errors.js';
import type { FormerProject, ProjectSummary } from '../../app/model/project.js';
import { asVaultError } from './error-advice.js';
import { client } from './client.js';
import { lockable, whileUnlocked } from './lockable.js';
import { goToFolder } from './route.js';

export type RekeyProgress = Readonly<{ done: number; total: number }>;

type ProjectsState = {
  items: readonly ProjectSummary[];
  former: readonly FormerProject[];
  loaded: boolean;
  error: VaultError | null;
  /** by project, only while old files are being re-encrypted with its newest key */
  rekey: ReadonlyMap<string, RekeyProgress>;
};

export const useProjects = lockable<ProjectsState>(() => ({
  items: [],
  former: [],
  loaded: false,
  error: null,
  rekey: new Map(),
}));

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

export const loadProjects = async (): Promise<void> => {
  try {
    const { items, former } = await whileUnlocked(client.projects.list({}));
    useProjects.setState({
      items: items.toSorted((a, b) => collator.compare(a.name, b.name)),
      former,
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

/** Follows the re-encryption of a project; the line goes when it is done. */
export const acceptRekey = ({ projectId, done, total }: EventPayload<'projects', 'rekey'>): void =>
  useProjects.setState((state) => {
    const rekey = new Map(state.rekey);
    if (done >= total) rekey.delete(projectId);
    else rekey.set(projectId, { done, total });
    return { rekey };
  });
