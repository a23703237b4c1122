import { join } from 'node:path';
import { isVaultError, VaultError } from '../../../app/errors.js';
import { DirectoryStore } from '../directory.js';
import { unlinkQuietly } from '../staging.js';
import type { Body, StoreOptions } from '../store.js';
import type { OutboxItem } from './mirror.js';
import { SharedLog } from './shared-log.js';

/** An item and where its bytes are. */
export type Waiting = OutboxItem & Readonly<{ body: string | null }>;

/** A body that nothing names may belong to a process that is just about to name it; after this long (milliseconds) it does not. */
const orphanMs = 60 * 60 * 1000;

/**
 * What waits to be sent, on this computer's disk: a journal shared by the processes of one profile, and one file for each body. Both are
 * synced before a write counts as accepted.
 */
export class WaitingWrites {
  readonly #log: SharedLog;
  readonly #folder: string;
  readonly #bodies: DirectoryStore;
  readonly #changed: () => void;
  readonly #items = new Map<number, Waiting>();
  readonly #byKey = new Map<string, Waiting[]>();
  #lastOrder = 0;
  #isDamaged = false;

  private constructor(folder: string, bodies: DirectoryStore, changed: () => void) {
    this.#folder = join(folder, 'bodies');
    this.#bodies = bodies;
    this.#changed = changed;
    this.#log = new SharedLog(join(folder, 'journal'), true, {
      apply: (line) => this.#apply(line),
      reset: () => this.#forget(),
      damaged: () => (this.#isDamaged = true),
      snapshot: () => [`n ${String(this.#lastOrder)}`, ...[...this.#items.values()].map(asLine)],
      live: () => this.#items.size,
    });
  }

  /** @param changed told whenever there is more or less in it */
  static async open(folder: string, changed: () => void): Promise<WaitingWrites> {
    const bodies = await DirectoryStore.open(join(folder, 'bodies'), { create: true });
    const writes = new WaitingWrites(folder, bodies, changed);
    writes.#log.refresh();
    await writes.#removeOrphans();
    return writes;
  }

  /** part of the journal could not be read: something that waited may not be sent */
  get isDamaged(): boolean {
    return this.#isDamaged;
  }

  items(): readonly Waiting[] {
    return [...this.#items.values()];
  }

  /** The last thing that happened to a key here. */
  last(key: string): Waiting | undefined {
    return this.#byKey.get(key)?.at(-1);
  }

  /** The last thing that happened to each key here. */
  latest(): Waiting[] {
    return [...this.#byKey.values()].flatMap((items) => items.at(-1) ?? []);
  }

  refresh(): void {
    const [size, order] = [this.#items.size, this.#lastOrder];
    this.#log.refresh();
    if (size !== this.#items.size || order !== this.#lastOrder) this.#changed();
  }

  /**
   * Accepts a put: false when one of that key waits already, or `mayAccept` (asked when nobody else can change anything) says no.
   * Throws `disk-full`, `target-unwritable`, `cancelled`, and for a file what {@link DirectoryStore.putIfAbsent} throws of its source.
   */
  async put(key: string, body: Body, mayAccept: () => boolean, options: StoreOptions): Promise<boolean> {
    const name = globalThis.crypto.randomUUID();
    await onThisDisk(() => this.#bodies.putIfAbsent(name, body, options));
    const outcome = { accepted: false };
    try {
      const bytes = (await this.#bodies.stat(name))?.bytes ?? 0;
      await this.#log.append(() => {
        outcome.accepted = this.last(key)?.operation !== 'put' && mayAccept();
        return outcome.accepted ? [this.#next({ operation: 'put', key, bytes, body: name })] : [];
      });
    } finally {
      if (!outcome.accepted) await this.#bodies.delete(name);
    }
    if (outcome.accepted) this.#changed();
    return outcome.accepted;
  }

  /** Accepts a deletion. A put of that key that still waits is taken back. */
  async delete(key: string): Promise<void> {
    let puts: Waiting[] = [];
    await this.#log.append(() => {
      puts = (this.#byKey.get(key) ?? []).filter(({ operation }) => operation === 'put');
      // Another process may be sending the put just now: so the deletion is sent all the same.
      return [this.#next({ operation: 'delete', key, bytes: 0, body: null }), ...puts.map(asRemoval)];
    });
    await this.#dropBodies(puts);
    this.#changed();
  }

  /** False when `mayRemove` (asked when nobody else can change anything) says no. */
  async remove(orders: readonly number[], mayRemove: () => boolean = () => true): Promise<boolean> {
    let removed: Waiting[] = [];
    let may = false;
    await this.#log.append(() => {
      may = mayRemove();
      removed = may ? orders.flatMap((order) => this.#items.get(order) ?? []) : [];
      return removed.map(asRemoval);
    });
    await this.#dropBodies(removed);
    this.#changed();
    return may;
  }

  async read(waiting: Waiting, range?: Readonly<{ start: number; endExclusive: number }>): Promise<Uint8Array> {
    return this.#bodies.get(waiting.body ?? '', range);
  }

  /** Where a put's bytes are. */
  path(waiting: Waiting): Promise<string> {
    return this.#bodies.local(waiting.body ?? '');
  }

  async close(): Promise<void> {
    await this.#bodies.close();
  }

  #next(item: Omit<Waiting, 'order' | 'time'>): string {
    return asLine({ ...item, order: this.#lastOrder + 1, time: new Date().toISOString() });
  }

  #apply(line: string): void {
    const [kind, order, operation, key, bytes, time, body] = line.split(' ');
    const at = Number(order);
    this.#lastOrder = Math.max(this.#lastOrder, at);
    if (kind === 'x') this.#drop(at);
    if (kind !== 'w' || key === undefined || time === undefined) return;
    const waiting: Waiting = {
      order: at,
      operation: operation === 'delete' ? 'delete' : 'put',
      key,
      bytes: Number(bytes),
      time,
      body: body === undefined || body === '-' ? null : body,
    };
    this.#items.set(at, waiting);
    this.#byKey.set(key, [...(this.#byKey.get(key) ?? []), waiting]);
  }

  #drop(order: number): void {
    const item = this.#items.get(order);
    if (item === undefined) return;
    this.#items.delete(order);
    const rest = (this.#byKey.get(item.key) ?? []).filter((other) => other.order !== order);
    if (rest.length === 0) this.#byKey.delete(item.key);
    else this.#byKey.set(item.key, rest);
  }

  #forget(): void {
    this.#items.clear();
    this.#byKey.clear();
    this.#lastOrder = 0;
  }

  async #dropBodies(items: readonly Waiting[]): Promise<void> {
    for (const { body } of items) if (body !== null) await unlinkQuietly(join(this.#folder, body));
  }

  /** Bodies whose writer was killed before it could name them. */
  async #removeOrphans(): Promise<void> {
    if (this.#isDamaged) return; // the line that names one may be the damaged one
    const named = new Set(this.items().map(({ body }) => body));
    for await (const { key, modifiedMs = Date.now() } of this.#bodies.list(''))
      if (!named.has(key) && Date.now() - modifiedMs > orphanMs) await this.#bodies.delete(key);
  }
}

const asLine = ({ order, operation, key, bytes, time, body }: Waiting): string =>
  `w ${String(order)} ${operation} ${key} ${String(bytes)} ${time} ${body ?? '-'}`;
const asRemoval = ({ order }: Waiting): string => `x ${String(order)}`;

/** A store's words for this computer's disk. */
async function onThisDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isVaultError(error, 'store-full'))
      throw new VaultError(
        'disk-full',
        'The store cannot be reached, and this computer’s disk is too full to keep the change until it can. Nothing was lost; free some space and try again.',
        { cause: error },
      );
    if (isVaultError(error, 'store-readonly', 'store-missing', 'store-unreachable'))
      throw new VaultError('target-unwritable', 'The folder for what waits to be sent cannot be written.', {
        cause: error,
      });
    throw error;
  }
}
