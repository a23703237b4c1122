import { open, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { VaultError } from '../../../app/errors.js';

const patienceMs = 10_000;
const stepMs = 15;

/** Whether a process of this computer runs, whoever owns it. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** Removes the lock of a process that died without releasing it (kill -9). */
const removeIfStale = async (path: string): Promise<void> => {
  const holder = Number.parseInt(await readFile(path, 'utf8').catch(() => ''), 10);
  if (Number.isInteger(holder) && !isAlive(holder)) await unlink(path).catch(() => undefined);
};

const tryAcquire = async (path: string): Promise<boolean> => {
  try {
    const file = await open(path, 'wx', 0o600);
    await file.writeFile(String(process.pid));
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
};

/** Within one process, turns at the same lock are taken in the order they were asked for. */
const queues = new Map<string, Promise<unknown>>();

const inTurn = <T>(key: string, work: () => Promise<T>): Promise<T> => {
  const turn = (queues.get(key) ?? Promise.resolve()).then(work, work);
  queues.set(key, turn);
  return turn;
};

/**
 * Runs `work` while holding the profile's lock file, so that the app and any number of commands may use one profile at
 * once. Held for milliseconds, never while a person thinks. Throws `busy` when another process keeps it for ten seconds.
 */
export const withProfileLock = <T>(profileDir: string, work: () => Promise<T>): Promise<T> =>
  inTurn(profileDir, async () => {
    const path = join(profileDir, 'lock');
    const deadline = Date.now() + patienceMs;
    while (!(await tryAcquire(path))) {
      if (Date.now() > deadline) throw new VaultError('busy');
      await removeIfStale(path);
      await sleep(stepMs);
    }
    try {
      return await work();
    } finally {
      await unlink(path).catch(() => undefined);
    }
  });
