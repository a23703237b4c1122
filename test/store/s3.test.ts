import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, it } from 'vitest';
import { startCeph } from './ceph.js';
import { describeStore } from './conformance.js';
import { openStore, type S3Spec } from './open-s3.js';

const ceph = await startCeph();

if (typeof ceph === 'string') {
  it('a bucket does what every store must do', (test) => test.skip(ceph));
} else {
  const folder = mkdtempSync(join(tmpdir(), 'vault-s3-'));
  const location = await ceph.newBucket();
  let prefixes = 0;

  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await ceph.stop();
  });

  describeStore('a bucket', async () => {
    prefixes += 1;
    const prefix = `vaults/${String(prefixes)}`;
    const spec: S3Spec = {
      location: { ...location, prefix },
      keys: ceph.owner,
      folder: join(folder, prefix),
      partBytes: 5 * 1024 * 1024,
    };
    const opener = { module: 'open-s3.ts', spec: JSON.stringify(spec) };
    return { store: await openStore(opener.spec), opener, dispose: () => Promise.resolve() };
  });
}
