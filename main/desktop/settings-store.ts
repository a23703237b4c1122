import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Settings, type SettingsPatch, settings as schema } from '../../app/model/settings.js';
import { writePrivately } from '../ipc/private-file.js';
import type { SettingsStore } from '../ipc/ports.js';

/**
 * The settings of this computer, in `settings.json` below `dir`. A file that cannot be understood is copied to
 * `settings.json.damaged` and the defaults hold: a setting is never worth refusing to start.
 */
export const openSettings = (dir: string, onChange: (settings: Settings) => void): SettingsStore => {
  const file = join(dir, 'settings.json');
  let current = readSettings(file);
  let writing = Promise.resolve();
  return {
    get: () => current,
    set: async (patch: SettingsPatch) => {
      current = schema.parse({ ...current, ...patch });
      onChange(current);
      const text = `${JSON.stringify(current, null, 2)}\n`;
      writing = writing.catch(() => undefined).then(() => writePrivately(file, text));
      await writing;
      return current;
    },
  };
};

const readSettings = (file: string): Settings => {
  const text = readIfThere(file);
  if (text === null) return schema.parse({});
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    copyFileSync(file, `${file}.damaged`);
    return schema.parse({});
  }
};

const readIfThere = (file: string): string | null => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
};
