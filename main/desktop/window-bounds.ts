import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BrowserWindow, type Rectangle, screen } from 'electron';
import { z } from 'zod';
import { writePrivately } from '../ipc/private-file.js';

const boundsFile = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
});

const fileIn = (dir: string): string => join(dir, 'window.json');

/** Where the window was last, if that is still on a screen; else just a size. */
export const readBounds = (dir: string): Partial<Rectangle> & { width: number; height: number } => {
  try {
    const bounds = boundsFile.parse(JSON.parse(readFileSync(fileIn(dir), 'utf8')));
    return isOnScreen(bounds) ? bounds : { width: bounds.width, height: bounds.height };
  } catch {
    return { width: 1200, height: 800 }; // the first start, or a file not worth an error
  }
};

const isOnScreen = ({ x, y, width, height }: Rectangle): boolean =>
  screen.getAllDisplays().some(({ workArea }) => {
    const across = Math.min(x + width, workArea.x + workArea.width) - Math.max(x, workArea.x);
    const down = Math.min(y + height, workArea.y + workArea.height) - Math.max(y, workArea.y);
    return across >= 100 && down >= 100;
  });

/** Keeps the bounds each time the window comes to rest somewhere. */
export const rememberBounds = (window: BrowserWindow, dir: string): void => {
  let timer: NodeJS.Timeout | undefined;
  const save = (): void => {
    if (window.isDestroyed()) return;
    void writePrivately(fileIn(dir), JSON.stringify(window.getNormalBounds())).catch(() => undefined); // a comfort only
  };
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(save, 500);
  };
  window.on('resize', soon);
  window.on('move', soon);
  window.on('closed', () => clearTimeout(timer));
};
