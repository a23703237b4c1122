import { openPreviousKeys } from '../../crypto/account-card.js';
import type { MasterKey } from '../../crypto/master-key.js';
import type { AccountDirectory } from './account-directory.js';

/** The key that `than` replaced, opened through the account's card; null for the first. */
export const earlierKey = async (
  directory: AccountDirectory,
  accountId: string,
  than: MasterKey,
): Promise<MasterKey | null> => {
  let newest = await directory.pinned(accountId);
  while (newest !== null && newest.card.keys.wrap.kid !== than.publicKeys.wrap.kid) {
    newest = newest.card.version > 1 ? await directory.version(accountId, newest.card.version - 1) : null;
  }
  if (newest === null || newest.card.previous === null) return null;
  const before = await directory.version(accountId, newest.card.version - 1);
  return openPreviousKeys(newest.card, before.card, than);
};
