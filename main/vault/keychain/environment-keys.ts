import { VaultError } from '../../../app/errors.js';
import { s3Keys, type S3Keys } from '../../../app/model/store.js';
import type { BucketKeychain } from '../vault.js';

/**
 * The access keys in VAULT_S3_ACCESS_KEY_ID, VAULT_S3_SECRET_ACCESS_KEY and VAULT_S3_SESSION_TOKEN, or else in the AWS_ variables of the same
 * names; null when neither has the first two. Ours exist so that a vault's keys need not be those of the programs beside it:
 * `vault run` never passes them on.
 */
export function keysInEnvironment(environment: NodeJS.ProcessEnv = process.env): S3Keys | null {
  return keysNamed('VAULT_S3_', environment) ?? keysNamed('AWS_', environment);
}

function keysNamed(prefix: string, environment: NodeJS.ProcessEnv): S3Keys | null {
  const token = environment[`${prefix}SESSION_TOKEN`] ?? '';
  const keys = s3Keys.safeParse({
    accessKeyId: environment[`${prefix}ACCESS_KEY_ID`],
    secretAccessKey: environment[`${prefix}SECRET_ACCESS_KEY`],
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
