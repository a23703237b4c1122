/**
 * Secrets that two computers changed at the same time: theirs stays in the field, ours beside it in `<field>.other`, until
 * a person says which one holds.
 */
import {
  conflictTag,
  fieldSpec,
  secretFields,
  type SecretDetail,
  type SecretPatch,
  type SecretType,
} from '../../app/model/secret.js';
import { attempt } from './attempt.js';
import { client } from './client.js';
import { openSecret } from './detail.js';
import { withoutDraftTags } from './draft-tag.js';
import { whileUnlocked } from './lockable.js';
import { loadSecrets } from './secrets.js';
import { toast } from './toasts.js';

const ending = '.other';

export type DetailField = SecretDetail['fields'][number];
/** One field and its two versions; `held` is null when the other side emptied it. */
export type Conflict = Readonly<{ name: string; label: string; held: DetailField | null; other: DetailField }>;

export const inConflict = (item: Readonly<{ tags: readonly string[] }>): boolean => item.tags.includes(conflictTag);

/** Tags as a person knows them: without the vault's own. */
export const ownTags = (tags: readonly string[]): string[] =>
  withoutDraftTags(tags).filter((tag) => tag !== conflictTag);

/** The tags that a person chose, and the vault's own that were there before. */
export const withOwnTags = (before: readonly string[], chosen: readonly string[]): string[] => {
  const own = new Set(ownTags(before));
  return [...chosen, ...before.filter((tag) => !own.has(tag))];
};

const isOther = (name: string): boolean => name.length > ending.length && name.endsWith(ending);

/** A field's name within a sentence: "password", "other version of the password". Pure. */
export const wordsOfField = (type: SecretType, name: string): string => {
  const known = (one: string) => fieldSpec(type, one).label.toLowerCase();
  const base = name.slice(0, -ending.length);
  return isOther(name) && secretFields[type].some((field) => field.name === base)
    ? `other version of the ${known(base)}`
    : known(name);
};

/** Whether a field of a secret or form is the second version of another, which has a place of its own. */
export const isSecondVersion = (item: Readonly<{ tags: readonly string[] }>, name: string): boolean =>
  inConflict(item) && isOther(name);

/** The fields of a secret that were changed on two sides. Pure. */
export const conflictsOf = (detail: SecretDetail): readonly Conflict[] =>
  inConflict(detail)
    ? detail.fields
        .filter(({ name, length }) => isOther(name) && length > 0)
        .map((other) => {
          const name = other.name.slice(0, -ending.length);
          const { label, kind } = fieldSpec(detail.type, name);
          const held = detail.fields.find((field) => field.name === name && field.length > 0) ?? null;
          return { name, label, held, other: { ...other, label: `the other ${label}`, kind } };
        })
    : [];

/** The fields of a secret without the second versions, which have a place of their own. Pure. */
export const plainFields = (detail: SecretDetail): readonly DetailField[] =>
  inConflict(detail) ? detail.fields.filter(({ name }) => !isOther(name)) : detail.fields;

/**
 * What settles one field. Pure. The field that stays keeps its value; the second version goes, and the tag with the last of them.
 * @param other the value of the second version, when that is the one to keep
 */
export const settlingPatch = (detail: SecretDetail, name: string, other: string | null): SecretPatch => {
  const last = conflictsOf(detail).every((conflict) => conflict.name === name);
  return {
    fields: { [`${name}${ending}`]: null, ...(other === null ? {} : { [name]: other }) },
    ...(last ? { tags: detail.tags.filter((tag) => tag !== conflictTag) } : {}),
  };
};

/** Keeps one of a field's two versions. The other one stays in the history. */
export const settle = (detail: SecretDetail, { name, label }: Conflict, keep: 'held' | 'other'): Promise<boolean> =>
  attempt(async () => {
    const { id } = detail;
    const other =
      keep === 'other' ? (await whileUnlocked(client.secrets.reveal({ id, field: `${name}${ending}` }))).value : null;
    await whileUnlocked(client.secrets.edit({ id, patch: settlingPatch(detail, name, other) }));
    await Promise.all([loadSecrets(), openSecret(id)]);
    toast({ kind: 'done', text: `${label} settled. The version you did not keep stays in the history.` });
  });
