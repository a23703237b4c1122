import { conflictTag } from '../../../app/model/secret.js';
import { concealedChanged, type SecretRecord } from '../secrets/secret-record.js';
import type { SecretBody } from '../secrets/secret-records.js';
import { mergedFields } from './merge-fields.js';
import { either, isContested, listed, mergedSet, type Merged } from './three-way.js';

/** What a version of a secret says, and to whom. */
export type SharedBody = SecretBody & Pick<SecretRecord, 'recipients' | 'exposed'>;

/**
 * Merges what was done to a secret here (`ours`) and elsewhere (`theirs`) since both were `base` (null when nothing is known of that).
 * Different parts: both. The same part: theirs stays, ours is kept beside it as an own field. A merge that is repeated on its
 * own result changes nothing.
 */
export const mergeSecret = (base: SharedBody | null, ours: SharedBody, theirs: SharedBody): Merged<SharedBody> => {
  if (theirs.state === 'deleted') return deletedByThem(base, ours);
  if (ours.state === 'deleted') return deletedByUs(base, ours, theirs);
  return mergeKept(base ?? nothing(theirs), ours, theirs);
};

/** What two sides have in common when there is nothing before them. */
const nothing = ({ type, recipients }: SharedBody): SharedBody => ({
  type,
  name: '',
  tags: [],
  favourite: false,
  state: 'kept',
  fields: {},
  recipients,
  exposed: [],
});

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Whether a person changed what it says; where it lies and who reads it does not count. */
const isEdited = (before: SharedBody | null, after: SharedBody): boolean =>
  before === null ||
  before.name !== after.name ||
  before.favourite !== after.favourite ||
  !same([...before.tags].sort(), [...after.tags].sort()) ||
  !same(Object.entries(before.fields).sort(), Object.entries(after.fields).sort());

const deletedByThem = (base: SharedBody | null, ours: SharedBody): Merged<SharedBody> => {
  if (ours.state === 'deleted' || !isEdited(base, ours)) return { next: null, copy: null, notice: null };
  const [owner] = ours.recipients;
  return {
    next: null,
    // SECURITY: whoever read it before is not handed it again unasked
    copy: { ...ours, state: 'kept', recipients: owner === undefined ? [] : [owner], exposed: [] },
    notice: `“${ours.name}” was deleted for good on another computer while you changed it here. Your version is kept as a new secret, which nobody else reads.`,
  };
};

const deletedByUs = (base: SharedBody | null, ours: SharedBody, theirs: SharedBody): Merged<SharedBody> => {
  const restored = base?.state === 'trashed' && theirs.state === 'kept';
  if (!restored && !isEdited(base, theirs)) {
    const recipients = [...new Set([...ours.recipients, ...theirs.recipients, ...theirs.exposed])];
    return { next: { ...ours, recipients }, copy: null, notice: null };
  }
  return {
    next: null,
    copy: null,
    notice: `“${theirs.name}” was changed on another computer while you deleted it for good here. It was kept, with that change.`,
  };
};

const mergeKept = (base: SharedBody, ours: SharedBody, theirs: SharedBody): Merged<SharedBody> => {
  const { fields, contested, added } = mergedFields(
    base.fields,
    ours.fields,
    theirs.fields,
    isContested(base.name, ours.name, theirs.name) ? [['name', ours.name]] : [],
  );
  const tags = mergedSet(base.tags, ours.tags, theirs.tags);
  if (added.length > 0 && !tags.includes(conflictTag)) tags.push(conflictTag);
  const body = {
    type: theirs.type,
    name: either(base.name, ours.name, theirs.name),
    tags,
    favourite: either(base.favourite, ours.favourite, theirs.favourite),
    state: mergedState(base, ours, theirs),
    fields,
  };
  const recipients = mergedSet(base.recipients, ours.recipients, theirs.recipients);
  const merged: SharedBody = { ...body, recipients, exposed: mergedExposed(body, recipients, { ours, theirs }) };
  return {
    next: isSame(merged, theirs) ? null : merged,
    copy: null,
    notice: contested.length === 0 ? null : contestedNotice(merged.name, contested),
  };
};

/** Trash against edit: the edit. */
const mergedState = (base: SharedBody, ours: SharedBody, theirs: SharedBody): 'kept' | 'trashed' => {
  const state = either(base.state, ours.state, theirs.state) === 'trashed' ? 'trashed' : 'kept';
  if (state === 'kept' || base.state === 'trashed') return state;
  const byBoth = ours.state === 'trashed' && theirs.state === 'trashed';
  const edited = ours.state === 'trashed' ? isEdited(base, theirs) : isEdited(base, ours);
  return !byBoth && edited ? 'kept' : 'trashed';
};

/**
 * SECURITY (promise 5): who lost access on either side counts as exposed, unless a concealed field that they knew has another
 * value now. Ours was never sent: whoever it is sealed to knows no more of it than what was there before.
 */
const mergedExposed = (
  body: SecretBody,
  recipients: readonly string[],
  { ours, theirs }: Readonly<{ ours: SharedBody; theirs: SharedBody }>,
): string[] => {
  const byUs = concealedChanged(ours, body) ? [] : ours.exposed;
  const byThem = concealedChanged(theirs, body) ? [] : [...theirs.exposed, ...theirs.recipients];
  return [...new Set([...byThem, ...byUs])].filter((account) => !recipients.includes(account));
};

const isSame = (a: SharedBody, b: SharedBody): boolean =>
  !isEdited(a, b) &&
  a.state === b.state &&
  same([...a.recipients].sort(), [...b.recipients].sort()) &&
  same([...a.exposed].sort(), [...b.exposed].sort());

const contestedNotice = (name: string, contested: readonly (readonly [field: string, other: string])[]): string => {
  const fields = listed(contested.map(([field]) => `“${field}”`));
  const others = listed(contested.map(([, other]) => `“${other}”`));
  return `${fields} of “${name}” was changed here and on another computer. The other computer’s version stays, yours is in the field ${others}.`;
};
