import { z } from 'zod';
import { accountSummary, id } from './account.js';
import { access, role } from './project.js';
import { secretType } from './secret.js';

/** Another account (or one's own) as this computer knows it: the pinned card's facts, and how far it is trusted. */
export const person = accountSummary.extend({
  isSelf: z.boolean(),
  /** when this computer saw the account first, ISO 8601 */
  firstSeen: z.string(),
  /** its fingerprint was compared outside the vault and marked so on this computer */
  verified: z.boolean(),
  /** it has a newer key than the one that was verified, signed by that one: no alarm, but worth knowing */
  keyChanged: z.boolean(),
  /** what is wrong with its card; empty when nothing is. Nothing is shared with it as long as this stands. */
  alarm: z.string(),
  /** another account has the same name, so only the fingerprint tells them apart */
  sameName: z.boolean(),
  /** for a node: it came with an enrolment code that this account gave out */
  enrolled: z.boolean(),
});
export type Person = z.infer<typeof person>;

/** Somebody's place in one project, from its verified log. */
export const member = z.object({
  id,
  name: z.string(),
  kind: z.enum(['person', 'node']),
  access,
  /** when it was given, ISO 8601, and by whom */
  since: z.string(),
  by: id,
  byName: z.string(),
  isSelf: z.boolean(),
  verified: z.boolean(),
  alarm: z.string(),
});
export type Member = z.infer<typeof member>;

/** What a person or node could read if it leaked now ("blast radius"), as far as this account can know. */
export const reach = z.object({
  projects: z.array(
    z.object({
      id,
      name: z.string(),
      access,
      /** access has ended, but what was there until then may have been kept */
      former: z.boolean(),
      files: z.number().int().nonnegative(),
      bytes: z.number().nonnegative(),
      /** paths of files that look like credentials (.env, *.pem, id_rsa, …), at most 100 */
      credentialFiles: z.array(z.string()),
    }),
  ),
  secrets: z.array(
    z.object({
      id,
      name: z.string(),
      type: secretType,
      /** no longer shared, but its concealed fields were not changed since: change them at their source */
      former: z.boolean(),
    }),
  ),
});
export type Reach = z.infer<typeof reach>;

export const activityTypes = [
  'create',
  'rename',
  'add-member',
  'set-role',
  'remove-member',
  'authorize-node',
  'revoke-node',
  'rotate',
  'rekeyed',
  'receipt',
] as const;

/** One entry of a project's verified log. */
export const activityLine = z.object({
  projectId: id,
  projectName: z.string(),
  sequence: z.number().int().positive(),
  time: z.string(),
  type: z.enum(activityTypes),
  actor: id,
  actorName: z.string(),
  /** whom it is about; null when nobody */
  subject: z.object({ id, name: z.string() }).nullable(),
  role: role.nullable(),
  epoch: z.number().int().positive().nullable(),
  /** of a receipt: what was read, by whom it was asked for ("train.py", 2 secrets, 14 files) */
  receipt: z
    .object({ command: z.string(), secrets: z.array(z.string()), files: z.number().int().nonnegative() })
    .nullable(),
  /** signed by someone whose role did not allow it: it has no effect, and is worth an alarm */
  void: z.boolean(),
});
export type ActivityLine = z.infer<typeof activityLine>;

/** What the last look at the store found wrong. */
export const alarm = z.object({
  code: z.string(),
  message: z.string(),
  /** somebody may be attacking (changed key, rollback, forgery) as opposed to plain damage */
  severe: z.boolean(),
  /** it is the store as a whole that shows less than was seen, or another past: a person may go on with what it shows */
  acceptable: z.boolean(),
});
export type Alarm = z.infer<typeof alarm>;

/** A one-time code that a node proves itself with when it enrols. */
export const enrolment = z.object({
  /** what the node's admin types: groups of letters and digits */
  code: z.string(),
  name: z.string(),
  expires: z.string(),
  /** names of nodes that came with it and were not taken at their word: of another name, too late, or more than one; else empty */
  usedBy: z.array(z.string()),
});
export type Enrolment = z.infer<typeof enrolment>;
