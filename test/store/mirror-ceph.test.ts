import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { MirroredStore } from '../../main/store/mirror/mirrored-store.js';
import type { Store } from '../../main/store/store.js';
import { type Ceph, startCeph } from './ceph.js';
import { collect } from './conformance.js';
import { Mirrors } from './mirror-fixture.js';
import { openStore } from './open-s3.js';

const ceph = await startCeph();
const keysOf = async (store: Store, prefix = ''): Promise<string[]> =>
  (await collect(store.list(prefix))).map(({ key }) => key);

describe('mirrors of a bucket', () => {
  if (typeof ceph === 'string') it('keep what was written while the server was away', (test) => test.skip(ceph));
  else tests(ceph);
});

function tests(server: Ceph): void {
  const folder = mkdtempSync(join(tmpdir(), 'vault-mirror-ceph-'));
  const mirrors = new Mirrors();

  afterAll(async () => {
    await mirrors.dispose();
    rmSync(folder, { recursive: true, force: true });
    await server.stop();
  });

  it(
    'see each other’s writes, keep what was written while the server was away, and send it',
    { timeout: 120_000 },
    async () => {
      const location = { ...(await server.newBucket()), prefix: 'vaults/one' };
      const mirrorOf = async (name: string, keys = server.owner): Promise<MirroredStore> => {
        const spec = { location, keys, folder: join(folder, name), attempts: 2, partBytes: 5 * 1024 * 1024 };
        return mirrors.of(await openStore(JSON.stringify(spec)), { author: name });
      };
      const [a, b] = [await mirrorOf('a'), await mirrorOf('b')];
      await a.pull();
      await b.pull();
      await a.putIfAbsent('secrets/s/0000000001', Buffer.from('one'));
      await expect
        .poll(
          async () => {
            await b.pull();
            return keysOf(b);
          },
          { timeout: 20_000 },
        )
        .toEqual(['secrets/s/0000000001']);

      await server.run('kill-rgw');
      const large = join(folder, 'large');
      writeFileSync(large, Buffer.alloc(12 * 1024 * 1024, 'large'));
      expect(await a.putIfAbsent('blobs/large', { file: large })).toBe(true);
      rmSync(large);
      expect(await a.putIfAbsent('secrets/s/0000000002', Buffer.from('two'))).toBe(true);
      const began = Date.now();
      await expect(a.putIfAbsent('accounts/x/0000000001', Buffer.from('card'))).rejects.toMatchObject({ code: 'store-unreachable' }); // prettier-ignore
      expect(Date.now() - began).toBeLessThan(1000);
      expect(Buffer.from(await b.get('secrets/s/0000000001')).toString()).toBe('one');
      expect(a.connection().state).toBe('offline');

      await server.run('start-rgw');
      await a.pull();
      for (const item of a.outbox.items()) expect(await a.outbox.send(item)).toBe('sent');
      expect(a.outbox.items()).toEqual([]);
      await expect
        .poll(
          async () => {
            await b.pull();
            return keysOf(b);
          },
          { timeout: 20_000 },
        )
        .toEqual(['blobs/large', 'secrets/s/0000000001', 'secrets/s/0000000002']);
      expect(await b.stat('blobs/large')).toMatchObject({ bytes: 12 * 1024 * 1024 });
      expect([...a.alarms(), ...b.alarms()]).toEqual([]);

      // Somebody whose keys may only read sees it all the same.
      const reader = await mirrorOf('reader', server.reader);
      await reader.pull();
      expect(await keysOf(reader, 'secrets/')).toHaveLength(2);
      await expect(reader.putIfAbsent('secrets/s/0000000003', Buffer.from('x'))).rejects.toMatchObject({ code: 'store-readonly' }); // prettier-ignore
    },
  );
}
