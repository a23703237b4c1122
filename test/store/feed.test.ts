import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { setTimeout as wait } from 'node:timers/promises';
import { VaultError } from '../../app/errors.js';
import type { MirroredStore } from '../../main/store/mirror/mirrored-store.js';
import type { ByteRange, ObjectInfo, Store, StoreOptions } from '../../main/store/store.js';
import { MemoryStore } from '../memory-store.js';
import { collect } from './conformance.js';
import { Mirrors, signerOf } from './mirror-fixture.js';

const bytes = (text: string): Uint8Array => Buffer.from(text);
const secret = (id: number, version = 1): string => `secrets/${String(id).padStart(32, '0')}/${String(version).padStart(10, '0')}`; // prettier-ignore
const entry = (sequence: number): string => `changes/${String(sequence).padStart(10, '0')}`;
const keysOf = async (store: Store, prefix = ''): Promise<string[]> =>
  (await collect(store.list(prefix))).map(({ key }) => key);

/** Counts the bytes that reads and listings bring. */
class CountingStore extends MemoryStore {
  bytesRead = 0;
  rowsListed = 0;

  override async *list(prefix: string, options?: StoreOptions): AsyncGenerator<ObjectInfo> {
    for await (const info of super.list(prefix, options)) {
      this.rowsListed += 1;
      yield info;
    }
  }

  override async get(key: string, range?: ByteRange, options?: StoreOptions): Promise<Uint8Array> {
    const got = await super.get(key, range, options);
    this.bytesRead += got.length;
    return got;
  }

  reset(): void {
    Object.assign(this.requests, { list: 0, get: 0, put: 0, delete: 0, stat: 0 });
    [this.bytesRead, this.rowsListed] = [0, 0];
  }
}

const restore = (store: MemoryStore, objects: ReadonlyMap<string, Uint8Array>): void => {
  store.objects.clear();
  for (const [key, value] of objects) store.objects.set(key, value);
};

/** Until everything that was written is announced. */
async function announced(store: MemoryStore, entries: number): Promise<void> {
  await expect.poll(() => [...store.objects.keys()].filter((key) => key.startsWith('changes/')).length).toBe(entries);
  await wait(5);
}

describe('the change feed', () => {
  let store: CountingStore;
  const mirrors = new Mirrors();

  beforeEach(() => void (store = new CountingStore()));
  afterEach(() => mirrors.dispose());

  const twoMirrors = async (): Promise<[MirroredStore, MirroredStore]> => {
    const [a, b] = [await mirrors.of(store, { author: 'a' }), await mirrors.of(store, { author: 'b' })];
    await a.pull();
    await b.pull();
    return [a, b];
  };

  it('shows others what was written and removed, and costs one listing when nothing is new', async () => {
    const [a, b] = await twoMirrors();
    await a.putIfAbsent(secret(1), bytes('one'));
    await announced(store, 1);
    expect(await b.pull()).toEqual({ changed: true });
    expect(await keysOf(b)).toEqual([secret(1)]);
    store.away = true;
    expect(await b.get(secret(1))).toEqual(bytes('one'));
    store.away = false;
    await b.pull();
    store.reset();
    expect(await b.pull()).toEqual({ changed: false });
    expect(store.requests).toEqual({ list: 1, get: 0, put: 0, delete: 0, stat: 0 });
    await b.delete(secret(1));
    await announced(store, 2);
    expect(await a.pull()).toEqual({ changed: true });
    expect(await keysOf(a)).toEqual([]);
    expect(await a.lost()).toEqual([]);
  });

  it('gathers what is written together into one entry', async () => {
    const [a] = await twoMirrors();
    await Promise.all(Array.from({ length: 50 }, (_, i) => a.putIfAbsent(secret(i), bytes('x'))));
    await announced(store, 1);
  });

  it('costs as much as the change and not as the store', { timeout: 60_000 }, async () => {
    const cost = async (size: number): Promise<object> => {
      store = new CountingStore();
      for (let i = 0; i < size; i += 1) store.objects.set(secret(i), bytes('x'.repeat(500)));
      const [a, b] = await twoMirrors();
      await a.putIfAbsent(secret(0, 2), bytes('y'.repeat(500)));
      await announced(store, 1);
      store.reset();
      await b.pull();
      expect(await keysOf(b)).toHaveLength(size + 1);
      return { ...store.requests, bytes: Math.round(store.bytesRead / 100), rows: store.rowsListed };
    };
    const small = await cost(10);
    expect(await cost(10_000)).toEqual(small);
    expect(small).toMatchObject({ list: 1, get: 2, stat: 0, rows: 1 });
  });

  it('finds its end on a first sync without reading it', async () => {
    const [a] = await twoMirrors();
    for (let i = 1; i <= 19; i += 1) {
      await a.putIfAbsent(secret(i), bytes('x'));
      await announced(store, i);
    }
    store.reset();
    const late = await mirrors.of(store);
    await late.pull();
    expect(await keysOf(late)).toHaveLength(19);
    expect(store.requests.stat).toBeLessThan(16);
    expect(store.requests.get).toBeLessThanOrEqual(2);
    expect(store.rowsListed).toBeLessThan(19 + 4);
    await a.putIfAbsent(secret(99), bytes('x'));
    await announced(store, 20);
    await late.pull();
    expect(await keysOf(late)).toContain(secret(99));
  });

  it('is one chain, whoever writes at once', { timeout: 60_000 }, async () => {
    const writers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => mirrors.of(store, { author: `w${String(i)}` })),
    );
    const reader = await mirrors.of(store, { author: 'reader' });
    await Promise.all([...writers, reader].map((writer) => writer.pull()));
    await Promise.all(writers.map((writer, i) => writer.putIfAbsent(secret(i), bytes('x'))));
    await expect
      .poll(
        async () => {
          await reader.pull();
          return (await keysOf(reader)).length;
        },
        { timeout: 30_000 },
      )
      .toBe(20);
    await announced(store, 20);
    await reader.pull();
    expect(reader.alarms()).toEqual([]);
    for (const writer of writers) {
      await writer.pull();
      expect(writer.alarms()).toEqual([]);
      expect(await keysOf(writer)).toHaveLength(20);
    }
  });

  it('notices a store that was restored from an older copy, until it shows again what was seen', async () => {
    const folder = mirrors.folder();
    const [a] = await twoMirrors();
    const b = await mirrors.of(store, { author: 'b', folder });
    await a.putIfAbsent(secret(1), bytes('one'));
    await announced(store, 1);
    const older = new Map(store.objects);
    await a.putIfAbsent(secret(2), bytes('two'));
    await announced(store, 2);
    await b.pull();
    await b.pull();
    expect(await b.get(secret(2))).toEqual(bytes('two'));
    const newest = new Map(store.objects);
    restore(store, older);
    await b.pull();
    expect(b.alarms()).toMatchObject([{ code: 'rolled-back', details: { seen: 2, found: 1 } }]);
    expect(await b.lost()).toEqual([secret(2)]);
    expect(await keysOf(b)).toEqual([secret(1)]);
    await b.close();
    const again = await mirrors.of(store, { author: 'b', folder });
    expect(again.alarms()).toHaveLength(1);
    restore(store, newest);
    await again.pull();
    expect(again.alarms()).toEqual([]);
    await again.pull({ full: true });
    expect(await again.lost()).toEqual([]);
    expect(await keysOf(again)).toEqual([secret(1), secret(2)]);
  });

  it('goes on with what the store shows once somebody accepts it', async () => {
    const [a, b] = await twoMirrors();
    const older = new Map(store.objects);
    await a.putIfAbsent(secret(1), bytes('one'));
    await announced(store, 1);
    await b.pull();
    restore(store, older);
    await b.pull();
    expect(b.alarms()).toHaveLength(1);
    await b.accept();
    expect(b.alarms()).toEqual([]);
    expect(await b.lost()).toEqual([secret(1)]);
    await b.putIfAbsent(secret(2), bytes('two'));
    await announced(store, 1);
    const c = await mirrors.of(store, { author: 'c' });
    await c.pull();
    expect(await keysOf(c)).toEqual([secret(2)]);
  });

  it('notices a store that shows two people different pasts, at the first thing of the other', async () => {
    const [a, b] = await twoMirrors();
    await a.putIfAbsent(secret(1), bytes('one'));
    await announced(store, 1);
    await b.pull();
    const fork = new CountingStore();
    const forked = new Map(store.objects);
    await b.putIfAbsent(secret(2), bytes('two')); // b's world
    await announced(store, 2);
    restore(fork, forked);
    const worldOfA = store;
    store = fork; // what another sees who writes meanwhile
    const c = await mirrors.of(fork, { author: 'c' });
    await c.pull();
    await c.putIfAbsent(secret(3), bytes('three'));
    await c.pull();
    await announced(fork, 2);
    await c.putIfAbsent(secret(4), bytes('four'));
    await announced(fork, 3);
    // The server shows b an announcement of the other world, as the next one.
    worldOfA.objects.set(entry(3), fork.objects.get(entry(3))!);
    await b.pull();
    expect(b.alarms()).toMatchObject([{ code: 'rolled-back' }]);
    // And the other way round, in place of what c saw.
    fork.objects.set(entry(3), worldOfA.objects.get(entry(2))!);
    fork.times.set(entry(3), Date.now() + 1);
    await c.pull();
    expect(c.alarms()).toMatchObject([{ code: 'rolled-back' }]);
  });

  it('notices an entry taken out of its middle', async () => {
    const [a, b] = await twoMirrors();
    for (let i = 1; i <= 3; i += 1) {
      await a.putIfAbsent(secret(i), bytes('x'));
      await announced(store, i);
    }
    store.objects.delete(entry(2));
    await b.pull();
    expect(b.alarms()).toMatchObject([{ code: 'rolled-back', details: { seen: 3, found: 1 } }]);
    expect(await keysOf(b)).toEqual([secret(1), secret(2), secret(3)]);
  });

  it.each([
    ['garbage', () => Promise.resolve('garbage')],
    ['an entry that nobody of the vault signed', () =>
      signerOf('mallory', 'another word').sign({ sequence: 1, previous: null, time: '', written: [], removed: [secret(1)] })],
    ['an entry with what is no key', () =>
      signerOf('a').sign({ sequence: 1, previous: null, time: '', written: ['../../etc/passwd'], removed: [] })],
    ['an entry of more than 64 KiB', () => Promise.resolve('x'.repeat(100_000))],
  ])('passes over %s, lists the whole store, and goes on after it', async (_name, forge) => {
    store.objects.set(secret(1), bytes('one'));
    const [a, b] = await twoMirrors();
    store.objects.set(entry(1), bytes(await forge()));
    store.objects.set(secret(2), bytes('never announced'));
    await b.pull();
    expect(b.alarms()).toMatchObject([{ code: 'damaged' }]);
    expect(await keysOf(b)).toEqual([secret(1), secret(2)]);
    await a.putIfAbsent(secret(3), bytes('three'));
    await announced(store, 2);
    await b.pull();
    expect(await keysOf(b)).toContain(secret(3));
    store.reset();
    await b.pull();
    expect(store.requests.list).toBe(1);
  }); // prettier-ignore

  it('takes entries that nobody can verify yet as a hint, and reads them again once somebody can', async () => {
    const [a] = await twoMirrors();
    const b = await mirrors.of(store, { author: null });
    await b.pull();
    await a.putIfAbsent(secret(1), bytes('one'));
    await announced(store, 1);
    const forged = await signerOf('mallory', 'other').sign({ sequence: 2, previous: null, time: '', written: [], removed: [secret(1)] }); // prettier-ignore
    store.objects.set(entry(2), bytes(forged));
    await b.pull();
    expect(await keysOf(b)).toEqual([secret(1)]);
    expect(b.alarms()).toEqual([]);
    store.reset();
    await b.pull();
    expect(store.requests).toMatchObject({ list: 1, get: 0 });
    b.announceAs(signerOf('b'));
    await b.pull();
    expect(b.alarms()).toMatchObject([{ code: 'damaged' }]);
  });

  it('is announced by the next process when one was closed before it could', async () => {
    const folder = mirrors.folder();
    const silent = await mirrors.of(store, { folder, author: null });
    await silent.pull();
    await silent.putIfAbsent(secret(1), bytes('one'));
    await silent.close();
    expect([...store.objects.keys()]).toEqual([secret(1)]);
    const next = await mirrors.of(store, { folder });
    await next.pull();
    await announced(store, 1);
    const entryText = Buffer.from(store.objects.get(entry(1))!).toString();
    expect(await signerOf('anybody').verify(entryText)).toMatchObject({ written: [secret(1)], removed: [] });
  });

  it('announces before it closes', async () => {
    const [a, b] = await twoMirrors();
    await a.putIfAbsent(secret(1), bytes('one'));
    await a.close();
    expect(store.objects.has(entry(1))).toBe(true);
    await b.pull();
    expect(await keysOf(b)).toEqual([secret(1)]);
  });

  it('does not stand in the way of who may only read', async () => {
    const [a] = await twoMirrors();
    await a.putIfAbsent(secret(1), bytes('one'));
    await announced(store, 1);
    const putIfAbsent: Store['putIfAbsent'] = (key, body) =>
      key.startsWith('changes/') ? Promise.reject(new VaultError('store-readonly')) : store.putIfAbsent(key, body);
    const b = await mirrors.of(readOnlyOf(store, { putIfAbsent }), { author: 'b' });
    await b.pull();
    await b.putIfAbsent(secret(2), bytes('two'));
    await wait(150);
    await b.pull();
    expect(await keysOf(b)).toEqual([secret(1), secret(2)]);
    expect(b.connection().state).toBe('online');
  });

  it('finds what was never announced once a day, and what was lost', async () => {
    const [, b] = await twoMirrors();
    store.objects.set(secret(1), bytes('one'));
    await b.pull();
    expect(await keysOf(b)).toEqual([]);
    await b.pull({ full: true });
    expect(await b.get(secret(1))).toEqual(bytes('one'));
    store.objects.delete(secret(1));
    await b.pull({ full: true });
    expect(await keysOf(b)).toEqual([]);
    expect(await b.lost()).toEqual([secret(1)]);
  });
});

/** A store of which only one verb is another's. */
const readOnlyOf = (store: Store, { putIfAbsent }: Pick<Store, 'putIfAbsent'>): Store => ({
  label: store.label,
  list: (...args) => store.list(...args),
  get: (...args) => store.get(...args),
  stat: (...args) => store.stat(...args),
  delete: (...args) => store.delete(...args),
  local: (...args) => store.local(...args),
  close: () => store.close(),
  putIfAbsent,
});
