import { appendFile, mkdir, readdir, readFile, rename, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isAbsent } from '../failure.js';
import { ownerIsDead, ownName, unlinkQuietly } from '../staging.js';

const header = z.strictObject({
  format: z.literal('coretex-vault/v1/s3-upload'),
  token: z.string(),
  upload: z.string(),
  bytes: z.int().nonnegative(),
  partBytes: z.int().positive(),
});
const sentPart = z.strictObject({ number: z.int().positive(), etag: z.string(), hash: z.string() });

export type UploadHeader = Readonly<Omit<z.infer<typeof header>, 'format'>>;
/** `hash`: base64 SHA-256 of the part as we sent it; the server's own checksums are not relied on */
export type SentPart = Readonly<z.infer<typeof sentPart>>;

const idlePrefix = 'idle_';

/**
 * What this computer remembers of uploads under way, so that they go on after a crash: one file for each, below a folder for its key.
 * Its name says which process goes on with it; taking it over is a rename, so only one process does.
 */
export class UploadJournals {
  readonly #folder: string;

  /** @param folder where the journals are; made when needed */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async begin(parts: readonly string[], upload: UploadHeader): Promise<UploadJournal> {
    const folder = join(this.#folder, ...parts);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, ownName('temp'));
    const first = JSON.stringify({ format: 'coretex-vault/v1/s3-upload', ...upload });
    await writeFile(path, `${first}\n`, { mode: 0o600, flag: 'wx' });
    return new UploadJournal(folder, path, upload, new Map());
  }

  /** An upload of that key which nobody goes on with; null when there is none. It is the caller's until `release` or `remove`. */
  async take(parts: readonly string[]): Promise<UploadJournal | null> {
    const folder = join(this.#folder, ...parts);
    for (const name of await namesIn(folder)) {
      if (!name.startsWith(idlePrefix) && ownerIsDead(name) !== true) continue;
      const path = join(folder, ownName('temp'));
      try {
        await rename(join(folder, name), path);
      } catch (error) {
        if (isAbsent(error)) continue; // another process was quicker
        throw error;
      }
      const journal = parse(folder, path, await readFile(path, 'utf8'));
      if (journal !== null) return journal;
      await unlinkQuietly(path); // its writer died before the first line was complete: nothing was reserved yet
    }
    return null;
  }
}

export class UploadJournal {
  readonly upload: UploadHeader;
  readonly sent: Map<number, SentPart>;
  readonly #folder: string;
  readonly #path: string;

  constructor(folder: string, path: string, upload: UploadHeader, sent: Map<number, SentPart>) {
    this.#folder = folder;
    this.#path = path;
    this.upload = upload;
    this.sent = sent;
  }

  /** Remembers a part. Not synced: what a power cut takes is sent again. */
  async note(part: SentPart): Promise<void> {
    await appendFile(this.#path, `${JSON.stringify(part)}\n`);
    this.sent.set(part.number, part);
  }

  /** Leaves it to whoever takes it next, this process or another. */
  async release(): Promise<void> {
    await rename(this.#path, join(this.#folder, `${idlePrefix}${globalThis.crypto.randomUUID()}`));
  }

  async remove(): Promise<void> {
    await unlinkQuietly(this.#path);
    await rmdir(this.#folder).catch(() => undefined); // another upload of that key is remembered there, or below
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

/** Null when there is no whole first line. A last line that was cut short is a part that is sent again. */
function parse(folder: string, path: string, text: string): UploadJournal | null {
  const [first, ...rest] = text
    .split('\n')
    .slice(0, -1)
    .map((line) => parseLine(line));
  const upload = header.safeParse(first);
  if (!upload.success) return null;
  const sent = rest.flatMap((line) => sentPart.safeParse(line).data ?? []);
  return new UploadJournal(folder, path, upload.data, new Map(sent.map((part) => [part.number, part])));
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null; // the schema says what that means
  }
}
