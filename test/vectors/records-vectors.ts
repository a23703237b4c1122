import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AccountSummary, KeySize, Suite } from '../../app/model/account.js';
import type { RecordPurpose } from '../../main/crypto/keyed-record.js';
import { MasterKey } from '../../main/crypto/master-key.js';
import { SecretBytes } from '../../main/crypto/secret-bytes.js';

type KeyName = 'ada' | 'adaNext' | 'node';
type Sealed = Readonly<{ plaintext: string; readers: KeyName[]; stored: string; hash?: string }>;

/** Frozen stored forms of every record: test/vectors/records.json. */
export const vectors = JSON.parse(readFileSync(join(import.meta.dirname, 'records.json'), 'utf8')) as Readonly<{
  keys: Record<KeyName, Readonly<{ suite: Suite; bits: KeySize; wrap: string; sign: string }>>;
  sealed: Sealed;
  sealedEmpty: Sealed;
  signed: Readonly<{ key: KeyName; alg: string; typ: string; payload: unknown; stored: string }>[];
  keyed: Readonly<{
    projectKey: string;
    projectId: string;
    records: Readonly<{ purpose: RecordPurpose; key: string; epoch: number; plaintext: string; stored: string }>[];
  }>;
  cards: Readonly<{ key: KeyName; id: string; version: number; stored: string; summary: AccountSummary }>[];
  deviceWrap: Readonly<{ key: KeyName; deviceKey: string; stored: string }>[];
  index: Readonly<{ key: string; frames: string[]; stored: string }>;
}>;

export const secret = (base64url: string): SecretBytes => SecretBytes.take(Buffer.from(base64url, 'base64url'));

/** One of the master keys of the vectors; cheap enough to import where it is needed. */
export function vectorKey(name: KeyName): Promise<MasterKey> {
  const { suite, bits, wrap, sign } = vectors.keys[name];
  return MasterKey.import({ suite, bits, wrap: secret(wrap), sign: secret(sign) });
}
