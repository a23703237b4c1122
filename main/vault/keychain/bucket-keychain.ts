import { VaultError } from '../../../app/errors.js';
import { s3Keys, type S3Keys, type S3Location } from '../../../app/model/store.js';
import type { BucketKeychain } from '../vault.js';
import type { SystemKeychain } from './system-keychain.js';

/** Requests come by the thousand: the keychain is asked again only after this long. */
const freshMs = 30_000;

/** Names the keychain's entry for a bucket: whoever opens the same place on this computer finds the same keys. */
export const entryOf = ({ endpoint, bucket, prefix = '' }: S3Location): string => {
  const server = (URL.canParse(endpoint) ? new URL(endpoint).href : endpoint).replace(/\/+$/, '');
  return `bucket ${[server, bucket, ...(prefix === '' ? [] : [prefix])].join('/')}`;
};

/** The access keys of buckets in the OS keychain, as JSON of {@link S3Keys}. SECURITY (promise 8): nowhere else on this computer. */
export function openBucketKeychain(system: SystemKeychain): BucketKeychain {
  const known = new Map<string, Readonly<{ keys: S3Keys; untilMs: number }>>();
  const know = (entry: string, keys: S3Keys): S3Keys => {
    known.set(entry, { keys, untilMs: Date.now() + freshMs });
    return keys;
  };
  return {
    get: async (location) => {
      const entry = entryOf(location);
      const there = known.get(entry);
      if (there !== undefined && there.untilMs > Date.now()) return there.keys;
      known.delete(entry);
      const text = await system.get(entry);
      return text === null ? null : know(entry, parseKeys(text));
    },
    put: async (location, keys) => {
      const entry = entryOf(location);
      await system.put(entry, JSON.stringify(keys));
      know(entry, keys);
    },
    remove: async (location) => {
      known.delete(entryOf(location));
      await system.remove(entryOf(location));
    },
  };
}

function parseKeys(text: string): S3Keys {
  try {
    return s3Keys.parse(JSON.parse(text));
  } catch {
    // SECURITY: without the cause, which would quote what was found
    throw new VaultError('damaged', 'The keychain holds something else in the place of the bucket’s access keys.');
  }
}
