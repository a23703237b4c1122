/** The licences of other people's code inside the bundles, as most of them ask for. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { outFolder, root } from './checkout.mjs';

/** Outside the bundles, but in the package. */
const besides = ['@node-rs/argon2', 'keytar'];

/**
 * @returns {string} one section for each package, in the order of their names
 * @throws {Error} when a package has neither a licence file nor a licence in its manifest
 */
export function thirdPartyNotices() {
  return [...new Set([...besides, ...bundledPackages()])].toSorted().map(section).join('\n');
}

/** The packages that the bundles' source maps name. */
function bundledPackages() {
  const maps = readdirSync(outFolder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /^(main|renderer).*\.map$/.test(name),
  );
  const sources = maps.flatMap(
    (name) => /** @type {string[]} */ (JSON.parse(readFileSync(join(outFolder, name), 'utf8')).sources),
  );
  return sources.flatMap((source) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1] ?? []);
}

/** @param {string} name */
function section(name) {
  const folder = join(root, 'node_modules', name);
  const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  if (!file && !license) throw new Error(`${name} tells no licence.`);
  const text = file ? readFileSync(join(folder, file), 'utf8') : `Licence: ${license}\n`;
  return `${'='.repeat(80)}\n${name} ${version}\n${'='.repeat(80)}\n\n${text}`;
}
