import type { VaultError } from '../../../app/errors.js';
import type { StoreOptions } from '../store.js';
import type { Announcer } from './announcer.js';
import { type Catalogue, contactAt } from './catalogue.js';
import type { Feed } from './feed.js';
import { listEverything } from './full-listing.js';
import type { Line } from './line.js';
import type { PullOptions } from './mirror.js';

const dayMs = 24 * 60 * 60 * 1000;
/** While the feed cannot be relied on, the whole bucket is listed this often at most. */
const minuteMs = 60 * 1000;

export type PullingParts = Readonly<{ catalogue: Catalogue; line: Line; feed: Feed; announcer: Announcer }>;

/** Finds out what is new in the bucket: by its feed, and from time to time by listing all of it. */
export class Pulling {
  readonly #parts: PullingParts;
  #turn: Promise<unknown> = Promise.resolve();
  #first: Promise<void> | null = null;
  /** what other processes had noted at the end of the last pull */
  #foreignChanges: number;

  constructor(parts: PullingParts) {
    this.#parts = parts;
    this.#foreignChanges = parts.catalogue.foreignChanges;
  }

  /** Calls at the same time take turns. Tells whether anything was new. */
  pull(options: PullOptions): Promise<boolean> {
    const turn = this.#turn.then(
      () => this.#pull(options),
      () => this.#pull(options),
    );
    this.#turn = turn;
    return turn;
  }

  /** Lists the bucket if that was never done; what reads it meanwhile waits for the same listing. */
  first(options: StoreOptions): Promise<void> {
    this.#first ??= this.#listFirst(options).finally(() => (this.#first = null));
    return this.#first;
  }

  async accept(): Promise<void> {
    const { catalogue, line, feed } = this.#parts;
    await feed.accept(line.far({ again: true }), {});
    await listEverything(catalogue, line, {});
  }

  alarms(): VaultError[] {
    return this.#parts.feed.alarms();
  }

  async noteContact(): Promise<void> {
    const { catalogue, line } = this.#parts;
    if ((line.contactMs ?? 0) > (catalogue.contactMs ?? 0)) await catalogue.note([contactAt(line.contactMs ?? 0)]);
  }

  async #pull(options: PullOptions): Promise<boolean> {
    const { catalogue, line, feed, announcer } = this.#parts;
    catalogue.refresh();
    const isFirst = catalogue.listedMs === null;
    if (isFirst) await this.first(options);
    const isNews = await feed.read(line.far({ again: true }), options);
    const isNewsToo = (await this.#listIfDue(isFirst, options)) || catalogue.foreignChanges !== this.#foreignChanges;
    this.#foreignChanges = catalogue.foreignChanges;
    if ((line.contactMs ?? 0) - (catalogue.contactMs ?? 0) > minuteMs) await this.noteContact();
    announcer.nudge();
    return isFirst || isNews || isNewsToo;
  }

  /** The end of the feed is looked up before: what is written during the listing is read from the feed afterwards. */
  async #listFirst(options: StoreOptions): Promise<void> {
    const { catalogue, line, feed } = this.#parts;
    await feed.begin(line.far({ again: true }), options);
    await listEverything(catalogue, line, options);
  }

  /** Tells whether anything was new. */
  async #listIfDue(isFirst: boolean, { full = false, ...options }: PullOptions): Promise<boolean> {
    const { catalogue, line, feed } = this.#parts;
    const ageMs = Date.now() - (catalogue.listedMs ?? 0);
    const isAlarmed = catalogue.alarm !== null && ageMs > minuteMs;
    const isDue = feed.isIncomplete || isAlarmed || (!isFirst && (full || ageMs > dayMs));
    if (!isDue) return false;
    const stillOwed = feed.listingBegins();
    try {
      return await listEverything(catalogue, line, options);
    } catch (error) {
      stillOwed();
      throw error;
    }
  }
}
