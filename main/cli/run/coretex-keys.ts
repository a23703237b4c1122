import { VaultError } from '../../../app/errors.js';
import type { ProjectSummary } from '../../../app/model/project.js';
import type { Vault } from '../../vault/vault.js';
import type { HandOver } from './hand-over.js';

const projectKeyPrefix = 'CTX_PROJECT_KEY_';

/**
 * What the Coretex library reads from the environment: this node's private key, and the keys of the given projects. The caller
 * wipes the values. Throws `not-allowed` for a person's account, `invalid-input` for a node of the vault suite.
 */
export async function openCoretexKeys(vault: Vault, projects: readonly ProjectSummary[]): Promise<HandOver[]> {
  if (vault.account().suite !== 'coretex') {
    throw new VaultError(
      'invalid-input',
      'The Coretex library cannot use the keys of this account: --coretex is for nodes of the coretex suite.',
    );
  }
  const { variables } = await vault.nodes.environment();
  const wanted = new Set(projects.map(({ id }) => projectKeyPrefix + id));
  return variables
    .filter(([name]) => !name.startsWith(projectKeyPrefix) || wanted.has(name))
    .map(([name, value]) => ({ variable: name, value: Buffer.from(value), secret: name, foreignName: false }));
}

/** Each key as it stands in the environment, and what that is the base64 of: a PEM, or the key's bytes. The caller wipes them. */
export const spellingsOfKeys = (keys: readonly HandOver[]): Buffer[] =>
  keys.flatMap(({ value }) => [Buffer.from(value), Buffer.from(value.toString('latin1'), 'base64')]);
