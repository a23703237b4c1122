import { z } from 'zod';
import { id } from './account.js';

export const secretTypes = [
  'credentials',
  'aws',
  'git',
  'project',
  'api-token',
  'ssh-key',
  'note',
  'totp',
  'env',
] as const;
export const secretType = z.enum(secretTypes);
export type SecretType = z.infer<typeof secretType>;

/** Types a person can add by hand; `project` secrets are written by projects. */
export const personalSecretTypes = secretTypes.filter((type) => type !== 'project');

export const fieldKinds = ['text', 'url', 'concealed', 'multiline', 'concealed-multiline', 'totp'] as const;
export type FieldKind = (typeof fieldKinds)[number];
export type FieldSpec = Readonly<{ name: string; label: string; kind: FieldKind; required?: true }>;

const notes: FieldSpec = { name: 'notes', label: 'Notes', kind: 'multiline' };

/** The known fields of each type, in the order a form shows them. Any type may hold further fields: those are concealed. */
export const secretFields: Readonly<Record<SecretType, readonly FieldSpec[]>> = {
  credentials: [
    { name: 'username', label: 'Username', kind: 'text' },
    { name: 'password', label: 'Password', kind: 'concealed', required: true },
    { name: 'url', label: 'Website', kind: 'url' },
    { name: 'otp', label: 'One-time code key', kind: 'totp' },
    notes,
  ],
  aws: [
    { name: 'key', label: 'Access key ID', kind: 'text', required: true },
    { name: 'secret', label: 'Secret access key', kind: 'concealed', required: true },
    { name: 'region', label: 'Region', kind: 'text' },
    notes,
  ],
  git: [
    { name: 'token', label: 'Access token', kind: 'concealed', required: true },
    { name: 'url', label: 'Host', kind: 'url' },
    { name: 'username', label: 'Username', kind: 'text' },
    notes,
  ],
  project: [
    { name: 'encryptionKey', label: 'Project key', kind: 'concealed', required: true },
    { name: 'projectId', label: 'Project', kind: 'text', required: true },
    { name: 'epoch', label: 'Epoch', kind: 'text', required: true },
  ],
  'api-token': [
    { name: 'token', label: 'Token', kind: 'concealed', required: true },
    { name: 'url', label: 'Service', kind: 'url' },
    { name: 'expires', label: 'Expires', kind: 'text' },
    notes,
  ],
  'ssh-key': [
    { name: 'privateKey', label: 'Private key', kind: 'concealed-multiline', required: true },
    { name: 'publicKey', label: 'Public key', kind: 'multiline' },
    { name: 'passphrase', label: 'Key passphrase', kind: 'concealed' },
    { name: 'host', label: 'Host', kind: 'text' },
    notes,
  ],
  note: [{ name: 'text', label: 'Note', kind: 'concealed-multiline', required: true }],
  totp: [
    { name: 'otp', label: 'One-time code key', kind: 'totp', required: true },
    { name: 'issuer', label: 'Issuer', kind: 'text' },
    { name: 'account', label: 'Account', kind: 'text' },
    notes,
  ],
  env: [notes],
};

/** How a field of a secret is shown; fields that its type does not know are concealed. */
export const fieldSpec = (type: SecretType, name: string): FieldSpec =>
  secretFields[type].find((field) => field.name === name) ?? { name, label: name, kind: 'concealed' };

export const isConcealed = (kind: FieldKind): boolean =>
  kind === 'concealed' || kind === 'concealed-multiline' || kind === 'totp';

export const secretName = z
  .string()
  .min(1)
  .max(500)
  .refine((text) => text.trim().length > 0, 'a name needs at least one visible character');
export const fieldName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,127}$/);
/** 1 MiB of text in one field is more than any credential needs; larger things are files. */
export const fieldValue = z.string().max(1_048_576);
export const tag = z.string().min(1).max(100);
/** Marks an unsaved form that is kept so that nothing typed is lost: such a secret may lack required fields. */
export const unsavedTag = 'coretex-unsaved';
/** Marks a secret of which one field was changed on two sides at the same time: the other version is in `<field>.other`. */
export const conflictTag = 'coretex-conflict';

/** What a list shows of a secret, and what search looks through: nothing that is concealed. */
export const secretSummary = z.object({
  id,
  version: z.number().int().positive(),
  type: secretType,
  name: z.string(),
  tags: z.array(z.string()),
  favourite: z.boolean(),
  trashed: z.boolean(),
  /** time of this version, ISO 8601 */
  modified: z.string(),
  /** the one field that tells it from its neighbours: username, key id, host; may be empty */
  subtitle: z.string(),
  /** whose secret it is: only its owner may change or share it */
  mine: z.boolean(),
  /** the owner's name; empty when it is one's own */
  ownerName: z.string(),
  /** how many accounts can read this version, oneself included */
  readers: z.number().int().positive(),
  /** the store has a newer version that is not sealed to us: its owner ended the sharing; this is the last we could read */
  ended: z.boolean(),
});
export type SecretSummary = z.infer<typeof secretSummary>;

/** A secret opened for the detail pane: values of concealed fields are null until asked for. */
export const secretDetail = secretSummary.extend({
  author: id,
  created: z.string(),
  /** who can read this version, its owner first */
  sharedWith: z.array(z.object({ id, name: z.string(), kind: z.enum(['person', 'node']) })),
  /** who could read the concealed fields as they are now and no longer may: change them at their source */
  exposedTo: z.array(z.object({ id, name: z.string(), kind: z.enum(['person', 'node']) })),
  fields: z.array(
    z.object({
      name: z.string(),
      label: z.string(),
      kind: z.enum(fieldKinds),
      value: z.string().nullable(),
      /** length of the value in characters, also when it is concealed */
      length: z.number().int().nonnegative(),
    }),
  ),
});
export type SecretDetail = z.infer<typeof secretDetail>;

export const secretVersion = z.object({
  version: z.number().int().positive(),
  time: z.string(),
  author: id,
  name: z.string(),
  trashed: z.boolean(),
  /** names of what this version changed against the one before: fields, and `name`, `tags`, `favourite`, `trashed` */
  changed: z.array(z.string()),
});
export type SecretVersion = z.infer<typeof secretVersion>;

export const secretDraft = z.object({
  type: z.enum(secretTypes).exclude(['project']),
  name: secretName,
  tags: z.array(tag).max(100).default([]),
  favourite: z.boolean().default(false),
  fields: z.record(fieldName, fieldValue),
});
export type SecretDraft = z.input<typeof secretDraft>;

/** A change: what is absent stays; a field set to null goes. */
export const secretPatch = z.object({
  name: secretName.optional(),
  tags: z.array(tag).max(100).optional(),
  favourite: z.boolean().optional(),
  fields: z.record(fieldName, fieldValue.nullable()).optional(),
});
export type SecretPatch = z.infer<typeof secretPatch>;

export const generatorOptions = z.discriminatedUnion('style', [
  z.object({
    style: z.literal('characters'),
    length: z.number().int().min(8).max(256),
    digits: z.boolean(),
    symbols: z.boolean(),
    /** leave out characters that look alike (0 O, 1 l I) */
    unambiguous: z.boolean(),
  }),
  z.object({
    style: z.literal('words'),
    words: z.number().int().min(4).max(20),
    separator: z.string().max(3),
  }),
]);
export type GeneratorOptions = z.infer<typeof generatorOptions>;
