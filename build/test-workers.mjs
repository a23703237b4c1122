/** Bundles the engine's worker threads for the tests, which run from source and so have no bundle to start them from. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');
const workerSources = join(root, 'main/engine/workers');

/** vitest's globalSetup: writes out/test/workers/<name>.cjs for every main/engine/workers/<name>.ts. */
export default async function bundleTestWorkers() {
  if (!existsSync(workerSources)) return;
  const entryPoints = readdirSync(workerSources)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(workerSources, name));
  const { outputFiles } = await build({
    entryPoints,
    outdir: join(root, 'out/test/workers'),
    outExtension: { '.js': '.cjs' },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node20.18',
    external: ['electron', '@node-rs/argon2', 'keytar'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  for (const file of outputFiles) writeIfChanged(file.path, file.contents);
}

/**
 * Renamed into place and left alone when equal, so that a second test run never pulls a worker from under the first.
 * @param {string} path
 * @param {Uint8Array} contents
 */
function writeIfChanged(path, contents) {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, contents);
  renameSync(temporary, path);
}
