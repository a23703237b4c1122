import { isVaultError, VaultError } from '../../../app/errors.js';
import type { Role } from '../../../app/model/project.js';
import { fingerprintHex } from '../../crypto/fingerprint.js';
import { deriveRecordKey, keyCommitment, sealWithKey } from '../../crypto/keyed-record.js';
import { objectHash } from '../../crypto/object-hash.js';
import { SecretBytes } from '../../crypto/secret-bytes.js';
import type { VaultContext } from '../context.js';
import type { ProjectEntry } from '../index/index-entries.js';
import { logKey } from '../store-keys.js';
import type { Receipt } from '../vault.js';
import { throwIfEnded } from '../work-signal.js';
import { deliverTo } from './key-deliveries.js';
import { signEntry } from './log-entry.js';
import { accessNow, advanced, currentGrants, objection, type LogOperation } from './membership.js';
import { projectChanges, projectEntryOf, refreshProject } from './project-refresh.js';
import { sealProjectName } from './project-name.js';
import { recordKey } from './record-keys.js';

const projectKeyBytes = 32;
const racesToLose = 16;

export type Accepted = Readonly<{ entry: ProjectEntry; operation: LogOperation }>;

/** Of an operation that this client itself may not write; the log's readers would not count it either. */
const refused = (reason: string): VaultError =>
  new VaultError('not-allowed', `The log of this project does not allow that: this account ${reason}.`);

export const knownProject = (context: VaultContext, projectId: string): ProjectEntry => {
  const entry = context.index.projects.get(projectId);
  if (entry === undefined) throw new VaultError('not-found', 'There is no such project.');
  if (entry.role === null) throw new VaultError('not-allowed', 'Your access to this project has ended.');
  return entry;
};

/**
 * Appends one operation to a project's log. When another client was quicker, its entry is read and `build` is asked again, so
 * that every operation is judged and made on what the log says at its place. Durable when it resolves.
 * Throws `not-allowed`, `not-found`, `conflict` only after losing many races in a row.
 * @param lost called for each operation that was built and lost its race
 */
export const appendOperation = async (
  context: VaultContext,
  projectId: string,
  build: (entry: ProjectEntry) => Promise<LogOperation> | LogOperation,
  lost: (operation: LogOperation) => Promise<void> = () => Promise.resolve(),
): Promise<Accepted> => {
  for (let race = 0; race < racesToLose; race += 1) {
    throwIfEnded(context);
    const before = knownProject(context, projectId);
    const operation = await build(before);
    const reason = objection(before, context.accountId, operation);
    if (reason !== null) throw refused(reason);
    const entry = await tryAppend(context, before, operation);
    if (entry !== null) return { entry, operation };
    await lost(operation);
    await refreshProject(context, projectId);
  }
  throw new VaultError('conflict');
};

/** Null when another client was quicker. */
const tryAppend = async (
  context: VaultContext,
  before: ProjectEntry,
  operation: LogOperation,
): Promise<ProjectEntry | null> => {
  const { accountId: actor, store, index } = context;
  const sequence = before.sequence + 1;
  const time = new Date().toISOString();
  const logEntry = { project: before.id, sequence, previous: before.hash, time, actor, operation };
  const stored = await signEntry(context, logEntry);
  if (!(await store.putIfAbsent(logKey(before.id, sequence), stored))) return null;
  const hash = objectHash(stored);
  const membership = advanced(before, logEntry, hash);
  context.projectKeys.learn(membership);
  const entry = projectEntryOf(membership, { accountId: actor, name: before.name, delivered: before.delivered });
  await index.apply(projectChanges(entry, before.sequence, [hash]));
  context.events.emit('projects-changed');
  return entry;
};

const remember = async (context: VaultContext, entry: ProjectEntry): Promise<ProjectEntry> => {
  await context.index.apply([{ set: 'project', entry }]);
  context.events.emit('projects-changed');
  return entry;
};

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

const requireMember = (context: VaultContext, projectId: string, accountId: string): void => {
  const project = knownProject(context, projectId);
  if (accessNow(project, accountId) !== null) return;
  throw new VaultError('not-found', `“${context.directory.nameOf(accountId)}” has no access to “${project.name}”.`);
};

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
