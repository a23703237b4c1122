import { isVaultError } from '../../../app/errors.js';
import type { VaultContext } from '../context.js';
import { inParallel } from '../in-parallel.js';
import type { FileRecordEntry } from '../index/index-entries.js';
import { blobKey } from '../store-keys.js';
import { FileRecords } from './file-records.js';

const parallel = 16;

/**
 * Of these blobs, those that the store holds and that no version of any file points at: what a crash left behind. The index must be
 * up to date. Earlier versions are read only when there is a blob that no newest one points at; when one of them
 * cannot be read, nothing is called stray: rather a blob too many than a version without its content (promise 10).
 */
export const strayBlobs = async (
  context: VaultContext,
  projectId: string,
  blobs: readonly string[],
): Promise<string[]> => {
  const entries = [...context.index.files(projectId).values()];
  const newest = new Set(entries.map(({ content }) => content?.blob));
  const held = await inParallel(
    blobs.filter((blob) => !newest.has(blob)),
    parallel,
    async (blob) => ((await context.store.stat(blobKey(blob))) === null ? null : blob),
  );
  const candidates = held.filter((blob) => blob !== null);
  if (candidates.length === 0) return [];
  const earlier = await earlierBlobs(context, entries);
  return earlier === null ? [] : candidates.filter((blob) => !earlier.has(blob));
};

/** Blobs of all versions but the newest; null when one cannot be read. */
const earlierBlobs = async (
  context: VaultContext,
  entries: readonly FileRecordEntry[],
): Promise<ReadonlySet<string> | null> => {
  const records = new FileRecords(context);
  const places = entries.flatMap(({ project, id, version }) =>
    Array.from({ length: version - 1 }, (_, position) => ({ project, id, version: position + 1 })),
  );
  try {
    const opened = await inParallel(places, parallel, (place) =>
      records.open(place).catch((error: unknown) => {
        // deleted for good, and its content with it
        if (isVaultError(error, 'not-found')) return null;
        throw error;
      }),
    );
    return new Set(opened.flatMap((version) => version?.record.content?.blob ?? []));
  } catch (error) {
    if (isVaultError(error, 'damaged', 'rolled-back', 'unsupported-version', 'not-a-reader')) return null;
    throw error;
  }
};
