/** What the merge of two sides gives. */
export type Merged<B> = Readonly<{
  /** what is written on top of theirs; null when theirs stays as it is */
  next: B | null;
  /** ours, where it cannot live in the same object: written as something new */
  copy: B | null;
  /** what a person should know: one sentence; null when nothing was in each other's way */
  notice: string | null;
}>;

/** The side that changed something; theirs when both did. */
export const either = <T>(base: T, ours: T, theirs: T): T => (theirs === base ? ours : theirs);

/** Whether both sides changed something, and not to the same. */
export const isContested = <T>(base: T, ours: T, theirs: T): boolean =>
  ours !== base && theirs !== base && ours !== theirs;

/** What both sides added and neither took away; theirs first, each once. */
export const mergedSet = <T>(base: readonly T[], ours: readonly T[], theirs: readonly T[]): T[] => {
  const [before, mine, yours] = [new Set(base), new Set(ours), new Set(theirs)];
  const stays = (one: T): boolean => !before.has(one) || (mine.has(one) && yours.has(one));
  return [...new Set([...theirs, ...ours])].filter(stays);
};

/** A list of names as it stands in a sentence. */
export const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
