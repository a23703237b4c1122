import { isVaultError, VaultError } from '../../app/errors.js';
import type { Person } from '../../app/model/people.js';
import type { Vault } from '../vault/vault.js';

/** A person by name or id. Throws `not-found`, and `invalid-input` when it is a node that has the name: nodes have commands of their own. */
export async function resolvePerson(people: Vault['people'], nameOrId: string): Promise<Person> {
  try {
    return await people.resolve(nameOrId, 'person');
  } catch (error) {
    if (!isVaultError(error, 'not-found')) throw error;
    const nodes = (await people.list()).filter(({ kind }) => kind === 'node');
    if (!nodes.some(({ id, name }) => id === nameOrId || name === nameOrId)) throw error;
    throw new VaultError(
      'invalid-input',
      `“${nameOrId}” is a node. \`vault node authorize\`, \`revoke\` and \`show\` are for those.`,
      { cause: error },
    );
  }
}

/**
 * Somebody to share with, by name or id. Throws `no-master-key` for a name that nobody has: sharing needs a key to wrap for.
 * @param resolve among whom to look; people and nodes when it is not said
 */
export async function resolveNewcomer(
  people: Vault['people'],
  nameOrId: string,
  resolve: typeof resolvePerson = (all, name) => all.resolve(name),
): Promise<Person> {
  try {
    return await resolve(people, nameOrId);
  } catch (error) {
    if (!isVaultError(error, 'not-found')) throw error;
    throw new VaultError(
      'no-master-key',
      `“${nameOrId}” has no master key in this vault yet, so nothing can be shared with them. They make one by joining its store: \`vault init --store …\`, or in the app.`,
      { cause: error },
    );
  }
}
