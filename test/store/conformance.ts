import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ObjectInfo, Store } from '../../main/store/store.js';
import { Children, type Opener } from './children.js';
import { racerContent } from './racer.js';

export type StoreUnderTest = Readonly<{
  /** empty */
  store: Store;
  /** how another process opens the same one */
  opener: Opener;
  dispose: () => Promise<void>;
}>;

const bytes = (text: string): Uint8Array => Buffer.from(text);

/** What was listed, without the times, which are each store's own. */
export async function collect(items: AsyncIterable<ObjectInfo>): Promise<ObjectInfo[]> {
  const all: ObjectInfo[] = [];
  for await (const { key, bytes } of items) all.push({ key, bytes });
  return all;
}

const keysOf = async (store: Store, prefix: string): Promise<string[]> =>
  (await collect(store.list(prefix))).map(({ key }) => key);

/** Keys and prefixes that no store may accept: each would mean another thing to some system below. */
export const badKeys = [
  '', '/', 'a/', '/a', 'a//b', '.', '..', '../a', 'a/..', 'a/../b', './a', '.tmp/x', 'a/.hidden', '-a', 'A', 'a/B', 'a b', 'a\\b',
  'a:b', 'a\0b', 'a\nb', 'ä', 'a/é', 'a%2fb', 'con', 'nul', 'a/aux', 'com1', 'lpt9.txt', 'prn.x/y', 'a.', 'a/b.', 'a'.repeat(201),
  Array.from({ length: 200 }, () => 'abcd').join('/'),
]; // prettier-ignore

/**
 * What every store must do (main/store/store.ts, docs/protocol.md section 7). `make` gives a fresh, empty store.
 */
export function describeStore(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(name, () => {
    let under: StoreUnderTest;
    let store: Store;
    let scratch: string;
    const children = new Children();

    beforeAll(() => void (scratch = mkdtempSync(join(tmpdir(), 'vault-conformance-'))));
    afterAll(() => {
      children.dispose();
      rmSync(scratch, { recursive: true, force: true });
    });
    beforeEach(async () => {
      under = await make();
      store = under.store;
    });
    afterEach(async () => {
      await store.close();
      await under.dispose();
    });

    describe('the verbs', () => {
      it('gives back what was put, and tells its size', async () => {
        expect(await store.putIfAbsent('secrets/a1/0000000001', bytes('hello'))).toBe(true);
        expect(Buffer.from(await store.get('secrets/a1/0000000001')).toString()).toBe('hello');
        expect(await store.stat('secrets/a1/0000000001')).toMatchObject({ key: 'secrets/a1/0000000001', bytes: 5 });
      });

      it('tells when an object came, the same in a listing, if it knows', async () => {
        const nearby = { least: Date.now() - 60_000, most: Date.now() + 60_000 };
        await store.putIfAbsent('a/b', bytes('x'));
        const told = await store.stat('a/b');
        for await (const listed of store.list('a/')) {
          // Servers tell whole seconds in one place and milliseconds in the other.
          const [one = 0, other = 0] = [told?.modifiedMs, listed.modifiedMs];
          expect(Math.abs(one - other)).toBeLessThan(1000);
        }
        if (told?.modifiedMs === undefined) return;
        expect(told.modifiedMs).toBeGreaterThan(nearby.least);
        expect(told.modifiedMs).toBeLessThan(nearby.most);
      });

      it('never changes what is there', async () => {
        await store.putIfAbsent('a', bytes('first'));
        expect(await store.putIfAbsent('a', bytes('second, longer'))).toBe(false);
        expect(Buffer.from(await store.get('a')).toString()).toBe('first');
      });

      it('lists only what comes after a key, when asked', async () => {
        for (const key of ['changes/0000000001', 'changes/0000000002', 'changes/0000000010', 'd/1'])
          await store.putIfAbsent(key, bytes(key));
        const after = async (key: string): Promise<string[]> =>
          (await collect(store.list('changes/', { after: key }))).map((info) => info.key);
        expect(await after('changes/0000000001')).toEqual(['changes/0000000002', 'changes/0000000010']);
        expect(await after('changes/0000000003')).toEqual(['changes/0000000010']);
        expect(await after('changes/0000000010')).toEqual([]);
        expect(await after('a')).toHaveLength(3);
      });

      it('knows nothing of what was never put', async () => {
        await expect(store.get('a/b')).rejects.toMatchObject({ code: 'not-found' });
        await expect(store.local('a/b')).rejects.toMatchObject({ code: 'not-found' });
        expect(await store.stat('a/b')).toBeNull();
        expect(await keysOf(store, '')).toEqual([]);
        expect(await keysOf(store, 'nothing/here/')).toEqual([]);
      });

      it('deletes, also what is not there, and takes the key again afterwards', async () => {
        await store.delete('a/b/c');
        await store.putIfAbsent('a/b/c', bytes('x'));
        await store.putIfAbsent('a/b/d', bytes('y'));
        await store.delete('a/b/c');
        expect(await store.stat('a/b/c')).toBeNull();
        expect(await keysOf(store, '')).toEqual(['a/b/d']);
        await store.delete('a/b/d');
        expect(await store.putIfAbsent('a/b/c', bytes('again'))).toBe(true);
        expect(Buffer.from(await store.get('a/b/c')).toString()).toBe('again');
      });

      it('holds empty objects', async () => {
        expect(await store.putIfAbsent('empty', new Uint8Array(0))).toBe(true);
        expect(await store.putIfAbsent('empty', bytes('x'))).toBe(false);
        expect((await store.get('empty')).length).toBe(0);
        expect(await store.stat('empty')).toMatchObject({ key: 'empty', bytes: 0 });
        expect(await collect(store.list(''))).toEqual([{ key: 'empty', bytes: 0 }]);
      });

      it('holds large objects', async () => {
        const large = Buffer.alloc(17 * 1024 * 1024 + 3);
        for (let i = 0; i < large.length; i += 4099) large.writeUInt8(i % 251, i);
        await store.putIfAbsent('blobs/large', large);
        expect(large.equals(await store.get('blobs/large'))).toBe(true);
        const tail = await store.get('blobs/large', { start: large.length - 10, endExclusive: large.length + 10 });
        expect(large.subarray(-10).equals(tail)).toBe(true);
      });

      it('gives a local path with the bytes', async () => {
        await store.putIfAbsent('blobs/b', bytes('content'));
        expect((await readFile(await store.local('blobs/b'))).toString()).toBe('content');
      });

      it('stores bytes of a view, not of the buffer below it', async () => {
        await store.putIfAbsent('view', Buffer.from('0123456789').subarray(3, 6));
        expect(Buffer.from(await store.get('view')).toString()).toBe('345');
      });
    });

    it('reads ranges, cut at the end', async () => {
      await store.putIfAbsent('r', bytes('0123456789'));
      const range = async (start: number, endExclusive: number): Promise<string> =>
        Buffer.from(await store.get('r', { start, endExclusive })).toString();
      expect(await range(0, 10)).toBe('0123456789');
      expect(await range(3, 5)).toBe('34');
      expect(await range(8, 100)).toBe('89');
      expect(await range(10, 20)).toBe('');
      expect(await range(50, 60)).toBe('');
      expect(await range(4, 4)).toBe('');
      for (const [start, end] of [
        [-1, 3],
        [5, 4],
        [0.5, 3],
        [0, NaN],
        [0, Infinity],
      ] as const) {
        await expect(range(start, end)).rejects.toMatchObject({ code: 'invalid-input' });
      }
    });

    it('refuses keys that are not of its form, in every verb', async () => {
      for (const key of badKeys) {
        for (const verb of [
          () => store.get(key), () => store.stat(key), () => store.delete(key), () => store.local(key),
          () => store.putIfAbsent(key, bytes('x')),
        ]) await expect(verb(), JSON.stringify(key)).rejects.toMatchObject({ code: 'invalid-input' }); // prettier-ignore
        if (key !== '' && !key.endsWith('/')) {
          await expect(collect(store.list(`${key}/`)), key).rejects.toMatchObject({ code: 'invalid-input' });
        }
      }
      await expect(collect(store.list('secrets'))).rejects.toMatchObject({ code: 'invalid-input' });
      expect(await keysOf(store, '')).toEqual([]);
    });

    describe('listing', () => {
      it('goes in the order of whole keys, not folder by folder', async () => {
        // `/` sorts after `-` and `.` and before digits and letters.
        const keys = ['a-b', 'a.b/c', 'a.c', 'a/b', 'a/b-c/d', 'a/b.c', 'a0', 'a0/'.concat('z'), 'b/1', 'b/10', 'b/2'];
        const all = keys.filter((key) => key !== 'a0');
        for (const key of [...all].reverse()) await store.putIfAbsent(key, bytes(key));
        expect(await collect(store.list(''))).toEqual([...all].sort().map((key) => ({ key, bytes: key.length })));
      });

      it('takes a prefix as whole parts', async () => {
        for (const key of ['p/a', 'p/b/c', 'pp/a', 'p.x/a', 'q']) await store.putIfAbsent(key, bytes('x'));
        expect(await keysOf(store, 'p/')).toEqual(['p/a', 'p/b/c']);
        expect(await keysOf(store, 'p/b/')).toEqual(['p/b/c']);
        expect(await keysOf(store, 'q/')).toEqual([]);
      });

      it('can be left half-way', async () => {
        for (let i = 0; i < 30; i += 1) await store.putIfAbsent(`s/${String(i + 10)}/x`, bytes('x'));
        const seen: string[] = [];
        for await (const { key } of store.list('s/')) if (seen.push(key) === 3) break;
        expect(seen).toEqual(['s/10/x', 's/11/x', 's/12/x']);
      });

      it('holds for any set of keys', async () => {
        const part = fc.stringMatching(/^[a-c0-1][a-b0.-]{0,2}[a-b0]$/);
        const anyKey = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
        const inTheWay = (key: string, other: string): boolean =>
          other.startsWith(`${key}/`) || key.startsWith(`${other}/`);
        await fc.assert(
          fc.asyncProperty(fc.uniqueArray(anyKey, { maxLength: 25 }), async (drawn) => {
            const keys = drawn.filter((key, i) => !drawn.slice(0, i).some((other) => inTheWay(key, other)));
            for (const key of keys) expect(await store.putIfAbsent(key, bytes(key))).toBe(true);
            expect(await keysOf(store, '')).toEqual([...keys].sort());
            await Promise.all(keys.map((key) => store.delete(key)));
            expect(await keysOf(store, '')).toEqual([]);
          }),
          { numRuns: 15 },
        );
      });
    });

    describe('put-if-absent has exactly one winner', () => {
      it('among 20 writers in one process', async () => {
        for (let round = 0; round < 10; round += 1) {
          const key = `race/${String(round)}/x`;
          const contents = Array.from({ length: 20 }, (_, i) => racerContent(`writer ${String(i)}`));
          const created = await Promise.all(contents.map((content) => store.putIfAbsent(key, content)));
          expect(created.filter(Boolean)).toHaveLength(1);
          expect(contents[created.indexOf(true)]!.equals(await store.get(key))).toBe(true);
        }
      });

      it('among 20 processes', { timeout: 120_000 }, async () => {
        const keys = Array.from({ length: 10 }, (_, i) => `race/${String(i)}/0000000001`);
        const names = Array.from({ length: 20 }, (_, i) => `process ${String(i)}`);
        const racers = names.map((name) => children.start('racer', under.opener, [name, ...keys]));
        for (const racer of racers) expect(await racer.line()).toBe('ready');
        for (const racer of racers) racer.process.stdin?.write('go\n');
        const won = await Promise.all(racers.map(async (racer) => JSON.parse(await racer.line()) as string[]));
        expect(await Promise.all(racers.map((racer) => racer.ended))).toEqual(names.map(() => 0));
        for (const key of keys) {
          const winners = names.filter((_, i) => won[i]!.includes(key));
          expect(winners, key).toHaveLength(1);
          expect(racerContent(winners[0]!).equals(await store.get(key)), key).toBe(true);
        }
        expect(await keysOf(store, '')).toEqual(keys);
      });

      it('among writers while others delete around them', async () => {
        const work = Array.from({ length: 60 }, async (_, i) => {
          const key = `churn/${String(i % 3)}/${String(i)}`;
          expect(await store.putIfAbsent(key, bytes(key))).toBe(true);
          if (i % 2 === 0) await store.delete(key);
        });
        await Promise.all(work);
        expect(await keysOf(store, 'churn/')).toHaveLength(30);
      });
    });

    describe('file bodies', () => {
      const file = (name: string, content: string): string => {
        const path = join(scratch, name);
        writeFileSync(path, content);
        return path;
      };

      it('are stored whole, and live on when the caller removes the file', async () => {
        const path = file('staged', 'x'.repeat(9_000_000));
        expect(await store.putIfAbsent('blobs/f', { file: path })).toBe(true);
        unlinkSync(path);
        expect((await store.stat('blobs/f'))?.bytes).toBe(9_000_000);
        expect(Buffer.from(await store.get('blobs/f', { start: 8_999_999, endExclusive: 9_000_001 })).toString()).toBe(
          'x',
        );
      });

      it('never replace what is there', async () => {
        await store.putIfAbsent('f', { file: file('one', 'one') });
        expect(await store.putIfAbsent('f', { file: file('two', 'two') })).toBe(false);
        expect(Buffer.from(await store.get('f')).toString()).toBe('one');
      });

      it('have one winner too, even when all put the same file', async () => {
        const path = file('same', 'same');
        const created = await Promise.all(
          Array.from({ length: 20 }, () => store.putIfAbsent('same/x', { file: path })),
        );
        expect(created.filter(Boolean)).toHaveLength(1);
      });

      it('of what cannot be read, or is no file, are refused', async () => {
        await expect(store.putIfAbsent('f', { file: join(scratch, 'missing') })).rejects.toMatchObject({
          code: 'source-unreadable',
        });
        await expect(store.putIfAbsent('f', { file: scratch })).rejects.toMatchObject({ code: 'source-special' });
        expect(await keysOf(store, '')).toEqual([]);
      });
    });

    it('stops when the caller cancels, and nothing is created', async () => {
      const gone = { signal: AbortSignal.abort() };
      const cancelled = { code: 'cancelled' };
      await store.putIfAbsent('there', bytes('x'));
      await expect(store.get('there', undefined, gone)).rejects.toMatchObject(cancelled);
      await expect(store.stat('there', gone)).rejects.toMatchObject(cancelled);
      await expect(store.local('there', gone)).rejects.toMatchObject(cancelled);
      await expect(store.delete('there', gone)).rejects.toMatchObject(cancelled);
      await expect(store.putIfAbsent('new', bytes('x'), gone)).rejects.toMatchObject(cancelled);
      await expect(collect(store.list('', gone))).rejects.toMatchObject(cancelled);
      const middle = new AbortController();
      const putting = store.putIfAbsent('large', Buffer.alloc(64 * 1024 * 1024), { signal: middle.signal });
      setTimeout(() => middle.abort(), 1);
      await expect(putting).rejects.toMatchObject(cancelled);
      expect(await keysOf(store, '')).toEqual(['there']);
    });
  });
}
