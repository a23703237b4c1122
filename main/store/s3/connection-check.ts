import type { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { isVaultError, VaultError } from '../../../app/errors.js';
import { type ConnectionCheck, connectionSteps, type S3Keys, type S3Location } from '../../../app/model/store.js';
import type { Intent } from '../failure.js';
import { loadSdk, newClient, type Sdk } from './client.js';
import { failureOf, isPassing, troubleOf, type Trouble } from './failure.js';
import { keyPrefix } from './location.js';
import { newToken } from './mark.js';

type Step = (typeof connectionSteps)[number];

export type CheckRequest = Readonly<{
  location: S3Location;
  keys: S3Keys;
  /** the key of an object that says that a vault is there */
  marker: string;
  signal?: AbortSignal;
  /** the longest that one request may take */
  stepMs?: number;
}>;

/** `failure`: of the first step that failed; null when none did. */
export type CheckResult = Readonly<{ check: ConnectionCheck; failure: VaultError | null }>;

const defaultStepMs = 10_000;
/** What all probe objects hold: its parts are told apart. */
const probeBytes = Buffer.from('coretex-vault probe 0123456789\n');
const probeRange = { start: 14, endExclusive: 19 };

/**
 * Tries every verb on a place in a bucket, each within seconds, with an object of a random name that is no key and is removed at the end.
 * What is wrong is told by its step, never thrown. Throws `invalid-input` for what cannot be a location, and `cancelled`.
 */
export async function checkConnection(request: CheckRequest): Promise<CheckResult> {
  const prefix = keyPrefix(request.location);
  const sdk = await loadSdk();
  const client = newClient(sdk, request.location, () => Promise.resolve(request.keys));
  try {
    return await new ConnectionTrial(sdk, client, request, prefix).run();
  } finally {
    client.destroy();
  }
}

/** What one failed step means to the steps that follow. */
type Told = Map<Step, VaultError | null>;

class ConnectionTrial {
  readonly #sdk: Sdk;
  readonly #client: S3Client;
  readonly #request: CheckRequest;
  readonly #bucket: string;
  readonly #probe: string;
  readonly #marker: string;
  readonly #prefix: string;
  /** null: it went well; a step that is missing was not tried */
  readonly #told: Told = new Map();
  #holdsVault = false;
  #wrote = false;

  constructor(sdk: Sdk, client: S3Client, request: CheckRequest, prefix: string) {
    this.#sdk = sdk;
    this.#client = client;
    this.#request = request;
    this.#bucket = request.location.bucket;
    this.#prefix = prefix;
    this.#probe = `${prefix}.probe/${newToken()}`;
    this.#marker = `${prefix}${request.marker}`;
  }

  async run(): Promise<CheckResult> {
    try {
      if (await this.#reachAndList()) {
        if (await this.#step('write', () => this.#put(false))) await this.#tryAll();
        else if (isReadOnly(this.#told.get('write'))) await this.#tryReading();
      }
    } finally {
      if (this.#wrote) await this.#remove().catch(() => undefined); // its own step has said so
    }
    return this.#result();
  }

  async #tryAll(): Promise<void> {
    const goesOn =
      (await this.#step('create-if-absent', () => this.#putAgain())) &&
      (await this.#step('read', () => this.#read(this.#probe))) &&
      (await this.#step('range', () => this.#readRange(this.#probe)));
    if (goesOn) await this.#step('delete', () => this.#remove());
  }

  /** With keys that may not write there is only what others wrote to be read. */
  async #tryReading(): Promise<void> {
    const readable = await this.#step('read', () => (this.#holdsVault ? this.#read(this.#marker) : Promise.resolve()));
    if (readable && this.#holdsVault) await this.#step('range', () => this.#readRange(this.#marker));
  }

  /** One listing tells three things apart: whether a server answers, whether it takes the keys, whether they may list. */
  async #reachAndList(): Promise<boolean> {
    try {
      await this.#list();
      this.#holdsVault = await this.#has(this.#marker);
    } catch (error) {
      const failure = this.#failureOf(error, 'read');
      const failed = stepOf(failure);
      for (const step of ['reach', 'sign-in'] as const) {
        if (step === failed) break;
        this.#told.set(step, null);
      }
      this.#told.set(failed, failure);
      return false;
    }
    for (const step of ['reach', 'sign-in', 'list'] as const) this.#told.set(step, null);
    return true;
  }

  async #list(): Promise<void> {
    const command = new this.#sdk.ListObjectsV2Command({ Bucket: this.#bucket, Prefix: this.#prefix, MaxKeys: 2 });
    const { Name, KeyCount, IsTruncated } = await this.#send((options) => this.#client.send(command, options));
    // Any web server may answer a GET with a page, which reads as an empty listing.
    if (Name === undefined && KeyCount === undefined && IsTruncated === undefined) throw failureOf('strange', 'read');
  }

  async #has(name: string): Promise<boolean> {
    const command = new this.#sdk.ListObjectsV2Command({ Bucket: this.#bucket, Prefix: name, MaxKeys: 1 });
    const { Contents = [] } = await this.#send((options) => this.#client.send(command, options));
    return Contents[0]?.Key === name;
  }

  async #put(onlyIfAbsent: boolean): Promise<void> {
    const command = new this.#sdk.PutObjectCommand({
      Bucket: this.#bucket,
      Key: this.#probe,
      Body: probeBytes,
      ContentLength: probeBytes.length,
      ContentType: 'application/octet-stream',
      ...(onlyIfAbsent && { IfNoneMatch: '*' }),
    });
    this.#wrote = true; // also when the answer is lost
    await this.#send((options) => this.#client.send(command, options));
  }

  /** The object is there: a server that honours the condition refuses. SECURITY (promise 10). */
  async #putAgain(): Promise<void> {
    try {
      await this.#put(true);
    } catch (error) {
      if (troubleOf(error) === 'lost-race') return;
      throw error;
    }
    throw failureOf('no-conditions', 'write');
  }

  async #read(name: string): Promise<void> {
    const bytes = await this.#get(name);
    if (name === this.#probe && !bytes.equals(probeBytes)) throw failureOf('strange', 'read');
  }

  async #readRange(name: string): Promise<void> {
    const { start, endExclusive } = probeRange;
    const bytes = await this.#get(name, `bytes=${String(start)}-${String(endExclusive - 1)}`);
    const right = name === this.#probe ? bytes.equals(probeBytes.subarray(start, endExclusive)) : bytes.length === 5;
    if (!right) throw new VaultError('store-unreachable', 'The server cannot send a part of an object.', strange);
  }

  async #get(name: string, Range?: string): Promise<Buffer> {
    const command = new this.#sdk.GetObjectCommand({ Bucket: this.#bucket, Key: name, ...(Range && { Range }) });
    return this.#send(async (options) => {
      const { Body } = await this.#client.send(command, options);
      const chunks: Buffer[] = [];
      for await (const chunk of Body as Readable) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks);
    });
  }

  async #remove(): Promise<void> {
    const command = new this.#sdk.DeleteObjectCommand({ Bucket: this.#bucket, Key: this.#probe });
    await this.#send((options) => this.#client.send(command, options));
    if (await this.#has(this.#probe)) throw failureOf('refused', 'write');
    this.#wrote = false;
  }

  async #step(step: Step, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      this.#told.set(step, null);
      return true;
    } catch (error) {
      const reading = step === 'read' || step === 'range';
      this.#told.set(step, this.#failureOf(error, reading ? 'read' : 'write', step));
      return false;
    }
  }

  /** Once more after what may pass: the client sets its clock by the first answer, and a busy server deserves a second chance. */
  async #send<T>(work: (options: { abortSignal: AbortSignal }) => Promise<T>): Promise<T> {
    const { signal, stepMs = defaultStepMs } = this.#request;
    const deadline = AbortSignal.timeout(stepMs);
    const abortSignal = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
    const once = async (): Promise<T> => {
      try {
        return await work({ abortSignal });
      } catch (error) {
        if (signal?.aborted === true) throw new VaultError('cancelled', undefined, { cause: error });
        if (deadline.aborted) throw tooSlow(stepMs, error);
        throw error;
      }
    };
    return once().catch((error: unknown) => (isPassing(error) ? once() : Promise.reject(asError(error))));
  }

  #failureOf(error: unknown, intent: Intent, step?: Step): VaultError {
    if (isVaultError(error, 'cancelled')) throw error;
    if (isVaultError(error)) return error;
    const trouble = troubleOf(error);
    // There is no object that a listing could find absent: what answers so is no S3 server.
    const reason = trouble === 'absent' || trouble === 'beyond-end' ? 'strange' : trouble;
    const failure = failureOf(reason, intent, error);
    const better = sentenceOf(reason, step, error);
    return better === null ? failure : new VaultError(failure.code, better, { details: { reason }, cause: error });
  }

  #result(): CheckResult {
    const steps = connectionSteps.map((step) => {
      const told = this.#told.get(step);
      if (told === undefined) return { step, outcome: 'skipped' as const, message: '' };
      return told === null
        ? { step, outcome: 'ok' as const, message: '' }
        : { step, outcome: 'failed' as const, message: told.message };
    });
    const readOnly = isReadOnly(this.#told.get('write')) && this.#told.get('read') === null;
    const failure = [...this.#told.values()].find((told) => told !== null) ?? null;
    return { check: { steps, readOnly, holdsVault: this.#holdsVault }, failure };
  }
}

const strange = { details: { reason: 'strange' } };

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

const isReadOnly = (write: VaultError | null | undefined): boolean => write?.details['reason'] === 'refused';

const tooSlow = (ms: number, cause: unknown): VaultError =>
  new VaultError(
    'store-unreachable',
    `The server did not answer within ${String(Math.ceil(ms / 1000))} seconds. Check the network and the address.`,
    { details: { reason: 'network' }, cause },
  );

/** Which of the first three steps a failed listing failed at. */
function stepOf({ details }: VaultError): 'reach' | 'sign-in' | 'list' {
  switch (details['reason'] as Trouble) {
    case 'wrong-keys':
    case 'wrong-clock':
    case 'wrong-region':
      return 'sign-in';
    case 'refused':
    case 'no-bucket':
      return 'list';
    default:
      return 'reach';
  }
}

/** Where a trial can say more than the store does; null where it cannot. */
function sentenceOf(reason: Trouble, step: Step | undefined, error: unknown): string | null {
  if (reason === 'wrong-clock') {
    const minutes = minutesOff(error);
    const much = minutes === null ? 'by more than the server allows' : `by ${String(minutes)} minutes`;
    return `The clocks of this computer and of the server differ ${much}. Set the clock.`;
  }
  if (reason === 'refused' && step === undefined)
    return 'The access keys may not list the bucket. Ask whoever runs it for permission.';
  if (reason === 'refused' && step === 'write')
    return 'The access keys may not write here. That is enough to read, and for a node; to change anything, ask whoever runs the bucket.';
  if (reason === 'refused' && step === 'delete')
    return 'The access keys may not delete here, so a small object was left below “.probe”. Ask whoever runs the bucket for permission.';
  return null;
}

/** By the date of the server's answer; null when there is none. */
function minutesOff(error: unknown): number | null {
  if (!(error instanceof Error) || !('$response' in error)) return null;
  const { headers } = (error.$response ?? {}) as { headers?: Readonly<Record<string, string>> };
  const server = Date.parse(headers?.['date'] ?? '');
  return Number.isNaN(server) ? null : Math.round(Math.abs(server - Date.now()) / 60_000);
}
