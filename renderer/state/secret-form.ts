/** A secret as a form holds it, and the pure steps from and to what the vault keeps. */
import {
  fieldSpec,
  secretFields,
  type FieldKind,
  type SecretDetail,
  type SecretDraft,
  type SecretPatch,
  type SecretType,
} from '../../app/model/secret.js';

export type NewSecretType = SecretDraft['type'];

export type FormField = Readonly<{
  /** stays while a person renames the field */
  key: string;
  name: string;
  label: string;
  kind: FieldKind;
  required: boolean;
  /** added by the person: has a name of its own and can be removed */
  custom: boolean;
  value: string;
}>;

export type SecretFormValues = Readonly<{
  type: NewSecretType;
  name: string;
  tags: readonly string[];
  favourite: boolean;
  fields: readonly FormField[];
}>;

const isNewType = (type: SecretType): type is NewSecretType => type !== 'project';

const knownField = (type: SecretType, name: string, value: string): FormField => {
  const spec = fieldSpec(type, name);
  return {
    key: name,
    name,
    label: spec.label,
    kind: spec.kind,
    required: spec.required === true,
    custom: false,
    value,
  };
};

export const customField = (key: string, name = '', value = ''): FormField => ({
  key,
  name,
  label: name,
  kind: 'concealed',
  required: false,
  custom: true,
  value,
});

export const emptyForm = (type: NewSecretType): SecretFormValues => ({
  type,
  name: '',
  tags: [],
  favourite: false,
  fields: [
    ...(type === 'env' ? [customField('own-1')] : []),
    ...secretFields[type].map((field) => knownField(type, field.name, '')),
  ],
});

/** @param values every field's value, concealed ones too */
export const formOf = (detail: SecretDetail, values: Readonly<Record<string, string>>): SecretFormValues | null => {
  if (!isNewType(detail.type)) return null;
  const known = secretFields[detail.type].map((field) => field.name);
  const own = detail.fields.map((field) => field.name).filter((name) => !known.includes(name));
  const ownFields = own.map((name) => customField(name, name, values[name] ?? ''));
  const knownFields = known.map((name) => knownField(detail.type, name, values[name] ?? ''));
  return {
    type: detail.type,
    name: detail.name,
    tags: detail.tags,
    favourite: detail.favourite,
    fields: detail.type === 'env' ? [...ownFields, ...knownFields] : [...knownFields, ...ownFields],
  };
};

/** What is filled in, by name. */
const filled = (form: SecretFormValues): Record<string, string> =>
  Object.fromEntries(
    form.fields.filter((field) => field.name !== '' && field.value !== '').map((field) => [field.name, field.value]),
  );

export const draftOf = (form: SecretFormValues): SecretDraft => ({
  type: form.type,
  name: form.name.trim(),
  tags: [...form.tags],
  favourite: form.favourite,
  fields: filled(form),
});

/** What `next` changes against `before`; null when it changes nothing. */
export const patchOf = (before: SecretFormValues, next: SecretFormValues): SecretPatch | null => {
  const was = filled(before);
  const is = filled(next);
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((name) => was[name] !== is[name]);
  const fields = Object.fromEntries(names.map((name) => [name, is[name] ?? null]));
  const patch: SecretPatch = {
    ...(before.name === next.name.trim() ? {} : { name: next.name.trim() }),
    ...(before.tags.join('\n') === next.tags.join('\n') ? {} : { tags: [...next.tags] }),
    ...(before.favourite === next.favourite ? {} : { favourite: next.favourite }),
    ...(names.length === 0 ? {} : { fields }),
  };
  return Object.keys(patch).length === 0 ? null : patch;
};

const fieldNamePattern = /^[A-Za-z_][A-Za-z0-9_.-]{0,127}$/;

/** What must be put right before saving: problems by field key, and by 'name'. */
export const problemsOf = (form: SecretFormValues): ReadonlyMap<string, string> => {
  const problems = new Map<string, string>();
  if (form.name.trim() === '') problems.set('name', 'Give it a name.');
  else if (form.name.length > 500) problems.set('name', 'A name has at most 500 characters.');
  const seen = new Set<string>();
  for (const field of form.fields) {
    if (field.required && field.value === '') problems.set(field.key, `${field.label} is needed.`);
    if (field.value.length > 1_048_576)
      problems.set(field.key, 'At most 1 MiB of text. Put larger things in a project.');
    if (field.custom && (field.name !== '' || field.value !== '')) {
      if (!fieldNamePattern.test(field.name))
        problems.set(field.key, 'Use letters, digits, “_”, “.” and “-”; start with a letter or “_”.');
      else if (seen.has(field.name)) problems.set(field.key, 'There is already a field by that name.');
    }
    seen.add(field.name);
  }
  return problems;
};

/** Lines like `NAME=value` of a .env text, quotes and `export` taken off; null when it holds none. */
export const parseEnv = (text: string): readonly (readonly [name: string, value: string])[] | null => {
  const pairs = text.split(/\r?\n/).flatMap((line) => {
    const match = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\s*=\s*(.*?)\s*$/.exec(line);
    if (!match) return [];
    const [, name = '', raw = ''] = match;
    const quoted = /^(["'])(.*)\1$/.exec(raw);
    return [[name, quoted?.[2] ?? raw] as const];
  });
  return pairs.length === 0 ? null : pairs;
};
