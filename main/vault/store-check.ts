import { VaultError } from '../../app/errors.js';
import type { S3Keys, S3Location } from '../../app/model/store.js';
import { checkConnection, type CheckResult } from '../store/s3/connection-check.js';
import { markerKey } from './store-keys.js';
import type { BucketKeychain } from './vault.js';

/** Tries every verb in a place of a bucket, leaves nothing there and keeps nothing. Throws `invalid-input`, `cancelled`. */
export const checkPlace = (location: S3Location, keys: S3Keys, signal?: AbortSignal): Promise<CheckResult> =>
  checkConnection({ location, keys, marker: markerKey, ...(signal && { signal }) });

/**
 * Keeps other keys for a vault's bucket, once they were tried there: keys that may only read are good too.
 * Throws what is wrong with them, and what the keychain throws.
 */
export async function replaceKeys(
  keychain: BucketKeychain,
  location: S3Location,
  keys: S3Keys,
  signal?: AbortSignal,
): Promise<void> {
  const { check, failure } = await checkPlace(location, keys, signal);
  if (failure !== null && !check.readOnly) throw failure;
  if (!check.holdsVault)
    throw new VaultError('store-missing', 'The keys are right, but the vault is not in that place of the bucket.');
  await keychain.put(location, keys);
}
