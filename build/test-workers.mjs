import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { outFolder } from './checkout.mjs';
import { bundleWorkers, workerNames } from './parts.mjs';

const folder = join(outFolder, 'test/workers');

/**
 * vitest's globalSetup: tests run from source, so the engine's worker threads need bundles to be started from. A worker that
 * does not bundle fails the tests that start it, and no others.
 */
export default async function bundleTestWorkers() {
  for (const name of workerNames()) {
    await bundleWorkers(folder, [name]).catch(() => rmSync(join(folder, `${name}.cjs`), { force: true }));
  }
}
