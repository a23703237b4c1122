import { readFile } from 'node:fs/promises';
import { isVaultError, VaultError } from '../../../app/errors.js';
import { isAbsent } from '../failure.js';
import type { Store, StoreOptions } from '../store.js';
import type { Line } from './line.js';
import type { Outbox, OutboxItem } from './mirror.js';
import { folderOf } from './outbox-keys.js';
import { isContent, type SeenBucket } from './seen-bucket.js';
import type { Waiting, WaitingWrites } from './waiting-writes.js';

/** Up to this many bytes are sent from memory, and then kept here as a record that was read. */
const smallBytes = 8 * 1024 * 1024;
const compareBytes = 4 * 1024 * 1024;

/** The outbox as others see it: what waits, and how it gets to the store. */
export class Sending implements Outbox {
  readonly #waiting: WaitingWrites;
  readonly #bucket: SeenBucket;
  readonly #line: Line;

  constructor(waiting: WaitingWrites, bucket: SeenBucket, line: Line) {
    this.#waiting = waiting;
    this.#bucket = bucket;
    this.#line = line;
  }

  items(): readonly OutboxItem[] {
    return this.#waiting.items();
  }

  refresh(): void {
    this.#waiting.refresh();
  }

  async read(key: string): Promise<Uint8Array> {
    const item = this.#waiting.last(key);
    if (item?.operation !== 'put') throw new VaultError('not-found');
    return this.#waiting.read(item);
  }

  async send({ order }: OutboxItem, options: StoreOptions = {}): Promise<'sent' | 'taken'> {
    this.#waiting.refresh();
    const item = this.#waiting.items().find((one) => one.order === order);
    if (item === undefined) return 'sent'; // another process was quicker
    try {
      if (item.operation === 'delete') await this.#bucket.delete(item.key, options);
      else if (!(await this.#put(item, options))) return 'taken';
    } catch (error) {
      if (this.#wasSent(order, error)) return 'sent';
      throw error;
    }
    await this.#waiting.remove([order]);
    return 'sent';
  }

  /** Whether its bytes are here no more because another process sent it in the middle of this. */
  #wasSent(order: number, error: unknown): boolean {
    if (!isVaultError(error, 'not-found') && !isAbsent(error)) return false;
    this.#waiting.refresh();
    return !this.#waiting.items().some((one) => one.order === order);
  }

  remove(items: readonly OutboxItem[], known: readonly OutboxItem[] = []): Promise<boolean> {
    const [folders, orders] = [
      new Set(known.map(({ key }) => folderOf(key))),
      new Set(known.map(({ order }) => order)),
    ];
    const isNews = ({ operation, key, order }: OutboxItem): boolean =>
      operation === 'put' && folders.has(folderOf(key)) && !orders.has(order);
    return this.#waiting.remove(
      items.map(({ order }) => order),
      () => !this.#waiting.items().some(isNews),
    );
  }

  async #put(item: Waiting, options: StoreOptions): Promise<boolean> {
    const path = await this.#waiting.path(item);
    const isSmall = item.bytes <= smallBytes && !isContent(item.key);
    const body = isSmall ? await readFile(path) : { file: path };
    if (await this.#bucket.putIfAbsent(item.key, body, options)) return true;
    const isSame = await this.#line.ask((remote) => this.#isSame(remote, item, options));
    if (isSame) await this.#bucket.announce(item.key);
    return isSame;
  }

  /** Whether the store has the item's bytes: an earlier attempt brought them, and its answer was lost. */
  async #isSame(remote: Store, item: Waiting, options: StoreOptions): Promise<boolean> {
    if ((await remote.stat(item.key, options))?.bytes !== item.bytes) return false;
    for (let start = 0; start < item.bytes; start += compareBytes) {
      const range = { start, endExclusive: Math.min(item.bytes, start + compareBytes) };
      const [theirs, ours] = [await remote.get(item.key, range, options), await this.#waiting.read(item, range)];
      if (!Buffer.from(ours).equals(theirs)) return false;
    }
    return true;
  }
}
