import { VaultError } from '../../../app/errors.js';
import type { Role } from '../../../app/model/project.js';
import { fingerprintHex } from '../../crypto/fingerprint.js';
import { sealWithKey } from '../../crypto/keyed-record.js';
import type { VaultContext } from '../context.js';
import type { ProjectEntry } from '../index/index-entries.js';
import type { Receipt } from '../vault.js';
import { deliverTo } from './key-deliveries.js';
import { appendOperation, remember, requireMember } from './log-append.js';
import { accessNow } from './membership.js';
import { sealProjectName } from './project-name.js';
import { recordKey } from './record-keys.js';

/** Renames; the project's key secrets keep their first name, which is never shown. */
export const renameProject = async (context: VaultContext, projectId: string, name: string): Promise<ProjectEntry> => {
  const { entry } = await appendOperation(context, projectId, async ({ epoch }) => ({
    type: 'rename',
    epoch,
    name: await sealProjectName(name, projectId, await context.projectKeys.get(projectId, epoch), epoch),
  }));
  return remember(context, { ...entry, name });
};

/** The fingerprint of an account as pinned, once the store was asked. Throws `no-master-key`, `changed-card`, `invalid-input`. */
const fingerprintOfNewcomer = async (
  context: VaultContext,
  accountId: string,
  kind: 'person' | 'node',
): Promise<string> => {
  const { card } = await context.directory.forSharing(accountId);
  if (card.kind === kind) return fingerprintHex(card.keys);
  throw new VaultError(
    'invalid-input',
    kind === 'person' ? `“${card.name}” is a node: authorize it instead.` : `“${card.name}” is a person, not a node.`,
  );
};

const requireNone = (context: VaultContext, project: ProjectEntry, accountId: string): void => {
  if (accessNow(project, accountId) === null) return;
  throw new VaultError(
    'already-exists',
    `“${context.directory.nameOf(accountId)}” has access to “${project.name}” already.`,
  );
};

/**
 * Gives an account access: one entry in the log and one wrapped key, however many files there are. The entry comes first, so that
 * nobody ever holds a key that the log does not speak of; a crash before the key is made good by `repairDeliveries`.
 */
export const admit = async (
  context: VaultContext,
  projectId: string,
  accountId: string,
  access: Role | 'node',
): Promise<ProjectEntry> => {
  const print = await fingerprintOfNewcomer(context, accountId, access === 'node' ? 'node' : 'person');
  const { entry } = await appendOperation(context, projectId, (before) => {
    requireNone(context, before, accountId);
    return access === 'node'
      ? { type: 'authorize-node', node: accountId, fingerprint: print }
      : { type: 'add-member', member: accountId, role: access, fingerprint: print };
  });
  await deliverTo(context, entry, [accountId], await context.projectKeys.get(projectId, entry.epoch));
  return remember(context, { ...entry, delivered: entry.sequence });
};

export const changeRole = async (
  context: VaultContext,
  projectId: string,
  member: string,
  role: Role,
): Promise<ProjectEntry> => {
  requireMember(context, projectId, member);
  return (await appendOperation(context, projectId, () => ({ type: 'set-role', member, role }))).entry;
};

/** Says that the newest record of every file is sealed with the newest key: what comes with an older one is refused from now on. */
export const appendRekeyed = async (context: VaultContext, projectId: string, epoch: number): Promise<void> => {
  await appendOperation(context, projectId, () => ({ type: 'rekeyed', epoch }));
};

/** A log is read by everybody again and again: an entry names this many files at most, and counts the rest. */
const namedFiles = 1000;

export const appendReceipt = async (
  context: VaultContext,
  projectId: string,
  { command, secrets, files }: Receipt,
): Promise<void> => {
  const receipt = { command, secrets, files: files.slice(0, namedFiles), fileCount: files.length };
  await appendOperation(context, projectId, async ({ epoch }) => {
    const key = await recordKey(context, projectId, epoch, 'receipt');
    return { type: 'receipt', epoch, sealed: await sealWithKey(Buffer.from(JSON.stringify(receipt)), key, epoch) };
  });
};
