import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type BrowserWindow, app, nativeImage } from 'electron';
import { VaultError } from '../../app/errors.js';
import type { DragOut } from '../ipc/ports.js';

export type DragFolder = DragOut & Readonly<{ wipe: () => void }>;

/** Long enough for any program to copy what was dropped on it. */
const keptMs = 300_000;

/**
 * Drags a file out of the window.
 * SECURITY: the one place where plaintext touches a disk without the person naming the place: the system's drag and drop
 * hands over paths, not bytes. The file lies in a folder only its owner may enter, and the folder is emptied at start, on
 * lock, on quitting, and some minutes after the drag.
 */
export const openDragOut = (dir: string, currentWindow: () => BrowserWindow | null): DragFolder => {
  const root = join(dir, 'drag-out');
  let timer: NodeJS.Timeout | undefined;
  const wipe = (): void => {
    clearTimeout(timer);
    rmSync(root, { recursive: true, force: true });
  };
  wipe();
  return {
    wipe,
    start: async (vault, projectId, id, name) => {
      mkdirSync(root, { recursive: true, mode: 0o700 });
      const file = join(mkdtempSync(join(root, 'd-')), safeName(name));
      await vault.files.saveFile(projectId, id, file);
      const window = currentWindow();
      if (!window) throw new VaultError('cancelled');
      clearTimeout(timer);
      timer = setTimeout(wipe, keptMs);
      window.webContents.startDrag({ file, icon: await iconFor(file) });
    },
  };
};

/** The stored name, less what some system does not take in a file name. */
const safeName = (name: string): string => name.replace(/[<>:"/\\|?*\x00-\x1f]/g, '_').slice(0, 200) || 'file';

const iconFor = async (file: string): Promise<Electron.NativeImage> => {
  const icon = await app.getFileIcon(file, { size: 'normal' }).catch(() => nativeImage.createEmpty());
  return icon.isEmpty() ? plainIcon() : icon;
};

/** A grey sheet, for systems that have no icon: the drag refuses to start with an empty picture. */
const plainIcon = (): Electron.NativeImage => {
  const [width, height] = [24, 32];
  return nativeImage.createFromBitmap(Buffer.alloc(width * height * 4, 0xc0), { width, height });
};
