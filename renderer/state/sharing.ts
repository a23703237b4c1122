/** Sharing one secret with others, and ending that. Only its owner may. */
import type { SecretSummary } from '../../app/model/secret.js';
import { attempt } from './attempt.js';
import { client } from './client.js';
import { openSecret } from './detail.js';
import { loadSecrets, useSecrets } from './secrets.js';
import { toast } from './toasts.js';

/** "Aiko", "Aiko and Bob", "Aiko, Bob and 4 others" */
export const listNames = (names: readonly string[]): string => {
  if (names.length <= 1) return names.join('');
  const named = names.length > 3 ? names.slice(0, 2) : names.slice(0, -1);
  const rest = names.length > 3 ? `${(names.length - 2).toLocaleString('en')} others` : (names.at(-1) ?? '');
  return `${named.join(', ')} and ${rest}`;
};

const reopen = (id: string) => Promise.all([loadSecrets(), openSecret(id)]);

export const shareSecret = (
  id: string,
  accounts: readonly Readonly<{ id: string; name: string }>[],
): Promise<boolean> =>
  attempt(async () => {
    await client.secrets.share({ id, accountIds: accounts.map((account) => account.id) });
    await reopen(id);
    toast({ kind: 'done', text: `Shared with ${listNames(accounts.map(({ name }) => name))}` });
  });

export const unshareSecret = (id: string, account: Readonly<{ id: string; name: string }>): Promise<boolean> =>
  attempt(async () => {
    await client.secrets.unshare({ id, accountIds: [account.id] });
    await reopen(id);
    toast({ kind: 'done', text: `No longer shared with ${account.name}` });
  });

/** Those of several secrets that are one's own: others' are read only. */
export const ownOf = (items: readonly Pick<SecretSummary, 'id' | 'mine'>[], ids: Iterable<string>): string[] => {
  const own = new Set(items.filter(({ mine }) => mine).map(({ id }) => id));
  return [...ids].filter((id) => own.has(id));
};

export const ownAmong = (ids: Iterable<string>): string[] => ownOf(useSecrets.getState().items, ids);
