import type { ProjectEntry } from '../index/index-entries.js';

/**
 * Whether an account may write files of a project. Until projects can be shared its owner is its only member, and only
 * the owner's own projects enter the index.
 */
export const mayWrite = (project: ProjectEntry | undefined, author: string, accountId: string): boolean =>
  project?.role === 'owner' && author === accountId;
