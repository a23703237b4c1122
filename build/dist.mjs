/**
 * `npm run dist`: packages the app with electron-builder for this system, then starts the package and does the main job in it.
 * `--dir` makes only the unpacked folder; `--allow-registry-runtime` packs the registry's older Electron, for trying things out.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { bundle } from './bundle.mjs';
import { runChild } from './child.mjs';
import { outFolder, root } from './checkout.mjs';
import { checkPackage } from './dist-check.mjs';
import { thirdPartyNotices } from './notices.mjs';
import { preparePackages } from './packages.mjs';
import { partsOf } from './parts.mjs';
import { replaceFile } from './replace-file.mjs';
import { findRuntime } from './runtime.mjs';
import { requireSystemParts } from './system.mjs';
import { archiveParts, programPath, windowParts } from './system-parts.mjs';
import { aloud, CannotGoOn, runCommand } from './voice.mjs';

const distFolder = join(root, 'dist');
const platforms = /** @type {const} */ ({ linux: '--linux', darwin: '--mac', win32: '--win' });

/** @param {string[]} args */
async function dist(args) {
  await preparePackages(aloud);
  requireSystemParts(args.includes('--dir') ? windowParts : [...windowParts, ...archiveParts], aloud);
  await bundle(partsOf.all, aloud);
  const runtime = await findRuntime(aloud);
  const forRelease = runtime.origin !== 'registry';
  if (!forRelease && !args.includes('--allow-registry-runtime')) throw new CannotGoOn(refusal);
  replaceFile(join(outFolder, 'THIRD-PARTY-NOTICES.txt'), thirdPartyNotices());
  await pack(runtime, [...targets(forRelease, args), ...(forRelease ? [] : notForRelease)]);
  const unpacked = unpackedFolder();
  await checkPackage(unpacked);
  report();
  return 0;
}

const refusal = `A release must not carry the registry's Electron: it is older than the pinned one and has no security updates.
Run this where Electron's release host can be reached, or, to try the packaging: npm run dist -- --allow-registry-runtime`;

/** Archives are stored, not compressed: at full compression they take five minutes. The name tells what they are. */
const notForRelease = [
  '-c.compression=store',
  '-c.artifactName=coretex-vault-${version}-${os}-${arch}-not-for-release.${ext}',
];

/**
 * Without the release host electron-builder cannot fetch its AppImage and deb tools either.
 * @param {boolean} forRelease
 * @param {string[]} args
 */
function targets(forRelease, args) {
  const system = platforms[/** @type {keyof typeof platforms} */ (process.platform)];
  if (args.includes('--dir')) return [system, 'dir'];
  return forRelease ? [system] : [system, 'dir', 'tar.gz'];
}

/**
 * @param {import('./runtime.mjs').Runtime} runtime
 * @param {string[]} args
 */
async function pack(runtime, args) {
  aloud.say(`Packaging with Electron ${runtime.version} …`);
  const builder = join(root, 'node_modules/electron-builder/cli.js');
  const ownRuntime = [`-c.electronDist=${runtime.folder}`, `-c.electronVersion=${runtime.version}`];
  const sevenZip = programPath('7za') ?? programPath('7z');
  const env = { ...(sevenZip ? { ELECTRON_BUILDER_7ZIP_PATH: sevenZip } : {}), ...process.env };
  const { code } = await runChild(process.execPath, [builder, ...args, ...ownRuntime, '--publish=never'], { env });
  if (code !== 0) throw new CannotGoOn('electron-builder could not package the app; its words are above.');
}

/** @returns {string} where electron-builder left the unpacked app */
function unpackedFolder() {
  const name = ['linux-unpacked', 'mac', 'mac-arm64', 'win-unpacked'].find((name) =>
    existsSync(join(distFolder, name)),
  );
  if (!name) throw new CannotGoOn(`electron-builder left no unpacked app in ${distFolder}.`);
  return join(distFolder, name);
}

function report() {
  const made = readdirSync(distFolder).filter((name) => /\.(AppImage|deb|tar\.gz|dmg|zip|exe)$/.test(name));
  for (const name of made) {
    const path = join(distFolder, name);
    aloud.say(`${relative(root, path)} (${(statSync(path).size / 1e6).toFixed(0)} MB)`);
  }
}

await runCommand(() => dist(process.argv.slice(2)));
