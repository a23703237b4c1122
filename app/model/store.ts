import { z } from 'zod';

/**
 * Where a bucket is. Nothing here is secret: it stands in the profile, and in the invitation that a teammate opens.
 * main/store/s3/location.ts says which endpoints, buckets and prefixes are accepted.
 */
export const s3Location = z.object({
  /** `https://host[:port]`; `http:` only for a server on this computer */
  endpoint: z.string().min(1).max(2000),
  region: z.string().min(1).max(100),
  bucket: z.string().min(1).max(255),
  /** parts joined by `/` that stand before every key, so that several vaults can share a bucket; none when left out */
  prefix: z.string().max(200).exactOptional(),
  /** `endpoint/bucket/key` rather than `bucket.endpoint/key`; true when left out, as most servers but AWS want it */
  pathStyle: z.boolean().exactOptional(),
  /** certificates (PEM) to trust instead of the system's, for a server with its own authority */
  certificateAuthority: z.string().max(100_000).exactOptional(),
});
export type S3Location = z.infer<typeof s3Location>;

/** What opens a bucket. Lives in the OS keychain or in the environment of a command, never in a file of ours. */
export const s3Keys = z.object({
  accessKeyId: z.string().min(1).max(500),
  secretAccessKey: z.string().min(1).max(2000),
  sessionToken: z.string().max(10_000).exactOptional(),
});
export type S3Keys = z.infer<typeof s3Keys>;

/** The file that a teammate opens to get to the same form filled in. `storeId` is the id in the store's marker. */
export const storeInvitation = z.object({
  format: z.literal('coretex-vault/v1/store-invitation'),
  /** what the inviter calls the vault; shown, never trusted */
  name: z.string().max(200),
  storeId: z.string().regex(/^[0-9a-f]{32}$/),
  location: s3Location,
});
export type StoreInvitation = z.infer<typeof storeInvitation>;

/** The steps of "Test connection", in the order they are tried. A step after a failed one is `skipped`. */
export const connectionSteps = [
  'reach',
  'sign-in',
  'list',
  'write',
  'create-if-absent',
  'read',
  'range',
  'delete',
] as const;
export const connectionCheck = z.object({
  steps: z.array(
    z.object({
      step: z.enum(connectionSteps),
      outcome: z.enum(['ok', 'failed', 'skipped']),
      /** what is wrong and what to do; empty unless failed */
      message: z.string(),
    }),
  ),
  /** keys that may read and not write: enough for a node, and for somebody who only looks */
  readOnly: z.boolean(),
  /** a vault is in that place already: whoever goes on joins it */
  holdsVault: z.boolean(),
});
export type ConnectionCheck = z.infer<typeof connectionCheck>;
