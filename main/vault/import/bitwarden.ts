import { z } from 'zod';
import { VaultError } from '../../../app/errors.js';
import type { ForeignSecret } from './foreign-secret.js';

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
const texts = z.record(z.string(), z.unknown()).nullish();

const item = z.object({
  name: text,
  notes: text,
  favorite: z.boolean().nullish(),
  folderId: z.string().nullish(),
  fields: z.array(z.object({ name: text, value: text })).nullish(),
  login: z
    .object({
      username: text,
      password: text,
      totp: text,
      uris: z.array(z.object({ uri: text })).nullish(),
    })
    .nullish(),
  sshKey: z.object({ privateKey: text, publicKey: text }).nullish(),
  card: texts,
  identity: texts,
});

const bitwardenExport = z.object({
  encrypted: z.boolean().optional(),
  folders: z.array(z.object({ id: z.string(), name: z.string() })).nullish(),
  items: z.array(item),
});

type Item = z.infer<typeof item>;

/** Bitwarden's unencrypted JSON export. Folders become tags. Throws `invalid-input`. */
export function readBitwarden(json: unknown): ForeignSecret[] {
  if (typeof json === 'object' && json !== null && 'encrypted' in json && json.encrypted === true) {
    throw new VaultError('invalid-input', 'This Bitwarden export is encrypted. Export it again as plain “.json”.');
  }
  const parsed = bitwardenExport.safeParse(json);
  if (!parsed.success) throw new VaultError('invalid-input', 'This is not a Bitwarden export in JSON.');
  const folders = new Map(parsed.data.folders?.map(({ id, name }) => [id, name]));
  return parsed.data.items.map((each) => ({
    ...contentOf(each),
    name: each.name,
    favourite: each.favorite ?? false,
    tags: [folders.get(each.folderId ?? '') ?? ''],
  }));
}

function contentOf(each: Item): Pick<ForeignSecret, 'type' | 'fields'> {
  const own = (each.fields ?? []).map(({ name, value }) => [name, value] as const);
  const rest = [...own, ['notes', each.notes] as const];
  if (each.sshKey) {
    const { privateKey, publicKey } = each.sshKey;
    return { type: 'ssh-key', fields: [['privateKey', privateKey], ['publicKey', publicKey], ...rest] };
  }
  if (each.login) {
    const { username, password, totp, uris } = each.login;
    const urls = (uris ?? []).map(({ uri }) => ['url', uri] as const);
    return {
      type: 'credentials',
      fields: [['username', username], ['password', password], ...urls, ['otp', totp], ...rest],
    };
  }
  const members = Object.entries({ ...each.card, ...each.identity });
  const typed = members.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : []));
  return { type: 'note', fields: [['text', each.notes], ...typed, ...own] };
}
