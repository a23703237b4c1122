import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { decryptCoretexFile, encryptCoretexFile } from '../../../main/engine/coretex-files.js';
import { FileScratch } from './file-scratch.js';

const MiB = 1024 * 1024;
const scratch = new FileScratch();
const { engine } = scratch;
const special = { code: 'source-special' };
const suites = ['vault', 'coretex'] as const;

describe('what is not a regular file is refused', () => {
  test('a link, also one to a regular file', async () => {
    symlinkSync(scratch.put('real', randomBytes(10)), scratch.path('link'));
    await expect(engine.encrypt(scratch.job(scratch.path('link')))).rejects.toMatchObject(special);
  });

  test('a link that goes nowhere', async () => {
    symlinkSync(scratch.path('nowhere'), scratch.path('link'));
    await expect(engine.encrypt(scratch.job(scratch.path('link')))).rejects.toMatchObject(special);
  });

  test('a folder and a device', async () => {
    mkdirSync(scratch.path('folder'));
    await expect(engine.encrypt(scratch.job(scratch.path('folder')))).rejects.toMatchObject(special);
    await expect(engine.encrypt(scratch.job('/dev/zero'))).rejects.toMatchObject(special);
  });

  test('a pipe, without waiting for its other end', async () => {
    execFileSync('mkfifo', [scratch.path('pipe')]);
    await expect(engine.encrypt(scratch.job(scratch.path('pipe')))).rejects.toMatchObject(special);
  });

  test('a socket', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(scratch.path('socket'), resolve));
    await expect(engine.encrypt(scratch.job(scratch.path('socket')))).rejects.toMatchObject(special);
    await new Promise((resolve) => server.close(resolve));
  });

  test.skipIf(!existsSync('/proc/self/status'))('a file of the system that hides its size', async () => {
    await expect(engine.encrypt(scratch.job('/proc/self/status'))).rejects.toMatchObject({ code: 'source-changed' });
  });
});

test('a file that is not there is unreadable, in both directions', async () => {
  const unreadable = { code: 'source-unreadable' };
  await expect(engine.encrypt(scratch.job(scratch.path('none')))).rejects.toMatchObject(unreadable);
  const stored = scratch.stored({ bytes: 10, root: new Uint8Array(32) });
  await expect(engine.verify(stored)).rejects.toMatchObject(unreadable);
  await expect(engine.readRange({ ...stored, start: 0, endExclusive: 1 })).rejects.toMatchObject(unreadable);
});

describe.each(suites)('a file that changes while it is encrypted (%s suite)', (suite) => {
  const encryptWhile = (change: (source: string) => void) => {
    const source = scratch.put('source', Buffer.alloc(150 * MiB, 1));
    let changed = false;
    return engine.encrypt(
      scratch.job(source, {
        suite,
        onProgress: () => {
          if (!changed) change(source);
          changed = true;
        },
      }),
    );
  };
  const refused = { code: 'source-changed' };

  test('growing is noticed', async () => {
    await expect(encryptWhile((source) => appendFileSync(source, 'more'))).rejects.toMatchObject(refused);
  });

  test('shrinking is noticed', async () => {
    await expect(encryptWhile((source) => truncateSync(source, 5))).rejects.toMatchObject(refused);
  });

  test('changing in place is noticed', async () => {
    const change = (source: string): void => writeFileSync(source, 'changed', { flag: 'r+' });
    await expect(encryptWhile(change)).rejects.toMatchObject(refused);
  });
});

/** A file system of 6 MiB, where the test may mount one. */
const smallDisk = scratch.folder + '-disk';
const mounted = ((): boolean => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  mkdirSync(smallDisk);
  return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', smallDisk]).status === 0;
})();
afterAll(() => {
  if (mounted) spawnSync('umount', [smallDisk]);
  spawnSync('rmdir', [smallDisk]);
});

describe.skipIf(!mounted)('a full disk', () => {
  test.each(suites)(
    'is told when encrypting and decrypting, and no plaintext stays there (%s suite)',
    async (suite) => {
      const full = { code: 'disk-full' };
      const job = scratch.job(scratch.put('source', randomBytes(20 * MiB)), { suite });
      await expect(engine.encrypt({ ...job, target: join(smallDisk, 'blob') })).rejects.toMatchObject(full);
      truncateSync(join(smallDisk, 'blob'), 0);
      const file = await engine.encrypt(job);
      const target = join(smallDisk, 'target');
      await expect(engine.decrypt({ ...scratch.stored(file, suite), target })).rejects.toMatchObject(full);
      const listing = execFileSync('ls', ['-A', smallDisk], { encoding: 'utf8' });
      expect(listing.trim()).toBe('blob');
    },
  );
});

describe('files for the Coretex library', () => {
  test('a file may be replaced by its own encryption, and back', async () => {
    const plaintext = randomBytes(2 * MiB + 3);
    const path = scratch.put('file', plaintext);
    await encryptCoretexFile(scratch.projectKey, path, path);
    await decryptCoretexFile(scratch.projectKey, path, path);
    expect(readFileSync(path).equals(plaintext)).toBe(true);
  });

  test('cancelled, special or missing sources leave nothing', async () => {
    const path = scratch.put('file', Buffer.alloc(30 * MiB));
    const stop = new AbortController();
    const work = encryptCoretexFile(scratch.projectKey, path, scratch.path('never'), { signal: stop.signal });
    stop.abort();
    await expect(work).rejects.toMatchObject({ code: 'cancelled' });
    symlinkSync(path, scratch.path('link'));
    const linked = encryptCoretexFile(scratch.projectKey, scratch.path('link'), scratch.path('never'));
    await expect(linked).rejects.toMatchObject(special);
    scratch.expectNoLeftovers();
  });

  test('an existing target can be kept', async () => {
    const source = scratch.put('file', Buffer.from('text'));
    const kept = encryptCoretexFile(scratch.projectKey, source, source, { overwrite: false });
    await expect(kept).rejects.toMatchObject({ code: 'already-exists' });
  });
});
