import { either, isContested } from './three-way.js';

type Fields = Readonly<Record<string, string>>;

export type MergedFields = Readonly<{
  fields: Record<string, string>;
  /** the parts that both sides changed, and the field in which ours is now */
  contested: readonly (readonly [field: string, other: string])[];
  /** those of the other fields that theirs has not */
  added: readonly string[];
}>;

/** the most that `fieldName` (app/model/secret.ts) allows */
const maxNameLength = 128;
const otherEnding = /\.other(?:-[1-9]\d*)?$/;

/**
 * Merges fields one by one. A field that one side removed and the other changed is the changed one. Of a field that both changed theirs
 * stays; ours becomes `<field>.other`, or the next free number of that, unless one of them says the same already.
 * @param beside what else both sides changed and is kept as a field: its name, and our value
 */
export const mergedFields = (
  base: Fields,
  ours: Fields,
  theirs: Fields,
  beside: readonly (readonly [name: string, value: string])[] = [],
): MergedFields => {
  const [before, mine, yours] = [base, ours, theirs].map((fields) => new Map(Object.entries(fields)));
  if (before === undefined || mine === undefined || yours === undefined) throw new RangeError('three sides');
  const fields = new Map<string, string>();
  const kept: (readonly [name: string, value: string])[] = [...beside];
  for (const name of new Set([...yours.keys(), ...mine.keys()])) {
    const [b, o, t] = [before.get(name), mine.get(name), yours.get(name)];
    const value = isContested(b, o, t) ? (t ?? o) : either(b, o, t);
    if (value !== undefined) fields.set(name, value);
    if (isContested(b, o, t) && o !== undefined && t !== undefined) kept.push([name, o]);
  }
  const contested = kept.map(([name, value]) => [name, keepBeside(fields, name, value)] as const);
  const added = contested.map(([, other]) => other).filter((other) => !yours.has(other));
  return { fields: Object.fromEntries(fields), contested, added };
};

/** Gives the field that holds our value now. */
const keepBeside = (fields: Map<string, string>, name: string, value: string): string => {
  const stem = name.replace(otherEnding, '');
  for (let number = 1; ; number += 1) {
    const ending = number === 1 ? '.other' : `.other-${number}`;
    const other = stem.slice(0, maxNameLength - ending.length) + ending;
    const there = fields.get(other);
    if (there !== undefined && there !== value) continue;
    fields.set(other, value);
    return other;
  }
};
