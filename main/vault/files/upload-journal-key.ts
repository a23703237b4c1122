import { deriveRecordKey } from '../../crypto/keyed-record.js';
import type { SecretBytes } from '../../crypto/secret-bytes.js';
import type { VaultContext } from '../context.js';
import type { JournalHeader } from './upload-journal.js';

/**
 * The 64-byte key of one upload's journal, derived from its project's key with the transfer's id as salt, so that no two
 * journals share one. The caller disposes it (or hands it to the journal, which does). Throws `not-a-reader`, `locked`.
 */
export const uploadJournalKey = async (
  context: VaultContext,
  { project, epoch }: Pick<JournalHeader, 'project' | 'epoch'>,
  transferId: string,
): Promise<SecretBytes> => deriveRecordKey(await context.projectKeys.get(project, epoch), transferId, 'upload-journal');
