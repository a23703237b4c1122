import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeStore } from './conformance.js';
import { openStore } from './open-mirror.js';

describeStore('a mirror of a folder', async () => {
  const root = mkdtempSync(join(tmpdir(), 'vault-mirror-'));
  mkdirSync(join(root, 'store'));
  const opener = {
    module: 'open-mirror.ts',
    spec: JSON.stringify({ path: join(root, 'store'), folder: join(root, 'mirror') }),
  };
  return {
    store: await openStore(opener.spec),
    opener,
    dispose: () => {
      rmSync(root, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
});
