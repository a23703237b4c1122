import type { Suite } from '../../app/model/account.js';
import type { FileIdentity } from '../crypto/file-container.js';
import { projectKeyBytes } from '../crypto/file-keys.js';
import type { SecretBytes } from '../crypto/secret-bytes.js';
import type { EncryptRequest } from './file-job.js';
import type { JobWatch } from './job-watch.js';

/** What may be asked of the engine, and how the engine tells its threads of it. */

/** `source` is the file to encrypt; `target` is the caller's staging file, written in place and left there on failure. */
export type EncryptJob = JobWatch &
  Readonly<{
    source: string;
    target: string;
    /** 32 bytes; stays the caller's */
    projectKey: SecretBytes;
    identity: FileIdentity;
    suite: Suite;
    /** keep the segments that an interrupted run of the same blob left in `target` and that still match the source */
    resume?: boolean | undefined;
  }>;

/** `source` is the path of the blob; `bytes` and `root` are those of its signed record. */
export type VerifyJob = JobWatch &
  Readonly<{
    source: string;
    projectKey: SecretBytes;
    identity: FileIdentity;
    suite: Suite;
    bytes: number;
    root: Uint8Array;
  }>;

export type DecryptJob = VerifyJob &
  Readonly<{
    target: string;
    /** replace what is at `target`: yes unless said otherwise; `already-exists` when not */
    overwrite?: boolean | undefined;
  }>;

/** The blob `source` becomes the blob `next` of the same project and suite, under another key; `target` is as in EncryptJob. */
export type ReencryptJob = VerifyJob &
  Readonly<{
    target: string;
    next: Readonly<{
      /** 32 bytes; stays the caller's */
      projectKey: SecretBytes;
      identity: FileIdentity;
    }>;
  }>;

export type RangeJob = Omit<VerifyJob, keyof JobWatch> & Readonly<{ start: number; endExclusive: number }>;

export const encryptRequest = ({ source, target, identity, suite, resume }: EncryptJob) =>
  ({ source, target, identity, suite, resume: resume ?? false }) satisfies Omit<EncryptRequest, 'key'>;

export const openRequest = ({ source, identity, suite, bytes, root }: Omit<VerifyJob, keyof JobWatch>) => ({
  source,
  identity,
  suite,
  bytes,
  root,
});

/** SECURITY (promise 9): a key's copy moves to the worker rather than being cloned on the way, and the worker wipes it. */
export function withKey<T extends object>(projectKey: SecretBytes, request: T) {
  const key = copyOf([projectKey]);
  return { request: { ...request, key }, transfer: [key.buffer] };
}

/** The same with the key to open with and the one to seal with. */
export function withBothKeys<T extends object>({ projectKey, next }: ReencryptJob, request: T) {
  const keys = copyOf([projectKey, next.projectKey]);
  const [key, nextKey] = [keys.subarray(0, projectKeyBytes), keys.subarray(projectKeyBytes)];
  return { request: { ...request, key, nextKey }, transfer: [keys.buffer] };
}

export function withKeys(jobs: readonly EncryptJob[]) {
  const keys = copyOf(jobs.map(({ projectKey }) => projectKey));
  const requests = jobs.map((job, at) => {
    const key = keys.subarray(at * projectKeyBytes, (at + 1) * projectKeyBytes);
    return { ...encryptRequest(job), key };
  });
  return { request: { jobs: requests }, transfer: [keys.buffer] };
}

/** One after the other, never on V8's heap: see allocateSecret. */
function copyOf(keys: readonly SecretBytes[]): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(new ArrayBuffer(keys.length * projectKeyBytes));
  for (const [at, key] of keys.entries()) copy.set(key.bytes, at * projectKeyBytes);
  return copy;
}
