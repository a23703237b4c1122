import { constants } from 'node:fs';
import { open, readFile, rename, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { VaultError } from '../../../app/errors.js';
import { id } from '../../../app/model/account.js';
import { decodeFrames, encodeFrame } from '../../crypto/index-box.js';
import type { SecretBytes } from '../../crypto/secret-bytes.js';

/** What an upload is to do; `sources` are absolute paths of this computer. */
export type UploadPlan = Readonly<{ folder: string; sources: readonly string[]; label: string }>;

/** A file whose container is (being) staged under its blob id. `epoch` is that of the project key it is encrypted with. */
export type StartedFile = Readonly<{ path: string; blob: string; epoch: number; bytes: number; modifiedMs: number }>;
export type FinishedFile = Readonly<{ path: string; bytes: number }>;

type JournalChange =
  | Readonly<{ plan: UploadPlan }>
  | Readonly<{ started: readonly StartedFile[] }>
  | Readonly<{ finished: readonly FinishedFile[] }>;

const header = z.object({
  format: z.literal('coretex-vault/v1/upload-journal'),
  project: id,
  epoch: z.number().int().positive(),
});
export type JournalHeader = z.infer<typeof header>;

const newline = 0x0a;
const journalPath = (folder: string): string => join(folder, 'journal');

const readJournal = (folder: string): Promise<Buffer | null> =>
  readFile(journalPath(folder)).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new VaultError('source-unreadable', 'The journal of an upload cannot be read.', { cause: error });
  });

const parseHeader = (bytes: Buffer): { header: JournalHeader; headerBytes: number } => {
  const headerBytes = bytes.indexOf(newline) + 1;
  try {
    return { header: header.parse(JSON.parse(bytes.toString('latin1', 0, headerBytes))), headerBytes };
  } catch (error) {
    throw new VaultError('damaged', 'The journal of an upload is damaged.', { cause: error });
  }
};

/** Whose upload a folder holds: ids only. Null when a crash left it without a journal. Throws `damaged`. */
export const readJournalHeader = async (folder: string): Promise<JournalHeader | null> => {
  const bytes = await readJournal(folder);
  return bytes === null || bytes.indexOf(newline) === -1 ? null : parseHeader(bytes).header;
};

/**
 * What an upload has begun and finished, so that it goes on after a crash. The journal's first line names the project and
 * epoch; everything after it is in encrypted, authenticated, chained frames, under a key derived from that project's key.
 * SECURITY (promise 8): no path or name of a person's file is on the disk in clear.
 */
export class UploadJournal {
  readonly plan: UploadPlan;
  /** by path; what is also in `finished` is over */
  readonly started = new Map<string, StartedFile>();
  /** plaintext bytes by path */
  readonly finished = new Map<string, number>();
  readonly #file: FileHandle;
  readonly #key: SecretBytes;
  #frames = 0;
  #offset = 0;
  #writing: Promise<void> = Promise.resolve();

  private constructor(file: FileHandle, key: SecretBytes, plan: UploadPlan) {
    this.#file = file;
    this.#key = key;
    this.plan = plan;
  }

  /**
   * Begins a journal; durable when it resolves. `key` has 64 bytes and is disposed by `close`.
   * It appears in one step, plan and all: a crash leaves either a journal that can be gone on with, or none.
   */
  static async create(
    folder: string,
    about: Pick<JournalHeader, 'project' | 'epoch'>,
    key: SecretBytes,
    plan: UploadPlan,
  ): Promise<UploadJournal> {
    const begun = `${journalPath(folder)}.new`;
    const file = await open(begun, constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC, 0o600);
    const journal = new UploadJournal(file, key, plan);
    try {
      const { project, epoch } = about;
      const line = `${JSON.stringify({ format: 'coretex-vault/v1/upload-journal', project, epoch })}\n`;
      await file.write(line, 0, 'latin1');
      journal.#offset = line.length;
      await journal.#append({ plan });
      await rename(begun, journalPath(folder));
      return journal;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Goes on with a journal; a frame torn by a crash is forgotten. Throws `damaged`, `not-found`. */
  static async open(folder: string, key: SecretBytes): Promise<UploadJournal> {
    const bytes = await readJournal(folder);
    if (bytes === null) throw new VaultError('not-found', 'There is nothing left of this upload.');
    const { headerBytes } = parseHeader(bytes);
    const { frames, intactBytes } = decodeFrames(key, bytes.subarray(headerBytes), 0);
    // Our own frames, verified by their tags: types, not schemas.
    const changes = frames.map((frame) => JSON.parse(Buffer.from(frame).toString('utf8')) as JournalChange);
    const [first, ...rest] = changes;
    if (first === undefined || !('plan' in first))
      throw new VaultError('damaged', 'The journal of an upload is damaged.');
    const journal = new UploadJournal(await open(journalPath(folder), constants.O_RDWR), key, first.plan);
    journal.#offset = headerBytes + intactBytes;
    journal.#frames = frames.length;
    for (const change of rest) journal.#apply(change);
    return journal;
  }

  /** Durable when it resolves: only then may anything be staged under these blob ids. */
  start(files: readonly StartedFile[]): Promise<void> {
    return files.length === 0 ? this.#writing : this.#append({ started: files });
  }

  finish(files: readonly FinishedFile[]): Promise<void> {
    return files.length === 0 ? this.#writing : this.#append({ finished: files });
  }

  /** Files that were begun and not finished. */
  unfinished(): StartedFile[] {
    return [...this.started.values()].filter(({ path }) => !this.finished.has(path));
  }

  async close(): Promise<void> {
    await this.#writing.catch(() => undefined);
    this.#key.dispose();
    await this.#file.close();
  }

  /** One after the other: frames are chained. */
  #append(change: JournalChange): Promise<void> {
    const turn = this.#writing.then(() => this.#write(change));
    this.#writing = turn.catch(() => undefined);
    return turn;
  }

  async #write(change: JournalChange): Promise<void> {
    const frame = encodeFrame(this.#key, this.#frames, Buffer.from(JSON.stringify(change)));
    await this.#file.truncate(this.#offset); // what a crash or a full disk left of a frame
    let written = 0;
    while (written < frame.length) {
      const { bytesWritten } = await this.#file.write(frame, written, frame.length - written, this.#offset + written);
      written += bytesWritten;
    }
    await this.#file.datasync();
    this.#frames += 1;
    this.#offset += frame.length;
    this.#apply(change);
  }

  #apply(change: JournalChange): void {
    if ('started' in change) for (const file of change.started) this.started.set(file.path, file);
    if ('finished' in change) for (const file of change.finished) this.finished.set(file.path, file.bytes);
  }
}
