import { cp, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SecretBytes } from '../../crypto/secret-bytes.js';
import type { KeyWork, Session, StoreLocation, Vault } from '../vault.js';

export type Visit = Readonly<{
  /** the profile of whoever visits: its pinned cards are what the node's card is compared with */
  profileDir: string;
  location: StoreLocation;
  nodeId: string;
  secret: SecretBytes;
}>;

/**
 * Opens a node's account elsewhere than on the node, for as long as `work` takes: in a profile of its own within the visitor's,
 * which holds nothing in plain text and is removed afterwards. The caller disposes the secret. Throws what `attachVault` throws.
 */
export const visitNode = async (
  session: Pick<Session, 'attachVault'>,
  { profileDir, location, nodeId, secret }: Visit,
  work: (node: Vault) => Promise<void>,
  keyWork: KeyWork,
): Promise<void> => {
  const visiting = await mkdtemp(join(profileDir, 'visit-'));
  try {
    // SECURITY (promise 2): first sight was before; a store does not get a second one by way of a new profile.
    await cp(join(profileDir, 'cards'), join(visiting, 'cards'), { recursive: true });
    const node = await session.attachVault(
      { profileDir: visiting, location, who: nodeId, passphrase: secret, visit: true },
      keyWork,
    );
    try {
      await node.refresh();
      await work(node);
    } finally {
      await node.lock();
    }
  } finally {
    await rm(visiting, { recursive: true, force: true });
  }
};
