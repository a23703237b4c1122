import { lstat, rename } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { VaultError } from '../../app/errors.js';
import { isAbsent } from './failure.js';
import { Limit } from './limit.js';
import { type Staging, unlinkQuietly } from './staging.js';

/** A claim is held for a look and a rename; one of another machine that is older was left by a crash. */
const claimAgeMs = 2 * 60 * 1000;
const patienceMs = 3 * 60 * 1000;

/**
 * Put-if-absent where the file system has no hard links (exFAT, some network shares), and so no step that both names a
 * complete file and fails when the name is taken. A rename is atomic but overwrites, so renames take turns:
 *
 * a writer creates a claim of its own in `.tmp`, then looks for other claims, and renames only when it sees none. Of two
 * writers at least one sees the other's claim, because each creates before it looks; so never do two rename at once.
 * When several see each other, the first in name order waits, the others withdraw and come again.
 * A crash leaves a claim that others recognise by its dead process (or its age) and remove; the object is there whole or
 * not at all, because only complete, synced files are renamed. What remains: a computer that sleeps for minutes between its
 * look and its rename may replace an object that another computer wrote meanwhile. Only such file systems have this gap.
 */
export class ClaimedRename {
  readonly #staging: Staging;
  /** within this process turns are cheaper to take without the file system */
  readonly #turn = new Limit(1);

  constructor(staging: Staging) {
    this.#staging = staging;
  }

  /** Gives the synced file `temp` the name `target`; false when that name is taken. Throws `busy` after three minutes. */
  rename(temp: string, target: string): Promise<boolean> {
    return this.#turn.run(async () => {
      if (await exists(target)) return false;
      const claim = await this.#claim();
      try {
        if (await exists(target)) return false;
        await rename(temp, target);
        return true;
      } finally {
        await unlinkQuietly(claim);
      }
    });
  }

  async #claim(): Promise<string> {
    const giveUpAt = Date.now() + patienceMs;
    while (Date.now() < giveUpAt) {
      const claim = await this.#tryClaim(giveUpAt);
      if (claim !== null) return claim;
      await wait(1 + Math.random() * 20);
    }
    throw new VaultError('busy', 'Other computers keep writing to the store; it was not our turn for three minutes.');
  }

  /** Our claim once no other is live; null when we withdrew it because another comes first. */
  async #tryClaim(giveUpAt: number): Promise<string | null> {
    const { path, handle } = await this.#staging.create('claim');
    const own = basename(path);
    let keep = false;
    try {
      await handle.close();
      for (;;) {
        const others = await this.#staging.liveClaims(own, claimAgeMs);
        if (others.length === 0) {
          keep = true;
          return path;
        }
        if (others.some((other) => other < own) || Date.now() > giveUpAt) return null;
        await wait(1 + Math.random() * 4);
      }
    } catch (error) {
      if (isAbsent(error)) return null; // another computer took us for dead after two minutes: come again
      throw error;
    } finally {
      if (!keep) await unlinkQuietly(path);
    }
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}
