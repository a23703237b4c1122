import { join } from 'node:path';
import { syncSettings, type SyncSettings } from '../../../app/model/sync.js';
import { readProfileFile, writeProfileFile } from '../profile/profile.js';

const pathOf = (profileDir: string): string => join(profileDir, 'sync.json');

/** What a person set for this vault on this computer; the defaults when there is nothing, or nothing that can be read. */
export const loadSyncSettings = async (profileDir: string): Promise<SyncSettings> => {
  const bytes = await readProfileFile(pathOf(profileDir));
  if (bytes === null) return syncSettings.parse({});
  try {
    const parsed = syncSettings.safeParse(JSON.parse(bytes.toString('utf8')));
    if (parsed.success) return parsed.data;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return syncSettings.parse({}); // limits and pins are soon set again; a vault that does not open is worse
};

export const saveSyncSettings = (profileDir: string, settings: SyncSettings): Promise<void> =>
  writeProfileFile(pathOf(profileDir), Buffer.from(`${JSON.stringify(settings, null, 2)}\n`));
