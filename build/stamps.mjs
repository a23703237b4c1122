/**
 * Tells whether sources changed since something was made from them. By content, so a checkout or a touch rebuilds nothing;
 * but contents are read only when some file's size or time changed, so asking about hundreds of files takes milliseconds.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { notesFolder, root } from './checkout.mjs';
import { replaceFile } from './replace-file.mjs';

/** @typedef {{ looks: string, contents: string }} Stamp */

/** @param {string} name */
const stampFile = (name) => join(notesFolder, `${name}.stamp.json`);

/**
 * @param {string} name of the stamp
 * @param {string[]} sources folders and files, from the root of the checkout
 */
export function isUpToDate(name, sources) {
  const stamp = read(name);
  if (!stamp) return false;
  const files = filesUnder(sources);
  const looks = looksOf(files);
  if (stamp.looks === looks) return true;
  const contents = contentsOf(files);
  if (stamp.contents !== contents) return false;
  write(name, { looks, contents });
  return true;
}

/**
 * Takes the state to remember. To be called before the work, so that what changes meanwhile counts as changed.
 * @param {string[]} sources
 * @returns {Stamp}
 */
export function takeStamp(sources) {
  const files = filesUnder(sources);
  return { looks: looksOf(files), contents: contentsOf(files) };
}

/**
 * @param {string} name
 * @param {Stamp} stamp
 */
export const write = (name, stamp) => replaceFile(stampFile(name), JSON.stringify(stamp));

/**
 * @param {string} name
 * @returns {Stamp | undefined}
 */
const read = (name) => (existsSync(stampFile(name)) ? JSON.parse(readFileSync(stampFile(name), 'utf8')) : undefined);

/**
 * @param {string[]} sources
 * @returns {string[]} sorted paths from the root
 */
function filesUnder(sources) {
  return sources.flatMap((source) => {
    if (!statSync(join(root, source)).isDirectory()) return [source];
    const entries = readdirSync(join(root, source), { withFileTypes: true });
    return entries
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap(({ name }) => filesUnder([`${source}/${name}`]));
  });
}

/** @param {string[]} files */
function looksOf(files) {
  const hash = createHash('sha256');
  for (const file of files) {
    const { size, mtimeMs, ctimeMs, ino } = statSync(join(root, file));
    hash.update(`${file}\0${size}\0${mtimeMs}\0${ctimeMs}\0${ino}\n`);
  }
  return hash.digest('hex');
}

/** @param {string[]} files */
function contentsOf(files) {
  const hash = createHash('sha256');
  for (const file of files)
    hash.update(`${file}\0`).update(
      createHash('sha256')
        .update(readFileSync(join(root, file)))
        .digest(),
    );
  return hash.digest('hex');
}
