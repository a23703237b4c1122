/**
 * What the local index remembers of each object: enough for lists and search, nothing that is concealed.
 * These shapes are read back only from frames whose tag we verified, so they are types and not schemas.
 */
import type { Suite } from '../../../app/model/account.js';
import type { Role } from '../../../app/model/project.js';
import type { SecretType } from '../../../app/model/secret.js';

export type SecretEntry = Readonly<{
  id: string;
  version: number;
  /** object hash of the newest version: the next one's `previous`, and the sign of a rolled-back store */
  hash: string;
  /** thumbprint of the key of ours that this version is sealed to */
  kid: string;
  type: SecretType;
  name: string;
  tags: readonly string[];
  favourite: boolean;
  /** `deleted` is the tombstone that tells a deletion from a loss */
  state: 'kept' | 'trashed' | 'deleted';
  modified: string;
  created: string;
  author: string;
  recipients: readonly string[];
  /** fields that are not concealed, for subtitles and search */
  open: Readonly<Record<string, string>>;
}>;

export type ProjectEntry = Readonly<{
  id: string;
  /** highest log sequence seen, and the hash of that entry: a store that shows less is rolling back */
  sequence: number;
  hash: string;
  name: string;
  suite: Suite;
  role: Role;
  epoch: number;
  created: string;
}>;

export type FileContent = Readonly<{ suite: Suite; blob: string; root: string }>;

export type FileRecordEntry = Readonly<{
  project: string;
  id: string;
  version: number;
  hash: string;
  epoch: number;
  kind: 'file' | 'folder';
  path: string;
  trashed: boolean;
  size: number;
  modified: string;
  time: string;
  author: string;
  content: FileContent | null;
}>;

/** One line of the index's log. `foreign`: an object that is sealed to others and not opened again. */
export type IndexChange =
  | Readonly<{ set: 'secret'; entry: SecretEntry }>
  | Readonly<{ set: 'project'; entry: ProjectEntry }>
  | Readonly<{ set: 'file'; entry: FileRecordEntry }>
  | Readonly<{ set: 'foreign'; key: string }>
  | Readonly<{ remove: 'secret' | 'project'; id: string }>
  | Readonly<{ remove: 'file'; project: string; id: string }>;
