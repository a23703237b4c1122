/** The memory of the window's own process, as an attacker with a debugger would read it. */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import type { App } from './app.js';

export const rendererPid = async ({ electron }: App): Promise<number> =>
  (await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId())) ?? 0;

type Memory = Readonly<{ includes: (text: string) => boolean }>;

const largest = 512 * 1024 * 1024;

/** Null where the system does not let us read it: the sandbox makes its processes unreadable for their own user. */
export const readableMemory = (pid: number): Memory | null => {
  try {
    const file = openSync(`/proc/${pid}/mem`, 'r');
    closeSync(file);
  } catch {
    return null;
  }
  return { includes: (text) => isInMemory(pid, [Buffer.from(text), Buffer.from(text, 'utf16le')]) };
};

const isInMemory = (pid: number, needles: readonly Buffer[]): boolean => {
  const file = openSync(`/proc/${pid}/mem`, 'r');
  try {
    return writableRanges(pid).some(([start, bytes]) => {
      const content = readOrNothing(file, start, bytes);
      return needles.some((needle) => content.includes(needle));
    });
  } finally {
    closeSync(file);
  }
};

const writableRanges = (pid: number): (readonly [start: number, bytes: number])[] =>
  readFileSync(`/proc/${pid}/maps`, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const match = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line);
      const [start, end] = [Number.parseInt(match?.[1] ?? '', 16), Number.parseInt(match?.[2] ?? '', 16)];
      return match && end - start <= largest ? [[start, end - start] as const] : [];
    });

/** A range may be reserved and not there. */
const readOrNothing = (file: number, start: number, bytes: number): Buffer => {
  try {
    const buffer = Buffer.alloc(bytes);
    return buffer.subarray(0, readSync(file, buffer, 0, bytes, start));
  } catch {
    return Buffer.alloc(0);
  }
};
