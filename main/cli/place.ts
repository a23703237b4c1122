import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { S3Location } from '../../app/model/store.js';
import { invitationEnding, maxInvitationBytes, parseInvitation } from '../vault/store-invitation.js';
import { placeOf, requireBucketPlace } from '../vault/store-location.js';
import type { StoreLocation } from '../vault/vault.js';
import { readNamedFile } from './named-files.js';
import { UsageError } from './output.js';

/** Where a store is, in the words of the command line. */
export type PlaceOptions = Readonly<{
  store: string;
  endpoint?: string;
  region?: string;
  virtualHost?: true;
  ca?: string;
}>;

/** `storeId`: of the vault that somebody was invited to. */
export type Place = Readonly<{ location: StoreLocation; storeId?: string }>;

const maxCertificateBytes = 100_000;

/** Adds the options that {@link readPlace} reads, all but `--store`. */
export const withBucketOptions = (command: Command): Command =>
  command
    .option('--endpoint <url>', 'a bucket: address of its server (default: AWS in the region)')
    .option('--region <region>', 'a bucket: its region (default: us-east-1)')
    .option('--virtual-host', 'a bucket: its name is part of the server’s name (bucket.server)')
    .option('--ca <file>', 'a bucket: certificates (PEM) to trust, for a server with an authority of its own');

export const storeWords = `where the encrypted objects live: a folder, s3://bucket/folder, or an invitation (FILE${invitationEnding})`;

/** Throws UsageError, and `invalid-input` for places and invitations that are none. */
export async function readPlace(options: PlaceOptions): Promise<Place> {
  const { store } = options;
  if (store === '') throw new UsageError('--store needs a folder, s3://bucket/folder, or an invitation.');
  if (store.endsWith(invitationEnding)) {
    requireNoBucketOptions(options, 'The invitation says where the bucket is');
    const { location, storeId } = parseInvitation(await readNamedFile(store, maxInvitationBytes));
    return { location: { kind: 's3', ...location }, storeId };
  }
  if (/^s3:\/\//i.test(store)) return { location: { kind: 's3', ...(await bucketPlace(options)) } };
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(store)) throw new UsageError(`${store}: a bucket is named s3://bucket/folder.`);
  requireNoBucketOptions(options, 'The store is a folder');
  return { location: { kind: 'directory', path: resolve(store) } };
}

async function bucketPlace({ store, endpoint, region, virtualHost, ca }: PlaceOptions): Promise<S3Location> {
  const [bucket = '', ...folders] = store.slice('s3://'.length).replace(/\/+$/, '').split('/');
  const prefix = folders.join('/');
  if (endpoint === undefined && region === undefined)
    throw new UsageError('A bucket needs --endpoint URL, or --region REGION when it is at AWS.');
  const where = region ?? 'us-east-1';
  const location: S3Location = {
    endpoint: endpoint ?? `https://s3.${where}.amazonaws.com`,
    region: where,
    bucket,
    ...(prefix !== '' && { prefix }),
    ...(virtualHost === true && { pathStyle: false }),
    ...(ca !== undefined && { certificateAuthority: (await readNamedFile(ca, maxCertificateBytes)).toString('utf8') }),
  };
  requireBucketPlace(location);
  return location;
}

function requireNoBucketOptions({ endpoint, region, virtualHost, ca }: PlaceOptions, why: string): void {
  if (endpoint ?? region ?? virtualHost ?? ca)
    throw new UsageError(`${why}: --endpoint, --region, --virtual-host and --ca go with s3://bucket.`);
}

/** What goes after `--store` to name the same place on another computer; its certificates, which do not fit there, are left to `--ca`. */
export function storeArguments(location: StoreLocation): string {
  if (location.kind === 'directory') return location.path;
  const { endpoint, region, pathStyle = true, certificateAuthority } = location;
  const words = [placeOf(location), '--endpoint', endpoint, '--region', region];
  return [...words, ...(pathStyle ? [] : ['--virtual-host']), ...(certificateAuthority ? ['--ca FILE'] : [])].join(' ');
}
