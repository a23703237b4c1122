import { setMaxListeners } from 'node:events';
import { addAbortSignal, type Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Intent } from '../failure.js';
import { throwIfCancelled } from '../key.js';
import { Limit } from '../limit.js';
import { maxRequests, type Sdk } from './client.js';
import { failureOf, isPassing, s3Failure, type Trouble, troubleOf } from './failure.js';
import type { Patience } from './patience.js';
import { type Mark, markOf, metadataOf } from './mark.js';
import { throttleBodies, Throttle } from './throttle.js';

/** What HEAD tells of an object. */
export type Found = Readonly<{ bytes: number; etag: string; modifiedMs: number; mark: Mark }>;
export type Listed = Readonly<{ name: string; bytes: number; modifiedMs?: number }>;
/** Where a page of a listing begins: at a token that the page before gave, after a name, or at the first. */
export type PageStart = Readonly<{ token: string | null; after: string | null }>;
export type Page = Readonly<{ listed: readonly Listed[]; continues: string | null }>;
export type Part = Readonly<{ number: number; etag: string; bytes: number; modifiedMs: number }>;
export type Upload = Readonly<{ name: string; upload: string; begunMs: number }>;
/** What is still there before a PUT changes anything: nothing, or that very object. */
type Condition = 'absent' | Readonly<{ etag: string }>;
type Signal = AbortSignal | undefined;

/** Ceph compares an ETag without its quotes, and everybody else takes it so too. */
const bareEtag = (etag: string | undefined): string => (etag ?? '').replaceAll('"', '');

/** How long the bucket's being there is taken for granted after it was seen. */
const bucketSeenMs = 30_000;

/**
 * One bucket, as single requests on names (a name is what the server calls an object: prefix and key). Requests that can be repeated
 * without harm are repeated with patience; `putOnce` and `completeOnce` are sent once, since their repetition has another meaning.
 * Throws the store's errors, except the two that say `raw`.
 */
export class Bucket {
  readonly #sdk: Sdk;
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #limit = new Limit(maxRequests);
  readonly patience: Patience;
  /** of the bodies that are sent, and of those that are read */
  readonly up = new Throttle();
  readonly down = new Throttle();
  #seenMs = 0;

  constructor(sdk: Sdk, client: S3Client, bucket: string, patience: Patience) {
    this.#sdk = sdk;
    this.#client = client;
    this.#bucket = bucket;
    this.patience = patience;
    throttleBodies(client, this.up);
  }

  /** One page of at most 1,000 names in their order, and what continues it (null at the end). */
  async page(prefix: string, from: PageStart, signal: Signal): Promise<Page> {
    const command = new this.#sdk.ListObjectsV2Command({
      Bucket: this.#bucket,
      Prefix: prefix,
      MaxKeys: 1000,
      ...(from.token !== null && { ContinuationToken: from.token }),
      ...(from.after !== null && { StartAfter: from.after }),
    });
    const page = await this.#patiently('read', signal, (options) => this.#client.send(command, options));
    const listed = (page.Contents ?? []).map(({ Key = '', Size = 0, LastModified }) => ({
      name: Key,
      bytes: Size,
      ...(LastModified && { modifiedMs: LastModified.getTime() }),
    }));
    return { listed, continues: page.IsTruncated === true ? (page.NextContinuationToken ?? null) : null };
  }

  /** Null when there is no such object. Throws `store-missing` when there is no bucket either. */
  async head(name: string, signal?: AbortSignal, again = false): Promise<Found | null> {
    const command = new this.#sdk.HeadObjectCommand({ Bucket: this.#bucket, Key: name });
    try {
      const answer = await this.#repeat(signal, (options) => this.#client.send(command, options));
      return {
        bytes: answer.ContentLength ?? 0,
        etag: bareEtag(answer.ETag),
        modifiedMs: answer.LastModified?.getTime() ?? 0,
        mark: markOf(answer.Metadata),
      };
    } catch (error) {
      if (await this.#isAbsent(name, error, signal)) return null;
      // It may have come between the refusal and the listing.
      if (troubleOf(error) === 'refused' && !again) return this.head(name, signal, true);
      throw s3Failure(error, 'read');
    }
  }

  /**
   * The bytes of an object, all or those from `start` up to `endExclusive` (cut at its end, so maybe none), and its mark. Null when
   * there is no such object.
   * @param roomFor gives a buffer of that many bytes to read into; what it throws is thrown
   */
  async get(
    name: string,
    range: Readonly<{ start: number; endExclusive: number }> | undefined,
    roomFor: (byteLength: number) => Buffer,
    signal: Signal,
  ): Promise<{ bytes: Buffer; mark: Mark } | null> {
    const command = new this.#sdk.GetObjectCommand({
      Bucket: this.#bucket,
      Key: name,
      ...(range && { Range: `bytes=${String(range.start)}-${String(range.endExclusive - 1)}` }),
    });
    try {
      return await this.#repeat(signal, async (options) => {
        const answer = await this.#client.send(command, options);
        const bytes = await bodyOf(answer.Body as Readable, answer.ContentLength ?? 0, {
          roomFor,
          down: this.down,
          signal,
        });
        return { bytes, mark: markOf(answer.Metadata) };
      });
    } catch (error) {
      if (troubleOf(error) === 'absent' || (await this.#isRefusedAbsence(name, error, signal))) return null;
      if (troubleOf(error) === 'beyond-end') {
        const found = await this.head(name, signal);
        return found && { bytes: Buffer.alloc(0), mark: found.mark };
      }
      throw s3Failure(error, 'read');
    }
  }

  /** Sends a PUT once. Throws raw errors: what they mean is only known after a look at what is there. */
  async putOnce(name: string, bytes: Uint8Array, mark: Mark, condition: Condition, signal: Signal): Promise<void> {
    const command = new this.#sdk.PutObjectCommand({
      Bucket: this.#bucket,
      Key: name,
      Body: bytes,
      ContentLength: bytes.length,
      ContentType: 'application/octet-stream',
      Metadata: metadataOf(mark),
      ...(condition === 'absent' ? { IfNoneMatch: '*' } : { IfMatch: condition.etag }),
    });
    await this.#once(signal, (options) => this.#client.send(command, options));
  }

  /** Removing what is not there is no error. */
  async delete(name: string, signal?: AbortSignal): Promise<void> {
    const command = new this.#sdk.DeleteObjectCommand({ Bucket: this.#bucket, Key: name });
    try {
      await this.#repeat(signal, (options) => this.#client.send(command, options));
    } catch (error) {
      if (troubleOf(error) !== 'absent') throw s3Failure(error, 'write');
    }
  }

  /** Begins an upload in parts; the object will carry `mark`. @returns the upload's id */
  async beginUpload(name: string, mark: Mark, signal: Signal): Promise<string> {
    const command = new this.#sdk.CreateMultipartUploadCommand({
      Bucket: this.#bucket,
      Key: name,
      ContentType: 'application/octet-stream',
      Metadata: metadataOf(mark),
    });
    const { UploadId } = await this.#patiently('write', signal, (options) => this.#client.send(command, options));
    if (UploadId === undefined) throw failureOf('strange', 'write');
    return UploadId;
  }

  /** Sends one part (numbers begin with 1). @returns its ETag */
  async putPart(name: string, upload: string, number: number, bytes: Uint8Array, signal: AbortSignal): Promise<string> {
    const command = new this.#sdk.UploadPartCommand({
      Bucket: this.#bucket,
      Key: name,
      UploadId: upload,
      PartNumber: number,
      Body: bytes,
      ContentLength: bytes.length,
    });
    const { ETag } = await this.#patiently('write', signal, (options) => this.#client.send(command, options));
    return bareEtag(ETag);
  }

  /** Every part the server has acknowledged; null when it knows no such upload (any more). */
  async parts(name: string, upload: string, signal?: AbortSignal): Promise<Part[] | null> {
    const parts: Part[] = [];
    for (let after = '0'; ;) {
      const command = new this.#sdk.ListPartsCommand({
        Bucket: this.#bucket,
        Key: name,
        UploadId: upload,
        PartNumberMarker: after,
      });
      try {
        const page = await this.#repeat(signal, (options) => this.#client.send(command, options));
        for (const { PartNumber = 0, ETag, Size = 0, LastModified } of page.Parts ?? [])
          parts.push({
            number: PartNumber,
            etag: bareEtag(ETag),
            bytes: Size,
            modifiedMs: LastModified?.getTime() ?? 0,
          });
        if (page.IsTruncated !== true || page.NextPartNumberMarker === undefined) return parts;
        after = page.NextPartNumberMarker;
      } catch (error) {
        if (isOneOf(error, 'absent', 'no-upload')) return null;
        throw s3Failure(error, 'write');
      }
    }
  }

  /**
   * Asks once to make the object of its parts. Throws raw errors. Success proves nothing: Ceph answers so too when the upload is gone and
   * any object is at that name. Servers that can, do it only while the object of that ETag is there.
   */
  async completeOnce(
    name: string,
    upload: string,
    etags: readonly string[],
    before: Readonly<{ etag: string }>,
    signal: Signal,
  ): Promise<void> {
    const command = new this.#sdk.CompleteMultipartUploadCommand({
      Bucket: this.#bucket,
      Key: name,
      UploadId: upload,
      IfMatch: before.etag,
      MultipartUpload: { Parts: etags.map((etag, i) => ({ PartNumber: i + 1, ETag: etag })) },
    });
    await this.#once(signal, (options) => this.#client.send(command, options));
  }

  /** Uploads below a prefix that were begun and neither completed nor ended. */
  async uploads(prefix: string, signal?: AbortSignal): Promise<Upload[]> {
    const uploads: Upload[] = [];
    for (let after: Readonly<{ KeyMarker?: string; UploadIdMarker?: string }> = {}; ;) {
      const command = new this.#sdk.ListMultipartUploadsCommand({ Bucket: this.#bucket, Prefix: prefix, ...after });
      const page = await this.#patiently('read', signal, (options) => this.#client.send(command, options));
      for (const { Key = '', UploadId = '', Initiated } of page.Uploads ?? [])
        uploads.push({ name: Key, upload: UploadId, begunMs: Initiated?.getTime() ?? Date.now() });
      if (page.IsTruncated !== true || page.NextKeyMarker === undefined) return uploads;
      after = {
        KeyMarker: page.NextKeyMarker,
        ...(page.NextUploadIdMarker !== undefined && { UploadIdMarker: page.NextUploadIdMarker }),
      };
    }
  }

  /** Ends an upload: it can never be completed afterwards. No error when it is gone already. */
  async abort(name: string, upload: string, signal?: AbortSignal): Promise<void> {
    const command = new this.#sdk.AbortMultipartUploadCommand({ Bucket: this.#bucket, Key: name, UploadId: upload });
    try {
      await this.#repeat(signal, (options) => this.#client.send(command, options));
    } catch (error) {
      if (!isOneOf(error, 'absent', 'no-upload')) throw s3Failure(error, 'write');
    }
  }

  close(): void {
    this.#client.destroy();
  }

  /** Of HEAD, whose answer has no body that would say which of several reasons it was. Throws `store-missing` when the bucket is gone. */
  async #isAbsent(name: string, error: unknown, signal: Signal): Promise<boolean> {
    if (troubleOf(error) !== 'absent') return this.#isRefusedAbsence(name, error, signal);
    if (Date.now() - this.#seenMs >= bucketSeenMs) await this.#lists(name, signal);
    this.#seenMs = Date.now();
    return true;
  }

  /** To keys that may list only below a prefix, servers refuse what is not there: a listing tells. */
  async #isRefusedAbsence(name: string, error: unknown, signal: Signal): Promise<boolean> {
    return troubleOf(error) === 'refused' && !(await this.#lists(name, signal));
  }

  async #lists(name: string, signal: Signal): Promise<boolean> {
    const { listed } = await this.page(name, { token: null, after: null }, signal);
    return listed.some((object) => object.name === name);
  }

  async #patiently<T>(intent: Intent, signal: Signal, send: (options: SendOptions) => Promise<T>): Promise<T> {
    try {
      return await this.#repeat(signal, send);
    } catch (error) {
      throw s3Failure(error, intent);
    }
  }

  #repeat<T>(signal: Signal, send: (options: SendOptions) => Promise<T>): Promise<T> {
    return this.patience.run(() => this.#once(signal, send), isPassing, signal);
  }

  #once<T>(signal: Signal, send: (options: SendOptions) => Promise<T>): Promise<T> {
    return this.#limit.run(() => {
      throwIfCancelled(signal);
      if (signal === undefined) return send({});
      setMaxListeners(0, signal); // every request under way listens; that many are no leak
      return send({ abortSignal: signal });
    });
  }
}

type SendOptions = Readonly<{ abortSignal?: AbortSignal }>;

const isOneOf = (error: unknown, ...troubles: Trouble[]): boolean => troubles.includes(troubleOf(error));

/** Reads the body of an answer whole. A body that ends early is an error that passes. */
async function bodyOf(
  body: Readable,
  byteLength: number,
  how: Readonly<{ roomFor: (byteLength: number) => Buffer; down: Throttle; signal: Signal }>,
): Promise<Buffer> {
  const { roomFor, down, signal } = how;
  let done = 0;
  try {
    const bytes = roomFor(byteLength);
    for await (const chunk of signal === undefined ? body : addAbortSignal(signal, body)) {
      const piece = chunk as Buffer;
      if (done + piece.length > byteLength) throw failureOf('strange', 'read');
      if (down.isOn) await down.take(piece.length, signal);
      bytes.set(piece, done);
      done += piece.length;
    }
    throwIfCancelled(signal);
    if (done < byteLength) throw Object.assign(new Error('The answer ended early.'), { code: 'ECONNRESET' });
    return bytes;
  } finally {
    body.destroy();
  }
}
