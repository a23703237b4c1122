import { withFolderLock } from '../../store/folder-lock.js';

/** Whether a process of this computer runs, whoever owns it. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/**
 * Runs `work` while holding the profile's lock file, so that the app and any number of commands may use one profile at
 * once. Held for milliseconds, never while a person thinks. Throws `busy` when another process keeps it for ten seconds.
 */
export const withProfileLock = <T>(profileDir: string, work: () => Promise<T>): Promise<T> =>
  withFolderLock(profileDir, work);
