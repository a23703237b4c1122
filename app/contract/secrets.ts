import { z } from 'zod';
import { id } from '../model/account.js';
import {
  generatorOptions,
  secretDetail,
  secretDraft,
  secretPatch,
  secretSummary,
  secretVersion,
} from '../model/secret.js';
import { operation } from './define.js';

const one = z.object({ id });
const many = z.object({ ids: z.array(id).min(1).max(100_000) });
const version = z.number().int().positive();

export const secretsContract = {
  /** all secrets of this person, trash included, newest first */
  list: operation({ when: 'unlocked', input: z.object({}), output: z.object({ items: z.array(secretSummary) }) }),
  /** ids whose name, tags or open fields hold every word of the text, best first */
  search: operation({
    when: 'unlocked',
    input: z.object({ text: z.string().max(1000) }),
    output: z.object({ ids: z.array(id) }),
  }),
  get: operation({ when: 'unlocked', input: one, output: secretDetail }),
  reveal: operation({
    when: 'unlocked',
    input: z.object({ id, field: z.string(), version: version.optional() }),
    output: z.object({ value: z.string() }),
  }),
  /** copies a field to the clipboard without showing it to the renderer; cleared after `clearsInMs` if unchanged */
  copy: operation({
    when: 'unlocked',
    input: z.object({ id, field: z.string() }),
    output: z.object({ clearsInMs: z.number() }),
  }),
  /** the one-time code of a field of kind `totp` */
  totp: operation({
    when: 'unlocked',
    input: z.object({ id, field: z.string() }),
    output: z.object({ code: z.string(), periodMs: z.number(), remainingMs: z.number() }),
  }),
  copyTotp: operation({
    when: 'unlocked',
    input: z.object({ id, field: z.string() }),
    output: z.object({ clearsInMs: z.number() }),
  }),
  add: operation({ when: 'unlocked', input: secretDraft, output: secretSummary }),
  edit: operation({ when: 'unlocked', input: z.object({ id, patch: secretPatch }), output: secretSummary }),
  history: operation({
    when: 'unlocked',
    input: one,
    output: z.object({ versions: z.array(secretVersion) }),
  }),
  /** an earlier version as it was; newest version stays */
  getVersion: operation({ when: 'unlocked', input: z.object({ id, version }), output: secretDetail }),
  restoreVersion: operation({ when: 'unlocked', input: z.object({ id, version }), output: secretSummary }),
  trash: operation({ when: 'unlocked', input: many, output: z.object({}) }),
  restore: operation({ when: 'unlocked', input: many, output: z.object({}) }),
  /** deletes for good; only what is in the trash */
  purge: operation({ when: 'unlocked', input: many, output: z.object({}) }),
  /** Seals the secret to further people or nodes. Only its owner may. */
  share: operation({
    when: 'unlocked',
    input: z.object({ id, accountIds: z.array(id).min(1).max(100) }),
    output: secretDetail,
  }),
  /** The next version is sealed without them; what they have read stays with them until it is changed at its source. */
  unshare: operation({
    when: 'unlocked',
    input: z.object({ id, accountIds: z.array(id).min(1).max(100) }),
    output: secretDetail,
  }),
  generate: operation({ when: 'always', input: generatorOptions, output: z.object({ value: z.string() }) }),
};

export const secretsEvents = {
  /** the list may have changed: ask again */
  changed: z.object({}),
  /** after unlocking with a missing or stale index: records opened so far */
  indexing: z.object({ done: z.number(), total: z.number() }),
};
