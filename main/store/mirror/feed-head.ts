import type { FarStore } from './line.js';
import type { StoreOptions } from '../store.js';
import { entryKey, maxEntryBytes } from './feed-entry.js';
import { hashOf } from './sha256.js';
import type { FeedPosition } from './catalogue.js';

export const beginning: FeedPosition = { sequence: 0, hash: '', bytes: 0, modifiedMs: null };

/** An entry's object: nobody may make readers fetch more than an entry may have, so of a larger one only so much counts. */
export const entryRange = { start: 0, endExclusive: maxEntryBytes };

/** The newest entry of the feed, found by doubling and halving: some tens of small requests, however long the feed is. */
export async function findHead(far: FarStore, options: StoreOptions): Promise<FeedPosition> {
  const isThere = async (sequence: number): Promise<boolean> => (await far.stat(entryKey(sequence), options)) !== null;
  if (!(await isThere(1))) return beginning;
  let [there, absent] = [1, 2];
  while (await isThere(absent)) [there, absent] = [absent, absent * 2];
  while (absent - there > 1) {
    const middle = Math.floor((there + absent) / 2);
    if (await isThere(middle)) there = middle;
    else absent = middle;
  }
  const [info, stored] = await Promise.all([
    far.stat(entryKey(there), options),
    far.get(entryKey(there), entryRange, options),
  ]);
  return { sequence: there, hash: await hashOf(stored), bytes: info?.bytes ?? 0, modifiedMs: info?.modifiedMs ?? null };
}
