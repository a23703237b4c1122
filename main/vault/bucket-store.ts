import { join } from 'node:path';
import { VaultError, isVaultError } from '../../app/errors.js';
import type { S3Keys, S3Location } from '../../app/model/store.js';
import { S3Store } from '../store/s3.js';
import { labelOf } from './store-location.js';
import { requireMarker } from './store-marker.js';
import type { BucketKeychain, StoreLocation } from './vault.js';

export type BucketLocation = Extract<StoreLocation, { kind: 's3' }>;

/** A server that has not answered by now counts as away: what was seen is there at once, and the rest is tried again later. */
const answerMs = 4_000;
/** Fewer tries than a store alone would make: what does not go through waits in the outbox and is sent by itself. About 3 s. */
const attempts = 5;

/** What this computer keeps of a bucket's vault, in its profile: the mirror, and uploads under way. */
export const mirrorFolder = (profileDir: string): string => join(profileDir, 'mirror');
export const uploadsFolder = (profileDir: string): string => join(profileDir, 'uploads-s3');

export type Limits = Readonly<{ up: number; down: number }>;

/** How many bytes a second go to and from a bucket, also when it is opened later: 0 is as fast as it goes. */
export class Bandwidth {
  #limits: Limits = { up: 0, down: 0 };
  #store: S3Store | null = null;

  hold(store: S3Store): S3Store {
    store.setLimits(this.#limits);
    this.#store = store;
    return store;
  }

  set(limits: Limits): void {
    this.#limits = limits;
    this.#store?.setLimits(limits);
  }
}

/** The store in a bucket. Sends nothing yet, but throws `store-unreachable` when there are no keys to send anything with. */
export async function openBucket(
  location: BucketLocation,
  profileDir: string,
  keychain: BucketKeychain,
): Promise<S3Store> {
  await keysFor(keychain, location);
  return S3Store.open({
    location,
    credentials: () => keysForNow(keychain, location),
    folder: uploadsFolder(profileDir),
    patience: { attempts },
  });
}

/** As {@link openBucket}, once the server has shown the marker of that very vault. Throws `store-missing`, and `store-unreachable` soon. */
export async function openKnownBucket(
  location: BucketLocation,
  profileDir: string,
  { keychain, storeId }: Readonly<{ keychain: BucketKeychain; storeId: string }>,
): Promise<S3Store> {
  const store = await openBucket(location, profileDir, keychain);
  const signal = AbortSignal.timeout(answerMs);
  try {
    await requireMarker(store, location, storeId, { signal });
    return store;
  } catch (error) {
    await store.close();
    throw isVaultError(error, 'cancelled') ? tooSlow(location, error) : error;
  }
}

const tooSlow = (location: BucketLocation, cause: unknown): VaultError =>
  new VaultError('store-unreachable', `The server of “${labelOf(location)}” does not answer. Check the network.`, {
    details: { reason: 'network' },
    cause,
  });

/** The S3 client keeps keys that never expire; so these have expired at once, and it asks for every request: others may be kept now. */
async function keysForNow(keychain: BucketKeychain, location: S3Location): Promise<S3Keys> {
  const keys: S3Keys & { expiration: Date } = { ...(await keysFor(keychain, location)), expiration: new Date() };
  return keys;
}

/** A vault without keys is one that is offline: what was seen is there, and what is written waits. */
async function keysFor(keychain: BucketKeychain, location: S3Location): Promise<S3Keys> {
  const keys = await keychain.get(location).catch((error: unknown) => {
    if (!isVaultError(error)) throw error;
    throw new VaultError('store-unreachable', `There are no access keys for the bucket: ${error.message}`, {
      details: { reason: 'no-keys', keychain: error.code },
      cause: error,
    });
  });
  if (keys !== null) return keys;
  throw new VaultError(
    'store-unreachable',
    'This computer has no access keys for the bucket. Type them in the settings, or with `vault store keys`; the command also takes VAULT_S3_ACCESS_KEY_ID and VAULT_S3_SECRET_ACCESS_KEY.',
    { details: { reason: 'no-keys' } },
  );
}
