import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isVaultError } from '../../../app/errors.js';
import type { Mirror } from '../../store/mirror/mirror.js';
import type { AccountDirectory } from '../account/account-directory.js';
import { blobKey } from '../store-keys.js';
import { placeOfKey } from './object-place.js';

/** Other copies of what the store should have. Nothing of them is trusted: they are judged as if the store had shown them. */
export interface LocalCopies {
  /** A record's bytes, or null. */
  record(key: string): Promise<Uint8Array | null>;
  /** A path where a blob's bytes may be, or null. */
  blob(blobId: string): Promise<string | null>;
}

/** Where a good copy stands while it is put back: a crash in the middle leaves it there. */
export const keptBlobPath = (profileDir: string, blobId: string): string => join(profileDir, 'repair', blobId);

const isFile = async (path: string): Promise<boolean> => (await stat(path).catch(() => null))?.isFile() === true;

/** What every computer keeps: the account cards that it has pinned, and containers of uploads under way. */
export class ProfileCopies implements LocalCopies {
  constructor(
    private readonly profileDir: string,
    private readonly directory: AccountDirectory,
  ) {}

  async record(key: string): Promise<Uint8Array | null> {
    const place = placeOfKey(key);
    if (place?.kind !== 'account') return null;
    return (await this.directory.versions(place.of))[place.version - 1]?.stored ?? null;
  }

  async blob(blobId: string): Promise<string | null> {
    const kept = keptBlobPath(this.profileDir, blobId);
    if (await isFile(kept)) return kept;
    const folder = join(this.profileDir, 'uploads');
    for (const upload of await readdir(folder).catch(nothingThere)) {
      const path = join(folder, upload, blobId);
      if (await isFile(path)) return path;
    }
    return null;
  }
}

const nothingThere = (error: unknown): string[] => {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
  throw error;
};

/** What a mirror keeps besides. What it lacks it would fetch, and that is then what the store shows anyway. */
export class MirrorCopies implements LocalCopies {
  constructor(
    private readonly mirror: Mirror,
    private readonly profile: LocalCopies,
  ) {}

  async record(key: string): Promise<Uint8Array | null> {
    return (await this.profile.record(key)) ?? (await this.mirror.get(key).catch(nothingHere));
  }

  async blob(blobId: string): Promise<string | null> {
    return (await this.profile.blob(blobId)) ?? (await this.mirror.local(blobKey(blobId)).catch(nothingHere));
  }
}

const nothingHere = (error: unknown): null => {
  if (isVaultError(error, 'not-found', 'store-unreachable', 'damaged')) return null;
  throw error;
};
