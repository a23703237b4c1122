/** `npm start`: prepares what is missing and opens the app. `npm start -- --help` tells more. */
import { spawn } from 'node:child_process';
import { existsSync, rmSync, watch } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { bundle } from './bundle.mjs';
import { outFolder, root } from './checkout.mjs';
import { hasDisplay, startVirtualDisplay } from './display.mjs';
import { preparePackages } from './packages.mjs';
import { partsOf } from './parts.mjs';
import { findRuntime } from './runtime.mjs';
import { isRoot, sandboxTrouble } from './sandbox.mjs';
import { requireSystemParts } from './system.mjs';
import { displayParts, windowParts } from './system-parts.mjs';
import { aloud, CannotGoOn, runCommand } from './voice.mjs';

const help = `npm start                     open Coretex Vault
npm start -- --smoke          do the main job once, unattended, on real input; exit 0 when all of it worked
npm start -- --vault=DIR      open the profile in DIR instead of the default one
npm start -- --screenshot=F   write a picture of the first screen to F (--screenshot-exit: and quit)

The first start installs what is missing; later ones only start. Environment:
  CORETEX_VAULT_RUNTIME=release|registry   which Electron to use (default: the release, else the registry's)
  ELECTRON_OVERRIDE_DIST_PATH=DIR          use the unpacked Electron in DIR`;

/** @param {string[]} args what the app is started with */
async function start(args) {
  if (args.includes('--help')) {
    aloud.say(help);
    return 0;
  }
  await preparePackages(aloud);
  requireSystemParts(hasDisplay() ? windowParts : [...windowParts, ...displayParts], aloud);
  await bundle(partsOf.app, aloud);
  const runtime = await findRuntime(aloud);
  const switches = sandboxSwitches(runtime.folder);
  if (hasDisplay()) return run(runtime.executable, [...switches, root, ...args], {});
  return onVirtualDisplay(args, (more, environment) =>
    run(runtime.executable, [...switches, root, ...args, ...more], environment),
  );
}

/** @param {string} runtimeFolder */
function sandboxSwitches(runtimeFolder) {
  if (isRoot) {
    aloud.say(
      'You are root, for whom Chromium has no sandbox: the window runs without one. Use an ordinary account for real data.',
    );
    return ['--no-sandbox'];
  }
  const trouble = sandboxTrouble(runtimeFolder);
  if (trouble) throw new CannotGoOn(trouble);
  return [];
}

/**
 * @param {string[]} args
 * @param {(more: string[], environment: Record<string, string>) => Promise<number>} work
 */
async function onVirtualDisplay(args, work) {
  const display = await startVirtualDisplay();
  const wantsOwnPicture = args.some((arg) => arg.startsWith('--screenshot=')) || args.includes('--smoke');
  // Chromium's own log would tell at length that a server has no system bus and no graphics card.
  const more = ['--log-level=3', ...(wantsOwnPicture ? [] : [`--screenshot=${announcedScreenshot()}`])];
  aloud.say('There is no display here: the app runs on a virtual one.');
  try {
    return await work(more, display.environment);
  } finally {
    display.stop();
  }
}

/** @returns {string} the file the app will write; said aloud as soon as it is there */
function announcedScreenshot() {
  const file = join(outFolder, 'screenshot.png');
  rmSync(file, { force: true });
  const watcher = watch(dirname(file), () => {
    if (!existsSync(file)) return;
    aloud.say(`A screenshot of it is at ${file}; Ctrl-C ends it.`);
    watcher.close();
  });
  watcher.unref();
  return file;
}

/**
 * Runs Electron as if it were us: its output is ours, our signals are its, its exit code is the answer.
 * @param {string} executable
 * @param {string[]} args
 * @param {Record<string, string>} environment
 * @returns {Promise<number>}
 */
function run(executable, args, environment) {
  const env = { ...process.env, ...environment };
  delete env['ELECTRON_RUN_AS_NODE']; // inside an editor's terminal it would turn the app into plain Node
  const app = spawn(executable, args, { stdio: 'inherit', env });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => app.kill(signal));
  return new Promise((resolve, reject) => {
    app.once('error', reject);
    app.once('exit', (code, signal) => resolve(signal ? 128 + constants.signals[signal] : (code ?? 1)));
  });
}

await runCommand(() => start(process.argv.slice(2)));
