/**
 * What the local index remembers of each object: enough for lists and search, nothing that is concealed.
 * These shapes are read back only from frames whose tag we verified, so they are types and not schemas.
 */
import type { Suite } from '../../../app/model/account.js';
import type { MergeNotice } from '../../../app/model/sync.js';
import type { Access } from '../../../app/model/project.js';
import type { SecretType } from '../../../app/model/secret.js';
import type { Membership } from '../projects/membership.js';

export type SecretEntry = Readonly<{
  id: string;
  version: number;
  /** object hash of the newest version: the next one's `previous`, and the sign of a rolled-back store */
  hash: string;
  /** thumbprint of the key of ours that this version is sealed to */
  kid: string;
  /** thumbprints of all keys that this version is sealed to */
  readers: readonly string[];
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
  /** accounts that could read the concealed fields as they are now, and no longer may */
  exposed: readonly string[];
  /** the store has a newer version that is not sealed to us */
  ended: boolean;
  /** fields that are not concealed, for subtitles and search */
  open: Readonly<Record<string, string>>;
}>;

/** What a project's verified log adds up to (membership.ts), with what only this account knows of it. */
export type ProjectEntry = Membership &
  Readonly<{
    name: string;
    /** what this account may do; null when it was removed */
    role: Access | null;
    /** newest epoch */
    epoch: number;
    /** up to which sequence this account has seen to it that every member has the key it needs */
    delivered: number;
  }>;

/** `epoch`: whose key the content is encrypted with; the record itself may be sealed with a newer one. */
export type FileContent = Readonly<{ suite: Suite; blob: string; root: string; epoch: number }>;

export type FileRecordEntry = Readonly<{
  project: string;
  id: string;
  version: number;
  hash: string;
  /** whose key the record is sealed with */
  epoch: number;
  /** position in the project's log that its author knew */
  log: number;
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
  /** one verified entry of a project's log, by its object hash */
  | Readonly<{ set: 'log'; project: string; sequence: number; hash: string }>
  /** the same, for one that changed nothing of its project but how long its log is */
  | Readonly<{ set: 'head'; project: string; sequence: number; hash: string }>
  /** something that a merge wants a person to know: it is in no store, so it is lost with the index */
  | Readonly<{ set: 'notice'; notice: MergeNotice }>
  | Readonly<{ remove: 'secret' | 'project' | 'notice'; id: string }>
  | Readonly<{ remove: 'file'; project: string; id: string }>;
