import { z } from 'zod';
import { id } from './account.js';

/**
 * How a vault stands with a store that is far away.
 * - `folder`: the store is a folder of this computer: there is nothing to send or to fetch
 * - `current`: everything was sent, and everything there is was seen at `lastContact`
 * - `working`: sending or fetching now
 * - `offline`: the store does not answer; tried again by itself
 * - `paused`: the person said so
 * - `trouble`: the store answers, but refuses (wrong keys, full, no permission): `message` says what to do
 */
export const syncState = z.enum(['folder', 'current', 'working', 'offline', 'paused', 'trouble']);

export const syncStatus = z.object({
  state: syncState,
  /** when the store answered last, ISO 8601; null before the first time */
  lastContact: z.string().nullable(),
  /** changes and contents that wait to be sent */
  waitingItems: z.number().int().nonnegative(),
  waitingBytes: z.number().nonnegative(),
  /** of the sending or fetching under way, 0 to 1; null when nothing is */
  progress: z.number().min(0).max(1).nullable(),
  /** bytes of file contents kept here, and how many may be */
  cachedBytes: z.number().nonnegative(),
  cacheLimitBytes: z.number().nonnegative(),
  /** what is wrong, in a sentence; empty when nothing is */
  message: z.string(),
});
export type SyncStatus = z.infer<typeof syncStatus>;

/** One secret or file whose changes wait here. `refused` ones need a person: they can be discarded. */
export const waitingItem = z.object({
  /** the secret's or the file's id */
  id,
  kind: z.enum(['secret', 'file', 'project']),
  /** of files */
  projectId: id.nullable(),
  /** the secret's name, the file's path */
  name: z.string(),
  /** bytes that are still to be sent */
  bytes: z.number().nonnegative(),
  /** when the first of its changes was made, ISO 8601 */
  since: z.string(),
  state: z.enum(['waiting', 'sending', 'refused']),
  /** why it was refused; empty otherwise */
  message: z.string(),
});
export type WaitingItem = z.infer<typeof waitingItem>;

/** Something that the merge of two edits wants a person to know, until they say that they do. */
export const mergeNotice = z.object({
  id: z.string(),
  time: z.string(),
  kind: z.enum(['secret', 'file']),
  /** the secret or file to look at */
  objectId: id,
  projectId: id.nullable(),
  name: z.string(),
  /** one sentence: what was changed on two sides, and where both are now */
  text: z.string(),
});
export type MergeNotice = z.infer<typeof mergeNotice>;

/** What a person may set for one vault on this computer; kept in its profile. */
export const syncSettings = z.object({
  paused: z.boolean().default(false),
  /** contents of files kept here at most, pinned projects apart */
  cacheLimitBytes: z
    .number()
    .int()
    .min(0)
    .default(5 * 1024 ** 3),
  /** bytes per second; 0 is as fast as it goes */
  uploadLimit: z.number().int().min(0).default(0),
  downloadLimit: z.number().int().min(0).default(0),
  /** projects whose contents are all kept here */
  pinned: z.array(id).default([]),
});
export type SyncSettings = z.infer<typeof syncSettings>;

const { shape } = syncSettings;
/** A change: what is absent stays. */
export const syncSettingsPatch = z.object({
  paused: shape.paused.unwrap().optional(),
  cacheLimitBytes: shape.cacheLimitBytes.unwrap().optional(),
  uploadLimit: shape.uploadLimit.unwrap().optional(),
  downloadLimit: shape.downloadLimit.unwrap().optional(),
});
export type SyncSettingsPatch = z.infer<typeof syncSettingsPatch>;
