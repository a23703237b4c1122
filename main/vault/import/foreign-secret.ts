import { fieldName, fieldValue, secretName, tag, type SecretDraft } from '../../../app/model/secret.js';

/** A secret as another program kept it: any names, empty values too. The first name that fits a field wins its place. */
export type ForeignSecret = Readonly<{
  type: SecretDraft['type'];
  name: string;
  tags?: readonly string[];
  favourite?: boolean;
  fields: readonly (readonly [name: string, value: string])[];
}>;

/** What an import found: secrets ready to add, and what cannot be one, by name and reason. */
export type Imported = Readonly<{ drafts: SecretDraft[]; skipped: { name: string; reason: string }[] }>;

const untitled = 'Untitled';

/** Fits foreign secrets into ours without losing a value: odd field names are respelled, doubled ones numbered. */
export function toDrafts(secrets: readonly ForeignSecret[]): Imported {
  const imported: Imported = { drafts: [], skipped: [] };
  for (const secret of secrets) {
    const name = secretName.safeParse(secret.name.trim().slice(0, 500)).data ?? untitled;
    const fields = fittedFields(secret.fields);
    if (Object.keys(fields).length === 0) imported.skipped.push({ name, reason: 'It is empty.' });
    else if (!Object.values(fields).every((value) => fieldValue.safeParse(value).success)) {
      imported.skipped.push({ name, reason: 'A field is larger than 1 MiB. Put it into a file of a project.' });
    } else imported.drafts.push({ ...kindFor(secret.type, name, fields), name, ...marksOf(secret) });
  }
  return imported;
}

const marksOf = ({ tags = [], favourite = false }: ForeignSecret): Pick<SecretDraft, 'tags' | 'favourite'> => ({
  tags: [...new Set(tags.map((text) => text.trim().slice(0, 100)).filter((text) => tag.safeParse(text).success))].slice(
    0,
    100,
  ),
  favourite,
});

function fittedFields(fields: ForeignSecret['fields']): Record<string, string> {
  const fitted = new Map<string, string>();
  for (const [foreign, value] of fields) {
    if (value !== '') fitted.set(freeFieldName(foreign, fitted), value);
  }
  return Object.fromEntries(fitted);
}

function freeFieldName(foreign: string, taken: ReadonlyMap<string, string>): string {
  const spelled = foreign
    .trim()
    .replace(/[^A-Za-z0-9_.-]+/g, '_')
    .slice(0, 120);
  const base = fieldName.safeParse(spelled).success ? spelled : `_${spelled}`;
  let name = base;
  for (let number = 2; taken.has(name); number += 1) name = `${base}_${number}`;
  return name;
}

/** A login without a password is no credential here: what it has becomes a one-time code or a note. */
function kindFor(
  type: SecretDraft['type'],
  name: string,
  fields: Record<string, string>,
): Pick<SecretDraft, 'type' | 'fields'> {
  if (type === 'credentials' && fields['password'] === undefined) {
    if (fields['otp'] !== undefined) return { type: 'totp', fields };
    return kindFor('note', name, fields);
  }
  if (type !== 'note' || fields['text'] !== undefined) return { type, fields };
  const { notes, ...others } = fields;
  return { type, fields: { text: notes ?? name, ...others } };
}
