import { constants } from 'node:fs';
import { open, readFile, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isVaultError } from '../../../app/errors.js';
import type { MergeNotice } from '../../../app/model/sync.js';
import { decodeFrames, encodeFrame } from '../../crypto/index-box.js';
import type { SecretBytes } from '../../crypto/secret-bytes.js';
import type { FileRecordEntry, IndexChange, ProjectEntry, SecretEntry } from './index-entries.js';
import { IndexTables, type FileTotals } from './index-tables.js';
import { withProfileLock } from '../profile/profile-lock.js';

/** Rewritten when the log holds this many changes per live entry, and at least `compactFloor` changes. */
const compactRatio = 4;
const compactFloor = 4096;
const changesPerFrame = 2048;

/**
 * The encrypted local index: a log of changes in one file of the profile, each frame encrypted and authenticated with
 * the index key and chained by its sequence number. Several processes may use it at once: everyone appends under the
 * profile's lock after reading what others appended. It can always be rebuilt from the store.
 */
export class LocalIndex {
  readonly #profileDir: string;
  readonly #path: string;
  readonly #key: SecretBytes;
  readonly #tables = new IndexTables();
  #inode = 0;
  #offset = 0;
  #frames = 0;
  #changes = 0;
  #news = false;

  private constructor(profileDir: string, key: SecretBytes) {
    this.#profileDir = profileDir;
    this.#path = join(profileDir, 'index');
    this.#key = key;
  }

  /**
   * Opens or begins the index of a profile. `key` is 64 bytes (encryption ‖ authentication) and is disposed with the index.
   * A damaged or foreign index is set aside as if it were missing: `fresh` then tells that a rebuild is due.
   */
  static async open(profileDir: string, key: SecretBytes): Promise<{ index: LocalIndex; fresh: boolean }> {
    const index = new LocalIndex(profileDir, key);
    const fresh = await withProfileLock(profileDir, async () => {
      try {
        await index.#catchUp();
      } catch (error) {
        if (!isVaultError(error, 'damaged')) throw error;
        await index.#restart();
      }
      return index.#frames === 0;
    });
    index.#news = false;
    return { index, fresh };
  }

  get secrets(): ReadonlyMap<string, SecretEntry> {
    return this.#tables.secrets;
  }

  get projects(): ReadonlyMap<string, ProjectEntry> {
    return this.#tables.projects;
  }

  /** file records of one project, by file id */
  files(projectId: string): ReadonlyMap<string, FileRecordEntry> {
    return this.#tables.files(projectId);
  }

  /** of one project's files that are not in the trash */
  totals(projectId: string): FileTotals {
    return this.#tables.totals(projectId);
  }

  /** object hashes of a project's verified log entries: entry 1 first */
  log(projectId: string): readonly string[] {
    return this.#tables.log(projectId);
  }

  /** what merges want a person to know, by id */
  get notices(): ReadonlyMap<string, MergeNotice> {
    return this.#tables.notices;
  }

  /** store keys of objects that are sealed to others */
  get foreign(): ReadonlySet<string> {
    return this.#tables.foreign;
  }

  /** Applies and stores changes, atomically between processes; true when another process had changed the index too. */
  apply(changes: readonly IndexChange[]): Promise<boolean> {
    return withProfileLock(this.#profileDir, async () => {
      const news = await this.#catchUp();
      if (changes.length === 0) return news;
      const frames: Uint8Array[] = [];
      for (let start = 0; start < changes.length; start += changesPerFrame) {
        frames.push(this.#frame(changes.slice(start, start + changesPerFrame), this.#frames + frames.length));
      }
      await this.#append(frames);
      for (const change of changes) this.#tables.apply(change);
      this.#changes += changes.length;
      if (this.#changes > Math.max(compactFloor, compactRatio * this.#tables.size)) await this.#compact();
      return news;
    });
  }

  /** Reads what other processes appended; true when there was something. */
  async catchUp(): Promise<boolean> {
    return withProfileLock(this.#profileDir, () => this.#catchUp());
  }

  /** Whether other processes changed the index since this was asked last, whichever step here read it. */
  takeNews(): boolean {
    const news = this.#news;
    this.#news = false;
    return news;
  }

  /** Wipes the key and forgets every entry. */
  close(): void {
    this.#tables.clear();
    this.#key.dispose();
  }

  #frame(changes: readonly IndexChange[], sequence: number): Uint8Array {
    return encodeFrame(this.#key, sequence, Buffer.from(JSON.stringify(changes)));
  }

  async #catchUp(): Promise<boolean> {
    const info = await stat(this.#path).catch(() => undefined);
    if (info === undefined) return this.#forget();
    if (info.ino !== this.#inode || info.size < this.#offset) {
      this.#forget();
      this.#inode = info.ino;
    }
    if (info.size === this.#offset) return false;
    try {
      return await this.#readOn();
    } catch (error) {
      // another process may have swapped in a compacted file that got the same inode number: read it from its start
      if (this.#offset === 0 || !isVaultError(error, 'damaged')) throw error;
      this.#forget();
      this.#inode = info.ino;
      return this.#readOn();
    }
  }

  async #readOn(): Promise<boolean> {
    const bytes = (await readFile(this.#path)).subarray(this.#offset);
    const { frames, intactBytes } = decodeFrames(this.#key, bytes, this.#frames);
    for (const frame of frames) {
      const changes = JSON.parse(Buffer.from(frame).toString('utf8')) as IndexChange[];
      for (const change of changes) this.#tables.apply(change);
      this.#changes += changes.length;
    }
    this.#frames += frames.length;
    this.#offset += intactBytes;
    this.#news ||= frames.length > 0;
    return frames.length > 0;
  }

  /** Appends at the end of the intact frames: a frame torn by a crash is overwritten. */
  async #append(frames: readonly Uint8Array[]): Promise<void> {
    const bytes = Buffer.concat(frames);
    const file = await open(this.#path, constants.O_RDWR | constants.O_CREAT, 0o600);
    try {
      await file.truncate(this.#offset);
      await file.write(bytes, 0, bytes.length, this.#offset);
      await file.sync();
      this.#inode = (await file.stat()).ino;
    } finally {
      await file.close();
    }
    this.#offset += bytes.length;
    this.#frames += frames.length;
  }

  /** Writes the shortest log beside the old one and swaps them in one step. */
  async #compact(): Promise<void> {
    const changes = [...this.#tables.snapshot()];
    const frames: Uint8Array[] = [];
    for (let start = 0; start < changes.length; start += changesPerFrame) {
      frames.push(this.#frame(changes.slice(start, start + changesPerFrame), frames.length));
    }
    const next = `${this.#path}.next`;
    const bytes = Buffer.concat(frames);
    const file = await open(next, 'w', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
      this.#inode = (await file.stat()).ino;
    } finally {
      await file.close();
    }
    await rename(next, this.#path);
    this.#offset = bytes.length;
    this.#frames = frames.length;
    this.#changes = changes.length;
  }

  #forget(): boolean {
    const had = this.#frames > 0;
    this.#tables.clear();
    this.#inode = 0;
    this.#offset = 0;
    this.#frames = 0;
    this.#changes = 0;
    return had;
  }

  async #restart(): Promise<void> {
    this.#forget();
    await unlink(this.#path);
  }
}
