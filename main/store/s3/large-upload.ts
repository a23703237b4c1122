import type { FileHandle } from 'node:fs/promises';
import { isVaultError, VaultError } from '../../../app/errors.js';
import { readSource } from '../source-file.js';
import type { Bucket, Found, Part } from './bucket.js';
import { createAbsent, type Outcome } from './create-absent.js';
import { isPassing, s3Failure, troubleOf } from './failure.js';
import { newToken, reservationBytes } from './mark.js';
import { allOrNone } from '../parallel.js';
import type { PartBuffers } from './part-buffers.js';
import { isReservation } from './reservation.js';
import type { UploadJournal, UploadJournals } from './upload-journal.js';

/** S3 takes at most 10,000 parts. */
const mostParts = 9_000;

type Tools = Readonly<{
  bucket: Bucket;
  journals: UploadJournals;
  /** bounds the parts that are in memory at a time, over all uploads */
  buffers: PartBuffers;
  partBytes: number;
}>;

export type LargeObject = Readonly<{
  name: string;
  keyParts: readonly string[];
  source: FileHandle;
  bytes: number;
}>;

/**
 * Stores a large file in parts, and goes on where an earlier run stopped. How that can have exactly one winner, also on servers that
 * complete an upload over whatever is there: docs/decisions/0013-s3-store.md.
 *
 * 1. an upload is begun, and remembered in the journal;
 * 2. its key is reserved: a small object, created if absent, that names the upload. Readers take it for absence;
 * 3. the parts are sent, each hashed by us;
 * 4. the upload is completed, which replaces the reservation. Then we look whether what is there is ours.
 */
export class LargeUpload {
  readonly #tools: Tools;

  constructor(tools: Tools) {
    this.#tools = tools;
  }

  /** One attempt. @param replaced a reservation that nobody can complete any more */
  async attempt(object: LargeObject, replaced: Found | null, signal: AbortSignal | undefined): Promise<Outcome> {
    const { bucket, journals } = this.#tools;
    const found = replaced ?? (await bucket.head(object.name, signal));
    const kept = await journals.take(object.keyParts);
    const isOurs = kept !== null && found?.mark.token === kept.upload.token;
    if (kept !== null) {
      const outcome = await this.#goOn(object, kept, isOurs ? found : null, signal);
      if (outcome !== 'not-possible') return outcome;
    }
    if (found !== null && (!isReservation(found) || (replaced === null && !isOurs))) return found;
    return this.#begin(object, found, signal);
  }

  /** @param found what the journal's upload left there: its reservation or its object; null when it left nothing that is still there */
  async #goOn(
    object: LargeObject,
    journal: UploadJournal,
    found: Found | null,
    signal: AbortSignal | undefined,
  ): Promise<Outcome | 'not-possible'> {
    const { bucket } = this.#tools;
    const { upload, bytes } = journal.upload;
    return this.#keeping(journal, async () => {
      if (found !== null && !isReservation(found)) {
        const same = await this.#isSame(object, journal); // completed, and the answer never reached us
        await journal.remove();
        return same ? 'created' : found;
      }
      const acknowledged =
        bytes === object.bytes && found !== null && (await bucket.parts(object.name, upload, signal));
      if (acknowledged) return this.#bring(object, journal, acknowledged, signal);
      await this.#drop(object.name, journal);
      return 'not-possible';
    });
  }

  async #begin(object: LargeObject, replaced: Found | null, signal: AbortSignal | undefined): Promise<Outcome> {
    const { bucket, journals } = this.#tools;
    const { name, bytes, keyParts } = object;
    const token = newToken();
    const upload = await bucket.beginUpload(name, { token, upload: null }, signal);
    const journal = await journals.begin(keyParts, { token, upload, bytes, partBytes: this.#partBytes(bytes) });
    return this.#keeping(journal, async () => {
      const reservation = { bytes: reservationBytes(token), mark: { token, upload } };
      const outcome = await createAbsent(bucket, name, reservation, replaced, signal);
      if (outcome === 'created') return this.#bring(object, journal, [], signal);
      await this.#drop(name, journal);
      return outcome;
    });
  }

  /** Sends what is missing and completes. Null when the upload was ended by somebody else. */
  async #bring(
    object: LargeObject,
    journal: UploadJournal,
    acknowledged: readonly Part[],
    signal: AbortSignal | undefined,
  ): Promise<Outcome> {
    const { bucket } = this.#tools;
    const outcome = await this.#sendAndComplete(object, journal, acknowledged, signal).catch(async (error: unknown) => {
      // A part for an upload that is gone makes some servers hang up without a word.
      if (isVaultError(error, 'cancelled', 'source-changed', 'source-unreadable')) throw error;
      if ((await bucket.parts(object.name, journal.upload.upload, signal)) !== null) throw error;
      return null;
    });
    if (outcome === 'created') await journal.remove();
    else await this.#drop(object.name, journal);
    return outcome;
  }

  async #sendAndComplete(
    object: LargeObject,
    journal: UploadJournal,
    acknowledged: readonly Part[],
    signal: AbortSignal | undefined,
  ): Promise<Outcome> {
    const there = new Map(acknowledged.map((part) => [part.number, part.etag]));
    const numbers = numbersOf(journal);
    await allOrNone(numbers, signal, (number, stop) =>
      this.#sendPart(object, journal, number, there.get(number), stop),
    );
    return this.#complete(
      object,
      journal,
      numbers.map((number) => journal.sent.get(number)?.etag ?? ''),
      signal,
    );
  }

  /** SECURITY (promise 1): a part that is there already counts only when its hash, ours, is that of the file as it is now. */
  async #sendPart(
    object: LargeObject,
    journal: UploadJournal,
    number: number,
    acknowledgedEtag: string | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#withPart(object, journal, number, async (part, hash) => {
      const sent = journal.sent.get(number);
      if (sent !== undefined && sent.etag === acknowledgedEtag && sent.hash === hash) return;
      const etag = await this.#tools.bucket.putPart(object.name, journal.upload.upload, number, part, signal);
      await journal.note({ number, etag, hash });
    });
  }

  #withPart<T>(
    { source, bytes }: LargeObject,
    { upload: { partBytes } }: UploadJournal,
    number: number,
    work: (part: Uint8Array, hash: string) => Promise<T>,
  ): Promise<T> {
    const start = (number - 1) * partBytes;
    return this.#tools.buffers.lend(Math.min(partBytes, bytes - start), async (part) => {
      await readSource(source, start, part);
      return work(part, await hashOf(part));
    });
  }

  /** Only what is there afterwards says whether it worked: answers get lost, and some are wrong. */
  async #complete(
    { name, bytes }: LargeObject,
    journal: UploadJournal,
    etags: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<Outcome> {
    const { bucket } = this.#tools;
    const { token, upload } = journal.upload;
    for (let attempt = 1; ; attempt += 1) {
      const before = await bucket.head(name, signal);
      if (before === null || before.mark.token !== token) return before;
      let failure: unknown = null;
      if (isReservation(before)) {
        failure = await bucket.completeOnce(name, upload, etags, before, signal).catch((error: unknown) => error);
        if (troubleOf(failure) === 'cancelled' || isVaultError(failure)) throw s3Failure(failure, 'write');
      }
      const after = await bucket.head(name, signal);
      if (after === null || after.mark.token !== token) return after;
      if (!isReservation(after)) return wholeOrThrow(after, bytes);
      const mayPass = failure === undefined || isPassing(failure) || troubleOf(failure) === 'lost-race';
      if (attempt >= bucket.patience.attempts || !mayPass) throw s3Failure(failure, 'write');
      await bucket.patience.wait(attempt + 1, signal);
    }
  }

  /** Whether the file is still what the journal's upload sent. */
  async #isSame(object: LargeObject, journal: UploadJournal): Promise<boolean> {
    if (object.bytes !== journal.upload.bytes) return false;
    const same = (number: number): Promise<boolean> =>
      this.#withPart(object, journal, number, (_, hash) => Promise.resolve(hash === journal.sent.get(number)?.hash));
    for (const number of numbersOf(journal)) if (!(await same(number))) return false;
    return true;
  }

  /** Ends an upload that nobody goes on with. Not cancelled by whoever cancelled it. */
  async #drop(name: string, journal: UploadJournal): Promise<void> {
    await this.#tools.bucket.abort(name, journal.upload.upload);
    await journal.remove();
  }

  /** Whatever goes wrong, the journal is left for the next run. */
  async #keeping<T>(journal: UploadJournal, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      await journal.release().catch(() => undefined); // the first error says more; what it leaves is taken once we are gone
      throw error;
    }
  }

  #partBytes(bytes: number): number {
    const mebibyte = 1024 * 1024;
    return Math.max(this.#tools.partBytes, Math.ceil(bytes / mostParts / mebibyte) * mebibyte);
  }
}

/** The numbers of its parts, which begin with 1. */
const numbersOf = ({ upload: { bytes, partBytes } }: UploadJournal): number[] =>
  Array.from({ length: Math.ceil(bytes / partBytes) }, (_, i) => i + 1);

const hashOf = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> =>
  Buffer.from(await globalThis.crypto.subtle.digest('SHA-256', bytes)).toString('base64');

function wholeOrThrow(after: Found, bytes: number): 'created' {
  if (after.bytes === bytes) return 'created';
  throw new VaultError('damaged', 'The server put an object together wrongly: it is not as long as what was sent.');
}
