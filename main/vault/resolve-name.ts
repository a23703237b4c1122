import { VaultError } from '../../app/errors.js';

/**
 * Finds one thing by its id, or by its exact name among those that `eligible` lets through.
 * Throws `not-found`, or `ambiguous-name` when several have that name.
 */
export const resolveByName = <T extends { id: string; name: string }>(
  things: readonly T[],
  nameOrId: string,
  eligible: (thing: T) => boolean = () => true,
): T => {
  const byId = things.find((thing) => thing.id === nameOrId);
  if (byId !== undefined) return byId;
  const named = things.filter((thing) => thing.name === nameOrId && eligible(thing));
  const [only, another] = named;
  if (only === undefined) throw new VaultError('not-found', `There is nothing named “${nameOrId}”.`);
  if (another !== undefined) throw new VaultError('ambiguous-name', undefined, { details: { count: named.length } });
  return only;
};
