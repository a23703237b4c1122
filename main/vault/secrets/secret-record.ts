import { z } from 'zod';
import { id } from '../../../app/model/account.js';
import { VaultError } from '../../../app/errors.js';
import { fieldSpec, isConcealed, secretType, type SecretSummary } from '../../../app/model/secret.js';
import { objectHash } from '../../crypto/object-hash.js';
import { sealedReaders } from '../../crypto/sealed-record.js';
import type { SecretEntry } from '../index/index-entries.js';

export const secretRecordType = 'coretex-vault/v1/secret';

/** The signed payload of a secret's version (docs/protocol.md section 4). */
export const secretRecord = z.object({
  id,
  version: z.number().int().positive(),
  previous: z.string().nullable(),
  author: id,
  time: z.iso.datetime(),
  /** time of version 1 */
  created: z.iso.datetime(),
  recipients: z.array(id).min(1),
  /** who could read the concealed fields as they are, and no longer may */
  exposed: z.array(id),
  type: secretType,
  name: z.string(),
  tags: z.array(z.string()),
  favourite: z.boolean(),
  state: z.enum(['kept', 'trashed', 'deleted']),
  fields: z.record(z.string(), z.string()),
});
export type SecretRecord = z.infer<typeof secretRecord>;

/** Checks an opened payload against the place it was found in. Throws `damaged`. SECURITY (promise 1, 3): no record serves under another's key. */
export const parseSecretRecord = (payload: unknown, secretId: string, version: number): SecretRecord => {
  const parsed = secretRecord.safeParse(payload);
  if (!parsed.success || parsed.data.id !== secretId || parsed.data.version !== version) {
    throw new VaultError('damaged', 'A secret is not what its place in the store says.', {
      details: { id: secretId, version },
    });
  }
  return parsed.data;
};

/** What the index keeps: fields that are not concealed, and no more. */
export const openFields = (record: Pick<SecretRecord, 'type' | 'fields'>): Record<string, string> =>
  Object.fromEntries(Object.entries(record.fields).filter(([name]) => !isConcealed(fieldSpec(record.type, name).kind)));

export const entryOf = (record: SecretRecord, stored: Uint8Array, kid: string): SecretEntry => ({
  id: record.id,
  version: record.version,
  hash: objectHash(stored),
  kid,
  readers: sealedReaders(stored),
  type: record.type,
  name: record.name,
  tags: record.tags,
  favourite: record.favourite,
  state: record.state,
  modified: record.time,
  created: record.created,
  author: record.author,
  recipients: record.recipients,
  exposed: record.exposed,
  ended: false,
  open: openFields(record),
});

/** The one open field that tells a secret from its neighbours. */
const subtitleFields = ['username', 'key', 'host', 'account', 'issuer', 'url'] as const;

/** Whether a concealed field has another value or is gone. One more field changes nothing of what somebody knows. */
export const concealedChanged = (
  before: Pick<SecretRecord, 'type' | 'fields'>,
  after: Pick<SecretRecord, 'type' | 'fields'>,
): boolean => {
  return concealedValues(before).some(([name, value]) => after.fields[name] !== value);
};

/** Names and values of the concealed fields that hold anything. */
export const concealedValues = ({ type, fields }: Pick<SecretRecord, 'type' | 'fields'>): [string, string][] =>
  Object.entries(fields).filter(([name, value]) => value !== '' && isConcealed(fieldSpec(type, name).kind));

/** What a summary needs to know of the one who reads it. */
export type Viewer = Readonly<{ accountId: string; nameOf: (accountId: string) => string }>;

export const summaryOf = (entry: SecretEntry, { accountId, nameOf }: Viewer): SecretSummary => ({
  id: entry.id,
  version: entry.version,
  type: entry.type,
  name: entry.name,
  tags: [...entry.tags],
  favourite: entry.favourite,
  trashed: entry.state === 'trashed',
  modified: entry.modified,
  subtitle: subtitleFields.map((name) => entry.open[name]).find((value) => value !== undefined && value !== '') ?? '',
  mine: entry.author === accountId,
  ownerName: entry.author === accountId ? '' : nameOf(entry.author),
  readers: entry.recipients.length,
  ended: entry.ended,
});
