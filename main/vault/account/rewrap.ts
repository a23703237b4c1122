import { VaultError } from '../../../app/errors.js';
import type { KeyRing } from './key-ring.js';
import type { LocalIndex } from '../index/local-index.js';
import type { SecretRecords } from '../secrets/secret-records.js';
import { bodyForCurrentKey } from '../projects/wrapped-project-key.js';

const batchSize = 64;

export type RewrapParts = Readonly<{
  records: SecretRecords;
  index: LocalIndex;
  keyRing: KeyRing;
  locked: AbortSignal;
}>;

/**
 * Writes a new version of every secret whose newest version is still sealed to a key that a passphrase change replaced.
 * What is left to do is read from the index, so it goes on where a crash stopped it.
 */
export const rewrapStale = async (
  parts: RewrapParts,
  onProgress: (fraction: number) => void = () => undefined,
): Promise<void> => {
  const current = parts.keyRing.current.publicKeys.wrap.kid;
  const stale = [...parts.index.secrets.values()].filter((entry) => entry.kid !== current && entry.state !== 'deleted');
  for (let start = 0; start < stale.length; start += batchSize) {
    if (parts.locked.aborted) throw new VaultError('locked');
    const batch = stale.slice(start, start + batchSize).map((entry) => entry.id);
    await parts.records.change(batch, (record, entry) => bodyForCurrentKey(record, entry, parts.keyRing));
    onProgress(Math.min(1, (start + batchSize) / stale.length));
  }
};
