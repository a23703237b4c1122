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

/** A field that was changed on two sides more than once has `.other-2` and so on too. */
const ending = /\.other(?:-[1-9]\d*)?$/;

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

const baseOf = (name: string): string => name.replace(ending, '');
const isOther = (name: string): boolean => ending.test(name) && baseOf(name) !== '';

/** A field's name within a sentence: "password", "other version of the password". Pure. */
export const wordsOfField = (type: SecretType, name: string): string => {
  const known = (one: string) => fieldSpec(type, one).label.toLowerCase();
  const base = baseOf(name);
  return isOther(name) && secretFields[type].some((field) => field.name === base)
    ? `other version of the ${known(base)}`
    : known(name);
};

/** Whether a field of a secret or form is the second version of another, which has a place of its own. */
export const isSecondVersion = (item: Readonly<{ tags: readonly string[] }>, name: string): boolean =>
  inConflict(item) && isOther(name);

const filledField = (detail: SecretDetail, name: string): DetailField | undefined =>
  detail.fields.find((field) => field.name === name && field.length > 0);

/** The name of the secret itself can be changed on two sides too: it is kept beside as if it were a field. */
const isSecretName = (detail: SecretDetail, name: string): boolean =>
  name === 'name' && filledField(detail, name) === undefined;

const conflictOf = (detail: SecretDetail, second: DetailField): Conflict => {
  const name = baseOf(second.name);
  const isName = isSecretName(detail, name);
  const { label, kind } = isName ? ({ label: 'Name', kind: 'text' } as const) : fieldSpec(detail.type, name);
  const held = isName
    ? { name, label, kind, value: detail.name, length: detail.name.length }
    : (filledField(detail, name) ?? null);
  return { name, label, held, other: { ...second, label: `the other ${label}`, kind } };
};

/** The fields of a secret that were changed on two sides. Pure. */
export const conflictsOf = (detail: SecretDetail): readonly Conflict[] =>
  inConflict(detail)
    ? detail.fields
        .filter(({ name, length }) => isOther(name) && length > 0)
        .map((second) => conflictOf(detail, second))
    : [];

/** The fields of a secret without the second versions, which have a place of their own. Pure. */
export const plainFields = (detail: SecretDetail): readonly DetailField[] =>
  inConflict(detail) ? detail.fields.filter(({ name }) => !isOther(name)) : detail.fields;

/**
 * What settles one conflict. Pure. The field that stays keeps its value; the second version goes, and the tag with the last of them.
 * @param kept the value of the second version, when that is the one to keep
 */
export const settlingPatch = (
  detail: SecretDetail,
  { name, other }: Pick<Conflict, 'name' | 'other'>,
  kept: string | null,
): SecretPatch => {
  const isName = isSecretName(detail, name);
  const last = conflictsOf(detail).every((conflict) => conflict.other.name === other.name);
  return {
    ...(isName && kept !== null ? { name: kept } : {}),
    fields: { [other.name]: null, ...(isName || kept === null ? {} : { [name]: kept }) },
    ...(last ? { tags: detail.tags.filter((tag) => tag !== conflictTag) } : {}),
  };
};

/** Keeps one of a field's two versions. The other one stays in the history. */
export const settle = (detail: SecretDetail, conflict: Conflict, keep: 'held' | 'other'): Promise<boolean> =>
  attempt(async () => {
    const { id } = detail;
    const kept =
      keep === 'other' ? (await whileUnlocked(client.secrets.reveal({ id, field: conflict.other.name }))).value : null;
    await whileUnlocked(client.secrets.edit({ id, patch: settlingPatch(detail, conflict, kept) }));
    await Promise.all([loadSecrets(), openSecret(id)]);
    toast({ kind: 'done', text: `${conflict.label} settled. The version you did not keep stays in the history.` });
  });
