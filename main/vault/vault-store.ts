import { access, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { VaultError, isVaultError } from '../../app/errors.js';
import { syncSettings } from '../../app/model/sync.js';
import { randomId } from '../crypto/random-id.js';
import { DirectoryStore } from '../store/directory.js';
import { LateStore } from '../store/late-store.js';
import { MirroredStore } from '../store/mirror/mirrored-store.js';
import { BlobCache, type ContentsCache } from '../store/mirror/blob-cache.js';
import type { Mirror } from '../store/mirror/mirror.js';
import type { S3Store } from '../store/s3.js';
import type { Store } from '../store/store.js';
import {
  Bandwidth,
  mirrorFolder,
  openBucket,
  openKnownBucket,
  uploadsFolder,
  type BucketLocation,
} from './bucket-store.js';
import type { ProfileFile } from './profile/profile.js';
import { labelOf } from './store-location.js';
import { markerOrBegin, requireMarker } from './store-marker.js';
import { removeEndedMirror } from './upkeep/ended-mirror.js';
import { storesApart, sweepApart, type OpenStoreAt } from './upkeep/store-apart.js';
import type { BucketKeychain, StoreLocation } from './vault.js';

export { storesApart, type OpenStoreAt } from './upkeep/store-apart.js';

/** A vault's store; `mirror` is the same one where the store is far away, and `contents` what it keeps of files. */
export type VaultStore = Readonly<{
  store: Store;
  mirror: Mirror | null;
  contents: ContentsCache | null;
  bandwidth: Bandwidth | null;
  openStoreAt: OpenStoreAt;
}>;
export type JoinedStore = VaultStore & Readonly<{ storeId: string }>;

export type JoinRequest = Readonly<{
  location: StoreLocation;
  profileDir: string;
  /** the id that the store must have */
  storeId?: string;
  /** a store begins where there is none yet */
  begin: boolean;
}>;

/** A folder is at hand. */
const near = { mirror: null, contents: null, bandwidth: null };

/** A glance at a far store before a vault opens, to see a passphrase that was changed elsewhere: not worth more waiting. */
const glanceMs = 6_000;
/** Between attempts to reach a server that does not answer: longer than opening a vault takes, shorter than a person's patience. */
const pauses = { firstMs: 5_000, longestMs: 20_000 };

/**
 * Opens the store that a new profile joins, or begins it. Throws `store-missing`, and what keeps a store from answering; then nothing
 * of the attempt stays in the profile.
 */
export async function joinStore(request: JoinRequest, keychain: BucketKeychain): Promise<JoinedStore> {
  const { location, profileDir } = request;
  const openStoreAt = storesApart(profileDir, keychain);
  if (location.kind === 'directory') {
    const begin = request.begin && request.storeId === undefined;
    const store = await DirectoryStore.open(location.path, { create: begin });
    return { store, ...near, storeId: await idOf(store, request), openStoreAt };
  }
  await setAside(profileDir);
  const remote = await openBucket(location, profileDir, keychain);
  let opened: OpenMirror | null = null;
  try {
    const storeId = await idOf(remote, request);
    opened = await openMirror(location, profileDir, () => Promise.resolve(remote));
    await opened.mirror.pull();
    return { ...opened, store: opened.mirror, storeId, openStoreAt };
  } catch (error) {
    await opened?.mirror.close();
    await opened?.contents.close();
    await remote.close();
    await removeMirror(profileDir);
    throw error;
  }
}

const idOf = (store: Store, { location, storeId, begin }: JoinRequest): Promise<string> =>
  begin && storeId === undefined ? markerOrBegin(store, location) : requireMarker(store, location, storeId);

type OpenMirror = Readonly<{ mirror: Mirror; contents: ContentsCache; bandwidth: Bandwidth }>;

/** How much of files is kept here until the open vault has read what the person set. */
const { cacheLimitBytes } = syncSettings.parse({});

const openMirror = async (
  location: BucketLocation,
  profileDir: string,
  open: () => Promise<S3Store>,
): Promise<OpenMirror> => {
  const folder = mirrorFolder(profileDir);
  const contents = await BlobCache.open(join(folder, 'contents'), cacheLimitBytes);
  const bandwidth = new Bandwidth();
  const remote = async (): Promise<Store> => bandwidth.hold(await open());
  try {
    const mirror = await MirroredStore.open({ folder, label: labelOf(location), remote, contents, pauses });
    return { mirror, contents, bandwidth };
  } catch (error) {
    await contents.close();
    throw error;
  }
};

/** The profile's store, opened when first needed: what was seen stays readable while it is away. */
export async function storeOfProfile(
  profile: ProfileFile,
  profileDir: string,
  keychain: BucketKeychain,
): Promise<VaultStore> {
  const { store: location, storeId } = profile;
  await removeEndedMirror(profileDir, location);
  await sweepApart(profileDir).catch(() => undefined); // only room is lost, and who needs that folder is told what is wrong with it
  const label = labelOf(location);
  const openStoreAt = storesApart(profileDir, keychain);
  if (location.kind === 's3') {
    const opened = await openMirror(location, profileDir, () =>
      openKnownBucket(location, profileDir, { keychain, storeId }),
    );
    return { ...opened, store: opened.mirror, openStoreAt };
  }
  const store = new LateStore(label, async () => {
    const directory = await DirectoryStore.open(location.path);
    try {
      await requireMarker(directory, location, storeId);
      return directory;
    } catch (error) {
      await directory.close();
      throw error;
    }
  });
  return { store, ...near, openStoreAt };
}

/** For whoever reads only what the profile has: every verb throws. */
export const noStore: Store = new LateStore('', () => Promise.reject(new VaultError('store-unreachable')));

/** Looks at what is new in a far store, if it answers quickly. What is wrong with it is told when the open vault refreshes. */
export async function glanceAt(mirror: Mirror): Promise<void> {
  try {
    await mirror.pull({ signal: AbortSignal.timeout(glanceMs) });
  } catch (error) {
    if (!isVaultError(error)) throw error;
  }
}

/** Closes a store whose vault was never open. */
export async function closeVaultStore({ store, contents }: VaultStore): Promise<void> {
  await store.close();
  await contents?.close();
}

/** Takes away what an attempt to join left of a bucket that is no vault's here. */
export async function removeMirror(profileDir: string): Promise<void> {
  for (const folder of [mirrorFolder(profileDir), uploadsFolder(profileDir)])
    await rm(folder, { recursive: true, force: true });
}

/** A mirror without a profile may be of another bucket, and hold what nobody sent yet: neither used nor lost. */
async function setAside(profileDir: string): Promise<void> {
  for (const folder of [mirrorFolder(profileDir), uploadsFolder(profileDir)]) {
    const isThere = await access(folder).then(
      () => true,
      () => false,
    );
    if (isThere) await rename(folder, `${folder}-${randomId().slice(0, 8)}`);
  }
}
