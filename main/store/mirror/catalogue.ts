import { join } from 'node:path';
import type { ErrorDetails } from '../../../app/errors.js';
import type { ObjectInfo } from '../store.js';
import { infoOf, KeyTree, type Known } from './key-tree.js';
import { SharedLog } from './shared-log.js';

/** How far the change feed was read: the last entry, and how its object looked in the listing. `sequence` 0: there is none yet. */
export type FeedPosition = Readonly<{ sequence: number; hash: string; bytes: number; modifiedMs: number | null }>;

/** What the store no longer shows, in words for a person. */
export type Alarm = Readonly<{ message: string; details: ErrorDetails }>;

/** One change of the catalogue, as a line of its file. */
export type CatalogueChange = string;
const orDash = (value: string | number | null): string => (value === null ? '-' : String(value));
export const there = (key: string, { bytes, hash, modifiedMs }: Known): CatalogueChange =>
  `p ${key} ${String(bytes)} ${orDash(hash)} ${orDash(modifiedMs)}`;
export const gone = (key: string): CatalogueChange => `d ${key}`;
/** gone without anybody saying so, while its bytes are here */
export const missed = (key: string, hash: string): CatalogueChange => `l ${key} ${hash}`;
export const listedAt = (ms: number): CatalogueChange => `c ${String(ms)}`;
export const contactAt = (ms: number): CatalogueChange => `t ${String(ms)}`;
export const readTo = ({ sequence, hash, bytes, modifiedMs }: FeedPosition): CatalogueChange =>
  `f ${String(sequence)} ${orDash(hash || null)} ${String(bytes)} ${orDash(modifiedMs)}`;
export const alarmIs = (alarm: Alarm | null): CatalogueChange => `a ${JSON.stringify(alarm)}`;

const parseNumber = (text: string | undefined): number | null =>
  text === undefined || text === '-' ? null : Number(text);
const parseText = (text: string | undefined): string | null => (text === undefined || text === '-' ? null : text);

/**
 * Which objects the bucket has, as far as this computer saw: in memory, and in a file that the processes of one profile share.
 * A damaged file is forgotten: the next pull lists the whole bucket.
 */
export class Catalogue {
  readonly #log: SharedLog;
  readonly #objects = new KeyTree<Known>();
  readonly #missed = new Map<string, string>();
  readonly #watchers = new Set<Set<string>>();
  #listedMs: number | null = null;
  #contactMs: number | null = null;
  #position: FeedPosition | null = null;
  #alarm: Alarm | null = null;
  #foreignChanges = 0;

  private constructor(folder: string) {
    this.#log = new SharedLog(join(folder, 'catalogue'), false, {
      apply: (line, isForeign) => {
        const before = this.#objects.size;
        this.#apply(line);
        if (isForeign && (line.startsWith('d ') || this.#objects.size !== before)) this.#foreignChanges += 1;
      },
      reset: () => this.#forget(),
      damaged: () => {
        this.#forget();
        return false;
      },
      snapshot: () => this.#snapshot(),
      live: () => this.#objects.size + this.#missed.size,
    });
  }

  static open(folder: string): Catalogue {
    const catalogue = new Catalogue(folder);
    catalogue.refresh();
    return catalogue;
  }

  /** when the whole bucket was listed last, milliseconds since 1970; null: never, so that a key it does not have may exist */
  get listedMs(): number | null {
    return this.#listedMs;
  }

  get contactMs(): number | null {
    return this.#contactMs;
  }

  get position(): FeedPosition | null {
    return this.#position;
  }

  get alarm(): Alarm | null {
    return this.#alarm;
  }

  /** how often other processes noted that an object came or went: differs from before when there is something new */
  get foreignChanges(): number {
    return this.#foreignChanges;
  }

  get(key: string): Known | undefined {
    return this.#objects.get(key);
  }

  infos(prefix: string, after?: string): ObjectInfo[] {
    return [...this.#objects.entries(prefix, after)].map(([key, known]) => infoOf(key, known));
  }

  keys(): string[] {
    return [...this.#objects.entries('')].map(([key]) => key);
  }

  missed(): ReadonlyMap<string, string> {
    return this.#missed;
  }

  /** Reads what other processes found out. */
  refresh(): void {
    this.#log.refresh();
  }

  /** Changes it, whoever else does; calls at the same time share one write. */
  note(changes: readonly CatalogueChange[]): Promise<void> {
    return this.change(() => changes);
  }

  /** Changes it by what `work` gives, which sees it as it is: no other process changes it meanwhile. */
  change(work: () => readonly CatalogueChange[]): Promise<void> {
    return this.#log.append(work);
  }

  /** Collects the keys that change, by anybody, until `unwatch`. */
  watch(): Set<string> {
    const touched = new Set<string>();
    this.#watchers.add(touched);
    return touched;
  }

  unwatch(touched: Set<string>): void {
    this.#watchers.delete(touched);
  }

  #apply(line: CatalogueChange): void {
    const [kind, first = '', second, third, fourth] = line.split(' ', 5);
    if (kind === 'p') {
      this.#touch(first);
      this.#missed.delete(first);
      this.#objects.set(first, {
        bytes: parseNumber(second) ?? 0,
        hash: parseText(third),
        modifiedMs: parseNumber(fourth),
      });
    } else if (kind === 'd' || kind === 'l') {
      this.#touch(first);
      this.#objects.delete(first);
      if (kind === 'l' && second !== undefined) this.#missed.set(first, second);
      else this.#missed.delete(first);
    } else if (kind === 'f') {
      const [sequence, bytes] = [parseNumber(first) ?? 0, parseNumber(third) ?? 0];
      this.#position = { sequence, hash: parseText(second) ?? '', bytes, modifiedMs: parseNumber(fourth) };
    } else if (kind === 'c') this.#listedMs = parseNumber(first);
    else if (kind === 't') this.#contactMs = parseNumber(first);
    else if (kind === 'a') this.#alarm = JSON.parse(line.slice(2)) as Alarm | null;
  }

  #touch(key: string): void {
    for (const touched of this.#watchers) touched.add(key);
  }

  #forget(): void {
    // While the file is read anew, every key that was known counts as changed.
    if (this.#watchers.size > 0) for (const key of this.keys()) this.#touch(key);
    this.#objects.clear();
    this.#missed.clear();
    [this.#listedMs, this.#contactMs, this.#position, this.#alarm] = [null, null, null, null];
  }

  #snapshot(): CatalogueChange[] {
    return [
      ...(this.#listedMs === null ? [] : [listedAt(this.#listedMs)]),
      ...(this.#contactMs === null ? [] : [contactAt(this.#contactMs)]),
      ...(this.#position === null ? [] : [readTo(this.#position)]),
      ...(this.#alarm === null ? [] : [alarmIs(this.#alarm)]),
      ...[...this.#objects.entries('')].map(([key, known]) => there(key, known)),
      ...[...this.#missed].map(([key, hash]) => missed(key, hash)),
    ];
  }
}
