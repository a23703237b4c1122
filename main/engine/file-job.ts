import type { Suite } from '../../app/model/account.js';
import type { ErrorCode, ErrorDetails } from '../../app/errors.js';
import type { FileIdentity } from '../crypto/file-container.js';
import type { PendingFile, TargetPath } from './target-file.js';
import type { SourceFile } from './source-file.js';

/** What the engine asks of its worker threads. Everything here is plain data that structured cloning carries. */

/** `key` is a copy of the project's key that moves to the worker, which wipes it. */
export type EncryptRequest = Readonly<{
  source: string;
  target: string;
  key: Uint8Array;
  identity: FileIdentity;
  suite: Suite;
  resume: boolean;
}>;

/** Without `target` the blob is verified and nothing is written. */
export type DecryptRequest = Readonly<{
  source: string;
  target: TargetPath | null;
  key: Uint8Array;
  identity: FileIdentity;
  suite: Suite;
  bytes: number;
  root: Uint8Array;
}>;

export type RangeRequest = Omit<DecryptRequest, 'target'> &
  Readonly<{
    start: number;
    endExclusive: number;
    /** coretex suite: SHA-256 of each piece of the blob, from an earlier answer that had verified all of it */
    pieces: Uint8Array | null;
  }>;

/** Encrypts the blob `source` anew into the staging file `target`: for the blob `next`, with `nextKey`, in the same suite. */
export type ReencryptRequest = Omit<DecryptRequest, 'target'> &
  Readonly<{ target: string; next: FileIdentity; nextKey: Uint8Array }>;

/** `bytes` of plaintext; `containerBytes` of the blob; 32-byte `root`; `modifiedMs` of the source. */
export type EncryptedFile = Readonly<{ bytes: number; containerBytes: number; root: Uint8Array; modifiedMs: number }>;

/** A container that several workers write or read together: its files are open, its segments are taken from the control. */
export type SegmentPlan = Readonly<{
  identity: FileIdentity;
  plainBytes: number;
  segmentBytes: number;
  source: SourceFile;
  /** tag i of the trailer at 32·i: written when sealing, expected when opening */
  tags: SharedArrayBuffer;
  control: SharedArrayBuffer;
}>;

export type SealPlan = SegmentPlan & Readonly<{ staging: number; resume: boolean }>;
/** A container that becomes another with the same segments: the plan is that of the new one, `from` tells the old one. */
export type ReencryptPlan = SealPlan & Readonly<{ from: Pick<SegmentPlan, 'identity' | 'tags'> }>;
export type OpenPlan = SegmentPlan & Readonly<{ pending: PendingFile | null }>;

export type Failure = Readonly<{ code: ErrorCode; message: string; details: ErrorDetails }>;
export type EncryptOutcome = Readonly<{ done: EncryptedFile }> | Readonly<{ failed: Failure }> | 'large';

/** The operations of main/engine/workers/file-worker.ts. `slice` is how many segments to work on before answering. */
export interface FileOperations {
  /** Encrypts small files whole; the others are `large` and untouched. */
  encryptSmall(request: Readonly<{ jobs: readonly EncryptRequest[] }>): EncryptOutcome[];
  /** Encrypts a small or coretex-suite file whole; for another, opens its files and plans its segments. */
  encrypt(request: EncryptRequest & Readonly<{ control: SharedArrayBuffer }>): EncryptedFile | SealPlan;
  sealSegments(request: Readonly<{ plan: SealPlan; key: Uint8Array; slice: number }>): void;
  finishSealing(plan: SealPlan): EncryptedFile;
  abandonSealing(plan: SealPlan): void;
  /** Decrypts (or verifies) a small or coretex-suite file whole: null; for another, checks its root and plans its segments. */
  decrypt(request: DecryptRequest & Readonly<{ control: SharedArrayBuffer }>): OpenPlan | null;
  openSegments(request: Readonly<{ plan: OpenPlan; key: Uint8Array; slice: number }>): void;
  finishOpening(plan: OpenPlan): void;
  abandonOpening(plan: OpenPlan): void;
  /** As `encrypt`, from a blob; `finishSealing` and `abandonSealing` end what it begins. */
  reencrypt(request: ReencryptRequest & Readonly<{ control: SharedArrayBuffer }>): EncryptedFile | ReencryptPlan;
  reencryptSegments(
    request: Readonly<{ plan: ReencryptPlan; key: Uint8Array; nextKey: Uint8Array; slice: number }>,
  ): void;
  readRange(request: RangeRequest): Readonly<{ bytes: Uint8Array; pieces: Uint8Array | null }>;
  /** The coretex suite without a record, for exchange with the reference: see coretex-files.ts. */
  encryptCoretex(request: CoretexRequest): void;
  decryptCoretex(request: CoretexRequest): void;
}

export type CoretexRequest = Readonly<{
  source: string;
  target: TargetPath;
  key: Uint8Array;
  control: SharedArrayBuffer;
}>;

export type OperationName = keyof FileOperations;
export type RequestOf<K extends OperationName> = Parameters<FileOperations[K]>[0];
export type AnswerOf<K extends OperationName> = ReturnType<FileOperations[K]>;

export type WorkerMessage = Readonly<{ [K in OperationName]: { operation: K; request: RequestOf<K> } }[OperationName]>;
export type WorkerReply = Readonly<{ value: unknown }> | Readonly<{ failed: Failure }>;
