import { chmodSync, lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { VaultError } from '../../../app/errors.js';
import { hasEnded, identityText, ownIdentity, parseIdentity } from './process-identity.js';

/** File systems that live in memory, by their magic number in statfs(2). */
const memoryTypes: ReadonlySet<number> = new Set([0x0102_1994 /* tmpfs */, 0x8584_58f6 /* ramfs */]);
const prefix = 'coretex-vault-run-';
/** What is put into memory may take this part of what is free there, and of the memory that is free at all. */
const comfortable = { ofFileSystem: 0.5, ofMemory: 0.25 } as const;

/** Linux's places for files in memory: the one of the user's session, which goes when they log out, then everybody's. */
const memoryPlaces = (): string[] => [`/run/user/${process.getuid?.() ?? 0}`, '/dev/shm'];

/**
 * The private folders of one run (0700, each named after this process). They are removed by {@link PrivateFolders.remove}, and in
 * any case when the process exits in an orderly way; after kill -9 the next run finds and removes them ({@link sweep}).
 */
export class PrivateFolders implements Disposable {
  readonly #folders: string[] = [];
  readonly #places: readonly string[];
  readonly #disk: string;
  readonly #onExit = (): void => void this.remove();

  constructor(places: readonly string[] = memoryPlaces(), disk: string = tmpdir()) {
    this.#places = places;
    this.#disk = disk;
    process.on('exit', this.#onExit);
  }

  /** A folder in memory. Throws `target-unwritable` where there is none. SECURITY (promise 8): verified to be in memory, not assumed. */
  async inMemory(): Promise<string> {
    for (const place of this.#places) {
      const folder = (await freeMemoryAt(place)) === null ? null : this.#make(place);
      if (folder !== null) return folder;
    }
    throw new VaultError(
      'target-unwritable',
      'This computer offers no folder in memory (/run/user or /dev/shm) for secrets. --env hands them over in the environment instead.',
    );
  }

  /** For `bytes` of files: in memory when that leaves enough of it, else on disk. */
  async forFiles(bytes: number): Promise<Readonly<{ folder: string; onDisk: boolean }>> {
    for (const place of this.#places) {
      const free = await freeMemoryAt(place);
      if (free === null || bytes > free * comfortable.ofFileSystem || bytes > freemem() * comfortable.ofMemory)
        continue;
      const folder = this.#make(place);
      if (folder !== null) return { folder, onDisk: false };
    }
    const folder = this.#make(this.#disk);
    if (folder !== null) return { folder, onDisk: true };
    throw new VaultError('target-unwritable', 'No temporary folder can be made for the files of the project.');
  }

  /** Removes what runs left behind that were killed. Of other people's folders, and of what cannot be removed, nothing is said. */
  sweep(): void {
    for (const place of [...this.#places, this.#disk]) for (const folder of abandonedIn(place)) removeTree(folder);
  }

  /** Synchronous, so that it also works while the process exits. Gives the folders that could not be removed; throws nothing. */
  remove(): string[] {
    return this.#folders.splice(0).filter((folder) => !removeTree(folder));
  }

  [Symbol.dispose](): void {
    this.remove();
    process.off('exit', this.#onExit);
  }

  #make(place: string): string | null {
    try {
      const folder = mkdtempSync(join(place, `${prefix}${identityText(ownIdentity())}-`));
      this.#folders.push(folder);
      return folder;
    } catch {
      return null; // not there, read-only or full: the caller has other places, or says so
    }
  }
}

/** Free bytes of a file system in memory; null when `place` is none. */
async function freeMemoryAt(place: string): Promise<number | null> {
  try {
    const { type, bavail, bsize } = await statfs(place);
    return memoryTypes.has(type) ? bavail * bsize : null;
  } catch {
    return null; // not there
  }
}

function abandonedIn(place: string): string[] {
  return namesIn(place)
    .filter((name) => {
      if (!name.startsWith(prefix)) return false;
      const identity = parseIdentity(name.slice(prefix.length, name.lastIndexOf('-')));
      return identity !== null && hasEnded(identity);
    })
    .map((name) => join(place, name))
    .filter(isOwnFolder);
}

const namesIn = (place: string): string[] => {
  try {
    return readdirSync(place);
  } catch {
    return []; // not there
  }
};

/** SECURITY: anybody may put names into /dev/shm; only what is a folder and our own is touched. */
function isOwnFolder(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === (process.getuid?.() ?? found.uid);
}

/** Whether nothing is left of it. */
function removeTree(folder: string): boolean {
  for (const prepare of [() => undefined, openUp]) {
    try {
      prepare(folder);
      rmSync(folder, { recursive: true, force: true });
      return true;
    } catch {
      // once more with all rights: some programs take their own folders' write permission away
    }
  }
  return false;
}

function openUp(folder: string): void {
  chmodSync(folder, 0o700);
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) openUp(join(folder, entry.name));
}
