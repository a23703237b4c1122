import { VaultError } from '../../../app/errors.js';
import type { FileRecordEntry, ProjectEntry } from '../index/index-entries.js';

/**
 * SECURITY (promises 3, 5): once every file was sealed with a newer key (`rekeyed`), a file that comes with an older one is from
 * somebody whose access has ended and who pretends to have written it before; or from a member who had not heard of the new key,
 * and who alone can tell: that account's own vault writes it again (rekey.ts).
 */
export const isBackdated = (
  { rekeyed }: Pick<ProjectEntry, 'rekeyed'>,
  entry: FileRecordEntry,
  accountId: string,
): boolean => entry.epoch < rekeyed && entry.author !== accountId;

export const backdated = (
  { project, id, version, author, path }: FileRecordEntry,
  nameOf: (accountId: string) => string,
): VaultError =>
  new VaultError(
    'damaged',
    `“${path || 'A deleted file'}” by “${nameOf(author)}” came with a key that is no longer in use: a former member may be writing as if in the past. It was refused; if “${nameOf(author)}” is still a member, their vault writes it again.`,
    { details: { project, id, version, author } },
  );
