import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { mirrorFolder, uploadsFolder } from '../bucket-store.js';
import { readProfileFile, removeProfileFile, writeProfileFile } from '../profile/profile.js';
import type { StoreLocation } from '../vault.js';

const markPath = (profileDir: string): string => join(profileDir, 'mirror-ended');

/**
 * Notes, before the profile is pointed to `next`, that what the mirror keeps is of another place. The vault that is still open uses it until
 * it locks; whoever opens the profile next removes it.
 */
export const endMirror = (profileDir: string, next: StoreLocation): Promise<void> =>
  writeProfileFile(markPath(profileDir), Buffer.from(JSON.stringify(next)));

/** To be called before a profile's store is opened: begins the mirror of a profile anew that was pointed to another place. */
export const removeEndedMirror = async (profileDir: string, location: StoreLocation): Promise<void> => {
  const mark = await readProfileFile(markPath(profileDir));
  if (mark === null) return;
  // a crash between the mark and the profile: the mirror is still of the place that the profile names
  if (mark.toString('utf8') === JSON.stringify(location)) {
    for (const folder of [mirrorFolder(profileDir), uploadsFolder(profileDir)]) {
      await rm(folder, { recursive: true, force: true });
    }
  }
  await removeProfileFile(markPath(profileDir));
};
