import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'; // prettier-ignore
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VaultError } from '../../app/errors.js';
import { objectHash } from '../../main/crypto/object-hash.js';
import { DirectoryStore } from '../../main/store/directory.js';
import type { Body, Store } from '../../main/store/store.js';
import { MemoryStore } from '../memory-store.js';
import { type Child, Children } from './children.js';
import { collect } from './conformance.js';
import { Mirrors } from './mirror-fixture.js';
import { waitingContent, waitingKey } from './outbox-writer.js';

const bytes = (text: string): Uint8Array => Buffer.from(text);
const keysOf = async (store: Store, prefix = ''): Promise<string[]> =>
  (await collect(store.list(prefix))).map(({ key }) => key);
const unreachable = { code: 'store-unreachable' };

describe('a mirror', () => {
  let store: MemoryStore;
  const mirrors = new Mirrors();
  const children = new Children();

  beforeEach(() => void (store = new MemoryStore()));
  afterEach(() => mirrors.dispose());
  afterAll(() => children.dispose());

  describe('of a store that is away', () => {
    it('answers from what was seen, says what was not fetched, and fails fast', async () => {
      const folder = mirrors.folder();
      for (const key of ['secrets/a/0000000001', 'secrets/b/0000000001', 'blobs/x']) store.objects.set(key, bytes(key));
      const online = await mirrors.of(store, { folder });
      expect(await keysOf(online)).toEqual(['blobs/x', 'secrets/a/0000000001', 'secrets/b/0000000001']);
      await online.get('secrets/a/0000000001');
      await online.close();

      store.away = true;
      const mirror = await mirrors.of(store, { folder });
      expect(await keysOf(mirror, 'secrets/')).toEqual(['secrets/a/0000000001', 'secrets/b/0000000001']);
      expect(await mirror.get('secrets/a/0000000001')).toEqual(bytes('secrets/a/0000000001'));
      expect(readFileSync(await mirror.local('secrets/a/0000000001'))).toEqual(bytes('secrets/a/0000000001'));
      await expect(mirror.get('secrets/b/0000000001')).rejects.toThrow(/not fetched to this computer yet/);
      await expect(mirror.local('blobs/x')).rejects.toMatchObject(unreachable);
      await expect(mirror.get('secrets/c/0000000001')).rejects.toMatchObject({ code: 'not-found' });
      expect(await mirror.stat('secrets/c/0000000001')).toBeNull();
      await expect(mirror.pull()).rejects.toMatchObject(unreachable);
      expect(mirror.connection()).toMatchObject({ state: 'offline', trouble: unreachable });
      expect(mirror.connection().lastContact).not.toBeNull();
    });

    it('keeps nobody waiting who hangs up, whatever the server does', async () => {
      const remote = (): Promise<Store> => new Promise(() => undefined);
      const mirror = await mirrors.of(store, { remote });
      const locked = { code: 'locked' };
      const asking = [mirror.pull(), mirror.get('secrets/a/0000000001'), mirror.putIfAbsent('blobs/a', bytes('a'))];
      const ended = asking.map((one) => expect(one).rejects.toMatchObject(locked));
      await wait(20);
      const start = performance.now();
      mirror.hangUp(new VaultError('locked'));
      await Promise.all(ended);
      await expect(mirror.pull()).rejects.toMatchObject(locked);
      await expect(keysOf(mirror)).rejects.toMatchObject(locked);
      await mirror.close();
      expect(performance.now() - start).toBeLessThan(500);
    });

    it('cannot be listed before it was ever seen', async () => {
      store.away = true;
      const mirror = await mirrors.of(store);
      await expect(keysOf(mirror)).rejects.toMatchObject(unreachable);
      store.away = false;
      await mirror.pull();
      expect(await keysOf(mirror)).toEqual([]);
    });

    it('is asked again only after a pause that grows, and not at all while sync is paused', async () => {
      let asked = 0;
      const remote = (): Promise<Store> => {
        asked += 1;
        return Promise.reject(new VaultError('store-unreachable'));
      };
      const mirror = await mirrors.of(store, { remote, pauses: { firstMs: 40, longestMs: 1000 } });
      for (let i = 0; i < 5; i += 1) await expect(mirror.pull()).rejects.toMatchObject(unreachable);
      await expect(mirror.get('secrets/a/0000000001')).rejects.toMatchObject(unreachable);
      expect(asked).toBe(1);
      await wait(50);
      await expect(mirror.pull()).rejects.toMatchObject(unreachable);
      await wait(50);
      await expect(mirror.pull()).rejects.toMatchObject(unreachable);
      expect(asked).toBe(2);
      mirror.setPaused(true);
      expect(mirror.connection().state).toBe('paused');
      await expect(mirror.pull()).rejects.toMatchObject({ ...unreachable, details: { reason: 'paused' } });
      expect(asked).toBe(2);
      mirror.setPaused(false);
      await expect(mirror.pull()).rejects.toMatchObject(unreachable);
      expect(asked).toBe(3);
    });

    it('keeps secrets, files, contents and new projects until they can be sent, and refuses what must not wait', async () => {
      const mirror = await mirrors.of(store);
      await mirror.pull();
      let told = 0;
      mirror.onChange(() => (told += 1));
      store.away = true;
      const waiting = [
        'blobs/b1',
        'projects/p/log/0000000001',
        'projects/p/files/f/0000000001',
        'secrets/s/0000000001',
      ];
      for (const key of waiting) expect(await mirror.putIfAbsent(key, bytes(key))).toBe(true);
      for (const key of ['accounts/a/0000000002', 'projects/p/log/0000000002', 'store'])
        await expect(mirror.putIfAbsent(key, bytes(key))).rejects.toMatchObject(unreachable);
      expect(told).toBeGreaterThanOrEqual(5);
      expect(mirror.outbox.items().map(({ key }) => key)).toEqual(waiting);
      expect(await keysOf(mirror)).toEqual([...waiting].sort());
      expect(await keysOf(mirror.beyond)).toEqual([]);
      expect(await mirror.get('secrets/s/0000000001', { start: 0, endExclusive: 7 })).toEqual(bytes('secrets'));
      expect(await mirror.putIfAbsent('secrets/s/0000000001', bytes('other'))).toBe(false);
      await expect(mirror.beyond.putIfAbsent('secrets/t/0000000001', bytes('x'))).rejects.toMatchObject(unreachable);

      store.away = false;
      await mirror.pull();
      // What belongs to something that waits does not overtake it.
      expect(await mirror.putIfAbsent('secrets/s/0000000002', bytes('v2'))).toBe(true);
      await expect(mirror.putIfAbsent('projects/p/log/0000000002', bytes('x'))).rejects.toMatchObject(unreachable);
      expect(await mirror.putIfAbsent('secrets/u/0000000001', bytes('free'))).toBe(true);
      expect([...store.objects.keys()]).toEqual(['secrets/u/0000000001']);
      // Contents go before the record that points at them, and keep nobody else's waiting.
      const pointing = { after: ['blobs/b1'] };
      expect(await mirror.putIfAbsent('projects/q/files/g/0000000001', bytes('points at b1'), pointing)).toBe(true);
      expect(await mirror.putIfAbsent('projects/q/files/h/0000000001', bytes('at nothing'))).toBe(true);
      expect(store.objects.has('projects/q/files/h/0000000001')).toBe(true);
      expect(await mirror.putIfAbsent('projects/q/log/0000000002', bytes('a new member'))).toBe(true);
      expect(store.objects.has('projects/q/files/g/0000000001')).toBe(false);
      for (const item of mirror.outbox.items()) expect(await mirror.outbox.send(item)).toBe('sent');
      expect(mirror.outbox.items()).toEqual([]);
      for (const key of waiting) expect(Buffer.from(store.objects.get(key)!)).toEqual(bytes(key));
      expect(await mirror.get('secrets/s/0000000002')).toEqual(bytes('v2'));
    });

    it('takes nothing on top of a version that was sent in another form meanwhile, by whichever process', async () => {
      const folder = mirrors.folder();
      const [mirror, other] = [await mirrors.of(store, { folder }), await mirrors.of(store, { folder })];
      await mirror.pull();
      store.away = true;
      expect(await mirror.putIfAbsent('secrets/s/0000000001', bytes('ours'))).toBe(true);
      const onTopOf = { key: 'secrets/s/0000000001', hash: objectHash(bytes('ours')) };
      const second = (): Promise<boolean> => mirror.putIfAbsent('secrets/s/0000000002', bytes('two'), { onTopOf });
      const [item] = mirror.outbox.items();
      store.away = false;
      await other.pull();
      await other.beyond.putIfAbsent('secrets/s/0000000001', bytes('merged'));
      expect(await other.outbox.remove([item!], [item!])).toBe(true);
      expect(await second()).toBe(false);
      await mirror.pull();
      expect(await second()).toBe(false);
      expect(store.objects.has('secrets/s/0000000002')).toBe(false);
      const merged = { key: 'secrets/s/0000000001', hash: objectHash(bytes('merged')) };
      expect(await mirror.putIfAbsent('secrets/s/0000000002', bytes('two'), { onTopOf: merged })).toBe(true);
      expect(store.objects.has('secrets/s/0000000002')).toBe(true);
    });

    it('keeps what waits when another process has put more on top of it', async () => {
      const folder = mirrors.folder();
      const [mirror, other] = [await mirrors.of(store, { folder }), await mirrors.of(store, { folder })];
      await mirror.pull();
      store.away = true;
      await mirror.putIfAbsent('secrets/s/0000000001', bytes('ours'));
      const known = [...mirror.outbox.items()];
      await other.putIfAbsent('secrets/t/0000000001', bytes('of something else'));
      await other.putIfAbsent('secrets/s/0000000002', bytes('more'));
      expect(await mirror.outbox.remove(known, known)).toBe(false);
      expect(mirror.outbox.items()).toHaveLength(3);
      expect(await mirror.outbox.remove(known, mirror.outbox.items())).toBe(true);
      expect(mirror.outbox.items()).toHaveLength(2);
    });

    it('takes a write that failed half-way into the outbox, and sending it finds that it had arrived', async () => {
      const mirror = await mirrors.of(store);
      await mirror.pull();
      const put = store.putIfAbsent.bind(store);
      store.putIfAbsent = async (key, body) => {
        await put(key, body);
        throw new VaultError('store-unreachable');
      };
      expect(await mirror.putIfAbsent('secrets/s/0000000001', bytes('one'))).toBe(true);
      store.putIfAbsent = put;
      await mirror.pull();
      const [item] = mirror.outbox.items();
      expect(await mirror.outbox.send(item!)).toBe('sent');
      await expect.poll(() => store.objects.has('changes/0000000001')).toBe(true);
    });

    it('tells when the store holds other bytes under a key that waits, and shows the winner', async () => {
      const mirror = await mirrors.of(store);
      await mirror.pull();
      store.away = true;
      await mirror.putIfAbsent('secrets/s/0000000001', bytes('ours'));
      store.away = false;
      store.objects.set('secrets/s/0000000001', bytes('hers'));
      store.objects.set('secrets/s/0000000002', bytes('hers too'));
      await mirror.pull();
      expect(await mirror.outbox.send(mirror.outbox.items()[0]!)).toBe('taken');
      expect(await keysOf(mirror.beyond, 'secrets/')).toEqual(['secrets/s/0000000001', 'secrets/s/0000000002']);
      expect(await mirror.beyond.get('secrets/s/0000000001')).toEqual(bytes('hers'));
      expect(await mirror.get('secrets/s/0000000001')).toEqual(bytes('ours'));
      await mirror.outbox.remove(mirror.outbox.items());
      expect(await mirror.get('secrets/s/0000000001')).toEqual(bytes('hers'));
    });

    it('deletes when it can, also what only waits', async () => {
      store.objects.set('secrets/s/0000000001', bytes('one'));
      const mirror = await mirrors.of(store);
      await mirror.pull();
      store.away = true;
      await mirror.putIfAbsent('blobs/b', bytes('content'));
      await mirror.delete('blobs/b');
      await mirror.delete('secrets/s/0000000001');
      await expect(mirror.delete('accounts/a/0000000001')).rejects.toMatchObject(unreachable);
      expect(await keysOf(mirror)).toEqual([]);
      await expect(mirror.get('secrets/s/0000000001')).rejects.toMatchObject({ code: 'not-found' });
      expect(await mirror.putIfAbsent('secrets/s/0000000001', bytes('again'))).toBe(true);
      store.away = false;
      await mirror.pull();
      for (const item of mirror.outbox.items()) await mirror.outbox.send(item);
      expect(Buffer.from(store.objects.get('secrets/s/0000000001')!)).toEqual(bytes('again'));
      expect(store.objects.has('blobs/b')).toBe(false);
    });
  });

  it('shows the winner of a lost race at once', async () => {
    const mirror = await mirrors.of(store);
    await mirror.pull();
    for (const version of ['0000000001', '0000000002']) store.objects.set(`projects/p/log/${version}`, bytes(version));
    expect(await mirror.putIfAbsent('projects/p/log/0000000001', bytes('mine'))).toBe(false);
    expect(await keysOf(mirror, 'projects/p/')).toEqual(['projects/p/log/0000000001', 'projects/p/log/0000000002']);
  });

  it('fetches a kept record again when its file was spoiled or removed', async () => {
    const folder = mirrors.folder();
    const mirror = await mirrors.of(store, { folder });
    await mirror.putIfAbsent('secrets/s/0000000001', bytes('one'));
    const file = join(folder, 'records/secrets/s/0000000001');
    expect(readFileSync(file)).toEqual(bytes('one'));
    writeFileSync(file, 'spoiled');
    expect(await mirror.get('secrets/s/0000000001')).toEqual(bytes('one'));
    expect(readFileSync(file)).toEqual(bytes('one'));
    rmSync(file);
    expect(await mirror.get('secrets/s/0000000001')).toEqual(bytes('one'));
  });

  it('starts over when its catalogue is damaged, and cuts off a torn end', async () => {
    const folder = mirrors.folder();
    const first = await mirrors.of(store, { folder });
    await first.putIfAbsent('secrets/s/0000000001', bytes('one'));
    await first.pull();
    await first.close();
    const catalogue = join(folder, 'catalogue');
    appendFileSync(catalogue, 'p secrets/torn/00000');
    store.requests.list = 0;
    const torn = await mirrors.of(store, { folder });
    expect(await keysOf(torn)).toEqual(['secrets/s/0000000001']);
    expect(store.requests.list).toBe(0);
    await torn.putIfAbsent('secrets/t/0000000001', bytes('two'));
    await torn.close();
    const after = await mirrors.of(store, { folder });
    expect(await keysOf(after)).toEqual(['secrets/s/0000000001', 'secrets/t/0000000001']);
    expect(store.requests.list).toBe(0);
    await after.close();
    const text = readFileSync(catalogue, 'utf8');
    writeFileSync(catalogue, text.replace('secrets/s/0000000001', 'secrets/x/0000000001'));
    const damaged = await mirrors.of(store, { folder });
    expect(await keysOf(damaged)).toEqual(['secrets/s/0000000001', 'secrets/t/0000000001']);
    expect(store.requests.list).toBeGreaterThan(0);
    expect(await keysOf(await mirrors.of(store, { folder }))).toHaveLength(2);
    truncateSync(catalogue, 10);
    expect(await keysOf(await mirrors.of(store, { folder }))).toHaveLength(2);
  });

  it('keeps its catalogue from growing without end', async () => {
    const folder = mirrors.folder();
    const mirror = await mirrors.of(store, { folder, author: null });
    const other = await mirrors.of(store, { folder, author: null });
    for (let i = 0; i < 1200; i += 1) {
      await mirror.putIfAbsent('secrets/s/0000000001', bytes('one'));
      await mirror.delete('secrets/s/0000000001');
      if (i % 100 === 0) expect(await keysOf(other)).toEqual([]);
    }
    await mirror.putIfAbsent('secrets/s/0000000002', bytes('two'));
    expect(await keysOf(other)).toEqual(['secrets/s/0000000002']);
    expect(readFileSync(join(folder, 'catalogue'), 'utf8').split('\n').length).toBeLessThan(1300);
  });

  it('is shared by the mirrors of one profile', async () => {
    const folder = mirrors.folder();
    const [app, command] = [await mirrors.of(store, { folder }), await mirrors.of(store, { folder })];
    await app.pull();
    await app.putIfAbsent('secrets/a/0000000001', bytes('a'));
    expect(await keysOf(command)).toEqual(['secrets/a/0000000001']);
    expect(await command.pull()).toEqual({ changed: true }); // the app's change is news to the command
    expect(await command.pull()).toEqual({ changed: false });
    store.requests.get = 0;
    expect(await command.get('secrets/a/0000000001')).toEqual(bytes('a'));
    expect(store.requests.get).toBe(0);
    command.setPaused(true);
    await Promise.all([1, 2, 3].map((n) => command.putIfAbsent(`secrets/b/000000000${String(n)}`, bytes('b'))));
    expect(await keysOf(app, 'secrets/b/')).toHaveLength(3);
    expect(await app.putIfAbsent('secrets/b/0000000001', bytes('other'))).toBe(false);
    for (const item of app.outbox.items()) await app.outbox.send(item);
    expect(await command.get('secrets/b/0000000001')).toEqual(bytes('b'));
    expect(command.outbox.items()).toEqual([]);
  });

  it('lists one folder of 100,000 objects at once', { timeout: 60_000 }, async () => {
    const folder = mirrors.folder();
    for (let i = 0; i < 100_000; i += 1)
      store.objects.set(`secrets/${String(i % 50_000)}/${String(i)}`, new Uint8Array(1));
    const mirror = await mirrors.of(store, { folder });
    await mirror.pull();
    await keysOf(mirror, 'secrets/1/');
    const began = performance.now();
    for (let i = 0; i < 100; i += 1) expect(await keysOf(mirror, `secrets/${String(i)}/`)).toHaveLength(2);
    expect((performance.now() - began) / 100).toBeLessThan(5);
    const opening = performance.now();
    const again = await mirrors.of(store, { folder });
    expect(await keysOf(again, 'secrets/1/')).toHaveLength(2);
    expect(performance.now() - opening).toBeLessThan(3000);
    console.info(`opening a mirror of 100,000 objects: ${String(Math.round(performance.now() - opening))} ms`);
  });

  describe('whose process is killed', () => {
    const setUp = (): { root: string; path: string; folder: string } => {
      const root = mirrors.folder();
      mkdirSync(join(root, 'store'));
      return { root, path: join(root, 'store'), folder: join(root, 'mirror') };
    };
    const killMidway = async (spec: object, run: string, how: string): Promise<number[]> => {
      const child = children.start('outbox-writer', { module: 'open-mirror.ts', spec: JSON.stringify(spec) }, [
        run,
        how,
      ]);
      const accepted: number[] = [];
      while (accepted.length < 40) accepted.push(Number(await child.line()));
      child.process.kill('SIGKILL');
      await child.ended;
      return accepted;
    };

    it('loses nothing that waited, in any of several processes', { timeout: 60_000 }, async () => {
      const { path, folder } = setUp();
      const runs = ['a', 'b', 'c'];
      const accepted = await Promise.all(runs.map((run) => killMidway({ path, folder }, run, 'paused')));
      const mirror = await mirrors.of(store, { folder, remote: () => DirectoryStore.open(path) });
      for (const [i, run] of runs.entries()) {
        for (const n of accepted[i]!) expect(waitingContent(n).equals(await mirror.get(waitingKey(run, n)))).toBe(true);
      }
      const orders = mirror.outbox.items().map(({ order }) => order);
      expect(orders).toEqual([...new Set(orders)].sort((a, b) => a - b));
      for (const item of mirror.outbox.items()) expect(await mirror.outbox.send(item)).toBe('sent');
      const sent = await DirectoryStore.open(path);
      for (const n of accepted[1]!) expect(waitingContent(n).equals(await sent.get(waitingKey('b', n)))).toBe(true);
      expect(await mirror.outbox.read(waitingKey('a', 1)).catch((error: unknown) => error)).toMatchObject({ code: 'not-found' }); // prettier-ignore
      const bodies = readdirSync(join(folder, 'outbox/bodies')).filter((name) => name !== '.tmp');
      expect(bodies.length).toBeLessThanOrEqual(runs.length); // one that each may have been writing
    });

    it(
      'leaves notes of what it wrote and nobody was told of: the next process announces it',
      { timeout: 60_000 },
      async () => {
        const { path, folder } = setUp();
        const accepted = await killMidway({ path, folder }, 'd', 'online');
        const remote = (): Promise<Store> => DirectoryStore.open(path);
        const other = await mirrors.of(store, { remote });
        await other.pull();
        const mirror = await mirrors.of(store, { folder, remote });
        await mirror.pull();
        await expect.poll(() => existsSync(join(path, 'changes/0000000001'))).toBe(true);
        await other.pull();
        const entry = readFileSync(join(path, 'changes/0000000001'), 'utf8').split('.')[1]!;
        const { written } = JSON.parse(Buffer.from(entry, 'base64url').toString()) as { written: string[] };
        expect(written).toEqual(expect.arrayContaining(accepted.map((n) => waitingKey('d', n))));
        for (const key of written) expect(existsSync(join(path, key))).toBe(true);
      },
    );
  });

  it(
    'is sent whole and once by two processes at the same time, one of which is killed',
    { timeout: 60_000 },
    async () => {
      const [path, folder] = [join(mirrors.folder(), 'store'), mirrors.folder()];
      const far = await DirectoryStore.open(path, { create: true });
      const mirror = await mirrors.of(far, { folder, author: null });
      await mirror.pull();
      mirror.setPaused(true);
      const keys = Array.from({ length: 30 }, (_, n) => waitingKey('s', n + 1));
      for (const [n, key] of keys.entries()) expect(await mirror.putIfAbsent(key, waitingContent(n + 1))).toBe(true);
      const opener = { module: 'open-mirror.ts', spec: JSON.stringify({ path, folder }) };
      const start = (): Child => children.start('outbox-flusher', opener);
      const [one, two] = [start(), start()];
      for (const child of [one, two]) expect(await child.line()).toBe('ready');
      for (const child of [one, two]) child.process.stdin!.write('go\n');
      await expect.poll(async () => (await keysOf(far)).length, { interval: 2, timeout: 20_000 }).toBeGreaterThan(5);
      one.process.kill('SIGKILL');
      expect(Number(await two.line())).toBe(keys.length);
      await Promise.all([one.ended, two.ended]);
      mirror.setPaused(false);
      await mirror.pull();
      mirror.outbox.refresh();
      expect(mirror.outbox.items()).toEqual([]);
      expect(readdirSync(join(folder, 'outbox/bodies')).filter((name) => !name.startsWith('.'))).toEqual([]);
      const there = (await keysOf(far)).filter((key) => !key.startsWith('changes/'));
      expect(there).toEqual([...keys].sort());
      for (const [n, key] of keys.entries()) expect(Buffer.from(await far.get(key))).toEqual(waitingContent(n + 1));
      await far.close();
    },
  );

  it('tells when this computer’s disk is too full for what should wait, and loses nothing', async (test) => {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) return test.skip('mounting needs root on Linux');
    const folder = mkdtempSync(join(tmpdir(), 'vault-small-'));
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'ignore' });
    } catch {
      return test.skip('this system lets nobody mount');
    }
    try {
      const mirror = await mirrors.of(store, { folder });
      await mirror.pull();
      store.away = true;
      expect(await mirror.putIfAbsent('secrets/a/0000000001', bytes('fits'))).toBe(true);
      const large: Body[] = [Buffer.alloc(2_000_000), { file: join(mirrors.folder(), 'large') }];
      writeFileSync((large[1] as { file: string }).file, Buffer.alloc(2_000_000));
      for (const body of large)
        await expect(mirror.putIfAbsent('blobs/large', body)).rejects.toMatchObject({ code: 'disk-full' });
      expect(mirror.outbox.items()).toHaveLength(1);
      expect(await mirror.get('secrets/a/0000000001')).toEqual(bytes('fits'));
      // Reading needs no room.
      store.away = false;
      await mirror.pull();
      store.objects.set('secrets/z/0000000001', Buffer.alloc(1_500_000, 'z'));
      expect((await mirror.get('secrets/z/0000000001')).length).toBe(1_500_000);
      await mirror.close();
    } finally {
      await mirrors.dispose();
      execFileSync('umount', ['-l', folder]);
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
