import { VaultError } from '../../../app/errors.js';
import { s3Keys, type S3Keys } from '../../../app/model/store.js';
import type { BucketKeychain } from '../vault.js';

/** The access keys in AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN; null when the first two are not both there. */
export function keysInEnvironment(environment: NodeJS.ProcessEnv = process.env): S3Keys | null {
  const token = environment['AWS_SESSION_TOKEN'] ?? '';
  const keys = s3Keys.safeParse({
    accessKeyId: environment['AWS_ACCESS_KEY_ID'],
    secretAccessKey: environment['AWS_SECRET_ACCESS_KEY'],
    ...(token !== '' && { sessionToken: token }),
  });
  return keys.data ?? null;
}

const keepsNothing = (): Promise<never> =>
  Promise.reject(
    new VaultError('keychain-unavailable', 'Access keys that come from the environment are kept nowhere.'),
  );

/** Keys from the environment alone: for machines and tests, which have no keychain. */
export const environmentKeychain: BucketKeychain = {
  get: () => Promise.resolve(keysInEnvironment()),
  put: keepsNothing,
  remove: () => Promise.resolve(),
};
