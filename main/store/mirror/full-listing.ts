import type { ObjectInfo, Store, StoreOptions } from '../store.js';
import { type Catalogue, type CatalogueChange, gone, listedAt, missed } from './catalogue.js';
import { isFeedKey } from './feed-entry.js';
import { all, type Line } from './line.js';
import { seen } from './seen-bucket.js';

/** Sorts after every entry of the feed and before everything else that comes after them. */
const afterFeed = 'changes/:';

/** Every object of the store but the entries of its change feed, which may be far more than the rest. */
async function* allButFeed(remote: Store, options: StoreOptions): AsyncGenerator<ObjectInfo> {
  for await (const info of remote.list('', options)) {
    if (!isFeedKey(info.key)) yield info;
    else {
      yield* remote.list('', { ...options, after: afterFeed });
      return;
    }
  }
}

/**
 * Lists the whole bucket and sets the catalogue right; tells whether anything was new. What the bucket lacks is forgotten, except that its
 * bytes are kept when they are here (`missed`). What changed while the listing went on is left as it is.
 */
export async function listEverything(catalogue: Catalogue, line: Line, options: StoreOptions): Promise<boolean> {
  const touched = catalogue.watch();
  try {
    const listed = await line.ask((remote) => all(allButFeed(remote, options)));
    const found = new Map(listed.map((info) => [info.key, info]));
    let changed = false;
    await catalogue.change(() => {
      const fresh = [...found.values()].filter(({ key }) => !touched.has(key));
      const changes = [...seen(catalogue, fresh), ...losses(catalogue, found, touched)];
      changed = changes.length > 0;
      return [...changes, listedAt(Date.now())];
    });
    return changed;
  } finally {
    catalogue.unwatch(touched);
  }
}

function losses(catalogue: Catalogue, found: Map<string, ObjectInfo>, touched: Set<string>): CatalogueChange[] {
  return catalogue.keys().flatMap((key) => {
    if (found.has(key) || touched.has(key)) return [];
    const hash = catalogue.get(key)?.hash ?? null;
    return [hash === null ? gone(key) : missed(key, hash)];
  });
}
