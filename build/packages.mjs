/** The npm packages of this checkout: installed when they are missing or older than package-lock.json. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './checkout.mjs';
import { whilePreparing } from './lock.mjs';
import { CannotGoOn } from './voice.mjs';

const modules = join(root, 'node_modules');
const lockFile = join(root, 'package-lock.json');
/** Holds the SHA-256 of the package-lock.json that node_modules was installed from. */
const stampFile = join(modules, '.coretex-vault-installed');

/**
 * @typedef {{ version?: string, optional?: boolean }} LockedPackage
 */

/**
 * Installs the packages unless they are all there. Quick when there is nothing to do: one hash of the lock file.
 * @param {import('./voice.mjs').Voice} voice
 */
export async function preparePackages(voice) {
  if (isStamped()) return;
  await whilePreparing(voice, async () => {
    if (isStamped()) return;
    if (!isInstalledByHand()) install(voice);
    writeFileSync(stampFile, lockHash());
  });
}

const lockHash = () => createHash('sha256').update(readFileSync(lockFile)).digest('hex');

const isStamped = () => existsSync(stampFile) && readFileSync(stampFile, 'utf8') === lockHash();

/** Whether somebody ran `npm ci` already: npm's own record of what it installed then agrees with the lock file. */
function isInstalledByHand() {
  const record = join(modules, '.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = packagesOf(record);
  return Object.entries(packagesOf(lockFile)).every(([path, wanted]) =>
    path === '' || (wanted.optional && !installed[path]) ? true : installed[path]?.version === wanted.version,
  );
}

/**
 * @param {string} path
 * @returns {Record<string, LockedPackage>}
 */
const packagesOf = (path) => JSON.parse(readFileSync(path, 'utf8')).packages;

/** @param {import('./voice.mjs').Voice} voice */
function install(voice) {
  voice.say(`Installing npm packages (${existsSync(modules) ? 'package-lock.json changed' : 'first run'}) …`);
  const { status, error } = npm(['ci', '--loglevel=error', '--no-progress'], {
    stdio: ['ignore', voice.descriptor, 2],
    cwd: root,
  });
  if (status !== 0) {
    throw new CannotGoOn(
      `npm could not install the packages${error ? ` (${error.message})` : ''}. Its words are above; is the npm registry reachable?`,
    );
  }
}

/**
 * Runs npm: the very one that started us when there is one, so that the user's registry and settings apply.
 * @param {string[]} args
 * @param {import('node:child_process').SpawnSyncOptions} options
 */
export function npm(args, options) {
  const own = process.env['npm_execpath'];
  if (own?.endsWith('npm-cli.js')) return spawnSync(process.execPath, [own, ...args], options);
  return spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
}
