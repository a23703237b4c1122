import { readFile, stat } from 'node:fs/promises';
import type { Handlers } from '../../app/contract/index.js';
import { isVaultError, VaultError } from '../../app/errors.js';
import { checkPlace, replaceKeys } from '../vault/store-check.js';
import { invitationEnding, invitationTo, maxInvitationBytes, parseInvitation } from '../vault/store-invitation.js';
import { s3LocationOf } from '../vault/store-location.js';
import { notKept } from './bucket-access.js';
import type { Computer } from './ports.js';
import { fileNameOf, writePrivately } from './private-file.js';
import type { VaultHost } from './vault-host.js';

const invitationFiles = { name: 'Invitation to a vault', extensions: [invitationEnding.slice(1)] };

export const storeHandlers = (
  host: VaultHost,
  { dialogs, bucketKeys }: Pick<Computer, 'dialogs' | 'bucketKeys'>,
): Omit<Handlers['store'], 'move' | 'check' | 'repair' | 'collect' | 'cancel'> => ({
  location: async () => {
    const place = host.profile()?.location;
    const { storeLabel } = await host.state();
    if (place === undefined) return { kind: 'none', label: storeLabel, s3: null, accessKeyId: null };
    if (place.kind === 'directory') return { kind: 'folder', label: storeLabel, s3: null, accessKeyId: null };
    const keys = await bucketKeys.get(place).catch((error: unknown) => {
      if (isVaultError(error)) return null; // whoever needs the keys is told why there are none
      throw error;
    });
    return { kind: 's3', label: storeLabel, s3: s3LocationOf(place), accessKeyId: keys?.accessKeyId ?? null };
  },

  test: async ({ location, keys }) => (await checkPlace(location, keys)).check,

  openInvitation: async () => {
    const path = await dialogs.pickFile('Open an invitation', 'Open', invitationFiles);
    return path === null ? null : parseInvitation(await readInvitation(path));
  },

  saveInvitation: async () => {
    const text = await invitationTo(host.profileDir());
    const { storeLabel } = await host.state();
    const name = `${fileNameOf(storeLabel)}${invitationEnding}`;
    const target = await dialogs.saveFile('Save the invitation', name, invitationFiles);
    if (target === null) return { saved: false };
    await writePrivately(target, text);
    return { saved: true };
  },

  replaceKeys: async ({ keys }) => {
    const place = host.profile()?.location;
    if (place?.kind !== 's3') throw new VaultError('invalid-input', 'This vault is in a folder, which needs no keys.');
    await replaceKeys(bucketKeys, place, keys).catch((error: unknown) => {
      throw isKeychainTrouble(error) ? notKept(error) : error;
    });
    void host.look();
    return {};
  },
});

const isKeychainTrouble = (error: unknown): error is VaultError =>
  isVaultError(error, 'keychain-unavailable', 'keychain-locked', 'keychain-timeout');

/** Throws `invalid-input` for a file that cannot be an invitation, before all of it is read. */
async function readInvitation(path: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size > maxInvitationBytes) return new Uint8Array(maxInvitationBytes + 1);
    return await readFile(path);
  } catch (error) {
    throw new VaultError('source-unreadable', undefined, { cause: error });
  }
}
