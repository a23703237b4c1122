/**
 * What may wait when the store is away, by the form of its key: secrets, files, their contents, and new projects. Account cards and later
 * entries of a log do not: who gives or takes access must know that it came into effect.
 */
const mayWaitPattern = /^(secrets\/.+|projects\/[^/]+\/files\/.+|projects\/[^/]+\/log\/0000000001|blobs\/.+)$/;

export const mayWait = (key: string): boolean => mayWaitPattern.test(key);

const projectOf = (key: string): string | null => /^projects\/[^/]+\//.exec(key)?.[0] ?? null;
const folderOf = (key: string): string => key.slice(0, key.lastIndexOf('/') + 1);

/** Whether `key` may only be written after `waiting` has been sent: a later version, a file of a new project, a record of contents. */
export function mustFollow(key: string, waiting: string): boolean {
  if (key === waiting) return true;
  if (waiting.startsWith('blobs/')) return /^projects\/[^/]+\/files\//.test(key);
  if (key.startsWith('blobs/')) return false;
  if (/\/log\/0000000001$/.test(waiting)) return projectOf(key) === projectOf(waiting);
  return folderOf(key) !== '' && folderOf(key) === folderOf(waiting);
}
