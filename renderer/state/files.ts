/** The files of the project that is open, what is selected of them, and what is done to them. */
import type { VaultError } from '../../app/errors.js';
import type { FileEntry } from '../../app/model/project.js';
import { asVaultError } from './error-advice.js';
import { attempt } from './attempt.js';
import { client, handlesOf } from './client.js';
import { baseName, joinPath, parentOf, type FileSort } from './file-tree.js';
import { formatCount } from './format.js';
import { lockable, whileUnlocked } from './lockable.js';
import { noSelection, selectOne, type Selection } from './selection.js';
import { toast } from './toasts.js';
import { loadTransfers } from './transfers.js';

type FilesState = {
  projectId: string | null;
  entries: readonly FileEntry[];
  loaded: boolean;
  error: VaultError | null;
  search: string;
  sort: FileSort;
  selection: Selection;
};

export const useFiles = lockable<FilesState>(() => ({
  projectId: null,
  entries: [],
  loaded: false,
  error: null,
  search: '',
  sort: 'name',
  selection: noSelection,
}));

/** Shows a project's files; those of another project go first. */
export const loadFiles = async (projectId: string): Promise<void> => {
  if (useFiles.getState().projectId !== projectId)
    useFiles.setState({ projectId, entries: [], loaded: false, error: null, search: '', selection: noSelection });
  try {
    const { entries } = await whileUnlocked(client.files.list({ projectId }));
    if (useFiles.getState().projectId === projectId) useFiles.setState({ entries, loaded: true, error: null });
  } catch (failure) {
    const error = asVaultError(failure);
    if (error.code !== 'locked' && useFiles.getState().projectId === projectId)
      useFiles.setState({ error, loaded: true });
  }
};

export const selectFiles = (selection: Selection): void => useFiles.setState({ selection });
export const searchFiles = (search: string): void => useFiles.setState({ search });
export const sortFiles = (sort: FileSort): void => useFiles.setState({ sort });

const startUpload = async (projectId: string, folder: string, handles: string[]): Promise<void> => {
  if (handles.length === 0) return;
  await client.files.upload({ projectId, folder, handles });
  await loadTransfers();
};

/** Encrypts what was dropped into a folder of a project. */
export const uploadDropped = (projectId: string, folder: string, files: readonly File[]): Promise<boolean> =>
  attempt(async () => {
    const sources = await whileUnlocked(handlesOf(files));
    await startUpload(
      projectId,
      folder,
      sources.map((source) => source.handle),
    );
  });

/** Lets the person pick files or a folder, and encrypts them. */
export const uploadPicked = (projectId: string, folder: string, kind: 'files' | 'folder'): Promise<boolean> =>
  attempt(async () => {
    const { sources } = await whileUnlocked(client.files.pick({ kind }));
    await startUpload(
      projectId,
      folder,
      sources.map((source) => source.handle),
    );
  });

export const createFolder = async (projectId: string, path: string): Promise<void> => {
  await whileUnlocked(client.files.createFolder({ projectId, path }));
  await loadFiles(projectId);
  selectFiles(selectOne(path));
};

/** Moves each path into `folder`, keeping its name. */
export const moveInto = async (projectId: string, paths: readonly string[], folder: string): Promise<void> => {
  for (const from of paths) {
    const to = joinPath(folder, baseName(from));
    if (to !== from) await whileUnlocked(client.files.move({ projectId, from, to }));
  }
  await loadFiles(projectId);
};

export const renameFile = async (projectId: string, from: string, name: string): Promise<void> => {
  const to = joinPath(parentOf(from), name);
  await whileUnlocked(client.files.move({ projectId, from, to }));
  await loadFiles(projectId);
  selectFiles(selectOne(to));
};

const itemsText = (count: number) => formatCount(count, 'item');

export const restoreFiles = (projectId: string, ids: readonly string[]): Promise<boolean> =>
  attempt(async () => {
    await client.files.restore({ projectId, ids: [...ids] });
    await loadFiles(projectId);
    toast({ kind: 'done', text: `${itemsText(ids.length)} restored` });
  });

/** Ids of the files at and below paths: what Undo has to bring back. */
const idsBelow = (entries: readonly FileEntry[], paths: readonly string[]): string[] =>
  entries
    .filter((entry) => !entry.trashed && entry.id !== '')
    .filter((entry) => paths.some((path) => entry.path === path || entry.path.startsWith(`${path}/`)))
    .map((entry) => entry.id);

export const trashFiles = (projectId: string, paths: readonly string[]): Promise<boolean> =>
  attempt(async () => {
    const ids = idsBelow(useFiles.getState().entries, paths);
    await client.files.trash({ projectId, paths: [...paths] });
    await loadFiles(projectId);
    const action = { label: 'Undo', run: () => void restoreFiles(projectId, ids) };
    toast({ kind: 'done', text: `${itemsText(paths.length)} moved to trash`, action, lastsMs: 10_000 });
  });

export const purgeFiles = (projectId: string, ids: readonly string[]): Promise<boolean> =>
  attempt(async () => {
    await client.files.purge({ projectId, ids: [...ids] });
    await loadFiles(projectId);
    toast({ kind: 'done', text: `${itemsText(ids.length)} deleted for good` });
  });

/** Saves decrypted copies where the person says. */
export const saveFiles = (projectId: string, paths: readonly string[], version?: number): Promise<boolean> =>
  attempt(async () => {
    await client.files.save({ projectId, paths: [...paths], ...(version === undefined ? {} : { version }) });
    await loadTransfers();
  });

export const verifyProject = (projectId: string): Promise<boolean> =>
  attempt(async () => {
    await client.files.verify({ projectId });
    await loadTransfers();
  });

export const dragOut = (projectId: string, id: string): Promise<boolean> =>
  attempt(() => client.files.dragOut({ projectId, id }));
