import { parentPort } from 'node:worker_threads';
import { isVaultError } from '../../../app/errors.js';
import { openCoretexAsReference, sealCoretex } from '../coretex-loop.js';
import type {
  CoretexRequest,
  EncryptOutcome,
  EncryptRequest,
  Failure,
  FileOperations,
  WorkerMessage,
  WorkerReply,
} from '../file-job.js';
import { JobControl } from '../job-control.js';
import { abandonOpening, decrypt, finishOpening } from '../opening.js';
import { readRange } from '../range-reading.js';
import { reencrypt, reencryptSegments } from '../reencryption.js';
import { abandonSealing, encrypt, encryptSmall, finishSealing } from '../sealing.js';
import { openSegments, sealSegments } from '../segment-loop.js';
import { checkUnchanged, closeSource, openSource, type SourceFile } from '../source-file.js';
import { writePending } from '../target-file.js';

/** A worker thread of the file engine: it keeps nothing between messages, and answers each with a value or a failure. */
const operations: FileOperations = {
  encryptSmall: ({ jobs }) => jobs.map(encryptOne),
  encrypt: (request) => encrypt(request, new JobControl(request.control)),
  sealSegments: ({ plan, key, slice }) => {
    sealSegments(plan, key, slice);
  },
  finishSealing,
  abandonSealing: (plan) => {
    abandonSealing(plan);
  },
  decrypt: (request) => decrypt(request, new JobControl(request.control)),
  openSegments: ({ plan, key, slice }) => {
    openSegments(plan, key, slice);
  },
  finishOpening: (plan) => {
    finishOpening(plan);
  },
  abandonOpening: (plan) => {
    abandonOpening(plan);
  },
  reencrypt: (request) => reencrypt(request, new JobControl(request.control)),
  reencryptSegments: ({ plan, key, nextKey, slice }) => {
    reencryptSegments(plan, key, nextKey, slice);
  },
  readRange,
  encryptCoretex: (request) => {
    transformCoretex(request, (source, target, control) => {
      sealCoretex(request.key, source, target, control);
    });
  },
  decryptCoretex: (request) => {
    transformCoretex(request, (source, target, control) => {
      openCoretexAsReference(request.key, source, target, control);
    });
  },
};

/** One file's failure is not the others'. */
function encryptOne(request: EncryptRequest): EncryptOutcome {
  try {
    const done = encryptSmall(request);
    return done === null ? 'large' : { done };
  } catch (error) {
    return { failed: describe(error) };
  }
}

function transformCoretex(
  request: CoretexRequest,
  transform: (source: SourceFile, target: number, control: JobControl) => void,
): void {
  const source = openSource(request.source);
  try {
    writePending(request.target, (target) => {
      transform(source, target, new JobControl(request.control));
      checkUnchanged(source);
    });
  } finally {
    closeSource(source);
  }
}

/** What of an error may leave the thread. Anything that is not ours is told by its name alone. */
function describe(error: unknown): Failure {
  if (isVaultError(error)) return { code: error.code, message: error.message, details: error.details };
  const name = error instanceof Error ? error.name : 'unknown';
  const message = error instanceof Error ? `The file worker failed: ${error.message}` : 'The file worker failed.';
  return { code: 'internal', message, details: { name } };
}

function answer(message: WorkerMessage): WorkerReply {
  try {
    return { value: (operations[message.operation] as (request: unknown) => unknown)(message.request) };
  } catch (error) {
    return { failed: describe(error) };
  } finally {
    wipeKeys(message.request);
  }
}

/** SECURITY (promise 9): the key of every request moved here, so this is its only copy outside the vault. */
function wipeKeys(request: WorkerMessage['request']): void {
  if ('key' in request) request.key.fill(0);
  if ('nextKey' in request) request.nextKey.fill(0);
  if ('jobs' in request) for (const job of request.jobs) job.key.fill(0);
}

parentPort?.on('message', (message: WorkerMessage) => {
  const reply = answer(message);
  // a range of plaintext moves rather than being copied
  const bytes =
    message.operation === 'readRange' && 'value' in reply ? (reply.value as { bytes: Uint8Array }).bytes : null;
  parentPort?.postMessage(reply, bytes === null ? [] : [bytes.buffer as ArrayBuffer]);
});
