import { VaultError, isVaultError } from '../../../app/errors.js';
import type { Store } from '../../store/store.js';
import { accountKey, parseVersionPart } from '../store-keys.js';

export const isAccountId = (name: string): boolean => /^[0-9a-f]{32}$/.test(name);

/** The versions that a store has of each account below `prefix`, ascending. Nothing of what it says is verified here. */
export const storedVersions = async (store: Store, prefix: string): Promise<ReadonlyMap<string, readonly number[]>> => {
  const accounts = new Map<string, number[]>();
  for await (const { key } of store.list(prefix)) {
    const [, accountId = '', part = ''] = key.split('/');
    const version = parseVersionPart(part);
    if (!isAccountId(accountId) || version === undefined) continue;
    accounts.set(accountId, [...(accounts.get(accountId) ?? []), version]);
  }
  for (const versions of accounts.values()) versions.sort((one, other) => one - other);
  return accounts;
};

/** The bytes of a card that the store lists. Throws `rolled-back` when it does not give them all the same. */
export const storedCard = async (store: Store, accountId: string, version: number): Promise<Uint8Array> => {
  try {
    return await store.get(accountKey(accountId, version));
  } catch (error) {
    if (!isVaultError(error, 'not-found')) throw error;
    throw new VaultError('rolled-back', 'The store lists an account card that it does not give.', { cause: error });
  }
};
