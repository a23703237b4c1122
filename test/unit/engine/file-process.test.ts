import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
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
import { deriveFileKeys } from '../../../main/crypto/file-keys.js';
import type { Task } from '../../bench/engine-task.js';
import { prepareEngine } from '../../bench/engine-process.mjs';
import { containerVectors } from '../../vectors/file-container-vectors.js';
import { fastFolder } from './file-scratch.js';

const GiB = 1024 ** 3;
let task: Awaited<ReturnType<typeof prepareEngine>>['run'];
let script: string;
const folders: string[] = [];

beforeAll(async () => {
  ({ run: task, script } = await prepareEngine('test/engine-task'));
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

/** Every readable and writable byte of a process, searched for each of the needles: those that were found. */
function findInMemory(pid: number, needles: readonly Buffer[]): Buffer[] {
  const found = new Set<Buffer>();
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  for (const line of readFileSync(`/proc/${pid}/maps`, 'latin1').split('\n')) {
    const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
    if (from === undefined || to === undefined) continue;
    const window = Buffer.alloc(4 * 1024 * 1024);
    for (let at = BigInt(`0x${from}`); at < BigInt(`0x${to}`); at += BigInt(window.length - 64)) {
      const left = BigInt(`0x${to}`) - at;
      const wanted = left < BigInt(window.length) ? Number(left) : window.length;
      const count = readOrSkip(memory, window.subarray(0, wanted), at);
      for (const needle of needles) if (window.subarray(0, count).includes(needle)) found.add(needle);
    }
  }
  closeSync(memory);
  return [...found];
}

/** Reserved pages that hold nothing cannot be read: nothing is there to be found. */
function readOrSkip(memory: number, window: Buffer, at: bigint): number {
  try {
    return readSync(memory, window, 0, window.length, at);
  } catch {
    return 0;
  }
}

describe.skipIf(process.platform !== 'linux')('promise 9, the memory of the engine', () => {
  test('when its jobs are done and the key is disposed, neither it nor a key of a blob is anywhere', async () => {
    const folder = folderIn(fastFolder());
    const source = join(folder, 'source');
    const key = randomBytes(32);
    writeFileSync(source, Buffer.alloc(20 * 1024 * 1024, 'some text'));
    const job: Task = { task: 'linger', key: key.toString('hex'), source, target: join(folder, 'blob') };
    const child = spawn(process.execPath, [script, JSON.stringify(job)], { stdio: ['pipe', 'pipe', 'inherit'] });
    try {
      await once(child.stdout, 'data');
      const fileKeys = deriveFileKeys(key, '0b'.repeat(16));
      const marker = Buffer.from(job.key, 'latin1');
      const needles = [key, Buffer.from(fileKeys.encryption), Buffer.from(fileKeys.authentication), marker];
      // the key as text stands in the child's command line: finding it shows that the search does find what is there
      expect(findInMemory(child.pid!, needles)).toEqual([marker]);
    } finally {
      child.stdin.end();
      await once(child, 'exit');
    }
  });
});
