import type { Store, StoreOptions } from '../../store/store.js';
import { inParallel } from '../in-parallel.js';
import { placeOfKey } from './object-place.js';
import { readRecords, throwIfStopped } from './check.js';
import type { Examination } from './examination.js';
import { projectOfBlob } from './garbage.js';
import { fileKey, parseVersionPart } from '../store-keys.js';
import type { Steps } from './steps.js';

const dayMs = 24 * 60 * 60 * 1000;
/** How long a blob may wait at least for the record that points at it: an upload of somebody else may be anywhere in between. */
export const leastGraceMs = dayMs;
/** Deleted after one more look at what is new. */
const batchSize = 16;

type Collection = Readonly<{
  keys: readonly string[];
  graceMs: number;
  /** where the store is written */
  target: Store;
  steps: Steps;
}>;

/**
 * Removes blobs that are still garbage: everything is asked of the store again, and before each few deletions whether a new version of any
 * file has come to point at one of them. Gives the keys.
 */
export const collectGarbage = async (
  examination: Examination,
  { keys, graceMs, target, steps }: Collection,
): Promise<readonly string[]> => {
  const { store, signal, waiting } = examination;
  const read = await readRecords(examination, steps);
  const pointedAt = new Set(read.references.keys());
  const newest = new NewVersions(examination);
  const oldMs = Date.now() - Math.max(graceMs, leastGraceMs);
  const removed: string[] = [];
  for (let start = 0; start < keys.length; start += batchSize) {
    throwIfStopped(examination);
    const batch = keys.slice(start, start + batchSize);
    const projects = await inParallel(batch, batchSize, async (key) => {
      const place = placeOfKey(key);
      if (place?.kind !== 'blob' || waiting.has(key)) return null;
      const project = await projectOfBlob(store, place.of, signal);
      return project !== null && read.readProjects.has(project) ? { key, blob: place.of, project } : null;
    });
    const candidates = projects.filter((one) => one !== null);
    const blocked = await newest.look(new Set(candidates.map(({ project }) => project)), pointedAt);
    await inParallel(candidates, batchSize, async ({ key, blob, project }) => {
      // SECURITY (promise 10): rather a blob too many than a version without its content.
      if (pointedAt.has(blob) || blocked.has(project)) return;
      const info = await store.stat(key, { signal });
      if (info?.modifiedMs === undefined || info.modifiedMs > oldMs) return;
      await target.delete(key, { signal });
      removed.push(key);
    });
    steps.at('collect', Math.min(start + batchSize, keys.length), keys.length);
  }
  return removed.sort();
};

/** A bucket, where uploads that were given up leave parts that no listing shows. */
export interface Swept {
  sweep(olderThanMs: number, options?: StoreOptions): Promise<number>;
}

/** Ends uploads of large objects that nobody goes on with, where there can be any. */
export const endUploads = async (store: Store, graceMs: number, signal: AbortSignal): Promise<void> => {
  if (isSwept(store)) await store.sweep(Math.max(graceMs, leastGraceMs), { signal });
};

const isSwept = (store: Store): store is Store & Swept => 'sweep' in store;

/** Versions of files that came since everything was read. */
class NewVersions {
  readonly #examination: Examination;
  readonly #seen = new Set<string>();

  constructor(examination: Examination) {
    this.#examination = examination;
    for (const key of examination.inventory.objects.keys()) if (key.startsWith('projects/')) this.#seen.add(key);
  }

  /** Adds the blobs that new versions point at; gives the projects with one that cannot be read. */
  async look(projects: ReadonlySet<string>, pointedAt: Set<string>): Promise<ReadonlySet<string>> {
    const { store, files, signal } = this.#examination;
    const blocked = new Set<string>();
    for (const project of projects) {
      for await (const { key } of store.list(`projects/${project}/files/`, { signal })) {
        const [, , , id = '', part = ''] = key.split('/');
        const version = parseVersionPart(part);
        if (this.#seen.has(key) || version === undefined || key !== fileKey(project, id, version)) continue;
        try {
          const { record } = await files.open({ project, id, version });
          if (record.content !== null) pointedAt.add(record.content.blob);
          this.#seen.add(key);
        } catch (error) {
          if (signal.aborted) throw error;
          blocked.add(project); // looked at again with the next few
        }
      }
    }
    return blocked;
  }
}
