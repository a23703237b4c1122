import { z } from 'zod';
import { id, suite } from '../model/account.js';
import { activityLine, member, reach } from '../model/people.js';
import { formerProject, projectName, projectSummary, role } from '../model/project.js';
import { operation } from './define.js';

const projectId = id;
const accountId = id;
const nothing = z.object({});

export const projectsContract = {
  list: operation({
    when: 'unlocked',
    input: nothing,
    output: z.object({ items: z.array(projectSummary), former: z.array(formerProject) }),
  }),
  create: operation({
    when: 'unlocked',
    input: z.object({ name: projectName, suite: suite.optional() }),
    output: projectSummary,
  }),
  rename: operation({ when: 'unlocked', input: z.object({ id, name: projectName }), output: projectSummary }),
  /** people and nodes with access now, owners first */
  members: operation({
    when: 'unlocked',
    input: z.object({ projectId }),
    output: z.object({ items: z.array(member) }),
  }),
  addMember: operation({
    when: 'unlocked',
    input: z.object({ projectId, accountId, role }),
    output: projectSummary,
  }),
  setRole: operation({ when: 'unlocked', input: z.object({ projectId, accountId, role }), output: projectSummary }),
  /** Starts a new epoch with a new key; gives what the leaver could read, to be changed at its source. */
  removeMember: operation({ when: 'unlocked', input: z.object({ projectId, accountId }), output: reach }),
  authorizeNode: operation({ when: 'unlocked', input: z.object({ projectId, accountId }), output: projectSummary }),
  revokeNode: operation({ when: 'unlocked', input: z.object({ projectId, accountId }), output: reach }),
  /** a new key without removing anyone */
  rotate: operation({ when: 'unlocked', input: z.object({ projectId }), output: projectSummary }),
  /** the log, newest first, at most `limit` entries before `before` (a sequence number) */
  log: operation({
    when: 'unlocked',
    input: z.object({
      projectId,
      before: z.number().int().positive().optional(),
      limit: z.number().int().min(1).max(500),
    }),
    output: z.object({ items: z.array(activityLine) }),
  }),
  /** Reads and verifies the whole log again, from its first entry. */
  verifyLog: operation({
    when: 'unlocked',
    input: z.object({ projectId }),
    output: z.object({ entries: z.number().int().positive(), head: z.string() }),
  }),
  /** Saves a proof file that a stand-alone script checks, where the person says; false when they cancel. */
  saveProof: operation({
    when: 'unlocked',
    input: z.object({ projectId }),
    output: z.object({ saved: z.boolean() }),
  }),
};

export const projectsEvents = {
  changed: z.object({}),
  /** old files of a project are re-encrypted with its newest key: files done of those there are to do; equal at the end */
  rekey: z.object({ projectId, done: z.number().int(), total: z.number().int() }),
};
