/** The list of secrets: what is known of each, what is searched for, what is selected. */
import type { VaultError } from '../../app/errors.js';
import type { SecretSummary } from '../../app/model/secret.js';
import { asVaultError } from './error-advice.js';
import { attempt } from './attempt.js';
import { client } from './client.js';
import { lockable, whileUnlocked } from './lockable.js';
import { noSelection, selectOne, type Selection } from './selection.js';
import { toast } from './toasts.js';
import { formatCount } from './format.js';
import type { SecretSort } from './visible-secrets.js';

type SecretsState = {
  items: readonly SecretSummary[];
  loaded: boolean;
  error: VaultError | null;
  indexing: { done: number; total: number } | null;
  search: string;
  /** ids that match the search, best first; null when nothing is searched for */
  found: readonly string[] | null;
  sort: SecretSort;
  selection: Selection;
};

export const useSecrets = lockable<SecretsState>(() => ({
  items: [],
  loaded: false,
  error: null,
  indexing: null,
  search: '',
  found: null,
  sort: 'name',
  selection: noSelection,
}));

export const loadSecrets = async (): Promise<void> => {
  try {
    const { items } = await whileUnlocked(client.secrets.list({}));
    useSecrets.setState({ items, loaded: true, error: null });
    await searchSecrets(useSecrets.getState().search);
  } catch (failure) {
    const error = asVaultError(failure);
    if (error.code !== 'locked') useSecrets.setState({ error, loaded: true });
  }
};

let searchNumber = 0;

/** Asks main, which looks through open fields too; only the newest question's answer counts. */
export const searchSecrets = async (search: string): Promise<void> => {
  searchNumber += 1;
  const number = searchNumber;
  useSecrets.setState({ search });
  if (search.trim() === '') {
    useSecrets.setState({ found: null });
    return;
  }
  const { ids } = await whileUnlocked(client.secrets.search({ text: search.slice(0, 1000) }));
  if (number === searchNumber) useSecrets.setState({ found: ids });
};

export const acceptIndexing = (indexing: { done: number; total: number }): void =>
  useSecrets.setState({ indexing: indexing.done >= indexing.total ? null : indexing });

export const select = (selection: Selection): void => useSecrets.setState({ selection });
export const selectSecret = (id: string): void => select(selectOne(id));
export const sortSecrets = (sort: SecretSort): void => useSecrets.setState({ sort });

const several = (ids: readonly string[], what: string) =>
  ids.length === 1 ? what : `${formatCount(ids.length, 'secret')} ${what.toLowerCase()}`;

export const restoreSecrets = (ids: readonly string[]): Promise<boolean> =>
  attempt(async () => {
    await client.secrets.restore({ ids: [...ids] });
    await loadSecrets();
    toast({ kind: 'done', text: several(ids, 'Restored') });
  });

/** Moves to the trash at once and offers to take it back. */
export const trashSecrets = (ids: readonly string[]): Promise<boolean> =>
  attempt(async () => {
    if (ids.length === 0) return;
    await client.secrets.trash({ ids: [...ids] });
    await loadSecrets();
    const undo = { label: 'Undo', run: () => void restoreSecrets(ids) };
    toast({ kind: 'done', text: several(ids, 'Moved to trash'), action: undo, lastsMs: 10_000 });
  });

export const purgeSecrets = (ids: readonly string[]): Promise<boolean> =>
  attempt(async () => {
    await client.secrets.purge({ ids: [...ids] });
    await loadSecrets();
    toast({ kind: 'done', text: several(ids, 'Deleted for good') });
  });

export const setFavourite = (ids: readonly string[], favourite: boolean): Promise<boolean> =>
  attempt(async () => {
    for (const id of ids) await client.secrets.edit({ id, patch: { favourite } });
    await loadSecrets();
  });

/** Adds one tag to each of several secrets. */
export const addTag = (ids: readonly string[], tag: string): Promise<boolean> =>
  attempt(async () => {
    const tagsOf = new Map(useSecrets.getState().items.map((item) => [item.id, item.tags]));
    for (const id of ids) {
      const tags = tagsOf.get(id) ?? [];
      if (!tags.includes(tag)) await client.secrets.edit({ id, patch: { tags: [...tags, tag] } });
    }
    await loadSecrets();
    toast({ kind: 'done', text: `Tagged ${formatCount(ids.length, 'secret')} “${tag}”` });
  });
