import { type Dirent, lstat, readdir, type Stats } from 'node:fs';
import { promisify } from 'node:util';
import type { ObjectInfo } from './store.js';
import { isAbsent } from './failure.js';
import { isKeyPart, throwIfCancelled } from './key.js';
import { Limit } from './limit.js';

// The callback forms cost half of node:fs/promises, which shows at ten thousand folders.
const readFolder = promisify<string, { withFileTypes: true }, Dirent[]>(readdir);
const statOf = promisify<string, Stats>(lstat);

/** How many folders are read ahead of the one being told: hides the delay of a disk or network. */
const readAhead = 64;

/** `file` is null for a folder */
type Entry = Readonly<{ name: string; file: Readonly<{ bytes: number; modifiedMs: number }> | null }>;

/** A body that was linked keeps the time at which it was written elsewhere; when the link was made is the inode's change. */
export const arrivalMs = (found: Stats): number => Math.floor(Math.max(found.mtimeMs, found.ctimeMs));
const fileOf = (found: Stats): Entry['file'] => ({ bytes: found.size, modifiedMs: arrivalMs(found) });

/**
 * Every object below the folder `path`, whose keys begin with `prefix`, in key order. Holds one folder per level and what
 * it reads ahead, never the whole tree. What has no name of ours, links and special files are passed over; so is what
 * disappears meanwhile. Throws what the file system throws, and `cancelled`.
 */
export async function* listObjects(path: string, prefix: string, signal?: AbortSignal): AsyncGenerator<ObjectInfo> {
  const limit = new Limit(readAhead);
  const read = (folder: string): Promise<Entry[]> => limit.run(() => readEntries(folder));
  yield* walk(path, prefix, read(path), read, signal);
}

async function* walk(
  path: string,
  prefix: string,
  entriesComing: Promise<Entry[]>,
  read: (folder: string) => Promise<Entry[]>,
  signal: AbortSignal | undefined,
): AsyncGenerator<ObjectInfo> {
  const entries = await entriesComing;
  const folders = entries.filter((entry) => entry.file === null);
  const coming: Promise<Entry[]>[] = [];
  let told = 0;
  for (const { name, file } of entries) {
    throwIfCancelled(signal);
    if (file !== null) {
      yield { key: prefix + name, ...file };
      continue;
    }
    while (coming.length < Math.min(folders.length, told + readAhead)) {
      const ahead = read(`${path}/${folders[coming.length]?.name ?? ''}`);
      ahead.catch(() => undefined); // it is awaited below, unless the caller stops listening before
      coming.push(ahead);
    }
    const next = coming[told];
    told += 1;
    if (next !== undefined) yield* walk(`${path}/${name}`, `${prefix}${name}/`, next, read, signal);
  }
}

/** The entries of one folder in the order of their keys: a folder sorts as `name/`. */
async function readEntries(folder: string): Promise<Entry[]> {
  let found: Dirent[];
  try {
    found = await readFolder(folder, { withFileTypes: true });
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
  const ours = found.filter((entry) => isKeyPart(entry.name));
  const entries = await Promise.all(ours.map((entry) => toEntry(folder, entry)));
  return entries.filter((entry) => entry !== null).sort((a, b) => (sortName(a) < sortName(b) ? -1 : 1));
}

const sortName = ({ name, file }: Entry): string => (file === null ? `${name}/` : name);

async function toEntry(folder: string, entry: Dirent): Promise<Entry | null> {
  const { name } = entry;
  if (entry.isDirectory()) return { name, file: null };
  if (entry.isSymbolicLink()) return null;
  try {
    const found = await statOf(`${folder}/${name}`);
    if (found.isFile()) return { name, file: fileOf(found) };
    return found.isDirectory() ? { name, file: null } : null; // some file systems tell no types when listing
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}
