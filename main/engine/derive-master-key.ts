import type { Worker } from 'node:worker_threads';
import { VaultError } from '../../app/errors.js';
import type { MasterKeyParameters } from '../crypto/keys.js';
import type { DerivationStep } from '../crypto/master-key-derivation.js';
import { MasterKey } from '../crypto/master-key.js';
import { checkKdfParameters, checkPassphrase } from '../crypto/passphrase-stretch.js';
import { SecretBytes } from '../crypto/secret-bytes.js';
import { spawnWorker } from './spawn-worker.js';
import type { RsaJob, RsaJobReport } from './workers/rsa-worker.js';

export type DerivationWork = Readonly<{
  /** `fraction` runs from 0 to 1 in each step and is an estimate */
  onProgress?: ((progress: Readonly<{ step: DerivationStep; fraction: number }>) => void) | undefined;
  signal?: AbortSignal | undefined;
}>;

type PrivateKeys = Readonly<{ wrap: SecretBytes; sign: SecretBytes }>;

/**
 * Derives a master key on a worker thread of its own, which has ended, heap and all, when this resolves: docs/protocol.md sections
 * 1 and 2. The passphrase stays the caller's to dispose.
 * Throws `weak-parameters` for a card out of bounds, `invalid-input` for an impossible passphrase, `cancelled` once the signal
 * is aborted (the thread wipes and ends itself soon after).
 */
export async function deriveMasterKey(
  passphrase: SecretBytes,
  parameters: MasterKeyParameters,
  work: DerivationWork = {},
): Promise<MasterKey> {
  checkPassphrase(passphrase.bytes);
  if (parameters.suite === 'vault') checkKdfParameters(parameters.kdf);
  if (work.signal?.aborted === true) throw new VaultError('cancelled');
  const { wrap, sign } = await derivePrivateKeysOnWorker(passphrase, parameters, work);
  try {
    return await MasterKey.import({ suite: parameters.suite, bits: parameters.bits, wrap, sign });
  } finally {
    wrap.dispose();
    sign.dispose();
  }
}

function derivePrivateKeysOnWorker(
  passphrase: SecretBytes,
  parameters: MasterKeyParameters,
  { onProgress, signal }: DerivationWork,
): Promise<PrivateKeys> {
  const job: RsaJob = { passphrase: shareCopy(passphrase), cancelled: new SharedArrayBuffer(4), parameters };
  const worker = spawnWorker('rsa-worker', { workerData: job });
  return new Promise((resolve, reject) => {
    const cancel = (): void => {
      Atomics.store(new Int32Array(job.cancelled), 0, 1);
      reject(new VaultError('cancelled'));
    };
    signal?.addEventListener('abort', cancel, { once: true });
    outcomeOf(worker, onProgress)
      .then((keys) => {
        resolve(keys);
        if (signal?.aborted !== true) return;
        keys.wrap.dispose();
        keys.sign.dispose();
      })
      .catch(reject)
      .finally(() => {
        signal?.removeEventListener('abort', cancel);
        // Left over only when the worker never started.
        new Uint8Array(job.passphrase).fill(0);
      });
  });
}

/** Settles when the thread has ended: with its keys, with the VaultError that it reported, or `internal` when it broke. */
function outcomeOf(worker: Worker, onProgress: DerivationWork['onProgress']): Promise<PrivateKeys> {
  let outcome: PrivateKeys | VaultError | undefined;
  let cause: unknown;
  worker.on('message', (report: RsaJobReport) => {
    if (report.kind === 'progress') onProgress?.({ step: report.step, fraction: report.fraction });
    else outcome = readReport(report);
  });
  worker.on('error', (error) => (cause = error));
  return new Promise((resolve, reject) => {
    worker.on('exit', () => {
      outcome ??= new VaultError('internal', 'The key derivation ended early.', { cause });
      if (outcome instanceof VaultError) reject(outcome);
      else resolve(outcome);
    });
  });
}

/** SECURITY (promise 9): the transferred bytes move into self-wiping holders at once. */
const readReport = (report: Exclude<RsaJobReport, { kind: 'progress' }>): PrivateKeys | VaultError =>
  report.kind === 'failed'
    ? new VaultError(report.code, report.explanation)
    : { wrap: SecretBytes.take(report.wrap), sign: SecretBytes.take(report.sign) };

/** Shared memory instead of a message: a message's copy would stay in a heap that nobody wipes. */
function shareCopy(passphrase: SecretBytes): SharedArrayBuffer {
  const shared = new SharedArrayBuffer(passphrase.byteLength);
  new Uint8Array(shared).set(passphrase.bytes);
  return shared;
}
