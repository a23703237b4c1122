/** The file in the preview pane. */
import type { VaultError } from '../../app/errors.js';
import type { FileEntry, FileVersion } from '../../app/model/project.js';
import { asVaultError } from './error-advice.js';
import { attempt } from './attempt.js';
import { client } from './client.js';
import { loadFiles } from './files.js';
import { lockable, whileUnlocked } from './lockable.js';
import { toast } from './toasts.js';

export type Preview = Awaited<ReturnType<typeof client.files.preview>>;

type PreviewState = {
  /** `id@version` of what is shown */
  of: string | null;
  preview: Preview | null;
  error: VaultError | null;
  history: readonly FileVersion[] | null;
};

export const usePreview = lockable<PreviewState>(() => ({ of: null, preview: null, error: null, history: null }));

/** Opens the preview of a file's newest version. */
export const openPreview = async (projectId: string, entry: FileEntry | null): Promise<void> => {
  const of = entry?.kind === 'file' ? `${entry.id}@${entry.version}` : null;
  if (usePreview.getState().of === of) return;
  usePreview.setState({ of, preview: null, error: null, history: null });
  if (!entry || of === null) return;
  try {
    const preview = await whileUnlocked(client.files.preview({ projectId, id: entry.id }));
    if (usePreview.getState().of === of) usePreview.setState({ preview });
  } catch (failure) {
    const error = asVaultError(failure);
    if (error.code !== 'locked' && usePreview.getState().of === of) usePreview.setState({ error });
  }
};

/** Tries again what a store that did not answer kept from being shown, if that is still what is open. */
export const retryPreview = async (projectId: string, entry: FileEntry): Promise<void> => {
  const { of, error } = usePreview.getState();
  if (error?.code !== 'store-unreachable' || of !== `${entry.id}@${entry.version}`) return;
  usePreview.setState({ of: null });
  await openPreview(projectId, entry);
};

export const showFileHistory = (projectId: string, id: string): Promise<boolean> =>
  attempt(async () => {
    const { versions } = await whileUnlocked(client.files.history({ projectId, id }));
    usePreview.setState({ history: versions.toSorted((a, b) => b.version - a.version) });
  });

export const closeFileHistory = (): void => usePreview.setState({ history: null });

export const restoreFileVersion = (projectId: string, id: string, version: number): Promise<boolean> =>
  attempt(async () => {
    await client.files.restoreVersion({ projectId, id, version });
    await loadFiles(projectId);
    toast({ kind: 'done', text: `Version ${version} restored. The newer ones stay in the history.` });
  });
