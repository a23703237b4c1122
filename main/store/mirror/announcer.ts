import { setTimeout as sleep } from 'node:timers/promises';
import { isVaultError } from '../../../app/errors.js';
import { Limit } from '../limit.js';
import type { Feed } from './feed.js';
import type { Intent, Intents, Operation } from './intents.js';
import type { FarStore } from './line.js';

/** How long writes are gathered, and how many keys make an entry (bounded also by their length: an entry has at most 64 KiB as base64). */
const gatherMs = 100;
const mostKeys = 500;
const mostCharacters = 36_000;
/** How long closing waits for the last announcement: keys wait with it to be wiped. What was not told is told by the next process. */
const farewellMs = 800;

/**
 * Tells others of what was written, some time after it: gathers, and appends to the feed. What could not be told is tried again with the
 * next pull, and by the next process.
 */
export class Announcer {
  readonly #intents: Intents;
  readonly #feed: Feed;
  readonly #far: FarStore;
  #ready: Intent[] = [];
  /** the store did not answer: what became of them must be looked up */
  #unsure: Intent[] = [];
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;
  #refused = false;
  #lookedForOrphans = false;

  constructor(intents: Intents, far: FarStore, feed: Feed) {
    this.#intents = intents;
    this.#far = far;
    this.#feed = feed;
  }

  begun(key: string, operation: Operation): Promise<Intent> {
    return this.#intents.begin(key, operation);
  }

  done(intent: Intent): void {
    this.#ready.push(intent);
    if (this.#ready.length >= mostKeys) this.#runInBackground();
    this.#timer ??= setTimeout(() => this.#runInBackground(), gatherMs).unref();
  }

  /** Nothing was changed. */
  dropped(intent: Intent): Promise<void> {
    return this.#intents.end([intent]);
  }

  unsure(intent: Intent): void {
    this.#unsure.push(intent);
  }

  /** The store answers: a good moment for what could not be announced before. */
  nudge(): void {
    this.#runInBackground();
  }

  /** Announces what there is to announce. Throws what the store says. */
  async run(): Promise<void> {
    this.#running ??= this.#announceAll().finally(() => (this.#running = null));
    return this.#running;
  }

  /** As {@link run}, for whom it does not matter: what fails now is tried again with the next pull. */
  #runInBackground(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.run().catch(() => undefined); // the intents stay, here and on disk
  }

  async close(): Promise<void> {
    await this.#sayFarewell();
    this.#intents.close();
  }

  async #sayFarewell(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#ready.length === 0 && this.#running === null) return;
    const over = new AbortController();
    const work = (this.#running ?? Promise.resolve()).then(() => this.run());
    // Whatever becomes of it, the intents are on disk.
    await Promise.race([
      work.catch(() => undefined),
      sleep(farewellMs, undefined, { signal: over.signal }).catch(() => undefined),
    ]);
    over.abort();
  }

  async #announceAll(): Promise<void> {
    if (this.#refused || !this.#feed.mayAppend) return;
    if (!this.#lookedForOrphans) {
      this.#unsure.push(...this.#intents.orphans());
      this.#lookedForOrphans = true;
    }
    await this.#lookUp();
    while (this.#ready.length > 0) {
      const batch = take(this.#ready);
      if (!(await this.#announce(batch))) return;
      this.#ready = this.#ready.slice(batch.length);
      await this.#intents.end(batch);
    }
  }

  async #announce(batch: readonly Intent[]): Promise<boolean> {
    const last = new Map(batch.map(({ key, operation }) => [key, operation]));
    const of = (operation: Operation): string[] =>
      [...last].flatMap(([key, what]) => (what === operation ? [key] : []));
    try {
      return await this.#feed.append(this.#far, { written: of('put'), removed: of('delete') });
    } catch (error) {
      // Keys that may write elsewhere and not there, or nowhere: reading goes on, others find it by listing.
      if (isVaultError(error, 'store-readonly')) this.#refused = true;
      throw error;
    }
  }

  /** Of writes whose outcome is not known: those that came to the store are announced. */
  async #lookUp(): Promise<void> {
    const [limit, unsure] = [new Limit(8), this.#unsure];
    if (unsure.length === 0) return;
    const isThere = await Promise.all(
      unsure.map(({ key }) => limit.run(async () => (await this.#far.stat(key)) !== null)),
    );
    this.#unsure = this.#unsure.slice(unsure.length);
    const happened = unsure.filter(({ operation }, i) => isThere[i] === (operation === 'put'));
    this.#ready.push(...happened);
    await this.#intents.end(unsure.filter((intent) => !happened.includes(intent)));
  }
}

function take(ready: readonly Intent[]): Intent[] {
  let characters = 0;
  const fits = ready.findIndex(({ key }, i) => {
    characters += key.length + 3;
    return i === mostKeys || characters > mostCharacters;
  });
  return ready.slice(0, fits === -1 ? ready.length : Math.max(1, fits));
}
