/** Runs test/bench/engine-task.ts in a process of its own. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { bundleWorkers } from '../../build/parts.mjs';
import { outFolder } from '../../build/checkout.mjs';

/** @typedef {import('./engine-task.js').Task} Task */
/** @typedef {import('./engine-task.js').Outcome} Outcome */

const root = join(import.meta.dirname, '../..');

/**
 * Bundles the task and the worker it needs.
 * @param {string} name a folder of the caller's own under out/
 * @returns {Promise<{ script: string, run: (executable: string, task: Task) => Promise<Outcome> }>}
 */
export async function prepareEngine(name) {
  const folder = join(outFolder, name);
  const script = join(folder, 'engine-task.cjs');
  await bundleWorkers(join(folder, 'workers'), ['file-worker']);
  await build({
    absWorkingDir: root,
    entryPoints: ['test/bench/engine-task.ts'],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20.18',
    logLevel: 'warning',
  });
  return {
    script,
    run: async (executable, task) => {
      const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
      const { stdout } = await promisify(execFile)(executable, [script, JSON.stringify(task)], { env });
      return JSON.parse(stdout);
    },
  };
}
