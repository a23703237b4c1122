/**
 * Derives the private keys of one master key and ends. SECURITY (promise 9): the BigInts and strings that key derivation leaves
 * behind cannot be wiped; they live in this thread's heap alone, and that heap goes back to the system when the thread ends.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { isVaultError, VaultError, type ErrorCode } from '../../../app/errors.js';
import { overwriteFreedMemory } from '../../crypto/forget.js';
import type { MasterKeyParameters } from '../../crypto/keys.js';
import { derivePrivateKeys, type DerivationStep } from '../../crypto/master-key-derivation.js';
import { allocateSecret } from '../../crypto/secret-bytes.js';

/** What the worker is given: shared memory, so that both threads can wipe it, and one to be told to stop by. */
export type RsaJob = Readonly<{
  passphrase: SharedArrayBuffer;
  /** one Int32, not zero when the work is no longer wanted */
  cancelled: SharedArrayBuffer;
  parameters: MasterKeyParameters;
}>;

export type RsaJobReport =
  | Readonly<{ kind: 'progress'; step: DerivationStep; fraction: number }>
  | Readonly<{ kind: 'keys'; wrap: Uint8Array; sign: Uint8Array }>
  | Readonly<{ kind: 'failed'; code: ErrorCode; explanation: string }>;

const smallestStep = 0.01;

function run({ passphrase: shared, cancelled, parameters }: RsaJob): void {
  const passphrase = takeOut(shared);
  const flag = new Int32Array(cancelled);
  let told = { step: '', fraction: 0 };
  try {
    const { wrap, sign } = derivePrivateKeys(passphrase, parameters, (step, fraction) => {
      if (Atomics.load(flag, 0) !== 0) throw new VaultError('cancelled');
      if (step === told.step && fraction < told.fraction + smallestStep) return;
      told = { step, fraction };
      report({ kind: 'progress', step, fraction });
    });
    report({ kind: 'keys', wrap, sign }, [wrap.buffer as ArrayBuffer, sign.buffer as ArrayBuffer]);
  } catch (error) {
    if (!isVaultError(error)) throw error;
    report({ kind: 'failed', code: error.code, explanation: error.message });
  } finally {
    passphrase.fill(0);
    overwriteFreedMemory();
  }
}

function takeOut(shared: SharedArrayBuffer): Buffer {
  const bytes = allocateSecret(shared.byteLength);
  const source = new Uint8Array(shared);
  bytes.set(source);
  source.fill(0);
  return bytes;
}

const report = (message: RsaJobReport, transfer: ArrayBuffer[] = []): void =>
  parentPort?.postMessage(message, transfer);

run(workerData as RsaJob);
