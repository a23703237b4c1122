import { VaultError } from '../../../app/errors.js';
import {
  coretexSecretTypes,
  nodePrivateKey,
  nodeProjectKey,
  registrationPublicKey,
  sealCoretexSecret,
  type CoretexSecretType,
  type CoretexWire,
} from '../../crypto/coretex-suite.js';
import { publicKeyPem } from '../../crypto/master-key.js';
import type { KeyRing } from '../account/key-ring.js';
import type { VaultContext } from '../context.js';
import type { NodeEnvironment, Secrets } from '../vault.js';

export type EnvironmentParts = Readonly<{
  context: Pick<VaultContext, 'index' | 'projectKeys' | 'accountId' | 'directory'>;
  keyRing: KeyRing;
  secrets: Pick<Secrets, 'list' | 'revealAll'>;
}>;

/**
 * What the Coretex Python library on this node reads (docs/protocol.md section 4). Throws `not-allowed` for a person's account.
 * SECURITY: the one place where keys leave as text, because environments hold nothing else; a person's key never does.
 */
export const nodeEnvironment = async (parts: EnvironmentParts): Promise<NodeEnvironment> => {
  const { context, keyRing } = parts;
  const own = await context.directory.pinned(context.accountId);
  if (own?.card.kind !== 'node') {
    throw new VaultError('not-allowed', 'Only a node hands its keys to the Coretex library; a person’s stay inside.');
  }
  const { wrap, sign } = await keyRing.current.exportPrivate();
  try {
    const keys = await projectKeys(context);
    return {
      variables: [
        ['CTX_PRIVATE_KEY', nodePrivateKey(wrap)],
        ...keys.map(({ id, key }): [string, string] => [`CTX_PROJECT_KEY_${id}`, key]),
      ],
      registration: { machine_name: own.card.name, public_key: registrationPublicKey(own.card.keys.wrap) },
      secrets: await wireSecrets(parts, keys),
    };
  } finally {
    wrap.dispose();
    sign.dispose();
  }
};

type ProjectKeyText = Readonly<{ id: string; name: string; key: string }>;

const projectKeys = ({ index, projectKeys: keys }: EnvironmentParts['context']): Promise<ProjectKeyText[]> =>
  Promise.all(
    [...index.projects.values()]
      .filter(({ role }) => role !== null)
      .sort((one, other) => (one.id < other.id ? -1 : 1))
      .map(async ({ id, name, epoch }) => ({ id, name, key: nodeProjectKey(await keys.get(id, epoch)) })),
  );

const wireFields: Readonly<Record<CoretexSecretType, readonly string[]>> = {
  aws: ['key', 'secret'],
  git: ['token'],
  credentials: ['username', 'password'],
  project: ['encryptionKey'],
};

/** What Coretex would send this node, sealed for its own key: the four types that it knows. */
const wireSecrets = async (
  { keyRing, secrets }: EnvironmentParts,
  keys: readonly ProjectKeyText[],
): Promise<CoretexWire[]> => {
  const pem = publicKeyPem(keyRing.current.publicKeys.wrap);
  const wires: CoretexWire[] = [];
  for (const { id, name, type, trashed, ended } of secrets.list()) {
    const known = coretexSecretTypes.find((one) => one === type);
    if (known === undefined || trashed || ended) continue;
    const values = await secrets.revealAll(id);
    const fields = Object.fromEntries(wireFields[known].map((field) => [field, values[field] ?? '']));
    wires.push(sealCoretexSecret(pem, known, name, fields));
  }
  const projects = keys.map(({ name, key }) => sealCoretexSecret(pem, 'project', name, { encryptionKey: key }));
  return [...wires, ...projects];
};
