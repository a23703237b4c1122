import { VaultError } from '../../../app/errors.js';
import type { S3Keys, S3Location } from '../../../app/model/store.js';

export type { S3Location } from '../../../app/model/store.js';

/** Asked for whenever the keys are needed, so that they live in the keychain and not in an object that stays. */
export type S3Credentials = () => Promise<S3Keys>;

/** Names of this computer itself: nothing that is sent there can be overheard on a network. */
const ownHosts = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const bucketPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/;
const prefixPattern = /^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/;

/** What stands before every key: `''` or text that ends with `/`. Throws `invalid-input` for what cannot be a location. */
export function keyPrefix({ endpoint, bucket, prefix = '' }: S3Location): string {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null;
  if (url === null || !['https:', 'http:'].includes(url.protocol) || url.username !== '' || url.password !== '')
    throw new VaultError('invalid-input', 'The address of the server begins with https:// and holds no password.');
  // SECURITY (promise 3): who holds what, when and how large is nobody's business on the way either.
  if (url.protocol === 'http:' && !ownHosts.test(url.hostname))
    throw new VaultError('invalid-input', 'Only a server on this computer may be reached without https://.');
  if (url.search !== '' || url.hash !== '')
    throw new VaultError('invalid-input', 'The address of the server holds no “?” and no “#”.');
  if (!bucketPattern.test(bucket)) throw new VaultError('invalid-input', 'That is not the name of a bucket.');
  if (prefix === '') return '';
  if (prefix.length > 200 || !prefixPattern.test(prefix))
    throw new VaultError('invalid-input', 'A folder in the bucket is named by letters, digits, dots and dashes.');
  return `${prefix}/`;
}
