import { goToSecrets, showFront, useRoute } from './route.js';
import { searchSecrets, selectSecret, useSecrets } from './secrets.js';
import { visibleSecrets } from './visible-secrets.js';

/** Selects a secret where the person is, or, when that list does not show it, among all of them without a search. */
export const showSecret = async (id: string): Promise<void> => {
  const { route } = useRoute.getState();
  const { items, found, sort } = useSecrets.getState();
  const inSight =
    route.room === 'secrets' && visibleSecrets(items, route.filter, found, sort).some((item) => item.id === id);
  if (!inSight) {
    goToSecrets();
    await searchSecrets('');
  }
  selectSecret(id);
  showFront('detail');
};
