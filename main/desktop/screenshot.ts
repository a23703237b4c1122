import { writeFile } from 'node:fs/promises';
import type { BrowserWindow } from 'electron';

/** Writes what the window shows as PNG, once the page is loaded and drawn. */
export const takeScreenshot = async (window: BrowserWindow, file: string): Promise<void> => {
  await drawn(window);
  const image = await window.webContents.capturePage();
  await writeFile(file, image.toPNG());
};

/** Resolves when the page is loaded and had half a second to settle. */
export const drawn = async (window: BrowserWindow): Promise<void> => {
  if (window.webContents.isLoading()) {
    await new Promise<void>((resolve) => window.webContents.once('did-finish-load', () => resolve()));
  }
  await new Promise((resolve) => setTimeout(resolve, 500));
};
