import { isVaultError } from '../../../app/errors.js';
import { Limit } from '../limit.js';
import type { StoreOptions } from '../store.js';
import { type Catalogue, type CatalogueChange, there } from './catalogue.js';
import type { KeptRecords } from './kept-records.js';
import type { FarStore } from './line.js';
import { isContent, seen } from './seen-bucket.js';

const parallel = 32;
/** More new objects than this are not fetched one by one: listing the bucket tells of them in fewer requests. */
const mostKeys = 2000;
/** A record is far smaller; of anything larger only the size is noted. */
const mostBytes = 16 * 1024 * 1024;

/**
 * Fetches records that are new, so that they can be read offline, and the sizes of new contents; what is gone again is passed over.
 * False when there are too many.
 */
export async function fetchNews(
  parts: Readonly<{ catalogue: Catalogue; kept: KeptRecords; far: FarStore }>,
  keys: readonly string[],
  options: StoreOptions,
): Promise<boolean> {
  const { catalogue } = parts;
  const unknown = keys.filter((key) => catalogue.get(key) === undefined);
  if (unknown.length > mostKeys) return false;
  const limit = new Limit(parallel);
  const found = await Promise.all(unknown.map((key) => limit.run(() => fetchOne(parts, key, options))));
  if (unknown.length > 0) await catalogue.note(found.flat());
  return true;
}

async function fetchOne(
  { catalogue, kept, far }: Readonly<{ catalogue: Catalogue; kept: KeptRecords; far: FarStore }>,
  key: string,
  options: StoreOptions,
): Promise<CatalogueChange[]> {
  try {
    const bytes = isContent(key) ? null : await far.get(key, { start: 0, endExclusive: mostBytes + 1 }, options);
    if (bytes !== null && bytes.length <= mostBytes) {
      const hash = await kept.keep(key, bytes);
      return [there(key, { bytes: bytes.length, hash, modifiedMs: null })];
    }
    const info = await far.stat(key, options);
    return info === null ? [] : seen(catalogue, [info]);
  } catch (error) {
    if (isVaultError(error, 'not-found')) return [];
    throw error;
  }
}
