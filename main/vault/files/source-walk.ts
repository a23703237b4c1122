import { isUtf8 } from 'node:buffer';
import type { BigIntStats, Dirent } from 'node:fs';
import { lstat, opendir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { VaultError } from '../../../app/errors.js';
import { joinPath, parsePath } from './file-paths.js';

/** What a walk comes upon. `path` is its place in the project; `source` its absolute path on this computer. */
export type FoundFile = Readonly<{ kind: 'file'; path: string; source: string; bytes: number; modifiedMs: number }>;
export type Found =
  | FoundFile
  /** a folder that holds no file and no folder: the only kind that needs a record */
  | Readonly<{ kind: 'folder'; path: string }>
  | Readonly<{ kind: 'failure'; path: string; error: VaultError }>;

export type WalkOptions = Readonly<{
  /** folders of this computer that are not entered: the vault's own */
  exclude?: readonly string[];
  signal?: AbortSignal;
}>;

const entriesAtOnce = 128;

type Place = Readonly<{ source: string; path: string }>;
type Looked = Readonly<{ place: Place; info: BigIntStats }> | Readonly<{ place: Place; error: VaultError }>;

const identityOf = (info: BigIntStats): string => `${info.dev}:${info.ino}`;

const identities = async (paths: readonly string[]): Promise<Set<string>> => {
  const found = await Promise.all(paths.map((path) => lstat(path, { bigint: true }).catch(() => null)));
  return new Set(found.filter((info) => info !== null).map(identityOf));
};

/**
 * Files and folders of this computer, and everything in them, one after another and never all at once. Links are not
 * followed. What cannot be taken (a link, a pipe, a device, an unreadable folder, a name that is not Unicode text) is a
 * `failure` of its own, and the walk goes on. Throws nothing; ends early when `signal` is aborted.
 *
 * @param folder where in the project the sources go; each keeps its own name there
 */
export async function* walkSources(
  sources: readonly string[],
  folder: string,
  options: WalkOptions = {},
): AsyncGenerator<Found> {
  const excluded = await identities(options.exclude ?? []);
  for (const source of sources) {
    const absolute = resolve(source);
    const pending: Looked[] = [await look({ source: absolute, path: joinPath(folder, basename(absolute)) })];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (options.signal?.aborted === true) return;
      const found = classify(next, excluded);
      if (found !== 'folder') yield found;
      else yield* enter(next.place, pending, excluded);
    }
  }
}

/** Yields the files of one folder and puts its folders on `pending`. */
async function* enter(folder: Place, pending: Looked[], excluded: ReadonlySet<string>): AsyncGenerator<Found> {
  let kept = 0;
  try {
    for await (const chunk of chunksOf(folder.source)) {
      for (const looked of await Promise.all(chunk.map((name) => lookAt(folder, name)))) {
        const found = classify(looked, excluded);
        if (found === 'folder') pending.push(looked);
        else yield found;
        if (found === 'folder' || found.kind === 'file') kept += 1;
      }
    }
  } catch (error) {
    yield { kind: 'failure', path: folder.path, error: unreadable('This folder cannot be read.', error) };
    return;
  }
  if (kept === 0) yield { kind: 'folder', path: folder.path };
}

/** Names as bytes: a disk may hold names that are no text. */
async function* chunksOf(folder: string): AsyncGenerator<Buffer[]> {
  // @types/node lacks this encoding of opendir; Node has had it since 12.
  const entries = await opendir(folder, { encoding: 'buffer' as BufferEncoding, bufferSize: entriesAtOnce });
  let chunk: Buffer[] = [];
  for await (const entry of entries as AsyncIterable<unknown> as AsyncIterable<Dirent<Buffer>>) {
    chunk.push(entry.name);
    if (chunk.length < entriesAtOnce) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

const lookAt = (folder: Place, name: Buffer): Promise<Looked> => {
  const text = name.toString('utf8');
  const place = { source: join(folder.source, text), path: joinPath(folder.path, text) };
  if (isUtf8(name)) return look(place);
  const error = new VaultError('source-unreadable', 'Its name is not valid Unicode text. Rename it and try again.');
  return Promise.resolve({ place, error });
};

const look = async ({ source, path }: Place): Promise<Looked> => {
  try {
    const place = { source, path: parsePath(path) };
    return { place, info: await lstat(source, { bigint: true }) };
  } catch (error) {
    const known = error instanceof VaultError ? error : unreadable(undefined, error);
    return { place: { source, path }, error: known };
  }
};

const classify = (looked: Looked, excluded: ReadonlySet<string>): Found | 'folder' => {
  const { path, source } = looked.place;
  if ('error' in looked) return { kind: 'failure', path, error: looked.error };
  const { info } = looked;
  if (info.isFile()) {
    return { kind: 'file', path, source, bytes: Number(info.size), modifiedMs: Number(info.mtimeMs) };
  }
  if (!info.isDirectory()) return { kind: 'failure', path, error: new VaultError('source-special') };
  if (!excluded.has(identityOf(info))) return 'folder';
  const error = new VaultError('invalid-input', 'This folder belongs to the vault itself. It was left out.');
  return { kind: 'failure', path, error };
};

const unreadable = (sentence: string | undefined, cause: unknown): VaultError =>
  new VaultError('source-unreadable', sentence, { cause });
