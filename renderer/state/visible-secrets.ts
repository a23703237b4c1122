/** Which secrets a list shows and in which order, and what the sidebar counts. Pure, and quick at 10,000 rows. */
import { conflictTag, type SecretSummary, type SecretType } from '../../app/model/secret.js';
import { isDraft } from './draft-tag.js';
import type { SecretFilter } from './route.js';

export type SecretSort = 'name' | 'modified';

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

const passes = (filter: SecretFilter): ((item: SecretSummary) => boolean) => {
  switch (filter.kind) {
    case 'all':
      return (item) => !item.trashed;
    case 'favourites':
      return (item) => !item.trashed && item.favourite;
    case 'type':
      return (item) => !item.trashed && item.type === filter.type;
    case 'tag':
      return (item) => !item.trashed && item.tags.includes(filter.tag);
    case 'trash':
      return (item) => item.trashed;
  }
};

/** @param found ids that a search gave, best first, or null when nothing is searched for: the search's order wins */
export const visibleSecrets = (
  items: readonly SecretSummary[],
  filter: SecretFilter,
  found: readonly string[] | null,
  sort: SecretSort,
): readonly SecretSummary[] => {
  const pass = passes(filter);
  const kept = items.filter((item) => !isDraft(item) && pass(item));
  if (found !== null) {
    const rank = new Map(found.map((id, index) => [id, index]));
    return kept.filter((item) => rank.has(item.id)).sort((a, b) => (rank.get(a.id) ?? 0) - (rank.get(b.id) ?? 0));
  }
  if (sort === 'name') return kept.sort((a, b) => collator.compare(a.name, b.name) || (a.id < b.id ? -1 : 1));
  return kept.sort((a, b) => (a.modified < b.modified ? 1 : a.modified > b.modified ? -1 : a.id < b.id ? -1 : 1));
};

export type SecretCounts = Readonly<{
  all: number;
  favourites: number;
  trash: number;
  types: ReadonlyMap<SecretType, number>;
  /** in alphabetical order */
  tags: ReadonlyMap<string, number>;
}>;

const more = <K>(counts: Map<K, number>, key: K) => counts.set(key, (counts.get(key) ?? 0) + 1);

export const countSecrets = (items: readonly SecretSummary[]): SecretCounts => {
  const types = new Map<SecretType, number>();
  const tags = new Map<string, number>();
  const totals = { all: 0, favourites: 0, trash: 0 };
  for (const item of items) {
    if (isDraft(item)) continue;
    if (item.trashed) {
      totals.trash += 1;
      continue;
    }
    totals.all += 1;
    if (item.favourite) totals.favourites += 1;
    more(types, item.type);
    for (const tag of item.tags) if (tag !== conflictTag) more(tags, tag);
  }
  return { ...totals, types, tags: new Map([...tags].sort(([a], [b]) => collator.compare(a, b))) };
};
