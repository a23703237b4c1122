/** Whether Chromium can put the window's page into its sandbox here, and what to do where it cannot. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export const isRoot = process.getuid?.() === 0;

/**
 * Why the sandbox cannot work here for this (ordinary) user, with the command that helps; undefined when it can.
 * SECURITY: we explain and stop. Turning the sandbox off quietly is what the page's attacker would ask for.
 * @param {string} runtimeFolder
 */
export function sandboxTrouble(runtimeFolder) {
  if (process.platform !== 'linux' || hasSetuidHelper(runtimeFolder) || !userNamespacesAreBarred()) return undefined;
  const helper = join(runtimeFolder, 'chrome-sandbox');
  return `This system does not let ordinary programs make user namespaces, which the window's sandbox is built on.
Allow it for this Electron, and start again:
  sudo chown root:root '${helper}' && sudo chmod 4755 '${helper}'`;
}

/** @param {string} runtimeFolder */
function hasSetuidHelper(runtimeFolder) {
  const helper = join(runtimeFolder, 'chrome-sandbox');
  if (!existsSync(helper)) return false;
  const { uid, mode } = statSync(helper);
  return uid === 0 && (mode & 0o4000) !== 0;
}

const userNamespacesAreBarred = () =>
  setting('kernel/apparmor_restrict_unprivileged_userns') === '1' ||
  setting('kernel/unprivileged_userns_clone') === '0' ||
  setting('user/max_user_namespaces') === '0';

/** @param {string} name */
function setting(name) {
  const path = join('/proc/sys', name);
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined;
}
