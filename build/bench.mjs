/**
 * `npm run bench`: prints the figures the design promises, as ratios measured in one run. `npm run bench -- files` runs the
 * sections whose name begins so. A section is test/bench/<name>.bench.mjs, whose default export takes a {@link Bench}.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './checkout.mjs';
import { preparePackages } from './packages.mjs';
import { aloud, CannotGoOn, runCommand } from './voice.mjs';

/** @typedef {{ say: (text: string) => void, electron: () => Promise<string | undefined> }} Bench */

const folder = join(root, 'test/bench');
const ending = '.bench.mjs';

/**
 * The executable of the Electron at hand, which runs as Node with ELECTRON_RUN_AS_NODE=1; none where there is no Electron.
 * @returns {Promise<string | undefined>}
 */
async function electron() {
  const { findRuntime } = await import('./runtime.mjs');
  try {
    return (await findRuntime(aloud)).executable;
  } catch (error) {
    if (!(error instanceof CannotGoOn)) throw error;
    aloud.say(`Without Electron: ${error.message}`);
    return undefined;
  }
}

await runCommand(async () => {
  await preparePackages(aloud);
  const wanted = process.argv.slice(2);
  const files = readdirSync(folder).filter(
    (file) => file.endsWith(ending) && (wanted.length === 0 || wanted.some((name) => file.startsWith(name))),
  );
  if (files.length === 0) throw new CannotGoOn(`There is no section of that name in test/bench.`);
  for (const file of files) {
    aloud.say(`\n== ${file.slice(0, -ending.length)}`);
    const section = await import(pathToFileURL(join(folder, file)).href);
    await section.default({ say: aloud.say, electron });
  }
  return 0;
});
