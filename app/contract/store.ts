import { z } from 'zod';
import { connectionCheck, s3Keys, s3Location, storeInvitation } from '../model/store.js';
import { operation } from './define.js';

const nothing = z.object({});

/** A place for a vault's store: a folder picked with `account.chooseFolder`, or a bucket with its keys. */
export const storePlace = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('folder'), handle: z.string() }),
  z.object({ kind: z.literal('s3'), location: s3Location, keys: s3Keys }),
]);

/** One thing that a check of the store found, in words. */
export const damage = z.object({
  key: z.string(),
  what: z.string(),
  kind: z.enum(['lost', 'damaged', 'unreadable']),
  message: z.string(),
  repairable: z.boolean(),
});

export const checkReport = z.object({
  records: z.number(),
  blobs: z.number(),
  bytes: z.number(),
  damages: z.array(damage),
  unjudged: z.number(),
  garbageObjects: z.number(),
  garbageBytes: z.number(),
});
export type CheckReportView = z.infer<typeof checkReport>;

/** Where the store is, and what can be done to it as a whole. */
export const storeContract = {
  /** Where the active vault's store is. `accessKeyId` is null for a folder, and while the keychain has no keys for the bucket. */
  location: operation({
    when: 'always',
    input: nothing,
    output: z.object({
      kind: z.enum(['none', 'folder', 's3']),
      label: z.string(),
      s3: s3Location.nullable(),
      accessKeyId: z.string().nullable(),
    }),
  }),
  /** Tries every verb in that place, leaves nothing there, and keeps nothing. */
  test: operation({ when: 'always', input: z.object({ location: s3Location, keys: s3Keys }), output: connectionCheck }),
  /** Opens the system's dialog for an invitation file; null when the person cancels. Throws `invalid-input` for a file that is none. */
  openInvitation: operation({ when: 'always', input: nothing, output: storeInvitation.nullable() }),
  /** Saves an invitation to this vault where the person says. It holds no secret. Throws `invalid-input` for a vault in a folder. */
  saveInvitation: operation({ when: 'unlocked', input: nothing, output: z.object({ saved: z.boolean() }) }),
  /** Keeps other keys for the active vault's bucket, once they have been tried. Throws what is wrong with them. */
  replaceKeys: operation({ when: 'always', input: z.object({ keys: s3Keys }), output: nothing }),
  /** Copies the store elsewhere and locks the vault, which then opens there. Progress: event `store.progress`. */
  move: operation({
    when: 'unlocked',
    input: z.object({ to: storePlace }),
    output: z.object({ objects: z.number(), bytes: z.number() }),
  }),
  check: operation({ when: 'unlocked', input: z.object({ contents: z.boolean() }), output: checkReport }),
  /** Puts back what the last `check` found repairable. */
  repair: operation({ when: 'unlocked', input: nothing, output: z.object({ repaired: z.number() }) }),
  /** Removes the garbage that the last `check` found and that is older than a week. */
  collect: operation({ when: 'unlocked', input: nothing, output: z.object({ removed: z.number() }) }),
  /** Ends a move or check under way. */
  cancel: operation({ when: 'unlocked', input: nothing, output: nothing }),
};

export const storeEvents = {
  progress: z.object({
    work: z.enum(['move', 'check', 'repair', 'collect']),
    step: z.string(),
    done: z.number(),
    total: z.number(),
  }),
};
