/** Installs missing parts of the operating system where that is ours to do (root on a Debian-like system), else says how to. */
import { spawnSync } from 'node:child_process';
import { hasProgram, lookAgain } from './system-parts.mjs';
import { CannotGoOn } from './voice.mjs';

/** @typedef {import('./system-parts.mjs').SystemPart} SystemPart */
/** @typedef {import('./voice.mjs').Voice} Voice */

/**
 * Makes sure that all parts are there, or stops with the command that would install them.
 * @param {SystemPart[]} parts
 * @param {Voice} voice
 */
export function requireSystemParts(parts, voice) {
  const missing = installSystemParts(parts, voice);
  if (missing.length > 0) throw new CannotGoOn(`This system lacks ${names(missing)}.\n${howToInstall(missing)}`);
}

/**
 * Installs what it can and answers with what is still missing. Does nothing outside Linux, where Electron brings all it needs.
 * @param {SystemPart[]} parts
 * @param {Voice} voice
 * @returns {SystemPart[]}
 */
export function installSystemParts(parts, voice) {
  const missing = process.platform === 'linux' ? stillMissing(parts) : [];
  if (missing.length === 0 || !canInstall()) return missing;
  voice.say(`Installing ${names(missing)} with apt-get …`);
  apt(['update', '-qq'], voice);
  // One package that cannot be had must not keep the others away.
  if (!aptInstall(missing, voice)) for (const part of missing) aptInstall([part], voice);
  lookAgain();
  return stillMissing(missing);
}

/**
 * The exact command for this system, or the list of what is missing where we do not know its package manager.
 * @param {SystemPart[]} missing
 */
export function howToInstall(missing) {
  if (hasProgram('apt-get')) return `Install it with:\n  sudo apt-get install ${missing.map(aptName).join(' ')}`;
  if (hasProgram('dnf')) return `Install it with:\n  sudo dnf install ${missing.map((part) => part.dnf).join(' ')}`;
  if (hasProgram('pacman')) return `Install it with:\n  sudo pacman -S ${missing.map((part) => part.pacman).join(' ')}`;
  return `Install the packages of your system that bring: ${names(missing)}`;
}

/** @param {SystemPart[]} parts */
export const names = (parts) => parts.map((part) => part.what).join(', ');

/** @param {SystemPart[]} parts */
const stillMissing = (parts) => parts.filter((part) => !part.isPresent());

const canInstall = () => process.getuid?.() === 0 && hasProgram('apt-get');

/** @param {SystemPart} part */
function aptName(part) {
  const known = part.apt.find((name) => spawnSync('apt-cache', ['show', name], { stdio: 'ignore' }).status === 0);
  return known ?? part.apt.at(-1) ?? part.what;
}

/**
 * @param {SystemPart[]} parts
 * @param {Voice} voice
 */
const aptInstall = (parts, voice) =>
  apt(['install', '-y', '-qq', '--no-install-recommends', ...parts.map(aptName)], voice).status === 0;

/**
 * Runs apt-get, which tells pages about every package: they are kept for the case that it fails.
 * @param {string[]} args
 * @param {Voice} voice
 */
function apt(args, voice) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = ['-o', 'DPkg::Lock::Timeout=300', '-o', 'Dpkg::Use-Pty=0'];
  const run = spawnSync('apt-get', [...options, ...args], { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8', env });
  if (run.status !== 0) voice.say(`${run.stdout}${run.stderr}`.trimEnd());
  return run;
}
