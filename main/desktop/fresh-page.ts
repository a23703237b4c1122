import type { BrowserWindow } from 'electron';
import { appPage, emptyPage } from './app-protocol.js';

/**
 * Gives the window a new page in a new process.
 * SECURITY: what the page showed stays in its process's memory for as long as that process lives, whatever the page does:
 * freed text is not overwritten. So after a lock the process goes. Chromium gives another site another process, hence the
 * way over an empty page of another host; the old process is gone when its last page is.
 */
export const freshPage = async (window: BrowserWindow): Promise<void> => {
  if (window.isDestroyed()) return;
  await window.loadURL(emptyPage);
  await window.loadURL(appPage);
};
