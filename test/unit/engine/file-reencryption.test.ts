import { randomBytes } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ContainerLayout } from '../../../main/crypto/file-container.js';
import { deriveFileKeys } from '../../../main/crypto/file-keys.js';
import { SecretBytes } from '../../../main/crypto/secret-bytes.js';
import { sealContainer } from '../../../main/crypto/whole-container.js';
import { FileScratch } from './file-scratch.js';

const MiB = 1024 * 1024;
const scratch = new FileScratch();
const { engine } = scratch;
const next = {
  projectKey: SecretBytes.random(32),
  identity: { ...scratch.identity, blobId: '0c'.repeat(16), epoch: 2 },
};

const reencrypt = (file: Readonly<{ bytes: number; root: Uint8Array }>, suite: 'vault' | 'coretex', more = {}) =>
  engine.reencrypt({ ...scratch.stored(file, suite), target: scratch.path('next'), next, ...more });

/** Opens the new blob with the new key. */
const opened = async (file: Readonly<{ bytes: number; root: Uint8Array }>, suite: 'vault' | 'coretex') => {
  await engine.decrypt({
    ...scratch.stored(file, suite),
    ...next,
    source: scratch.path('next'),
    target: scratch.path('target'),
  });
  return readFileSync(scratch.path('target'));
};

describe.each(['vault', 'coretex'] as const)('re-encryption, %s suite', (suite) => {
  test.each([0, 1, 16, MiB - 1, MiB, MiB + 1, 4 * MiB, 9 * MiB + 5])(
    'a blob of %i bytes holds the same under the new key, and nothing under the old',
    async (size) => {
      const plaintext = randomBytes(size);
      const old = await engine.encrypt(scratch.job(scratch.put('source', plaintext), { suite }));
      const told: number[] = [];
      const file = await reencrypt(old, suite, { onProgress: (bytes: number) => told.push(bytes) });
      expect(file).toMatchObject({ bytes: size, containerBytes: statSync(scratch.path('next')).size });
      if (size > 0) expect(told.at(-1)).toBe(size);
      expect((await opened(file, suite)).equals(plaintext)).toBe(true);
      const stale = { ...scratch.stored(file, suite), source: scratch.path('next'), target: scratch.path('never') };
      if (suite === 'vault') await expect(engine.decrypt(stale)).rejects.toMatchObject({ code: 'damaged' });
      scratch.expectNoLeftovers();
    },
  );

  test.each([300_000, 6 * MiB])(
    'promise 1: a damaged blob of %i bytes is not re-encrypted, wherever it is damaged',
    async (size) => {
      const old = await engine.encrypt(scratch.job(scratch.put('source', randomBytes(size)), { suite }));
      const blob = readFileSync(scratch.path('blob'));
      for (const at of [3, 70, Math.floor(size / 2), size, blob.length - 1]) {
        const flipped = Buffer.from(blob);
        flipped.writeUInt8(flipped.readUInt8(at) ^ 1, at);
        writeFileSync(scratch.path('blob'), flipped);
        await expect(reencrypt(old, suite), `byte ${at}`).rejects.toMatchObject({ code: 'damaged' });
      }
      writeFileSync(scratch.path('blob'), blob);
      await expect(reencrypt({ ...old, root: randomBytes(32) }, suite)).rejects.toMatchObject({ code: 'damaged' });
      await reencrypt(old, suite);
    },
  );

  test('cancelling ends it', async () => {
    const old = await engine.encrypt(scratch.job(scratch.put('source', Buffer.alloc(40 * MiB)), { suite }));
    const stop = new AbortController();
    const running = reencrypt(old, suite, { signal: stop.signal });
    stop.abort();
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('promise 8: no plaintext is ever in a file', async () => {
    const word = 'A SENTENCE THAT NOBODY ELSE MAY READ ';
    const old = await engine.encrypt(scratch.job(scratch.put('source', Buffer.alloc(3 * MiB, word)), { suite }));
    await reencrypt(old, suite);
    for (const name of ['blob', 'next']) expect(readFileSync(scratch.path(name)).includes(word.trim())).toBe(false);
    expect(readFileSync(join(scratch.folder, 'source')).includes(word)).toBe(true);
  });
});

test('a container with another segment size keeps it', async () => {
  const plaintext = randomBytes(MiB + 70_000);
  using keys = deriveFileKeys(scratch.projectKey.bytes, scratch.identity.blobId);
  const { container, root } = sealContainer(plaintext, keys, scratch.identity, { segmentBytes: 65536 });
  scratch.put('blob', container);
  const file = await reencrypt({ bytes: plaintext.length, root }, 'vault');
  expect(file.containerBytes).toBe(new ContainerLayout(plaintext.length, 65536).containerBytes);
  expect((await opened(file, 'vault')).equals(plaintext)).toBe(true);
});

test('what an earlier, larger run left at the target is no part of it', async () => {
  const old = await engine.encrypt(scratch.job(scratch.put('source', randomBytes(2 * MiB))));
  scratch.put('next', randomBytes(5 * MiB));
  const file = await reencrypt(old, 'vault');
  expect(statSync(scratch.path('next')).size).toBe(file.containerBytes);
});
