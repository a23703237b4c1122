/**
 * What a role allows in a project, in words and as questions, so that the window offers nothing that readers would refuse.
 * The log's own rules (main/vault/projects/membership.ts) decide; a test holds these against them. Pure.
 */
import type { Member } from '../../app/model/people.js';
import { roles, type Access, type Role } from '../../app/model/project.js';

export const accessNames: Readonly<Record<Access, string>> = {
  owner: 'Owner',
  admin: 'Admin',
  editor: 'Editor',
  viewer: 'Viewer',
  node: 'Node',
};

/** One sentence for each. */
export const accessMeanings: Readonly<Record<Access, string>> = {
  owner: 'Can do everything, also add and remove owners and admins.',
  admin: 'Reads and writes files, and manages editors, viewers, nodes and the key.',
  editor: 'Reads, adds, changes and deletes files.',
  viewer: 'Reads files, and changes nothing.',
  node: 'Reads files, and notes in the log what it read.',
};

export const mayWrite = (access: Access | undefined): boolean =>
  access === 'owner' || access === 'admin' || access === 'editor';

/** rename, new key, people and nodes */
export const mayManage = (access: Access | undefined): boolean => access === 'owner' || access === 'admin';

/** Whether somebody may give, change or take away a place in the project. */
export const mayGovern = (mine: Access | undefined, theirs: Access): boolean =>
  mine === 'owner' || (mine === 'admin' && theirs !== 'owner' && theirs !== 'admin');

export const rolesToGive = (mine: Access | undefined): readonly Role[] => roles.filter((role) => mayGovern(mine, role));

const managersOnly = 'Only owners and admins of this project can change who has access.';
const ownersOnly = 'Only an owner can change the place of an owner or admin.';

/** Why this account cannot change a member's place at all; null when it can. */
const whyNotGovern = (mine: Access | undefined, member: Member): string | null => {
  if (!mayManage(mine)) return managersOnly;
  return mayGovern(mine, member.access) ? null : ownersOnly;
};

const isLastOwner = (member: Member, members: readonly Member[]): boolean =>
  member.access === 'owner' && members.filter((one) => one.access === 'owner').length === 1;

export const whyNotSetRole = (mine: Access | undefined, member: Member, members: readonly Member[]): string | null => {
  const reason = whyNotGovern(mine, member);
  if (reason !== null) return reason;
  return isLastOwner(member, members) ? 'A project needs an owner. Make somebody else an owner first.' : null;
};

/** Nobody removes themselves: whoever leaves must not be the one who makes the key that shuts them out. */
export const whyNotRemove = (mine: Access | undefined, member: Member): string | null => {
  if (member.isSelf) return 'To leave, ask another owner or admin to remove you: the new key must not be yours.';
  return whyNotGovern(mine, member);
};

/** What a person reads who drops files where they may not write. */
export const readOnlyReason = 'Your role here is viewer: you can read, but not add or change files.';
