import { VaultError } from '../../../../app/errors.js';
import { objectHash, objectId } from '../../../../main/crypto/object-hash.js';
import type { Outbox, OutboxItem } from '../../../../main/store/mirror/mirror.js';
import { flushLine } from '../../../../main/vault/sync/line-flush.js';
import type { Line, Place, Theirs, WaitingVersion } from '../../../../main/vault/sync/line.js';
import { besideSeed } from '../../../../main/vault/sync/line-parts.js';
import type { Merged } from '../../../../main/vault/sync/three-way.js';
import { versionOf, WaitingObjects } from '../../../../main/vault/sync/waiting-objects.js';

/** Thrown where a process is killed. */
export class Killed extends Error {}

/** What the histories need to know of secrets or files. */
export type Kind<B> = Readonly<{
  merge: (base: B | null, ours: B, theirs: B) => Merged<B>;
  isDeleted: (body: B) => boolean;
  /** ids of contents */
  contents: (body: B) => readonly string[];
}>;

type Sealed<B> = Readonly<{ version: number; previous: string | null; body: B; by: string }>;
export type Known<B> = Place & Readonly<{ body: B }>;

const keyOf = (id: string, version: number): string => `secrets/${id}/${String(version).padStart(10, '0')}`;

/** A bucket, and what happens in the middle of other things. */
export class PlainBucket<B> {
  readonly objects = new Map<string, string>();
  /** every version there ever was, also those that were removed later */
  readonly written: Readonly<{ id: string; body: B }>[] = [];
  /** steps left until `interrupt` is run */
  countdown = Infinity;
  interrupt: () => void = () => undefined;

  step(): void {
    this.countdown -= 1;
    if (this.countdown > 0) return;
    this.countdown = Infinity;
    this.interrupt();
  }

  put(key: string, body: string): boolean {
    this.step();
    if (this.objects.has(key)) return false;
    this.objects.set(key, body);
    this.step();
    return true;
  }

  versions(id: string): number[] {
    const prefix = `secrets/${id}/`;
    return [...this.objects.keys()]
      .filter((key) => key.startsWith(prefix))
      .map((key) => Number(key.slice(-10)))
      .sort((a, b) => a - b);
  }

  open(id: string, version: number): Known<B> & { previous: string | null } {
    const stored = this.objects.get(keyOf(id, version));
    if (stored === undefined) throw new VaultError('not-found');
    const { body, previous } = JSON.parse(stored) as Sealed<B>;
    return { version, hash: objectHash(Buffer.from(stored)), body, previous };
  }

  newest(id: string): Known<B> | null {
    const version = this.versions(id).at(-1);
    return version === undefined ? null : this.open(id, version);
  }

  ids(): string[] {
    return [
      ...new Set(
        [...this.objects.keys()].filter((key) => key.startsWith('secrets/')).map((key) => key.split('/')[1] ?? ''),
      ),
    ];
  }
}

/** An outbox in memory: what is in it survives a kill, as on a disk. */
class PlainOutbox<B> implements Outbox {
  readonly #bucket: PlainBucket<B>;
  readonly #items = new Map<number, OutboxItem>();
  readonly #bodies = new Map<string, string>();
  #last = 0;

  constructor(bucket: PlainBucket<B>) {
    this.#bucket = bucket;
  }

  add(key: string, body: string): boolean {
    if (this.#bodies.has(key)) return false;
    this.#last += 1;
    const item = {
      order: this.#last,
      operation: 'put',
      key,
      bytes: body.length,
      time: '2026-11-23T10:00:00.000Z',
    } as const;
    this.#items.set(item.order, item);
    this.#bodies.set(key, body);
    return true;
  }

  text(key: string): string {
    const body = this.#bodies.get(key);
    if (body === undefined) throw new VaultError('not-found');
    return body;
  }

  items(): readonly OutboxItem[] {
    return [...this.#items.values()];
  }

  read(key: string): Promise<Uint8Array> {
    return Promise.resolve(Buffer.from(this.text(key)));
  }

  send(item: OutboxItem): Promise<'sent' | 'taken'> {
    if (!this.#items.has(item.order)) return Promise.resolve('sent');
    const body = this.text(item.key);
    if (!this.#bucket.put(item.key, body) && this.#bucket.objects.get(item.key) !== body)
      return Promise.resolve('taken');
    this.#drop(item);
    return Promise.resolve('sent');
  }

  refresh(): void {
    return; // it is in this process's memory
  }

  remove(items: readonly OutboxItem[], known: readonly OutboxItem[] = []): Promise<boolean> {
    this.#bucket.step();
    const folders = new Set(known.map(({ key }) => key.slice(0, -10)));
    const orders = new Set(known.map(({ order }) => order));
    if (this.items().some(({ key, order }) => folders.has(key.slice(0, -10)) && !orders.has(order)))
      return Promise.resolve(false);
    for (const item of items) this.#drop(item);
    return Promise.resolve(true);
  }

  #drop({ order, key }: OutboxItem): void {
    this.#items.delete(order);
    this.#bodies.delete(key);
  }
}

/** One computer: what it knows, and what waits on it. The domain's rules of writing, without its cryptography. */
export class PlainClient<B> {
  readonly name: string;
  readonly known = new Map<string, Known<B>>();
  readonly notices: string[] = [];
  readonly outbox: PlainOutbox<B>;
  readonly bucket: PlainBucket<B>;
  readonly kind: Kind<B>;
  online = true;

  constructor(name: string, bucket: PlainBucket<B>, kind: Kind<B>) {
    this.name = name;
    this.bucket = bucket;
    this.kind = kind;
    this.outbox = new PlainOutbox(bucket);
  }

  isWaiting(id: string): boolean {
    return new WaitingObjects(this.outbox).has(id);
  }

  /** Writes the next version, as `SecretRecords.change` and `FileRecords.change` do. False when there is nothing to change any more. */
  write(id: string, alter: (body: B | null) => B | null): boolean {
    for (let race = 0; race < 8; race += 1) {
      const before = this.known.get(id) ?? null;
      const body = alter(before?.body ?? null);
      if (body === null) return false;
      for (const content of this.kind.contents(body)) this.#put(`blobs/${content}`, content, false);
      const version = (before?.version ?? 0) + 1;
      const sealed = JSON.stringify({ version, previous: before?.hash ?? null, body, by: `${this.name}${race}` });
      if (this.#put(keyOf(id, version), sealed, this.isWaiting(id))) {
        this.known.set(id, { version, hash: objectHash(Buffer.from(sealed)), body });
        if (!this.isWaiting(id)) this.bucket.written.push({ id, body });
        return true;
      }
      const winner = this.bucket.newest(id);
      if (winner === null || this.kind.isDeleted(winner.body)) return false;
      this.known.set(id, winner);
    }
    return false;
  }

  #put(key: string, body: string, mustWait: boolean): boolean {
    if (!this.online || mustWait) return this.outbox.add(key, body);
    if (this.bucket.objects.has(key)) return this.bucket.objects.get(key) === body && key.startsWith('blobs/');
    this.bucket.objects.set(key, body);
    return true;
  }

  refresh(): void {
    if (!this.online) return;
    for (const id of this.bucket.ids()) {
      if (this.isWaiting(id)) continue;
      const newest = this.bucket.newest(id);
      const known = this.known.get(id);
      if (newest === null) continue;
      if (newest.version < (known?.version ?? 0)) throw new Error(`the store lost a version of ${id}`);
      if (newest.version === known?.version && newest.hash !== known.hash) throw new Error(`another past of ${id}`);
      this.known.set(id, newest);
    }
  }

  async flush(): Promise<void> {
    if (!this.online) return;
    const waiting = new WaitingObjects(this.outbox);
    for (const { id } of waiting.all()) {
      await flushLine(new PlainLine(this, id), {
        outbox: this.outbox,
        look: () => Promise.resolve(),
        signal: new AbortController().signal,
        onSent: () => undefined,
      });
    }
  }
}

class PlainLine<B> implements Line<B> {
  readonly id: string;
  readonly kind = 'secret';
  readonly #client: PlainClient<B>;
  #learnt: Known<B> | null = null;

  constructor(client: PlainClient<B>, id: string) {
    this.id = id;
    this.#client = client;
  }

  items(): readonly OutboxItem[] {
    return new WaitingObjects(this.#client.outbox).puts(this.id);
  }

  waiting(): Promise<WaitingVersion<B>[]> {
    return Promise.resolve(
      this.items().map((item) => {
        const stored = this.#client.outbox.text(item.key);
        const { previous, body } = JSON.parse(stored) as Sealed<B>;
        return { item, version: versionOf(item), hash: objectHash(Buffer.from(stored)), previous, body };
      }),
    );
  }

  admit(): void {
    return;
  }

  stored(version: number): Promise<string | null> {
    const has = this.#client.bucket.versions(this.id).includes(version);
    return Promise.resolve(has ? this.#client.bucket.open(this.id, version).hash : null);
  }

  highest(): Promise<number> {
    return Promise.resolve(this.#client.bucket.versions(this.id).at(-1) ?? 0);
  }

  isCurrent(): boolean {
    return true;
  }

  contents({ body }: WaitingVersion<B>): readonly OutboxItem[] {
    const keys = this.#client.kind.contents(body).map((content) => `blobs/${content}`);
    return this.#client.outbox.items().filter(({ key }) => keys.includes(key));
  }

  theirs(base: Place | null): Promise<Theirs<B> | null> {
    const { bucket, kind } = this.#client;
    const newest = bucket.newest(this.id);
    this.#learnt = newest;
    if (newest === null) {
      if (base !== null) throw new VaultError('rolled-back');
      return Promise.resolve(null);
    }
    const there = base !== null && bucket.versions(this.id).includes(base.version);
    if (there && bucket.open(this.id, base.version).hash !== base.hash) throw new VaultError('rolled-back');
    if (base !== null && !there && !kind.isDeleted(newest.body)) throw new VaultError('rolled-back');
    this.#checkChain();
    return Promise.resolve({ base: there ? bucket.open(this.id, base.version).body : null, body: newest.body });
  }

  merge(base: B | null, ours: WaitingVersion<B>, theirs: B): Merged<B> {
    return this.#client.kind.merge(base, ours.body, theirs);
  }

  async prepared(ours: WaitingVersion<B>): Promise<WaitingVersion<B>> {
    for (const item of this.contents(ours)) await this.#client.outbox.send(item);
    return ours;
  }

  create(): Promise<boolean> {
    throw new Error('what is new goes as it is');
  }

  publish(merge: (theirs: B) => B | null): Promise<boolean> {
    const { bucket, kind, name } = this.#client;
    for (;;) {
      const newest = bucket.newest(this.id);
      if (newest === null || kind.isDeleted(newest.body)) return Promise.resolve(false);
      const body = merge(newest.body);
      this.#learnt = newest;
      if (body === null) return Promise.resolve(true);
      const version = newest.version + 1;
      const sealed = JSON.stringify({ version, previous: newest.hash, body, by: `${name} merging` });
      if (!bucket.put(keyOf(this.id, version), sealed)) continue;
      bucket.written.push({ id: this.id, body });
      this.#learnt = { version, hash: objectHash(Buffer.from(sealed)), body };
      return Promise.resolve(true);
    }
  }

  copy(body: B, { hash }: WaitingVersion<B>): Promise<boolean> {
    const { bucket, known, kind } = this.#client;
    for (const content of kind.contents(body)) {
      if (!bucket.objects.has(`blobs/${content}`)) throw new Error(`a copy without its content ${content}`);
    }
    const id = objectId(besideSeed(hash));
    const sealed = JSON.stringify({ version: 1, previous: null, body, by: 'beside' });
    if (bucket.put(keyOf(id, 1), sealed)) {
      bucket.written.push({ id, body });
      known.set(id, { version: 1, hash: objectHash(Buffer.from(sealed)), body });
    }
    return Promise.resolve(true);
  }

  exclusively<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }

  learn(notice: string | null): Promise<void> {
    this.#client.bucket.step();
    if (this.#learnt !== null) this.#client.known.set(this.id, this.#learnt);
    if (notice !== null) this.#client.notices.push(notice);
    return Promise.resolve();
  }

  finish(): Promise<void> {
    const { known, kind, bucket } = this.#client;
    const entry = known.get(this.id);
    if (entry !== undefined && kind.isDeleted(entry.body)) {
      for (const version of bucket.versions(this.id)) {
        if (version < entry.version) bucket.objects.delete(keyOf(this.id, version));
      }
    }
    return Promise.resolve();
  }

  /** No client ever leaves a gap or a wrong link in what it writes. */
  #checkChain(): void {
    const { bucket, kind } = this.#client;
    const versions = bucket.versions(this.id).map((version) => bucket.open(this.id, version));
    for (const [position, one] of versions.entries()) {
      const before = versions[position - 1];
      if (before === undefined) {
        if (one.version !== 1 && !kind.isDeleted(one.body)) throw new Error('a chain without its beginning');
      } else if (one.version !== before.version + 1 || one.previous !== before.hash) throw new Error('a broken chain');
    }
  }
}
