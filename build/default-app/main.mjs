/**
 * Stands in for Electron's own default_app.asar, which the registry's runtime lacks: starts the app in the folder that is
 * named on the command line. Electron waits for this module's top-level await before it says `ready`, so the app
 * can still register its privileged schemes.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';

const args = process.argv.slice(1);
// Playwright's driver holds `ready` back through a preloaded module, as it does with Electron's own default app.
while (args[0] === '-r') {
  createRequire(import.meta.url)(resolve(args[1] ?? ''));
  args.splice(0, 2);
}
const folder = args.find((arg) => !arg.startsWith('-'));
if (folder === undefined) {
  console.error('Name the folder of the app to start.');
  process.exit(2);
}

const appFolder = resolve(folder);
const manifest = JSON.parse(readFileSync(join(appFolder, 'package.json'), 'utf8'));
/** Electron's own default app has these two as well, undocumented. @type {import('electron').App & { setAppPath(path: string): void, setVersion(version: string): void }} */
const launched = /** @type {any} */ (app);
launched.setAppPath(appFolder);
launched.setName(manifest.productName ?? manifest.name);
launched.setVersion(manifest.version);
await import(pathToFileURL(join(appFolder, manifest.main)).href);
