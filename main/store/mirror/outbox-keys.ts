/**
 * What may wait when the store is away, by the form of its key: secrets, files, their contents, and new projects. Account cards and later
 * entries of a log do not: who gives or takes access must know that it came into effect.
 */
const mayWaitPattern = /^(secrets\/.+|projects\/[^/]+\/files\/.+|projects\/[^/]+\/log\/0000000001|blobs\/.+)$/;

export const mayWait = (key: string): boolean => mayWaitPattern.test(key);

const projectOf = (key: string): string | null => /^projects\/[^/]+\//.exec(key)?.[0] ?? null;
export const folderOf = (key: string): string => key.slice(0, key.lastIndexOf('/') + 1);

/**
 * Whether `key` may only be written after `waiting` has been sent, whatever it says: a later version, and everything of a new project.
 * Which contents a record points at only its writer knows (`PutOptions.after`).
 */
export function mustFollow(key: string, waiting: string): boolean {
  if (key === waiting) return true;
  if (key.startsWith('blobs/') || waiting.startsWith('blobs/')) return false;
  if (/\/log\/0000000001$/.test(waiting)) return projectOf(key) === projectOf(waiting);
  return folderOf(key) !== '' && folderOf(key) === folderOf(waiting);
}
