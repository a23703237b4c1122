import { VaultError, isVaultError } from '../../app/errors.js';
import type { S3Keys, S3Location } from '../../app/model/store.js';
import { entryOf } from '../vault/keychain/bucket-keychain.js';
import type { Session } from '../vault/vault.js';
import type { BucketKeys, KnownVault, VaultRegistry } from './ports.js';

/** Keeps the keys that opened a bucket. What keeps the keychain from it is given, not thrown: the vault is open, for as long as the app is. */
export async function keepKeys(
  bucketKeys: BucketKeys,
  { location, keys }: Readonly<{ location: S3Location; keys: S3Keys }>,
): Promise<VaultError | null> {
  try {
    await bucketKeys.put(location, keys);
    return null;
  } catch (error) {
    if (!isVaultError(error)) throw error;
    return notKept(error);
  }
}

/** The keys stay in this process, and are told to be nowhere else. */
export const notKept = (error: VaultError): VaultError =>
  new VaultError(
    error.code,
    `The access keys of the bucket are good until the app is closed: they could not be kept. ${error.message}`,
    { cause: error },
  );

/** Removes the keys of a forgotten vault's bucket, unless another vault of this computer is in the same place. */
export async function removeUnusedKeys(
  { session, registry, bucketKeys }: Readonly<{ session: Session; registry: VaultRegistry; bucketKeys: BucketKeys }>,
  forgotten: KnownVault,
): Promise<void> {
  const place = await bucketOf(session, forgotten.profileDir);
  if (place === null) return;
  const others = await Promise.all(registry.list().map(({ profileDir }) => bucketOf(session, profileDir)));
  if (others.some((other) => other !== null && entryOf(other) === entryOf(place))) return;
  // a keychain that is locked keeps what nobody asks for any more; forgetting a vault does not depend on it
  await bucketKeys.remove(place).catch((error: unknown) => {
    if (!isVaultError(error)) throw error;
  });
}

/** Null for a folder, and for a profile that cannot be read. */
async function bucketOf(session: Session, profileDir: string): Promise<S3Location | null> {
  const profile = await session.readProfile(profileDir).catch((error: unknown) => {
    if (isVaultError(error)) return null;
    throw error;
  });
  return profile?.location.kind === 's3' ? profile.location : null;
}
