import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { VaultError } from '../../../app/errors.js';
import { objectId } from '../../crypto/object-hash.js';
import { randomId } from '../../crypto/random-id.js';
import { DirectoryStore } from '../../store/directory.js';
import { LateStore } from '../../store/late-store.js';
import { localFailure } from '../../store/local-failure.js';
import type { S3Store } from '../../store/s3.js';
import type { Store, StoreOptions } from '../../store/store.js';
import { openBucket, uploadsFolder } from '../bucket-store.js';
import { claimUpload, isClaimed, type UploadClaim } from '../files/upload-claim.js';
import { withProfileLock } from '../profile/profile-lock.js';
import type { BucketKeychain, StoreLocation } from '../vault.js';

/**
 * Opens a store at a place, apart from the one that a vault uses: a bucket without its mirror, with a folder of its own on this computer
 * for what it fetches and for how far large uploads came. The caller closes it, which removes that folder, unless an upload stopped halfway.
 */
export type OpenStoreAt = (location: StoreLocation, options: Readonly<{ create: boolean }>) => Promise<Store>;

/** How long an upload that stopped halfway is remembered: a move that nobody went on with by then begins its large files anew. */
const rememberedMs = 30 * 24 * 60 * 60 * 1000;

const apartFolder = (profileDir: string): string => join(profileDir, 'apart');

export const storesApart =
  (profileDir: string, keychain: BucketKeychain): OpenStoreAt =>
  async (location, { create }) => {
    if (location.kind === 'directory') return DirectoryStore.open(location.path, { create });
    const { folder, claim } = await prepareFolder(profileDir, location);
    try {
      return new StoreApart(await openBucket(location, folder, keychain), folder, claim);
    } catch (error) {
      await letGo(folder, claim);
      throw error;
    }
  };

/** Throws `target-unwritable`, `disk-full`. */
const prepareFolder = async (profileDir: string, location: StoreLocation): ReturnType<typeof claimFolder> => {
  try {
    await sweepApart(profileDir);
    return await claimFolder(profileDir, location);
  } catch (error) {
    throw localFailure(error);
  }
};

/** Removes what was left by processes that crashed; never what a living one uses, nor how far an upload of late came. */
export const sweepApart = async (profileDir: string): Promise<void> => {
  for (const name of await namesIn(apartFolder(profileDir))) await removeUnused(profileDir, name);
};

const removeUnused = async (profileDir: string, name: string): Promise<void> => {
  const folder = join(apartFolder(profileDir), name);
  const removed = `${folder}.removed`;
  const isRemoved = name.endsWith('.removed'); // by a process that crashed at it
  const isOurs =
    isRemoved ||
    (await withProfileLock(profileDir, async () => {
      if ((await isClaimed(folder)) || (await isRemembered(folder))) return false;
      return rename(folder, removed).then(
        () => true,
        () => false, // another process was quicker, or has one of that name still to remove
      );
    }));
  if (isOurs) await rm(isRemoved ? folder : removed, { recursive: true, force: true });
};

const letGo = async (folder: string, claim: UploadClaim): Promise<void> => {
  if (!(await isRemembered(folder))) await rm(folder, { recursive: true, force: true });
  await claim.release();
};

/** Each place has a folder of its own name, so that a move that was killed goes on; who comes while it is in use gets another one. */
const claimFolder = async (
  profileDir: string,
  location: StoreLocation,
): Promise<Readonly<{ folder: string; claim: UploadClaim }>> => {
  const name = objectId(JSON.stringify(location));
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const folder = join(apartFolder(profileDir), attempt === 0 ? name : `${name}-${randomId().slice(0, 8)}`);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // another process may sweep the folder before it is claimed
    const claim = await claimUpload(profileDir, folder).catch(nullIfAbsent);
    if (claim !== null) return { folder, claim };
  }
  throw new VaultError('target-unwritable', 'A folder for the other place cannot be made in the profile.');
};

const nullIfAbsent = (error: unknown): null => {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
  throw error;
};

const journalsOf = (folder: string): string => join(uploadsFolder(folder), 'uploads');

const hasFiles = async (folder: string): Promise<boolean> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []); // none was ever begun
  return entries.some((entry) => entry.isFile());
};

const isRemembered = async (folder: string): Promise<boolean> => {
  if (!(await hasFiles(journalsOf(folder)))) return false;
  const made = await stat(folder).catch(nullIfAbsent);
  return made !== null && Date.now() - made.mtimeMs < rememberedMs;
};

const namesIn = (folder: string): Promise<string[]> =>
  readdir(folder).catch((error: unknown) => {
    nullIfAbsent(error);
    return [];
  });

/** A store where an upload that a killed process began can go on. */
export interface GoesOn {
  /** Whether this computer knows how far an upload of that object came. */
  hasBegun(key: string): Promise<boolean>;
}

class StoreApart extends LateStore implements GoesOn {
  readonly #store: S3Store;
  readonly #folder: string;
  readonly #claim: UploadClaim;

  constructor(store: S3Store, folder: string, claim: UploadClaim) {
    super(store.label, () => Promise.resolve(store));
    this.#store = store;
    this.#folder = folder;
    this.#claim = claim;
  }

  sweep(olderThanMs: number, options?: StoreOptions): Promise<number> {
    return this.#store.sweep(olderThanMs, options);
  }

  hasBegun(key: string): Promise<boolean> {
    return hasFiles(join(journalsOf(this.#folder), ...key.split('/')));
  }

  override async close(): Promise<void> {
    await this.#store.close();
    await rm(join(uploadsFolder(this.#folder), 'fetched'), { recursive: true, force: true });
    await letGo(this.#folder, this.#claim);
  }
}
