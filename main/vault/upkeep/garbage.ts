import { isVaultError } from '../../../app/errors.js';
import { headerBytes } from '../../crypto/file-container.js';
import type { Store } from '../../store/store.js';
import { blobKey } from '../store-keys.js';

/** What the first bytes of a blob say of themselves; nothing of it is verified. */
export type ClaimedHeader = Readonly<{ project: string; blob: string }>;

/** Null for what is no container of the vault suite: a coretex-suite blob does not say whose it is. */
export const claimedHeader = (header: Uint8Array): ClaimedHeader | null => {
  const bytes = Buffer.from(header);
  if (bytes.length < headerBytes || bytes.toString('latin1', 0, 8) !== 'CTXVAULT') return null;
  return { blob: bytes.toString('hex', 16, 32), project: bytes.toString('hex', 32, 48) };
};

/** The project that a blob names in its header; null when it has none, names another blob, or is not there. */
export const projectOfBlob = async (store: Store, blob: string, signal: AbortSignal): Promise<string | null> => {
  try {
    const header = claimedHeader(await store.get(blobKey(blob), { start: 0, endExclusive: headerBytes }, { signal }));
    return header?.blob === blob ? header.project : null;
  } catch (error) {
    if (isVaultError(error, 'not-found')) return null;
    throw error;
  }
};
