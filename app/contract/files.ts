import { z } from 'zod';
import { id } from '../model/account.js';
import { fileEntry, fileVersion, transfer } from '../model/project.js';
import { operation } from './define.js';

const projectId = id;
const path = z.string().max(32_768);
const version = z.number().int().positive();
const started = z.object({ transferId: z.string() });
const maybeStarted = z.object({ transferId: z.string().nullable() });

/** A thing on this computer that the person dropped or picked: the renderer holds a handle, main holds the path. */
export const sourceHandle = z.object({ handle: z.string(), name: z.string() });

export const previewKinds = ['text', 'image', 'pdf', 'media', 'none'] as const;

export const filesContract = {
  /** every entry of a project, trash included; folders are listed too, also those that only paths imply */
  list: operation({
    when: 'unlocked',
    input: z.object({ projectId }),
    output: z.object({ entries: z.array(fileEntry) }),
  }),
  /** Opens the system's dialog; empty when the person cancels. */
  pick: operation({
    when: 'unlocked',
    input: z.object({ kind: z.enum(['files', 'folder']) }),
    output: z.object({ sources: z.array(sourceHandle) }),
  }),
  /** Encrypts what was dropped or picked into a folder of the project ('' is its top). */
  upload: operation({
    when: 'unlocked',
    input: z.object({ projectId, folder: path, handles: z.array(z.string()).min(1).max(100_000) }),
    output: started,
  }),
  /** uploads that a crash or lock interrupted can go on where they stopped */
  resume: operation({ when: 'unlocked', input: z.object({ transferId: z.string() }), output: started }),
  cancel: operation({ when: 'unlocked', input: z.object({ transferId: z.string() }), output: z.object({}) }),
  /** takes a finished, failed or interrupted transfer off the list; an interrupted upload's staged bytes are removed */
  dismiss: operation({ when: 'unlocked', input: z.object({ transferId: z.string() }), output: z.object({}) }),
  transfers: operation({
    when: 'unlocked',
    input: z.object({}),
    output: z.object({ transfers: z.array(transfer) }),
  }),
  createFolder: operation({ when: 'unlocked', input: z.object({ projectId, path }), output: fileEntry }),
  /** moves or renames a file or a whole folder */
  move: operation({
    when: 'unlocked',
    input: z.object({ projectId, from: path, to: path }),
    output: z.object({}),
  }),
  trash: operation({
    when: 'unlocked',
    input: z.object({ projectId, paths: z.array(path).min(1) }),
    output: z.object({}),
  }),
  restore: operation({
    when: 'unlocked',
    input: z.object({ projectId, ids: z.array(id).min(1) }),
    output: z.object({}),
  }),
  purge: operation({
    when: 'unlocked',
    input: z.object({ projectId, ids: z.array(id).min(1) }),
    output: z.object({}),
  }),
  history: operation({
    when: 'unlocked',
    input: z.object({ projectId, id }),
    output: z.object({ versions: z.array(fileVersion) }),
  }),
  restoreVersion: operation({
    when: 'unlocked',
    input: z.object({ projectId, id, version }),
    output: fileEntry,
  }),
  /** A preview that the renderer may load: `url` is on app://, answers ranges, and dies with the lock. Text comes along, at most 1 MiB. */
  preview: operation({
    when: 'unlocked',
    input: z.object({ projectId, id, version: version.optional() }),
    output: z.object({
      kind: z.enum(previewKinds),
      mime: z.string(),
      url: z.string(),
      text: z.string(),
      truncated: z.boolean(),
    }),
  }),
  /** Opens the system's save dialog and writes files or folders there, each only when verified. */
  save: operation({
    when: 'unlocked',
    input: z.object({ projectId, paths: z.array(path).min(1), version: version.optional() }),
    output: maybeStarted,
  }),
  /** Starts the system's drag of one file out of the window. */
  dragOut: operation({ when: 'unlocked', input: z.object({ projectId, id }), output: z.object({}) }),
  /** Reads and verifies every blob of the project. */
  verify: operation({ when: 'unlocked', input: z.object({ projectId }), output: started }),
};

export const filesEvents = {
  transfer,
  changed: z.object({ projectId }),
};
