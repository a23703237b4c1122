import type { SecretEntry } from '../index/index-entries.js';

const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text);

/** Case and accents do not matter to a person who searches. Plain ASCII, the common case, has no accents to look for. */
const fold = (text: string): string =>
  (isAscii(text) ? text : text.normalize('NFKD').replace(/\p{M}/gu, '')).toLowerCase();

type Haystack = Readonly<{ entry: SecretEntry; name: string; all: string }>;

const haystackOf = (entry: SecretEntry): Haystack => {
  const name = fold(entry.name);
  return {
    entry,
    name,
    all: [name, ...entry.tags.map(fold), fold(entry.type), ...Object.values(entry.open).map(fold)].join('\n'),
  };
};

const rank = (haystack: Haystack, words: readonly string[]): number => {
  const first = words[0] ?? '';
  if (haystack.name.startsWith(first)) return 0;
  if (words.every((word) => haystack.name.includes(word))) return 1;
  return 2;
};

/** Looks through names, tags, types and fields that are not concealed; folded text is kept per entry so that typing stays quick. */
export class SecretSearch {
  readonly #haystacks = new Map<string, Haystack>();

  /** Ids of entries that hold every word of the text; best first, then newest first. */
  find(entries: Iterable<SecretEntry>, text: string): string[] {
    const words = fold(text)
      .split(/\s+/)
      .filter((word) => word !== '');
    const hits: { id: string; rank: number; modified: string }[] = [];
    for (const entry of entries) {
      const haystack = this.#haystack(entry);
      if (words.every((word) => haystack.all.includes(word))) {
        hits.push({ id: entry.id, rank: rank(haystack, words), modified: entry.modified });
      }
    }
    hits.sort((a, b) => a.rank - b.rank || (a.modified < b.modified ? 1 : -1));
    return hits.map((hit) => hit.id);
  }

  clear(): void {
    this.#haystacks.clear();
  }

  #haystack(entry: SecretEntry): Haystack {
    const known = this.#haystacks.get(entry.id);
    if (known?.entry === entry) return known;
    const fresh = haystackOf(entry);
    this.#haystacks.set(entry.id, fresh);
    return fresh;
  }
}
