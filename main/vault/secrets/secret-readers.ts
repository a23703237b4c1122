import { isVaultError, VaultError } from '../../../app/errors.js';
import type { AccountDirectory } from '../account/account-directory.js';
import { concealedValues, type SecretRecord } from './secret-record.js';
import { bodyOf, type Alteration } from './secret-records.js';

/**
 * Looks at the newest card of each account before anything is sealed to it. Throws `changed-card` and the other alarms of a card,
 * and `no-master-key`. SECURITY (promise 2): nothing is sealed to a key that is not the one pinned for that account.
 */
export const checkNewReaders = async (directory: AccountDirectory, accountIds: readonly string[]): Promise<void> => {
  for (const accountId of accountIds) {
    await directory.forSharing(accountId).catch((error: unknown) => {
      if (!isVaultError(error, 'no-master-key')) throw error;
      throw new VaultError(
        'no-master-key',
        `The account ${accountId.slice(0, 8)}… has no master key in this store yet, so nothing can be shared with it.`,
        { details: { account: accountId }, cause: error },
      );
    });
  }
};

/** The next version with further readers, who count as exposed no longer; none when all of them are readers already. */
export const withReaders =
  (accountIds: readonly string[]): Alteration =>
  (record) => {
    const newcomers = new Set(accountIds.filter((account) => !record.recipients.includes(account)));
    if (newcomers.size === 0) return null;
    return {
      ...bodyOf(record),
      recipients: [...record.recipients, ...newcomers],
      exposed: record.exposed.filter((account) => !newcomers.has(account)),
    };
  };

/** The next version without some readers, who count as exposed from now on; none when nobody of them is a reader. */
export const withoutReaders =
  (accountIds: readonly string[]): Alteration =>
  (record) => {
    const leavers = record.recipients.filter((account) => accountIds.includes(account) && account !== record.author);
    if (leavers.length === 0) return null;
    return {
      ...bodyOf(record),
      recipients: record.recipients.filter((account) => !leavers.includes(account)),
      exposed: [...new Set([...record.exposed, ...leavers])],
    };
  };

/** The next version with the contents of an earlier one. Who could read one of its concealed values in any of `versions` knows it still. */
export const withContentsOf =
  (earlier: SecretRecord, versions: readonly SecretRecord[]): Alteration =>
  (record) => {
    const values = concealedValues(earlier);
    const same = versions.filter(({ fields }) => values.some(([name, value]) => fields[name] === value));
    const knowing = new Set(same.flatMap(({ recipients }) => recipients));
    for (const account of record.recipients) knowing.delete(account);
    return { ...bodyOf(earlier), state: 'kept', exposed: [...knowing] };
  };
