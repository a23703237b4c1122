/** What a person types to say where a bucket is and what opens it; and the pure steps from there to what main takes. */
import type { ConnectionCheck, S3Keys, S3Location } from '../../app/model/store.js';

export type BucketValues = Readonly<{
  endpoint: string;
  region: string;
  bucket: string;
  prefix: string;
  accessKeyId: string;
  secretAccessKey: string;
  pathStyle: boolean;
  certificateAuthority: string;
}>;

export type BucketField = keyof BucketValues;

export const emptyBucket: BucketValues = {
  endpoint: '',
  region: '',
  bucket: '',
  prefix: '',
  accessKeyId: '',
  secretAccessKey: '',
  pathStyle: true,
  certificateAuthority: '',
};

/** What most servers that are not a cloud's answer to. */
const usualRegion = 'us-east-1';

/** "s3.example.com" means https. */
const withScheme = (address: string): string =>
  /^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? address : `https://${address}`;

const trimSlashes = (text: string): string => text.trim().replace(/^\/+|\/+$/g, '');

export const locationOf = (values: BucketValues): S3Location => {
  const prefix = trimSlashes(values.prefix);
  const certificateAuthority = values.certificateAuthority.trim();
  return {
    endpoint: withScheme(values.endpoint.trim()).replace(/\/+$/, ''),
    region: values.region.trim() || usualRegion,
    bucket: values.bucket.trim(),
    pathStyle: values.pathStyle,
    ...(prefix === '' ? {} : { prefix }),
    ...(certificateAuthority === '' ? {} : { certificateAuthority: `${certificateAuthority}\n` }),
  };
};

export const keysOf = ({ accessKeyId, secretAccessKey }: BucketValues): S3Keys => ({
  accessKeyId: accessKeyId.trim(),
  secretAccessKey: secretAccessKey.trim(),
});

/** The form of a location that is known, for somebody who has keys to add. */
export const valuesOf = (location: S3Location): BucketValues => ({
  ...emptyBucket,
  endpoint: location.endpoint,
  region: location.region,
  bucket: location.bucket,
  prefix: location.prefix ?? '',
  pathStyle: location.pathStyle ?? true,
  certificateAuthority: location.certificateAuthority ?? '',
});

const ownHosts = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

const addressProblem = (address: string): string | null => {
  if (address.trim() === '') return 'Type the address of the server, such as https://s3.example.com.';
  const text = withScheme(address.trim());
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['https:', 'http:'].includes(url.protocol)) return 'An address begins with https://.';
  if (url.username !== '' || url.password !== '')
    return 'Leave keys out of the address: they have fields of their own.';
  if (url.protocol === 'http:' && !ownHosts.test(url.hostname))
    return 'Use https://. Without it, anybody on the way could meddle with what is sent.';
  if (url.search !== '' || url.hash !== '') return 'An address of a server holds no “?” and no “#”.';
  return null;
};

const bucketPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/;
const prefixPattern = /^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/;

const bucketProblem = (bucket: string): string | null => {
  if (bucket.trim() === '') return 'Type the name of the bucket.';
  return bucketPattern.test(bucket.trim()) ? null : 'A bucket is named by letters, digits, dots and dashes.';
};

const prefixProblem = (prefix: string): string | null => {
  const text = trimSlashes(prefix);
  if (text === '' || (text.length <= 200 && prefixPattern.test(text))) return null;
  return 'Use letters, digits, dots and dashes, with / between folders.';
};

const certificateProblem = (text: string): string | null =>
  text.trim() === '' || /^-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----$/.test(text.trim())
    ? null
    : 'Paste a certificate that begins with -----BEGIN CERTIFICATE-----.';

export type BucketProblems = Readonly<Partial<Record<BucketField, string>>>;

const given = (entries: readonly (readonly [BucketField, string | null])[]): BucketProblems =>
  Object.fromEntries(entries.filter(([, problem]) => problem !== null));

/** What must be put right about the keys before they can be tried. */
export const keyProblems = ({ accessKeyId, secretAccessKey }: BucketValues): BucketProblems =>
  given([
    ['accessKeyId', accessKeyId.trim() === '' ? 'Type the access key ID.' : null],
    ['secretAccessKey', secretAccessKey.trim() === '' ? 'Type the secret access key.' : null],
  ]);

/** What must be put right before a connection can be tried. */
export const bucketProblems = (values: BucketValues): BucketProblems => ({
  ...given([
    ['endpoint', addressProblem(values.endpoint)],
    ['bucket', bucketProblem(values.bucket)],
    ['prefix', prefixProblem(values.prefix)],
    ['certificateAuthority', certificateProblem(values.certificateAuthority)],
  ]),
  ...keyProblems(values),
});

/**
 * What a tried connection is good for: a new vault, joining the one that is there, only looking at it, or nothing.
 * Keys that may not write are enough to look, and not for a vault that does not exist yet.
 */
export type Prospect = 'new' | 'join' | 'look' | 'nothing';

export const prospectOf = ({ steps, readOnly, holdsVault }: ConnectionCheck): Prospect => {
  if (steps.some(({ step, outcome }) => outcome === 'failed' && !(readOnly && step === 'write'))) return 'nothing';
  if (readOnly) return holdsVault ? 'look' : 'nothing';
  return holdsVault ? 'join' : 'new';
};
