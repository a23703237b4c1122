import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../../build/checkout.mjs';
import { registryRuntimeIsCached } from '../../../build/registry-runtime.mjs';
import { findRuntime } from '../../../build/runtime.mjs';
import { aside } from '../../../build/voice.mjs';
import { prepareEngine } from '../../bench/engine-process.mjs';
import { containerVectors } from '../../vectors/file-container-vectors.js';
import { fastFolder } from './file-scratch.js';

const GiB = 1024 ** 3;
let task: Awaited<ReturnType<typeof prepareEngine>>;
const folders: string[] = [];

beforeAll(async () => {
  task = await prepareEngine('test/engine-task');
});
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const folderIn = (parent: string): string => {
  const folder = mkdtempSync(join(parent, 'coretex-vault-process-'));
  folders.push(folder);
  return folder;
};

/** CI proves the real size; a quick run on a desk proves that memory does not follow the size. */
const wanted = process.env['RUN_LARGE'] === '1' || process.env['CI'] === 'true' ? 10 : 1;
const { bavail, bsize } = statfsSync(tmpdir());
const size = bavail * bsize > 12 * GiB ? wanted * GiB : GiB;

describe.skipIf(process.platform !== 'linux')('constant memory', () => {
  test(
    `a file of ${size / GiB} GiB is encrypted and verified in less than 120 MB of memory`,
    { timeout: 600_000 },
    async () => {
      const folder = folderIn(tmpdir());
      const [source, target] = [join(folder, 'source'), join(folder, 'blob')];
      const fd = openSync(source, 'w');
      ftruncateSync(fd, size);
      closeSync(fd);
      const encrypted = await task(process.execPath, { task: 'encrypt', source, target });
      expect(encrypted.peakMiB).toBeLessThan(120);
      const verified = await task(process.execPath, { task: 'verify', source: target, record: encrypted.record! });
      expect(verified.peakMiB).toBeLessThan(120);
    },
  );

  test('two thousand small files take no more', async () => {
    const folder = folderIn(fastFolder());
    for (let index = 0; index < 2000; index++)
      writeFileSync(join(folder, String(index)), Buffer.alloc(16 * 1024, index));
    const { peakMiB } = await task(process.execPath, { task: 'many', folder, count: 2000 });
    expect(peakMiB).toBeLessThan(120);
  });
});

/** Only a runtime that is there already: fetching one is not this test's business. */
const electronIsThere =
  process.env['ELECTRON_OVERRIDE_DIST_PATH'] !== undefined ||
  existsSync(join(root, 'node_modules/electron/dist/version')) ||
  registryRuntimeIsCached();

describe.skipIf(!electronIsThere)('in Electron', () => {
  let electron: string;
  beforeAll(async () => {
    if (registryRuntimeIsCached()) process.env['CORETEX_VAULT_RUNTIME'] ??= 'registry';
    electron = (await findRuntime(aside)).executable;
  });

  test('the frozen vectors come out the same', async () => {
    const vectors = containerVectors();
    const { sealed } = await task(electron, { task: 'vectors', vectors });
    expect(sealed).toEqual(vectors.map(({ containerSha256 }) => containerSha256));
  });

  test('what Electron encrypts Node decrypts, and the other way round', async () => {
    const folder = folderIn(fastFolder());
    const source = join(folder, 'source');
    writeFileSync(source, Buffer.alloc(200 * 1024 * 1024 + 5, 'some text'));
    const blob = join(folder, 'blob');
    for (const [sealer, opener] of [
      [electron, process.execPath],
      [process.execPath, electron],
    ] as const) {
      const { record } = await task(sealer, { task: 'encrypt', source, target: blob });
      await task(opener, { task: 'decrypt', source: blob, target: join(folder, 'target'), record: record! });
      expect(readFileSync(join(folder, 'target')).equals(readFileSync(source))).toBe(true);
    }
  });
});
