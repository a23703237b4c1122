/** Whether Chromium can put the window's page into its sandbox here, and what to do where it cannot. */
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';

export const isRoot = process.getuid?.() === 0;

/**
 * Why the sandbox cannot work here for this (ordinary) user, with the command that helps; undefined when it can.
 * SECURITY: we explain and stop. Turning the sandbox off quietly is what the page's attacker would ask for.
 * @param {string} runtimeFolder
 */
export function sandboxTrouble(runtimeFolder) {
  if (process.platform !== 'linux' || hasSetuidHelper(runtimeFolder) || canMakeUserNamespaces()) return undefined;
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

/**
 * Tries it, since settings, security modules and containers all have a say. A system without the program to try with is
 * trusted: Chromium itself stops where it has no sandbox.
 * @param {string[]} before the words that run a command as the user in question
 */
export function canMakeUserNamespaces(before = []) {
  const [command = 'unshare', ...args] = [...before, 'unshare', '--user', '--map-root-user', 'true'];
  const { status, error } = spawnSync(command, args, { stdio: 'ignore' });
  return error !== undefined || status === 0;
}
