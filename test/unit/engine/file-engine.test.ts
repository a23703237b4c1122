import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VaultError } from '../../../app/errors.js';
import { containerRoot } from '../../../main/crypto/container-root.js';
import { ContainerLayout } from '../../../main/crypto/file-container.js';
import { deriveFileKeys } from '../../../main/crypto/file-keys.js';
import { SecretBytes } from '../../../main/crypto/secret-bytes.js';
import { openContainer, sealContainer } from '../../../main/crypto/whole-container.js';
import { FileEngine, type EncryptedFile } from '../../../main/engine/file-engine.js';
import { FileScratch } from './file-scratch.js';

const MiB = 1024 * 1024;
const scratch = new FileScratch();
const { engine } = scratch;
const keys = deriveFileKeys(scratch.projectKey.bytes, scratch.identity.blobId);

describe.each(['vault', 'coretex'] as const)('%s suite', (suite) => {
  test.each([0, 1, 15, 16, 17, 65536, MiB - 1, MiB, MiB + 1, 4 * MiB - 1, 4 * MiB, 4 * MiB + 1, 9 * MiB + 5])(
    'a file of %i bytes comes back as it was',
    async (size) => {
      const plaintext = randomBytes(size);
      const source = scratch.put('source', plaintext);
      const file = await engine.encrypt(scratch.job(source, { suite }));
      expect(file).toMatchObject({ bytes: size, containerBytes: statSync(scratch.path('blob')).size });
      expect(file.modifiedMs).toBe(Math.floor(statSync(source).mtimeMs));
      await engine.verify(scratch.stored(file, suite));
      await engine.decrypt({ ...scratch.stored(file, suite), target: scratch.path('target') });
      expect(readFileSync(scratch.path('target')).equals(plaintext)).toBe(true);
      expect(statSync(scratch.path('target')).mode & 0o777).toBe(0o600);
      scratch.expectNoLeftovers();
    },
  );

  test('ranges are what slice gives, around segment and block borders and past the end', async () => {
    const plaintext = randomBytes(5 * MiB + 333);
    const file = await engine.encrypt(scratch.job(scratch.put('source', plaintext), { suite }));
    const border = fc.constantFrom(0, 16, 4096, MiB, 4 * MiB, plaintext.length);
    const near = fc.tuple(border, fc.integer({ min: -40, max: 40 })).map(([at, off]) => Math.max(0, at + off));
    await fc.assert(
      fc.asyncProperty(near, near, async (a, b) => {
        const range = { start: Math.min(a, b), endExclusive: Math.max(a, b) };
        const bytes = await engine.readRange({ ...scratch.stored(file, suite), ...range });
        expect(Buffer.from(bytes).equals(plaintext.subarray(range.start, range.endExclusive))).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test('cancelling ends it, and leaves no plaintext file', async () => {
    const source = scratch.put('source', Buffer.alloc(40 * MiB));
    const file = await engine.encrypt(scratch.job(source, { suite }));
    const stop = new AbortController();
    const decryption = engine.decrypt({
      ...scratch.stored(file, suite),
      target: scratch.path('never'),
      signal: stop.signal,
    });
    stop.abort();
    await expect(decryption).rejects.toMatchObject({ code: 'cancelled' });
    const encryption = engine.encrypt(scratch.job(source, { suite, signal: stop.signal }));
    await expect(encryption).rejects.toMatchObject({ code: 'cancelled' });
    scratch.expectNoLeftovers();
  });
});

test('what several workers write is the format: the pure functions open it', async () => {
  const plaintext = randomBytes(4 * MiB + 100);
  const file = await engine.encrypt(scratch.job(scratch.put('source', plaintext)));
  const container = readFileSync(scratch.path('blob'));
  expect(openContainer(container, keys, scratch.identity, file).equals(plaintext)).toBe(true);
  const { trailerStart } = new ContainerLayout(file.bytes, 4 * MiB);
  const root = containerRoot(container.subarray(0, 64), container.subarray(trailerStart));
  expect(root.equals(file.root)).toBe(true);
});

test('containers with other segment sizes are read, whole and in ranges', async () => {
  const plaintext = randomBytes(MiB + 70_000);
  const { container, root } = sealContainer(plaintext, keys, scratch.identity, { segmentBytes: 65536 });
  scratch.put('blob', container);
  const record = scratch.stored({ bytes: plaintext.length, root });
  await engine.decrypt({ ...record, target: scratch.path('target') });
  expect(readFileSync(scratch.path('target')).equals(plaintext)).toBe(true);
  const range = await engine.readRange({ ...record, start: 65_000, endExclusive: 200_001 });
  expect(Buffer.from(range).equals(plaintext.subarray(65_000, 200_001))).toBe(true);
});

test('the root of a coretex file is the SHA-256 of its blob', async () => {
  const file = await engine.encrypt(scratch.job(scratch.put('source', randomBytes(3 * MiB)), { suite: 'coretex' }));
  const digest = createHash('sha256')
    .update(readFileSync(scratch.path('blob')))
    .digest();
  expect(digest.equals(file.root)).toBe(true);
});

test('a file that is shorter than the one staged before leaves nothing of that', async () => {
  const job = scratch.job(scratch.put('source', randomBytes(9 * MiB)));
  await engine.encrypt(job);
  scratch.put('source', randomBytes(2 * MiB));
  const file = await engine.encrypt(job);
  expect(statSync(job.target).size).toBe(file.containerBytes);
  await engine.verify(scratch.stored(file));
});

describe('many files', () => {
  const encryptAll = async (count: number, sizeOf: (index: number) => number, signal?: AbortSignal) => {
    const jobs = Array.from({ length: count }, (_, index) => ({
      ...scratch.job(scratch.put(`source-${index}`, Buffer.alloc(sizeOf(index), index))),
      target: scratch.path(`blob-${index}`),
      identity: { ...scratch.identity, blobId: index.toString(16).padStart(32, '0') },
      ...(signal && { signal }),
    }));
    const results = new Map<number, EncryptedFile | VaultError>();
    await engine.encryptMany(jobs, (index, result) => {
      expect(results.has(index)).toBe(false);
      results.set(index, result);
    });
    return { jobs, results };
  };

  test('small and large ones come out each as itself', async () => {
    const { jobs, results } = await encryptAll(300, (index) => (index % 100 === 7 ? 2 * MiB : index * 11));
    expect(results.size).toBe(300);
    for (const [index, job] of jobs.entries()) {
      const file = results.get(index);
      if (file === undefined || file instanceof VaultError) throw new Error(`file ${index} failed`);
      const { projectKey, identity } = job;
      const stored = { source: job.target, projectKey, identity, suite: 'vault', ...file } as const;
      if (index % 25 !== 7) continue;
      await engine.decrypt({ ...stored, target: scratch.path('target') });
      expect(readFileSync(scratch.path('target')).equals(readFileSync(job.source))).toBe(true);
    }
  });

  test('one that fails does not end the others', async () => {
    const jobs = ['a', 'b', 'c'].map((name) =>
      scratch.job(scratch.put(name, randomBytes(10)), { target: scratch.path(`${name}.blob`) }),
    );
    const missing = scratch.job(scratch.path('missing'));
    const codes: string[] = [];
    await engine.encryptMany([jobs[0]!, missing, jobs[1]!, jobs[2]!], (index, result) => {
      codes[index] = result instanceof VaultError ? result.code : 'done';
    });
    expect(codes).toEqual(['done', 'source-unreadable', 'done', 'done']);
  });

  test('those that are cancelled say so', async () => {
    const { results } = await encryptAll(3, () => 10, AbortSignal.abort());
    expect([...results.values()].map((result) => result instanceof VaultError && result.code)).toEqual(
      Array(3).fill('cancelled'),
    );
  });
});

describe('resuming', () => {
  const segment = 4 * MiB;
  const ivOf = (container: Buffer, index: number): string => {
    const { start } = new ContainerLayout(5 * segment, segment).segment(index);
    return container.subarray(start, start + 16).toString('hex');
  };

  test('keeps staged segments that are right, and writes the others anew', async () => {
    const job = scratch.job(scratch.put('source', randomBytes(5 * segment)));
    await engine.encrypt(job);
    const before = readFileSync(job.target);
    // as a crash leaves it: segment 1 never written, segment 3 half written, no trailer
    const layout = new ContainerLayout(5 * segment, segment);
    const crashed = Buffer.from(before);
    crashed.fill(0, layout.segment(1).start, layout.segment(2).start);
    crashed.fill(0, layout.segment(3).start + 1000, layout.segment(4).start);
    writeFileSync(job.target, crashed.subarray(0, layout.trailerStart));
    const file = await engine.encrypt({ ...job, resume: true });
    const after = readFileSync(job.target);
    expect([0, 1, 2, 3, 4].map((index) => ivOf(after, index) === ivOf(before, index))).toEqual([
      true,
      false,
      true,
      false,
      true,
    ]);
    expect(openContainer(after, keys, scratch.identity, file).equals(readFileSync(job.source))).toBe(true);
  });

  test('never mixes two states of a source: a segment that changed since is written anew', async () => {
    const plaintext = randomBytes(3 * segment);
    const job = scratch.job(scratch.put('source', plaintext));
    await engine.encrypt(job);
    const before = readFileSync(job.target);
    plaintext.writeUInt8(plaintext.readUInt8(segment + 5) ^ 1, segment + 5);
    scratch.put('source', plaintext);
    const file = await engine.encrypt({ ...job, resume: true });
    const after = readFileSync(job.target);
    expect([0, 1, 2].map((index) => ivOf(after, index) === ivOf(before, index))).toEqual([true, false, true]);
    expect(openContainer(after, keys, scratch.identity, file).equals(plaintext)).toBe(true);
  });

  test('starts over for another blob, and for a source of another size', async () => {
    const job = scratch.job(scratch.put('source', randomBytes(2 * segment)));
    await engine.encrypt(job);
    const other = { ...scratch.identity, blobId: 'ff'.repeat(16) };
    const file = await engine.encrypt({ ...job, identity: other, resume: true });
    await engine.verify({ ...scratch.stored(file), identity: other });
    truncateSync(job.source, segment + 9);
    const shorter = await engine.encrypt({ ...job, identity: other, resume: true });
    expect(statSync(job.target).size).toBe(shorter.containerBytes);
    await engine.verify({ ...scratch.stored(shorter), identity: other });
  });

  test('a cancelled run can be resumed', async () => {
    const job = scratch.job(scratch.put('source', randomBytes(60 * MiB)));
    const stop = new AbortController();
    const first = engine.encrypt({ ...job, signal: stop.signal, onProgress: () => stop.abort() });
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
    await engine.verify(scratch.stored(await engine.encrypt({ ...job, resume: true })));
  });
});

describe('following a job', () => {
  test('progress grows, ends at the size of the file, and comes at most twenty times a second', async () => {
    const job = scratch.job(scratch.put('source', Buffer.alloc(100 * MiB)));
    const told: number[] = [];
    const started = performance.now();
    const file = await engine.encrypt({ ...job, onProgress: (bytes) => told.push(bytes) });
    const seconds = (performance.now() - started) / 1000;
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(told.at(-1)).toBe(file.bytes);
    expect(told.length).toBeLessThanOrEqual(seconds * 20 + 2);
  });

  test('small files tell their end too', async () => {
    const told: number[] = [];
    await engine.encrypt(
      scratch.job(scratch.put('source', Buffer.alloc(50)), { onProgress: (bytes) => told.push(bytes) }),
    );
    expect(told).toEqual([50]);
  });

  test('a signal that carries an error of ours ends the job with that', async () => {
    const signal = AbortSignal.abort(new VaultError('locked'));
    const job = scratch.job(scratch.put('source', Buffer.alloc(10)), { signal });
    await expect(engine.encrypt(job)).rejects.toMatchObject({ code: 'locked' });
  });

  test('a key that was disposed is a locked vault', async () => {
    const projectKey = SecretBytes.random(32);
    projectKey.dispose();
    const job = scratch.job(scratch.put('source', Buffer.alloc(10)), { projectKey });
    await expect(engine.encrypt(job)).rejects.toMatchObject({ code: 'locked' });
  });
});

describe('targets', () => {
  test('without overwrite what is there stays', async () => {
    const file = await engine.encrypt(scratch.job(scratch.put('source', randomBytes(100))));
    const target = scratch.put('target', Buffer.from('mine'));
    const job = { ...scratch.stored(file), target };
    await expect(engine.decrypt({ ...job, overwrite: false })).rejects.toMatchObject({ code: 'already-exists' });
    expect(readFileSync(target, 'utf8')).toBe('mine');
    scratch.expectNoLeftovers();
    await engine.decrypt(job);
    expect(readFileSync(target).equals(readFileSync(scratch.path('source')))).toBe(true);
    await engine.decrypt({ ...job, target: scratch.path('fresh'), overwrite: false });
    expect(statSync(scratch.path('fresh')).nlink).toBe(1);
  });

  test('a name of 255 bytes is a good target', async () => {
    const file = await engine.encrypt(scratch.job(scratch.put('source', randomBytes(100))));
    const target = scratch.path('é'.repeat(127) + 'x');
    await engine.decrypt({ ...scratch.stored(file), target });
    expect(statSync(target).size).toBe(100);
  });

  test('a folder that is not there, or is a file, is told', async () => {
    const job = scratch.job(scratch.put('source', randomBytes(100)));
    const unwritable = { code: 'target-unwritable' };
    await expect(engine.encrypt({ ...job, target: scratch.path('none/blob') })).rejects.toMatchObject(unwritable);
    await expect(engine.encrypt({ ...job, target: scratch.path('source/blob') })).rejects.toMatchObject(unwritable);
    await expect(engine.encrypt({ ...job, target: scratch.folder })).rejects.toMatchObject(unwritable);
    const file = await engine.encrypt(job);
    const decryption = engine.decrypt({ ...scratch.stored(file), target: scratch.path('none/target') });
    await expect(decryption).rejects.toMatchObject(unwritable);
  });

  test.skipIf(process.getuid?.() === 0)('a folder without permission is told', async () => {
    chmodSync(scratch.folder, 0o500);
    const job = scratch.job('/etc/hostname');
    await expect(engine.encrypt(job)).rejects.toMatchObject({ code: 'target-unwritable' });
    chmodSync(scratch.folder, 0o700);
  });
});

test('closing cancels what runs, waits for it, and refuses what comes later', async () => {
  const own = new FileEngine({ workers: 2 });
  const job = scratch.job(scratch.put('source', Buffer.alloc(200 * MiB)));
  const running = own.encrypt(job);
  const waiting = Array.from({ length: 5 }, () => own.verify(scratch.stored({ bytes: 1, root: new Uint8Array(32) })));
  await Promise.all([
    own.close(),
    expect(running).rejects.toMatchObject({ code: 'cancelled' }),
    ...waiting.map((work) => expect(work).rejects.toBeInstanceOf(VaultError)),
  ]);
  await expect(own.encrypt(job)).rejects.toMatchObject({ code: 'cancelled' });
});
