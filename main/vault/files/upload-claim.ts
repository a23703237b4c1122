import { open, readFile, stat, unlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, withProfileLock } from '../profile/profile-lock.js';

const heartbeatMs = 3_000;
/** Without a sign of life for this long a claim is void, even if its process id has been given to another process. */
const staleMs = 30_000;

const isHeld = async (path: string): Promise<boolean> => {
  try {
    const pid = Number.parseInt(await readFile(path, 'utf8'), 10);
    return isAlive(pid) && Date.now() - (await stat(path)).mtimeMs < staleMs;
  } catch {
    return false; // gone, or never fully written
  }
};

/** Says that an upload is under way in this process, until `release`. */
export type UploadClaim = Readonly<{ release: () => Promise<void> }>;

const claimPath = (folder: string): string => join(folder, 'claim');

/** Whether a living process works on the upload in `folder`. */
export const isClaimed = (folder: string): Promise<boolean> => isHeld(claimPath(folder));

/**
 * Claims the upload in `folder` for this process, so that the app and a command never work on the same one.
 * Null when another living process has it.
 */
export const claimUpload = (profileDir: string, folder: string): Promise<UploadClaim | null> =>
  withProfileLock(profileDir, async () => {
    const path = claimPath(folder);
    if (await isHeld(path)) return null;
    const file = await open(path, 'w', 0o600);
    try {
      await file.writeFile(String(process.pid));
    } finally {
      await file.close();
    }
    const heartbeat = setInterval(() => {
      const now = new Date();
      utimes(path, now, now).catch(() => undefined); // removed together with its folder
    }, heartbeatMs);
    heartbeat.unref();
    return {
      release: async () => {
        clearInterval(heartbeat);
        await unlink(path).catch(() => undefined);
      },
    };
  });
