import { z } from 'zod';
import { id, suite } from './account.js';

export const roles = ['owner', 'admin', 'editor', 'viewer'] as const;
export const role = z.enum(roles);
export type Role = z.infer<typeof role>;

/** What an account may do in a project: a node reads, and writes receipts. */
export const access = z.enum([...roles, 'node']);
export type Access = z.infer<typeof access>;

export const projectName = z
  .string()
  .min(1)
  .max(200)
  .refine((text) => text.trim().length > 0, 'a name needs at least one visible character');

export const projectSummary = z.object({
  id,
  name: z.string(),
  suite,
  role: access,
  epoch: z.number().int().positive(),
  created: z.string(),
  /** people with access now, oneself included; nodes are counted apart */
  members: z.number().int().positive(),
  nodes: z.number().int().nonnegative(),
  files: z.number().int().nonnegative(),
  /** plaintext bytes of the current versions of all files that are not in the trash */
  bytes: z.number().nonnegative(),
});
export type ProjectSummary = z.infer<typeof projectSummary>;

/** A project that this account had access to until somebody ended it. */
export const formerProject = z.object({
  id,
  /** as it was called when this account last knew; empty when it never did */
  name: z.string(),
  /** when access ended, ISO 8601, and who ended it */
  ended: z.string(),
  byName: z.string(),
});
export type FormerProject = z.infer<typeof formerProject>;

export const fileEntry = z.object({
  /** '' (and version 0) for a folder that only paths imply: it has no record of its own */
  id: z.union([id, z.literal('')]),
  version: z.number().int().nonnegative(),
  kind: z.enum(['file', 'folder']),
  /** path within the project: names joined by `/` */
  path: z.string(),
  name: z.string(),
  size: z.number().nonnegative(),
  /** modification time of the content, ISO 8601 */
  modified: z.string(),
  trashed: z.boolean(),
});
export type FileEntry = z.infer<typeof fileEntry>;

export const fileVersion = z.object({
  version: z.number().int().positive(),
  time: z.string(),
  author: id,
  path: z.string(),
  size: z.number().nonnegative(),
  trashed: z.boolean(),
  /** whether this version brought new content (else it was a move, trashing or restoring) */
  newContent: z.boolean(),
});
export type FileVersion = z.infer<typeof fileVersion>;

export const transferStates = ['waiting', 'running', 'done', 'failed', 'cancelled', 'interrupted'] as const;

/** One upload, save or verification as a person follows it: a total, and a line for each file at work or failed. */
export const transfer = z.object({
  id: z.string(),
  kind: z.enum(['upload', 'save', 'verify']),
  projectId: id,
  state: z.enum(transferStates),
  label: z.string(),
  files: z.number().int().nonnegative(),
  filesDone: z.number().int().nonnegative(),
  bytes: z.number().nonnegative(),
  bytesDone: z.number().nonnegative(),
  /** files at work now, at most a few */
  current: z.array(
    z.object({ path: z.string(), bytes: z.number().nonnegative(), bytesDone: z.number().nonnegative() }),
  ),
  /** files that were not done, and why, at most 100; `failedFiles` counts all */
  failures: z.array(z.object({ path: z.string(), code: z.string(), message: z.string() })),
  failedFiles: z.number().int().nonnegative(),
});
export type Transfer = z.infer<typeof transfer>;
