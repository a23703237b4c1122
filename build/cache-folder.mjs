/** The user's cache folder for what several checkouts share, such as an Electron runtime. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/** @returns {string} an absolute path; the folder need not exist yet */
export function cacheFolder() {
  const { env, platform } = process;
  if (env['XDG_CACHE_HOME']) return join(env['XDG_CACHE_HOME'], 'coretex-vault');
  if (platform === 'win32')
    return join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'coretex-vault', 'Cache');
  return join(homedir(), platform === 'darwin' ? 'Library/Caches' : '.cache', 'coretex-vault');
}
