import { z } from 'zod';
import { VaultError } from '../../../app/errors.js';
import { fieldName, type SecretDraft } from '../../../app/model/secret.js';
import type { ForeignSecret } from './foreign-secret.js';
import { parseJson } from './parse-json.js';
import { readZipEntry } from './zip-entry.js';

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

const sectionField = z.object({ title: text, id: text, value: z.record(z.string(), z.unknown()).nullish() });
const item = z.object({
  favIndex: z.number().nullish(),
  categoryUuid: text,
  overview: z.object({
    title: text,
    url: text,
    tags: z.array(z.string()).nullish(),
  }),
  details: z.object({
    loginFields: z.array(z.object({ value: text, name: text, designation: text })).nullish(),
    notesPlain: text,
    password: text,
    sections: z.array(z.object({ title: text, fields: z.array(sectionField).nullish() })).nullish(),
  }),
});
const exportData = z.object({
  accounts: z.array(z.object({ vaults: z.array(z.object({ attrs: z.object({ name: text }), items: z.array(item) })) })),
});

type Item = z.infer<typeof item>;
type Field = readonly [name: string, value: string];

const noteCategory = '003';
const apiCategory = '112';
const sshCategory = '114';

/** 1Password's 1PUX: a ZIP archive with `export.data`. Vaults become tags. Attachments stay behind. Throws `invalid-input`. */
export function readOnePassword(archive: Buffer): ForeignSecret[] {
  const parsed = exportData.safeParse(parseJson(readZipEntry(archive, 'export.data')));
  if (!parsed.success) throw new VaultError('invalid-input', 'This is not a 1Password export (1PUX).');
  const vaults = parsed.data.accounts.flatMap((account) => account.vaults);
  return vaults.flatMap(({ attrs, items }) => items.map((each) => secretOf(each, attrs.name)));
}

function secretOf(each: Item, vault: string): ForeignSecret {
  const { overview, details } = each;
  const login = (designation: string): string =>
    details.loginFields?.find((field) => field.designation === designation)?.value ?? '';
  const sections = (details.sections ?? []).flatMap((section) => (section.fields ?? []).flatMap(valuesOf));
  const type = typeOf(each);
  const fields: Field[] = [
    ['username', login('username')],
    ['password', login('password') || details.password],
    ['url', overview.url],
    [type === 'note' ? 'text' : 'notes', details.notesPlain],
    ...sections,
    ...(details.loginFields ?? [])
      .filter(({ designation }) => designation === '')
      .map(({ name, value }) => [name, value] as const),
  ];
  const tags = [vault, ...(overview.tags ?? [])];
  return { type, name: overview.title, tags, favourite: (each.favIndex ?? 0) > 0, fields: withToken(type, fields) };
}

function typeOf({ categoryUuid, details }: Item): SecretDraft['type'] {
  const values = (details.sections ?? []).flatMap((section) => (section.fields ?? []).flatMap(valuesOf));
  if (categoryUuid === sshCategory && values.some(([name]) => name === 'privateKey')) return 'ssh-key';
  if (categoryUuid === apiCategory && values.some(([name]) => name === 'credential')) return 'api-token';
  return categoryUuid === noteCategory ? 'note' : 'credentials';
}

/** What 1Password calls the credential of an API is our token. */
const withToken = (type: SecretDraft['type'], fields: readonly Field[]): Field[] =>
  fields.map(([name, value]) => [type === 'api-token' && name === 'credential' ? 'token' : name, value]);

/** A field's value is an object with one member that names its kind. */
function valuesOf({ title, id, value }: z.infer<typeof sectionField>): Field[] {
  const [kind, content] = Object.entries(value ?? {})[0] ?? [];
  const name = title !== '' ? title : id;
  if (kind === 'totp' && typeof content === 'string') return [['otp', content]];
  if (kind === 'sshKey') return sshKeyOf(content);
  if (kind === 'email' && typeof content === 'object' && content !== null && 'email_address' in content) {
    return typeof content.email_address === 'string' ? [[name, content.email_address]] : [];
  }
  if (typeof content === 'string') return [[id === 'credential' ? id : name, content]];
  if (typeof content === 'number')
    return [[name, kind === 'date' ? new Date(content * 1000).toISOString() : String(content)]];
  if (typeof content !== 'object' || content === null) return [];
  const members = Object.entries(content).filter(
    ([member, inner]) => typeof inner === 'string' && fieldName.safeParse(member).success,
  );
  return members.map(([member, inner]) => [`${name}_${member}`, String(inner)]);
}

const sshKey = z.object({
  privateKey: text,
  metadata: z.object({ publicKey: text, privateKey: text }).partial().nullish(),
});

function sshKeyOf(content: unknown): Field[] {
  const parsed = sshKey.safeParse(content).data;
  return parsed === undefined
    ? []
    : [
        ['privateKey', parsed.privateKey],
        ['publicKey', parsed.metadata?.publicKey ?? ''],
      ];
}
