import { VaultError } from '../../../app/errors.js';

/**
 * Paths within a project (docs/protocol.md section 5): names joined by `/`, Unicode in NFC. A path never names a place
 * on a disk; file-names.ts makes names safe for one.
 */
export const maxNameBytes = 255;
/** Longer than any system can write back; a bound for what a foreign record may make us hold. */
const maxPathLength = 32_768;

const separator = '/';

/** What is wrong with a name, or null. */
const defectOf = (name: string): string | null => {
  if (name === '') return 'a name may not be empty';
  if (name === '.' || name === '..') return '“.” and “..” are not names';
  if (name.includes('\0')) return 'a name may not hold the character NUL';
  if (/\p{Surrogate}/u.test(name)) return 'a name must be valid Unicode text';
  if (Buffer.byteLength(name) > maxNameBytes) return `a name has at most ${maxNameBytes} bytes in UTF-8`;
  return null;
};

const firstDefect = (path: string): string | null => {
  if (path.length > maxPathLength) return 'the path is too long';
  for (const name of path.split(separator)) {
    const defect = defectOf(name);
    if (defect !== null) return defect;
  }
  return null;
};

/** A path as a person gives it, in the form that records hold. Throws `invalid-input`. */
export const parsePath = (text: string): string => {
  const path = text.normalize('NFC');
  const defect = firstDefect(path);
  if (defect !== null) throw new VaultError('invalid-input', `That path cannot be used: ${defect}.`);
  return path;
};

/** A folder as a person gives it: '' is the top of the project. Throws `invalid-input`. */
export const parseFolder = (text: string): string => (text === '' ? '' : parsePath(text));

/** Whether a record may hold this path. SECURITY (promise 1): nothing else is ever joined to a folder of this computer. */
export const isPath = (text: string): boolean => firstDefect(text) === null && text.normalize('NFC') === text;

export const joinPath = (folder: string, name: string): string => (folder === '' ? name : folder + separator + name);

export const nameOf = (path: string): string => path.slice(path.lastIndexOf(separator) + 1);

/** The folder that holds `path`, '' at the top. */
export const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf(separator)));

/** `a` and `a/b` for `a/b/c`: the folders that a path implies, outermost first. */
export const foldersAbove = (path: string): string[] => {
  const folders: string[] = [];
  for (let end = path.indexOf(separator); end !== -1; end = path.indexOf(separator, end + 1)) {
    folders.push(path.slice(0, end));
  }
  return folders;
};

/** Whether `path` is `folder` or lies in it; everything lies in ''. */
export const isWithin = (path: string, folder: string): boolean =>
  folder === '' || path === folder || path.startsWith(folder + separator);

/** `path` with its leading folder `from` replaced by `to`; call it only for what lies within `from`. */
export const rebase = (path: string, from: string, to: string): string => {
  const rest = from === '' ? path : path.slice(from.length + 1);
  return rest === '' ? to : joinPath(to, rest);
};

/** Orders paths so that what a folder holds follows it; by code unit, so that every client agrees. */
export const comparePaths = (a: string, b: string): number => {
  const left = a.replaceAll(separator, '\0');
  const right = b.replaceAll(separator, '\0');
  return left < right ? -1 : left > right ? 1 : 0;
};
