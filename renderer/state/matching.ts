/** Where one text is found in another: at its start, at the start of a word, anywhere; smaller is better, null is not at all. */
const placeOf = (text: string, word: string): number | null => {
  const at = text.indexOf(word);
  if (at < 0) return null;
  if (at === 0) return 0;
  return /[\s\p{P}]/u.test(text.charAt(at - 1)) ? 1 : 2;
};

/** The items whose texts hold every word of the query, best first; matches in earlier texts count more. Pure. */
export const matching = <T>(
  items: readonly T[],
  query: string,
  textsOf: (item: T) => readonly string[],
  most: number,
): readonly T[] => {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return items.slice(0, most);
  const scored: { item: T; score: number; index: number }[] = [];
  items.forEach((item, index) => {
    const texts = textsOf(item).map((text) => text.toLowerCase());
    let score = 0;
    for (const word of words) {
      const places = texts.flatMap((text, nth) => {
        const place = placeOf(text, word);
        return place === null ? [] : [place + nth * 3];
      });
      if (places.length === 0) return;
      score += Math.min(...places);
    }
    scored.push({ item, score, index });
  });
  return scored
    .sort((a, b) => a.score - b.score || a.index - b.index)
    .slice(0, most)
    .map(({ item }) => item);
};
