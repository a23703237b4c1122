/** Bundles a TypeScript file of test/bench and runs it in a process of its own, with the engine's workers beside it. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { outFolder, root } from '../../build/checkout.mjs';
import { bundleWorkers } from '../../build/parts.mjs';

/**
 * @param {string} name of test/bench/<name>.ts; its standard output is one JSON value
 * @returns {Promise<(request: unknown) => Promise<any>>}
 */
export async function prepareTask(name) {
  const folder = join(outFolder, 'bench');
  const script = join(folder, `${name}.cjs`);
  await bundleWorkers(join(folder, 'workers'), ['file-worker', 'rsa-worker']);
  await build({
    absWorkingDir: root,
    entryPoints: [`test/bench/${name}.ts`],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20.18',
    external: ['@node-rs/argon2'],
    logLevel: 'warning',
  });
  return async (request) => {
    const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify(request)]);
    return JSON.parse(stdout);
  };
}
