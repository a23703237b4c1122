import { readFileSync, readlinkSync } from 'node:fs';
import { lstat, mkdir, open, readdir, rmdir, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { errnoOf, isAbsent, storeFailure } from './failure.js';
import { notAFolder, type RootFolder } from './root-folder.js';

/** What a live process may need at most to write one object; older leftovers of other machines are removed. */
const leftoverAgeMs = 24 * 60 * 60 * 1000;

/** Another process may remove the empty folder again and again, each time just before we use it; hardly this often. */
const attempts = 50;

/** A name below `.tmp` that tells whose it is: kind, machine, process, and something unique. */
const namePattern = /^(temp|claim)_([a-z0-9-]+)_(\d+)_([0-9a-f-]{36})$/;

/**
 * This machine as one token, for the one question whether a process id is ours to look up: the boot and the
 * process-id namespace on Linux (two containers share a host name, not their processes), the host name elsewhere.
 */
function machineToken(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').slice(0, 13);
    return `${boot}-${readlinkSync('/proc/self/ns/pid').replace(/\D/g, '')}`;
  } catch {
    return `${hostname()
      .toLowerCase()
      .replace(/[^a-z0-9-]/g, '')
      .slice(0, 60)}-host`;
  }
}
const thisMachine = machineToken();

export const ownName = (kind: 'temp' | 'claim'): string =>
  `${kind}_${thisMachine}_${process.pid}_${globalThis.crypto.randomUUID()}`;

/** Whether the process that made this entry surely is gone: `null` when it cannot be known from here. */
export function ownerIsDead(name: string): boolean | null {
  const [, , machine, pid] = namePattern.exec(name) ?? [];
  if (machine !== thisMachine) return null;
  try {
    process.kill(Number(pid), 0); // signal 0 only asks
    return false;
  } catch (error) {
    return errnoOf(error) === 'ESRCH';
  }
}

/** The folder `.tmp` of a store: what is being written lies there until it gets its name in one step. */
export class Staging {
  readonly path: string;
  readonly #root: RootFolder;

  constructor(root: RootFolder) {
    this.#root = root;
    this.path = join(root.path, '.tmp');
  }

  /** Creates an empty file of our own. Throws what the file system throws. */
  async create(kind: 'temp' | 'claim'): Promise<{ path: string; handle: FileHandle }> {
    const path = join(this.path, ownName(kind));
    for (let attempt = 0; ; attempt += 1) {
      try {
        await this.#ensureFolder();
        return { path, handle: await open(path, 'wx', 0o600) };
      } catch (error) {
        // Another process that closed may have taken the empty folder away in between.
        if (errnoOf(error) !== 'ENOENT' || attempt === attempts) throw error;
        await this.#root.check();
      }
    }
  }

  async #ensureFolder(): Promise<void> {
    try {
      await mkdir(this.path, 0o700);
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error;
      if (!(await lstat(this.path)).isDirectory()) throw notAFolder();
    }
  }

  /** Claims of others that may still be alive; those of dead processes are removed on the way. */
  async liveClaims(own: string, maxAgeMs: number): Promise<string[]> {
    const now = (await lstat(join(this.path, own))).mtimeMs; // the file server's clock, not ours
    const names = (await readdir(this.path)).filter((name) => name.startsWith('claim_') && name !== own);
    const live = await Promise.all(
      names.map(async (name) => ((await this.#removeIfDead(name, now, maxAgeMs)) ? [] : [name])),
    );
    return live.flat();
  }

  /** Removes what dead processes left. A store that may only be read keeps it. */
  async removeLeftovers(): Promise<void> {
    try {
      if (!(await lstat(this.path)).isDirectory()) return;
      const names = await readdir(this.path);
      await Promise.all(names.map((name) => this.#removeIfDead(name, Date.now(), leftoverAgeMs)));
    } catch (error) {
      if (!isAbsent(error) && storeFailure(error, 'write').code !== 'store-readonly') throw error;
    }
  }

  async #removeIfDead(name: string, nowMs: number, maxAgeMs: number): Promise<boolean> {
    if (!namePattern.test(name)) return false; // not ours
    const path = join(this.path, name);
    const dead = ownerIsDead(name) ?? (await ageOf(path, nowMs)) > maxAgeMs;
    if (dead) await unlinkQuietly(path);
    return dead;
  }

  /** Takes the empty folder away; it stays while somebody else writes. */
  async close(): Promise<void> {
    await rmdir(this.path).catch(() => undefined); // in use, read-only or gone: nothing is lost by leaving it
  }
}

async function ageOf(path: string, nowMs: number): Promise<number> {
  try {
    return nowMs - (await lstat(path)).mtimeMs;
  } catch (error) {
    if (isAbsent(error)) return Infinity;
    throw error;
  }
}

/** Removes a file that may be gone already. */
export async function unlinkQuietly(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
}
