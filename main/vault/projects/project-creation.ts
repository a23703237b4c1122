import { VaultError } from '../../../app/errors.js';
import type { Suite } from '../../../app/model/account.js';
import { fingerprintHex } from '../../crypto/fingerprint.js';
import { keyCommitment } from '../../crypto/keyed-record.js';
import { objectHash } from '../../crypto/object-hash.js';
import { randomId } from '../../crypto/random-id.js';
import { SecretBytes } from '../../crypto/secret-bytes.js';
import type { VaultContext } from '../context.js';
import type { ProjectEntry } from '../index/index-entries.js';
import { logKey } from '../store-keys.js';
import { signEntry } from './log-entry.js';
import { begun, type LogEntry } from './membership.js';
import { projectChanges, projectEntryOf } from './project-refresh.js';
import { sealProjectName } from './project-name.js';

const projectKeyBytes = 32;

/**
 * Makes a project with a key of its own. Durable when it resolves. The key comes before the log: a crash between them leaves a
 * key without a lock, never a lock without a key.
 */
export const createProject = async (context: VaultContext, name: string, suite: Suite): Promise<ProjectEntry> => {
  using key = SecretBytes.random(projectKeyBytes);
  const id = randomId();
  const { accountId, projectKeys, store, index, events } = context;
  const commitment = keyCommitment(key, id);
  await projectKeys.deliver({ project: id, name, epoch: 1, commitment, account: accountId }, key);
  const entry = await firstEntry(context, { id, name, suite, commitment }, key);
  const stored = await signEntry(context, entry);
  const membership = begun(entry, objectHash(stored));
  if (membership === null || !(await store.putIfAbsent(logKey(id, 1), stored))) {
    throw new VaultError('internal', 'A new random id was already taken.');
  }
  projectKeys.learn(membership);
  const project = projectEntryOf(membership, { accountId, name, delivered: 1 });
  await index.apply(projectChanges(project, undefined, [membership.hash]));
  events.emit('projects-changed');
  return project;
};

const firstEntry = async (
  context: VaultContext,
  project: Readonly<{ id: string; name: string; suite: Suite; commitment: string }>,
  key: SecretBytes,
): Promise<LogEntry> => {
  const { id, name, suite, commitment } = project;
  const own = await context.directory.pinned(context.accountId);
  if (own === null) throw new VaultError('internal', 'The owner’s own card is not pinned.');
  return {
    project: id,
    sequence: 1,
    previous: null,
    time: new Date().toISOString(),
    actor: context.accountId,
    operation: {
      type: 'create',
      suite,
      epoch: 1,
      commitment,
      name: await sealProjectName(name, id, key, 1),
      fingerprint: fingerprintHex(own.card.keys),
    },
  };
};
