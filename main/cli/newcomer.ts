import { isVaultError, VaultError } from '../../app/errors.js';
import type { Person } from '../../app/model/people.js';
import type { Vault } from '../vault/vault.js';

/**
 * Somebody to share with, by name or id. Throws `no-master-key` for a name that nobody has: sharing needs a key to wrap for.
 * @param kind only among people, or only among nodes
 */
export async function resolveNewcomer(
  people: Vault['people'],
  nameOrId: string,
  kind?: Person['kind'],
): Promise<Person> {
  try {
    return await (kind === undefined ? people.resolve(nameOrId) : people.resolve(nameOrId, kind));
  } catch (error) {
    if (!isVaultError(error, 'not-found')) throw error;
    throw new VaultError(
      'no-master-key',
      `“${nameOrId}” has no master key in this vault yet, so nothing can be shared with them. They make one by joining its store: \`vault init --store …\`, or in the app.`,
      { cause: error },
    );
  }
}
