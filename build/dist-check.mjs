/** Looks at a finished package the way its user and its attacker would: it does the main job, and its fuses are set. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runChild } from './child.mjs';
import { manifest, root } from './checkout.mjs';
import { hasDisplay, startVirtualDisplay } from './display.mjs';
import { isRoot } from './sandbox.mjs';
import { aloud, CannotGoOn } from './voice.mjs';

/** Programs of the unpacked folder, by system. */
const programs = {
  linux: 'coretex-vault',
  darwin: 'Coretex Vault.app/Contents/MacOS/Coretex Vault',
  win32: 'Coretex Vault.exe',
};

/** How a program's fuse wire spells them: the digits 1 and 0. */
const [fuseOn, fuseOff] = ['1', '0'].map((digit) => digit.charCodeAt(0));

/** @param {string} folder the unpacked app */
export async function checkPackage(folder) {
  const program = join(folder, programs[/** @type {keyof typeof programs} */ (process.platform)]);
  await checkFuses(program);
  checkContents(folder);
  aloud.say('The package does the main job:');
  const display = hasDisplay() ? undefined : await startVirtualDisplay();
  const quiet = display ? ['--log-level=3'] : [];
  try {
    const { code } = await runChild(program, [...(isRoot ? ['--no-sandbox'] : []), ...quiet, '--smoke'], {
      env: { ...process.env, ...display?.environment },
      patienceMs: 5 * 60_000,
    });
    if (code !== 0) throw new CannotGoOn(`The packaged app failed at the main job (exit code ${code}).`);
  } finally {
    display?.stop();
  }
}

/**
 * SECURITY: reads the fuses back from the program itself; a setting that did not arrive protects nobody.
 * @param {string} program
 */
async function checkFuses(program) {
  const { FuseV1Options, getCurrentFuseWire } = await import('@electron/fuses');
  const wire = await getCurrentFuseWire(program);
  const wanted = Object.entries(wantedFuses());
  for (const [name, on] of wanted) {
    const option =
      FuseV1Options[/** @type {keyof typeof FuseV1Options} */ (name.charAt(0).toUpperCase() + name.slice(1))];
    const state = wire[option];
    if (state !== (on ? fuseOn : fuseOff)) throw new CannotGoOn(`The fuse ${name} is not ${on ? 'on' : 'off'}.`);
  }
  aloud.say(`${wanted.length} fuses are set as electron-builder.yml says.`);
}

/** @returns {Record<string, boolean>} the block `electronFuses` of electron-builder.yml, whose names are the fuses' own */
function wantedFuses() {
  const [, block] =
    /^electronFuses:\n((?: {2}.*\n)+)/m.exec(readFileSync(join(root, 'electron-builder.yml'), 'utf8')) ?? [];
  const lines = block?.matchAll(/^ {2}(\w+): (true|false)$/gm) ?? [];
  const fuses = Object.fromEntries(Array.from(lines, ([, name, value]) => [name, value === 'true']));
  if (Object.keys(fuses).length === 0) throw new CannotGoOn('electron-builder.yml sets no fuses.');
  return fuses;
}

/**
 * No second app to start, and native binaries of this system alone.
 * @param {string} folder
 */
function checkContents(folder) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const strays = files.filter((name) => name.includes('default_app'));
  const natives = files.filter((name) => name.endsWith('.node'));
  const foreign = natives.filter((name) => !name.includes(`${process.platform}-${process.arch}`));
  if (strays.length > 0 || foreign.length > 0)
    throw new CannotGoOn(`The package holds what it should not: ${[...strays, ...foreign].join(', ')}`);
  if (natives.length !== 2)
    throw new CannotGoOn(`The package of ${manifest.version} should hold two native modules, not ${natives.length}.`);
}
