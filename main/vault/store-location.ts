import { basename, resolve } from 'node:path';
import { VaultError } from '../../app/errors.js';
import { s3Location, type S3Location } from '../../app/model/store.js';
import { keyPrefix } from '../store/s3/location.js';
import type { StoreLocation } from './vault.js';

/** A profile is used from any working folder. */
export const absolute = (location: StoreLocation): StoreLocation =>
  location.kind === 'directory' ? { ...location, path: resolve(location.path) } : location;

/** How a person would name it: a folder's name, a bucket. */
export const labelOf = (location: StoreLocation): string =>
  location.kind === 'directory' ? basename(location.path) : placeOf(location).slice('s3://'.length);

/** As the command is told it: a folder's path, or `s3://bucket/prefix`. */
export const placeOf = (location: StoreLocation): string => {
  if (location.kind === 'directory') return location.path;
  const { bucket, prefix = '' } = location;
  return prefix === '' ? `s3://${bucket}` : `s3://${bucket}/${prefix}`;
};

/** The bucket's place alone, as it stands in invitations. */
export const s3LocationOf = (location: Extract<StoreLocation, { kind: 's3' }>): S3Location =>
  s3Location.parse(location);

/** Throws `invalid-input` for what cannot be a place in a bucket. */
export function requireBucketPlace(location: S3Location): void {
  if (!s3Location.safeParse(location).success) throw new VaultError('invalid-input', 'That is no place in a bucket.');
  keyPrefix(location);
}
