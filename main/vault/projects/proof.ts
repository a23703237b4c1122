import type { VaultContext } from '../context.js';
import { inParallel } from '../in-parallel.js';
import type { ProjectEntry } from '../index/index-entries.js';
import { logKey } from '../store-keys.js';
import { verifyWholeLog } from './project-log.js';
import { readUnverified } from '../../crypto/signed-record.js';
import { parseEntry } from './log-entry.js';

const parallel = 16;
export const proofFormat = 'coretex-vault/v1/membership-proof';

/**
 * Everything that somebody without any key needs to check who had access to a project and when: the log's entries as they are
 * stored, and every version of the cards that signed them. JSON; docs/protocol.md section 6. It holds no names of projects or
 * files, only what the store shows anyway. Verifies the whole log first. Throws as `verifyWholeLog`.
 */
export const membershipProof = async (context: VaultContext, project: ProjectEntry): Promise<Uint8Array> => {
  const { membership } = await verifyWholeLog(context, project);
  const sequences = Array.from({ length: membership.sequence }, (_, position) => position + 1);
  const entries = await inParallel(sequences, parallel, async (sequence) =>
    Buffer.from(await context.store.get(logKey(project.id, sequence))).toString('latin1'),
  );
  const actors = entries.map(
    (jws, position) => parseEntry(readUnverified(jws).payload, project.id, position + 1).actor,
  );
  const accounts = new Set([...actors, ...Object.keys(membership.grants)]);
  const cards = await Promise.all([...accounts].map(async (account) => [account, await cardsOf(context, account)]));
  const proof = {
    format: proofFormat,
    project: project.id,
    made: new Date().toISOString(),
    head: { sequence: membership.sequence, hash: membership.hash },
    entries,
    cards: Object.fromEntries(cards) as unknown,
  };
  return Buffer.from(`${JSON.stringify(proof, null, 1)}\n`);
};

/** Stored cards of an account, version 1 first, as text; none for an account that a log names and the store does not have. */
const cardsOf = async (context: VaultContext, account: string): Promise<string[]> => {
  const newest = await context.directory.pinned(account);
  if (newest === null) return [];
  const versions = Array.from({ length: newest.card.version }, (_, position) => position + 1);
  return Promise.all(
    versions.map(async (version) =>
      Buffer.from((await context.directory.version(account, version)).stored).toString('latin1'),
    ),
  );
};
