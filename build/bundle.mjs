/** `npm run build`: bundles what changed since the last time; `--all` bundles everything. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { outFolder } from './checkout.mjs';
import { whilePreparing } from './lock.mjs';
import { preparePackages } from './packages.mjs';
import { partsOf } from './parts.mjs';
import { isUpToDate, takeStamp, write } from './stamps.mjs';
import { aloud, CannotGoOn, runCommand } from './voice.mjs';

/**
 * Brings the parts up to date. Nothing is read but file sizes and times when nothing changed.
 * @param {import('./parts.mjs').Part[]} parts
 * @param {import('./voice.mjs').Voice} voice
 */
export async function bundle(parts, voice) {
  if (stale(parts).length === 0) return;
  await whilePreparing(voice, async () => {
    const changed = stale(parts);
    if (changed.length === 0) return;
    const started = performance.now();
    for (const { name, sources, make } of changed) {
      const stamp = takeStamp(sources);
      await make().catch((error) =>
        Promise.reject(isWorded(error) ? new CannotGoOn(`The ${name} does not bundle; why is above.`) : error),
      );
      write(name, stamp);
    }
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    voice.say(`Bundled ${changed.map(({ name }) => name).join(', ')} in ${seconds} s.`);
  });
}

/**
 * Whether the bundler has said already what is wrong with the sources.
 * @param {unknown} error
 */
const isWorded = (error) => error instanceof Error && 'errors' in error;

/** @param {import('./parts.mjs').Part[]} parts */
const stale = (parts) =>
  parts.filter(
    ({ name, sources, outputs }) =>
      outputs.some((output) => !existsSync(join(outFolder, output))) || !isUpToDate(name, sources),
  );

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await runCommand(async () => {
    await preparePackages(aloud);
    if (process.argv.includes('--all')) rmSync(outFolder, { recursive: true, force: true });
    await bundle(partsOf.all, aloud);
    aloud.say('The bundles in out/ are up to date.');
    return 0;
  });
}
