import { type BrowserWindow, type OpenDialogOptions, type SaveDialogOptions, dialog } from 'electron';
import type { Dialogs, FileFilter } from '../ipc/ports.js';

/** The system's file dialogs, over our window when there is one. */
export const openDialogs = (currentWindow: () => BrowserWindow | null): Dialogs => {
  const openDialog = async (options: OpenDialogOptions): Promise<readonly string[]> => {
    const window = currentWindow();
    const answer = await (window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options));
    return answer.canceled ? [] : answer.filePaths;
  };
  return {
    pickFolder: async (title, button) => {
      const properties: OpenDialogOptions['properties'] = ['openDirectory', 'createDirectory'];
      const paths = await openDialog({ title, buttonLabel: button, properties });
      return paths[0] ?? null;
    },
    pickSources: (kind) =>
      openDialog({
        title: kind === 'files' ? 'Choose files to encrypt' : 'Choose folders to encrypt',
        buttonLabel: 'Encrypt',
        properties: [kind === 'files' ? 'openFile' : 'openDirectory', 'multiSelections'],
      }),
    pickFile: async (title, button, filter) => {
      const paths = await openDialog({
        title,
        buttonLabel: button,
        properties: ['openFile'],
        filters: [{ name: filter.name, extensions: [...filter.extensions] }],
      });
      return paths[0] ?? null;
    },
    saveFile: async (title, defaultName, filter) => {
      const window = currentWindow();
      const options = saveOptions(title, defaultName, filter);
      const answer = await (window ? dialog.showSaveDialog(window, options) : dialog.showSaveDialog(options));
      return answer.canceled || answer.filePath === '' ? null : answer.filePath;
    },
  };
};

const saveOptions = (title: string, defaultPath: string, filter?: FileFilter): SaveDialogOptions => ({
  title,
  defaultPath,
  properties: ['createDirectory', 'showOverwriteConfirmation'],
  ...(filter ? { filters: [{ name: filter.name, extensions: [...filter.extensions] }] } : {}),
});
