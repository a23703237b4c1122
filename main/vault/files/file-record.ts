import { z } from 'zod';
import { VaultError } from '../../../app/errors.js';
import { id, suite } from '../../../app/model/account.js';
import { isPath } from './file-paths.js';
import type { FileRecordEntry } from '../index/index-entries.js';

export const fileRecordType = 'coretex-vault/v1/file';

/** 32 bytes in base64url */
const digest = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const positive = z.number().int().positive();

/** `epoch`: whose key the blob is encrypted with. */
const content = z.object({ suite, blob: id, root: digest, epoch: positive });

/** The last version of what was deleted for good: it tells a deletion from a loss. */
export const isTombstone = (record: Readonly<{ kind: 'file' | 'folder'; path: string; trashed: boolean }>): boolean =>
  record.kind === 'folder' && record.path === '' && record.trashed;

/** The signed payload of one version of a file or folder (docs/protocol.md section 5). */
const fileRecord = z
  .object({
    project: id,
    id,
    version: positive,
    previous: z.string().nullable(),
    author: id,
    time: z.iso.datetime(),
    /** whose key the record is sealed with */
    epoch: positive,
    /** how far into the project's log its author had read: there it says who might write */
    log: z.object({ sequence: positive, hash: digest }),
    kind: z.enum(['file', 'folder']),
    path: z.string(),
    trashed: z.boolean(),
    size: z.number().int().nonnegative(),
    modified: z.iso.datetime(),
    content: content.nullable(),
  })
  .refine((record) => (record.kind === 'file') === (record.content !== null), 'a file has content, a folder has none')
  .refine((record) => (record.content?.epoch ?? 1) <= record.epoch, 'content of an epoch that is to come')
  .refine((record) => isTombstone(record) || isPath(record.path), 'a path of the protocol');
export type FileRecord = z.infer<typeof fileRecord>;

/** What a version says, without its place in the chain and the log. */
export type FileBody = Pick<FileRecord, 'kind' | 'path' | 'trashed' | 'size' | 'modified' | 'content'>;

export const bodyOf = ({ kind, path, trashed, size, modified, content }: FileRecordEntry): FileBody => ({
  kind,
  path,
  trashed,
  size,
  modified,
  content,
});

export const isLive = (entry: FileRecordEntry): boolean => !entry.trashed;

/** A tombstone; times and ids stay, everything that a person typed goes. */
export const tombstoneOf = ({ modified }: FileBody): FileBody => ({
  kind: 'folder',
  path: '',
  trashed: true,
  size: 0,
  modified,
  content: null,
});

export type FilePlace = Readonly<{ project: string; id: string; version: number }>;

/**
 * Checks an opened payload against the place it was found in, and the epoch of the key that opened it. Throws `damaged`.
 * SECURITY (promises 1, 3): no record serves under another's key.
 */
export const parseFileRecord = (payload: unknown, place: FilePlace, epoch: number): FileRecord => {
  const parsed = fileRecord.safeParse(payload);
  const { project, id: fileId, version } = place;
  const right =
    parsed.success &&
    parsed.data.project === project &&
    parsed.data.id === fileId &&
    parsed.data.version === version &&
    parsed.data.epoch === epoch &&
    (parsed.data.previous === null) === (version === 1);
  if (!right) {
    throw new VaultError('damaged', 'A file record is not what its place in the store says.', { details: place });
  }
  return parsed.data;
};

/** What the index keeps of a record. `hash` is the object hash of its stored bytes. */
export const entryOf = (record: FileRecord, hash: string): FileRecordEntry => ({
  project: record.project,
  id: record.id,
  version: record.version,
  hash,
  epoch: record.epoch,
  log: record.log.sequence,
  kind: record.kind,
  path: record.path,
  trashed: record.trashed,
  size: record.size,
  modified: record.modified,
  time: record.time,
  author: record.author,
  content: record.content,
});

/** A file system's time as records hold it; disks may hold times that no calendar does. */
export const modifiedTime = (milliseconds: number): string => {
  const date = new Date(milliseconds);
  const year = date.getUTCFullYear();
  return year >= 0 && year <= 9999 ? date.toISOString() : new Date(0).toISOString();
};
