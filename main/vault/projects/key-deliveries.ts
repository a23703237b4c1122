import { VaultError } from '../../../app/errors.js';
import type { SecretBytes } from '../../crypto/secret-bytes.js';
import type { VaultContext } from '../context.js';
import { inParallel } from '../in-parallel.js';
import type { ProjectEntry } from '../index/index-entries.js';
import { currentGrants } from './membership.js';

const parallel = 8;

const newestCommitment = (entry: ProjectEntry): string => {
  const newest = entry.epochs.at(-1);
  if (newest === undefined) throw new VaultError('internal', 'A project has no epoch.');
  return newest.commitment;
};

/** Hands the newest key of a project to accounts; each is one RSA operation and one small object. */
export const deliverTo = async (
  context: VaultContext,
  entry: ProjectEntry,
  accounts: readonly string[],
  key: SecretBytes,
): Promise<void> => {
  const { id: project, name, epoch } = entry;
  const commitment = newestCommitment(entry);
  await inParallel(accounts, parallel, (account) =>
    context.projectKeys.deliver({ project, name, epoch, commitment, account }, key),
  );
};

/** The last position of the log at which somebody came to need the newest key. */
const neededSince = (entry: ProjectEntry): number =>
  Math.max(entry.epochs.at(-1)?.sequence ?? 0, ...currentGrants(entry).map(([, { sequence }]) => sequence));

/**
 * A crash between a log entry and the deliveries that it asks for is made good here, by whoever manages the project and looks
 * next. Promise 10. Nothing is asked of the store unless the log has given somebody access since the last look.
 */
export const repairDeliveries = async (context: VaultContext, entry: ProjectEntry): Promise<void> => {
  const { accountId, projectKeys, index } = context;
  if ((entry.role !== 'owner' && entry.role !== 'admin') || entry.delivered >= neededSince(entry)) return;
  const { id: project, epoch } = entry;
  const commitment = newestCommitment(entry);
  const others = currentGrants(entry).map(([account]) => account);
  const lacking = await inParallel(others, parallel, async (account) =>
    account === accountId || (await projectKeys.isDelivered({ project, epoch, commitment, account })) ? null : account,
  );
  const due = lacking.filter((account) => account !== null);
  if (due.length > 0) await deliverTo(context, entry, due, await projectKeys.get(project, epoch));
  const newest = index.projects.get(project) ?? entry;
  await index.apply([{ set: 'project', entry: { ...newest, delivered: entry.sequence } }]);
};
