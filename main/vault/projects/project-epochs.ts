import { isVaultError, VaultError } from '../../../app/errors.js';
import { deriveRecordKey, keyCommitment, sealWithKey } from '../../crypto/keyed-record.js';
import { SecretBytes } from '../../crypto/secret-bytes.js';
import type { VaultContext } from '../context.js';
import type { ProjectEntry } from '../index/index-entries.js';
import { deliverTo } from './key-deliveries.js';
import { appendOperation, refused, remember, requireMember } from './log-append.js';
import { currentGrants, objection } from './membership.js';
import { sealProjectName } from './project-name.js';

const projectKeyBytes = 32;

/** What ends with an epoch: somebody's access, or nothing but the key. */
export type Ending =
  | Readonly<{ type: 'remove-member'; member: string }>
  | Readonly<{ type: 'revoke-node'; node: string }>
  | Readonly<{ type: 'rotate' }>;

/**
 * Begins an epoch with a new random key, for those who remain.
 * Order (promise 10): the key to ourselves, the log entry, the key to the others; so a new key is never lost, and nobody gets one
 * that the log does not speak of. SECURITY (promise 5): the leaver is handed nothing, and the new key follows from no other.
 */
export const beginEpoch = async (context: VaultContext, projectId: string, ending: Ending): Promise<ProjectEntry> => {
  if (ending.type !== 'rotate')
    requireMember(context, projectId, ending.type === 'remove-member' ? ending.member : ending.node);
  using key = SecretBytes.random(projectKeyBytes);
  const commitment = keyCommitment(key, projectId);
  const own = (epoch: number) => ({ project: projectId, epoch, commitment, account: context.accountId });
  const { entry } = await appendOperation(
    context,
    projectId,
    async (before) => {
      const operation = { ...ending, ...(await epochOf(context, before, key)) };
      const reason = objection(before, context.accountId, operation);
      if (reason !== null) throw refused(reason);
      await context.projectKeys.deliver({ ...own(operation.epoch), name: before.name }, key);
      return operation;
    },
    async (operation) => {
      if ('commitment' in operation) await context.projectKeys.discard(own(operation.epoch));
    },
  );
  const others = currentGrants(entry).flatMap(([account]) => (account === context.accountId ? [] : [account]));
  await deliverTo(context, entry, others, key);
  return await remember(context, { ...entry, delivered: entry.sequence });
};

/** What the log says of a new epoch. */
const epochOf = async (
  context: VaultContext,
  { id, epoch: current, name }: ProjectEntry,
  key: SecretBytes,
): Promise<{ epoch: number; commitment: string; name: string; earlier: string; earlierEpoch: number }> => {
  const epoch = current + 1;
  using sealing = deriveRecordKey(key, id, 'earlier-key');
  const before = await newestHeldKey(context, id, current);
  return {
    epoch,
    commitment: keyCommitment(key, id),
    name: await sealProjectName(name, id, key, epoch),
    earlier: await sealWithKey(before.key.bytes, sealing, epoch),
    earlierEpoch: before.epoch,
  };
};

/**
 * The newest key that this account holds: the newest one, unless whoever began that epoch never handed its key on. Then a project
 * goes on without it: nothing but their own records can be under that key.
 */
const newestHeldKey = async (
  context: VaultContext,
  projectId: string,
  newest: number,
): Promise<{ epoch: number; key: SecretBytes }> => {
  for (let epoch = newest; epoch > 0; epoch -= 1) {
    try {
      return { epoch, key: await context.projectKeys.get(projectId, epoch) };
    } catch (error) {
      if (epoch === 1 || !isVaultError(error, 'not-a-reader', 'damaged')) throw error;
    }
  }
  throw new VaultError('not-a-reader');
};
