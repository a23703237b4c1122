import { VaultError } from '../../app/errors.js';
import { projectKeyBytes } from '../crypto/file-keys.js';
import type { SecretBytes } from '../crypto/secret-bytes.js';
import { JobControl } from './job-control.js';
import { watchJob, type JobWatch } from './job-watch.js';
import { WorkerPool } from './worker-pool.js';

/** `overwrite`: replace what is at the target; yes unless said otherwise. */
export type CoretexFileOptions = JobWatch & Readonly<{ overwrite?: boolean | undefined }>;

/**
 * Encrypts a file as the Coretex library can read it: IV ‖ AES-256-CBC, always padded, under the project's 32-byte key.
 * `target` appears when it is complete and on the disk. Constant memory.
 * Errors as those of FileEngine.
 */
export function encryptCoretexFile(
  key: SecretBytes,
  source: string,
  target: string,
  options: CoretexFileOptions = {},
): Promise<void> {
  return transform('encryptCoretex', key, source, target, options);
}

/**
 * Decrypts a file of the Coretex library as that library does, its way of removing padding included (docs/protocol.md section 5).
 * Such a file carries no tag: a wrong key or a changed file is NOT noticed, only a length that cannot be (`damaged`).
 */
export function decryptCoretexFile(
  key: SecretBytes,
  source: string,
  target: string,
  options: CoretexFileOptions = {},
): Promise<void> {
  return transform('decryptCoretex', key, source, target, options);
}

async function transform(
  operation: 'encryptCoretex' | 'decryptCoretex',
  key: SecretBytes,
  source: string,
  target: string,
  options: CoretexFileOptions,
): Promise<void> {
  if (key.byteLength !== projectKeyBytes) throw new VaultError('invalid-input', 'A project key has 32 bytes.');
  const pool = new WorkerPool(1);
  const control = new JobControl();
  try {
    await watchJob(options, control, () =>
      pool.run(operation, () => {
        const copy = new Uint8Array(key.bytes);
        const path = { path: target, overwrite: options.overwrite ?? true };
        return { request: { source, target: path, key: copy, control: control.shared }, transfer: [copy.buffer] };
      }),
    );
  } finally {
    await pool.close();
  }
}
