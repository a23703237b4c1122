import { z } from 'zod';
import { VaultError } from '../../../app/errors.js';
import type { VaultContext } from '../context.js';
import { logEntry, operationTypes, type LogEntry } from './membership.js';

export const logEntryType = 'coretex-vault/v1/log-entry';

/** An entry as it is laid out whatever its operation: one of a later program is told from damage. */
const anyEntry = logEntry.extend({ operation: z.looseObject({ type: z.string() }) });

export const logDefect = (projectId: string, sequence: number, explanation: string): VaultError =>
  new VaultError('damaged', explanation, { details: { project: projectId, sequence } });

/**
 * Reads a payload that is signed or was verified before, and checks it against the place it was found in.
 * Throws `damaged`, `unsupported-version`.
 */
export const parseEntry = (payload: unknown, projectId: string, sequence: number): LogEntry => {
  const parsed = anyEntry.safeParse(payload);
  // SECURITY (promise 3): an entry counts only in its own project and at its own place.
  if (!parsed.success || parsed.data.project !== projectId || parsed.data.sequence !== sequence) {
    throw logDefect(projectId, sequence, 'An entry of a project’s log is not what its place in the store says.');
  }
  const known = logEntry.safeParse(parsed.data);
  if (known.success) return known.data;
  if ((operationTypes as string[]).includes(parsed.data.operation.type)) {
    throw logDefect(projectId, sequence, 'An entry of a project’s log is not well formed.');
  }
  throw new VaultError('unsupported-version', 'This project was changed by a newer Coretex Vault. Update to open it.', {
    details: { project: projectId, sequence },
  });
};

/** Verifies the signature of a stored entry by the card of the actor it names. Throws `damaged`, `unsupported-version`. */
export const readEntry = async (
  context: VaultContext,
  projectId: string,
  sequence: number,
  stored: Uint8Array,
): Promise<LogEntry> =>
  parseEntry(await context.author.verify(logEntryType, Buffer.from(stored).toString('latin1')), projectId, sequence);

/** The stored bytes of an entry. */
export const signEntry = async (context: VaultContext, entry: LogEntry): Promise<Uint8Array> =>
  Buffer.from(await context.author.sign(logEntryType, entry), 'latin1');
