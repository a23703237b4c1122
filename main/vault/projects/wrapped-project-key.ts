import type { Reader } from '../../crypto/keys.js';
import { wrapAlgOf, wrapKey } from '../../crypto/rsa-public.js';
import type { MasterKey } from '../../crypto/master-key.js';
import type { SecretBytes } from '../../crypto/secret-bytes.js';
import type { SecretEntry } from '../index/index-entries.js';
import type { KeyRing } from '../account/key-ring.js';
import type { SecretRecord } from '../secrets/secret-record.js';
import { bodyOf, type SecretBody } from '../secrets/secret-records.js';

const projectKeyBytes = 32;

/**
 * The `encryptionKey` of a `project` secret: the key wrapped to the secret's one reader, in base64.
 * SECURITY (promise 9): a record becomes text, and text cannot be wiped; so the key is wrapped once more inside the record.
 */
export const wrapProjectKey = (key: SecretBytes, reader: Reader): string =>
  Buffer.from(wrapKey(reader, key.bytes).encryptedKey).toString('base64');

/** 32 bytes, which the caller disposes. Throws `damaged`. */
export const unwrapProjectKey = (wrapped: string, masterKey: MasterKey): SecretBytes =>
  masterKey.unwrap(wrapAlgOf(masterKey.suite), Buffer.from(wrapped, 'base64'), projectKeyBytes);

/** A secret's body for our current key: a project's key is wrapped anew, everything else stays as it is. */
export const bodyForCurrentKey = (record: SecretRecord, entry: SecretEntry, keyRing: KeyRing): SecretBody => {
  const body = bodyOf(record);
  if (record.type !== 'project') return body;
  using key = unwrapProjectKey(record.fields['encryptionKey'] ?? '', keyRing.byKid(entry.kid));
  return { ...body, fields: { ...body.fields, encryptionKey: wrapProjectKey(key, keyRing.current.reader()) } };
};
