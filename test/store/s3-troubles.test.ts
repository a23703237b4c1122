import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Bucket } from '../../main/store/s3/bucket.js';
import { s3Failure } from '../../main/store/s3/failure.js';
import { type S3Location, S3Store } from '../../main/store/s3.js';
import type { Store } from '../../main/store/store.js';
import { type Ceph, type Keys, startCeph } from './ceph.js';
import { collect } from './conformance.js';

const bytes = Buffer.from('content');
const strangerKeys: Keys = { accessKeyId: 'CITESTACCESSKEY00009', secretAccessKey: 'nobody-has-this-key' };

const folders: string[] = [];
const opened: S3Store[] = [];
const open = async (location: S3Location, keys: Keys): Promise<S3Store> => {
  const folder = mkdtempSync(join(tmpdir(), 'vault-s3-troubles-'));
  folders.push(folder);
  const store = await S3Store.open({
    location,
    credentials: () => Promise.resolve(keys),
    folder,
    patience: { attempts: 2, firstMs: 10 },
  });
  opened.push(store);
  return store;
};
afterEach(async () => {
  vi.useRealTimers();
  for (const store of opened.splice(0)) await store.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const readings = (store: Store): (readonly [string, () => Promise<unknown>])[] => [
  ['list', () => collect(store.list(''))],
  ['get', () => store.get('a/b')],
  ['stat', () => store.stat('a/b')],
  ['local', () => store.local('a/b')],
];
const writings = (store: Store): (readonly [string, () => Promise<unknown>])[] => [
  ['put', () => store.putIfAbsent('a/new', bytes)],
  ['put a file', () => store.putIfAbsent('a/new', { file: import.meta.filename })],
  ['delete', () => store.delete('a/b')],
];
const all = (store: Store): (readonly [string, () => Promise<unknown>])[] => [...readings(store), ...writings(store)];

async function expectTrouble(
  verbs: (readonly [string, () => Promise<unknown>])[],
  code: string,
  reason: string,
  sentence: RegExp,
): Promise<void> {
  for (const [name, verb] of verbs) {
    const expected = { code, details: { reason }, message: expect.stringMatching(sentence) as string };
    await expect(verb(), name).rejects.toMatchObject(expected);
  }
}

function troubles(ceph: Ceph): void {
  let location: S3Location;
  let raw: S3Client;

  beforeAll(async () => {
    location = await ceph.newBucket();
    raw = ceph.client();
    await raw.send(new PutObjectCommand({ Bucket: location.bucket, Key: 'a/b', Body: bytes }));
  });
  afterAll(async () => {
    raw.destroy();
    await ceph.stop();
  });

  it('wrong keys: a key that nobody has, and a wrong secret', async () => {
    for (const keys of [strangerKeys, { ...ceph.owner, secretAccessKey: 'wrong' }]) {
      const store = await open(location, keys);
      await expectTrouble(all(store), 'store-unreachable', 'wrong-keys', /does not accept the access keys/);
    }
  });

  it('keys that may only read: everything can be read, nothing changes', async () => {
    const store = await open(location, ceph.reader);
    expect(await collect(store.list('a/'))).toEqual([{ key: 'a/b', bytes: 7 }]);
    expect(bytes.equals(await store.get('a/b'))).toBe(true);
    expect(bytes.equals(await store.get('a/b', { start: 0, endExclusive: 7 }))).toBe(true);
    expect(await store.stat('a/b')).toMatchObject({ key: 'a/b', bytes: 7 });
    expect(await store.stat('a/c')).toBeNull();
    expect(bytes.equals(readFileSync(await store.local('a/b')))).toBe(true);
    await expectTrouble(writings(store), 'store-readonly', 'refused', /may not write to the bucket/);
    expect(bytes.equals(await store.get('a/b'))).toBe(true);
    expect(await collect(store.list(''))).toHaveLength(1);
  });

  it('keys without any permission', async () => {
    const other = await ceph.newBucket({ readable: false });
    const store = await open(other, ceph.reader);
    await expectTrouble(readings(store), 'store-unreachable', 'refused', /may not read the bucket/);
    await expectTrouble(writings(store).slice(0, 2), 'store-readonly', 'refused', /may not write to the bucket/);
  });

  it('no such bucket', async () => {
    const store = await open({ ...location, bucket: 'nobody-made-it' }, ceph.owner);
    await expectTrouble(all(store), 'store-missing', 'no-bucket', /no bucket of that name/);
  });

  it('a clock that is wrong is set by the server’s; where that fails, the person hears of it', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60 * 60 * 1000 });
    const store = await open(location, ceph.owner);
    expect(await store.putIfAbsent('clock', bytes)).toBe(true);
    const client = ceph.client({ maxAttempts: 1 });
    const error: unknown = await client
      .send(new GetObjectCommand({ Bucket: location.bucket, Key: 'a/b' }), {})
      .catch((reason: unknown) => reason);
    expect(s3Failure(error, 'read')).toMatchObject({ code: 'store-unreachable', details: { reason: 'wrong-clock' } });
    expect(s3Failure(error, 'read').message).toMatch(/Set the clock/);
    client.destroy();
  });

  it('a quota that is used up: nothing is lost, and it goes on when there is room', async () => {
    const small = await ceph.newBucket();
    const store = await open(small, ceph.owner);
    expect(await store.putIfAbsent('first', bytes)).toBe(true);
    await ceph.run('quota', small.bucket, '1');
    const puts = [['put', () => store.putIfAbsent('second', bytes)]] as const;
    await expectTrouble([...puts], 'store-full', 'full', /quota is used up/);
    expect(bytes.equals(await store.get('first'))).toBe(true);
    expect(await store.stat('second')).toBeNull();
    await ceph.run('quota', small.bucket, '1000');
    expect(await store.putIfAbsent('second', bytes)).toBe(true);
  });

  it('a certificate that this computer does not trust, until its authority is named', async () => {
    const secure = { ...location, endpoint: ceph.secureEndpoint };
    await expectTrouble(all(await open(secure, ceph.owner)), 'store-unreachable', 'untrusted', /certificate/);
    const trusting = await open({ ...secure, certificateAuthority: ceph.certificateAuthority }, ceph.owner);
    expect(await trusting.putIfAbsent('tls', bytes)).toBe(true);
    expect(bytes.equals(await trusting.get('tls'))).toBe(true);
    // Another name than the certificate's.
    const elsewhere = { ...secure, certificateAuthority: ceph.certificateAuthority };
    const renamed = await open({ ...elsewhere, endpoint: ceph.secureEndpoint.replace('localhost', '[::ffff:127.0.0.1]') }, ceph.owner); // prettier-ignore
    await expectTrouble(readings(renamed), 'store-unreachable', 'untrusted', /certificate/);
    const plain = await open({ ...location, endpoint: ceph.endpoint.replace('http:', 'https:') }, ceph.owner);
    await expectTrouble(readings(plain), 'store-unreachable', 'untrusted', /not secure/);
  });

  it('names that other programs gave to objects are passed over', async () => {
    const mixed = await ceph.newBucket();
    for (const Key of ['A', 'a b', '.hidden', 'x/../y', 'ü', 'ok/1'])
      await raw.send(new PutObjectCommand({ Bucket: mixed.bucket, Key, Body: bytes }));
    expect(await collect((await open(mixed, ceph.owner)).list(''))).toEqual([{ key: 'ok/1', bytes: 7 }]);
  });

  it('two vaults in one bucket do not see each other', async () => {
    const shared = await ceph.newBucket();
    const [one, two] = [await open({ ...shared, prefix: 'one' }, ceph.owner), await open({ ...shared, prefix: 'one.b' }, ceph.owner)]; // prettier-ignore
    expect(await one.putIfAbsent('x', bytes)).toBe(true);
    expect(await two.putIfAbsent('x', bytes)).toBe(true);
    expect(await collect(one.list(''))).toEqual([{ key: 'x', bytes: 7 }]);
    expect(one.label).toBe(`${shared.bucket}/one`);
    const { Contents = [] } = await raw.send(new ListObjectsV2Command({ Bucket: shared.bucket }));
    expect(Contents.map(({ Key }) => Key)).toEqual(['one.b/x', 'one/x']); // and no probe is left behind
  });

  it('answers that are lost: a put whose answer never comes is known to have won', async () => {
    const store = await open(location, ceph.owner);
    await store.putIfAbsent('before', bytes);
    const put = Bucket.prototype.putOnce; // eslint-disable-line @typescript-eslint/unbound-method
    vi.spyOn(Bucket.prototype, 'putOnce').mockImplementation(async function (this: Bucket, ...args) {
      await put.apply(this, args);
      throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
    });
    expect(await store.putIfAbsent('lost/answer', bytes)).toBe(true);
    expect(await store.putIfAbsent('lost/answer', bytes)).toBe(false);
  });

  it('10,000 objects are listed a thousand at a time, and the listing can be left', { timeout: 180_000 }, async () => {
    const many = await ceph.newBucket();
    const store = await open(many, ceph.owner);
    const keys = Array.from({ length: 10_000 }, (_, i) => `s/${String(i * 7919 + 1).padStart(9, '0')}/1`);
    const rest = keys.values();
    const writer = async (): Promise<void> => {
      for (const key of rest) await store.putIfAbsent(key, bytes);
    };
    await Promise.all(Array.from({ length: 24 }, writer));
    const pages = vi.spyOn(Bucket.prototype, 'page');
    const started = performance.now();
    expect((await collect(store.list('s/'))).map(({ key }) => key)).toEqual(keys);
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(pages.mock.calls.length).toBeLessThanOrEqual(11); // this server finds out that it is done by asking once more
    for await (const { key } of store.list('s/')) if (key === keys[3]) break;
    expect(pages.mock.calls.length).toBeLessThanOrEqual(13);
    const stop = new AbortController();
    let seen = 0;
    const stopped = (async () => {
      for await (const { bytes: size } of store.list('s/', { signal: stop.signal }))
        if ((seen += size / 7) === 1500) stop.abort();
    })();
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    expect(seen).toBe(1500);
  });
}

describe('what can be wrong with a server, said so that a person can mend it', () => {
  let server: Server | null = null;
  /** Something that is not a good S3 server: what it does is the subject. */
  const serve = async (answer: RequestListener): Promise<S3Location> => {
    server = createServer(answer);
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return { endpoint: `http://127.0.0.1:${String(port)}`, region: 'us-east-1', bucket: 'team' };
  };
  beforeEach(() => (server = null));
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  it('nobody is at that port, or at that address', async () => {
    const nobody = { endpoint: 'http://127.0.0.1:9', region: 'us-east-1', bucket: 'team' };
    await expectTrouble(all(await open(nobody, strangerKeys)), 'store-unreachable', 'network', /does not answer/);
    const nowhere = await open({ ...nobody, endpoint: 'https://nowhere.invalid' }, strangerKeys);
    await expect(nowhere.get('a')).rejects.toMatchObject({ code: 'store-unreachable', message: /Check the network/ });
  });

  it('a server that ignores If-None-Match is refused before anything is written', async () => {
    const written: string[] = [];
    const location = await serve((request, response) => {
      if (request.method === 'PUT') written.push(request.url ?? '');
      request.resume().on('end', () => response.writeHead(request.method === 'DELETE' ? 204 : 200, { etag: '"e"' }).end());
    }); // prettier-ignore
    const store = await open(location, strangerKeys);
    await expectTrouble(writings(store).slice(0, 2), 'store-unreachable', 'no-conditions', /If-None-Match/);
    expect(written.filter((url) => !url.startsWith('/team/.probe/'))).toEqual([]);
    expect(written.length).toBeGreaterThan(0);
  });

  it('a server that knows no conditions says so, and is refused', async () => {
    const location = await serve((request, response) => {
      request.resume().on('end', () => response.writeHead(501).end('<Error><Code>NotImplemented</Code></Error>'));
    });
    const store = await open(location, strangerKeys);
    await expectTrouble(writings(store).slice(0, 2), 'store-unreachable', 'no-conditions', /If-None-Match/);
  });

  it('something else answers there', async () => {
    const location = await serve((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>Hello'));
    await expectTrouble(
      readings(await open(location, strangerKeys)).slice(0, 1), 'store-unreachable', 'strange', /not an S3 server/);
  }); // prettier-ignore

  it('a server that is overloaded, or has trouble of its own, is asked again before the person hears of it', async () => {
    let asked = 0;
    const location = await serve((_, response) => {
      asked += 1;
      response.writeHead(asked % 2 === 1 ? 500 : 503).end('<Error><Code>SlowDown</Code></Error>');
    });
    const store = await open(location, strangerKeys);
    await expectTrouble([['get', () => store.get('a')]], 'store-unreachable', 'busy', /overloaded/);
    expect(asked).toBe(2);
  });

  it('an answer that is cut short is never taken for the object', async () => {
    const location = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '100', etag: '"e"' }).write('half');
      setTimeout(() => response.destroy(), 20);
    });
    const store = await open(location, strangerKeys);
    await expect(store.get('a')).rejects.toMatchObject({ code: 'store-unreachable', details: { reason: 'network' } });
  });

  it('a server that says nothing at all holds nobody who gives up', async () => {
    const store = await open(await serve(() => undefined), strangerKeys);
    const giveUp = new AbortController();
    const { signal } = giveUp;
    const asking = [
      collect(store.list('', { signal })), store.get('a', undefined, { signal }), store.stat('a', { signal }),
      store.local('a', { signal }), store.delete('a', { signal }), store.putIfAbsent('a', bytes, { signal }),
    ]; // prettier-ignore
    setTimeout(() => giveUp.abort(), 50);
    for (const each of await Promise.allSettled(asking))
      expect(each).toMatchObject({ status: 'rejected', reason: { code: 'cancelled' } });
  });

  it('what cannot be a location', async () => {
    const good = { endpoint: 'https://s3.example.org', region: 'us-east-1', bucket: 'team' };
    for (const wrong of [{ endpoint: 'ftp://x' }, { endpoint: 's3.example.org' }, { endpoint: 'https://me:secret@x' }, { bucket: '' }, { bucket: 'a/b' }, { prefix: '/x' }, { prefix: '../x' }, { prefix: 'x/' }])
      await expect(open({ ...good, ...wrong }, strangerKeys), JSON.stringify(wrong)).rejects.toMatchObject({ code: 'invalid-input' });
  }); // prettier-ignore

  it('no error says what the secret key is', async () => {
    const store = await open({ endpoint: 'http://127.0.0.1:9', region: 'us-east-1', bucket: 'team' }, strangerKeys);
    const error: unknown = await store.get('a').catch((reason: unknown) => reason);
    const { inspect } = await import('node:util');
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(strangerKeys.secretAccessKey);
  });
});

const ceph = await startCeph();
describe('what can be wrong with a bucket, said so that a person can mend it', () => {
  if (typeof ceph === 'string') it('is told', (test) => test.skip(ceph));
  else troubles(ceph);
});
