import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ContainerLayout, headerBytes, tagBytes } from '../../../main/crypto/file-container.js';
import { deriveFileKeys } from '../../../main/crypto/file-keys.js';
import { sealContainer } from '../../../main/crypto/whole-container.js';
import { FileScratch } from './file-scratch.js';

const MiB = 1024 * 1024;
const scratch = new FileScratch();
const { engine, identity } = scratch;
const keys = deriveFileKeys(scratch.projectKey.bytes, identity.blobId);
const damaged = { code: 'damaged' };

/** One that a single worker opens in memory, and one whose segments are shared. */
describe.each([
  ['small', 3 * 65536 + 100],
  ['shared', MiB + 3 * 65536 + 100],
])('promise 1, a %s container on the disk', (_name, size) => {
  const plaintext = randomBytes(size);
  const { container, root } = sealContainer(plaintext, keys, identity, { segmentBytes: 65536 });
  const layout = new ContainerLayout(size, 65536);
  const record = { bytes: size, root };

  const expectRefused = async (bytes: Uint8Array, error: object = damaged): Promise<void> => {
    scratch.put('blob', bytes);
    const stored = scratch.stored(record);
    await expect(engine.decrypt({ ...stored, target: scratch.path('never') })).rejects.toMatchObject(error);
    await expect(engine.verify(stored)).rejects.toMatchObject(error);
    expect(readdirSync(scratch.folder)).toEqual(['blob']);
  };

  const flipped = (at: number): Buffer => {
    const copy = Buffer.from(container);
    copy.writeUInt8(copy.readUInt8(at) ^ 0x10, at);
    return copy;
  };

  test('a flip anywhere is detected, the segment is named, and nothing is written', async () => {
    for (let index = 0; index < layout.segments; index++) {
      const { start, bytes } = layout.segment(index);
      for (const at of [start, start + 16, start + bytes - tagBytes - 1, start + bytes - 1]) {
        await expectRefused(flipped(at), { code: 'damaged', details: { segment: index } });
      }
    }
    for (const at of [0, 10, 13, 16, 33, 51, 63, layout.trailerStart, layout.containerBytes - 1]) {
      await expectRefused(flipped(at));
    }
  });

  test('truncation and growth are detected', async () => {
    for (const length of [0, 1, 63, 64, 80, layout.segment(1).start, layout.trailerStart, container.length - 1]) {
      await expectRefused(container.subarray(0, length));
    }
    await expectRefused(Buffer.concat([container, Buffer.alloc(1)]));
  });

  test('segments dropped, doubled or swapped are detected', async () => {
    const parts = Array.from({ length: layout.segments }, (_, index) => {
      const { start, bytes } = layout.segment(index);
      return container.subarray(start, start + bytes);
    });
    const trailer = container.subarray(layout.trailerStart);
    const assemble = (segments: Buffer[]): Buffer =>
      Buffer.concat([container.subarray(0, headerBytes), ...segments, trailer]);
    await expectRefused(assemble([parts[1]!, parts[0]!, ...parts.slice(2)]));
    await expectRefused(assemble([parts[0]!, parts[0]!, ...parts.slice(2)]));
    await expectRefused(assemble(parts.slice(1)));
    await expectRefused(assemble([parts[0]!, ...parts]));
  });

  test('another blob, project, epoch or key is detected', async () => {
    scratch.put('blob', container);
    const stored = { ...scratch.stored(record), target: scratch.path('never') };
    const other = 'ff'.repeat(16);
    await expect(engine.decrypt({ ...stored, identity: { ...identity, blobId: other } })).rejects.toMatchObject(
      damaged,
    );
    await expect(engine.decrypt({ ...stored, identity: { ...identity, projectId: other } })).rejects.toMatchObject(
      damaged,
    );
    await expect(engine.decrypt({ ...stored, identity: { ...identity, epoch: 2 } })).rejects.toMatchObject(damaged);
    await expect(engine.decrypt({ ...stored, root: randomBytes(32) })).rejects.toMatchObject(damaged);
    await expect(engine.decrypt({ ...stored, bytes: size - 1 })).rejects.toMatchObject(damaged);
    expect(readdirSync(scratch.folder)).toEqual(['blob']);
  });

  test('a later version is told apart from damage', async () => {
    const later = Buffer.from(container);
    later.writeUInt16BE(2, 8);
    await expectRefused(later, { code: 'unsupported-version' });
  });

  test('ranges touch only what they need, and verify that', async () => {
    const { start } = layout.segment(2);
    scratch.put('blob', flipped(start + 100));
    const stored = scratch.stored(record);
    const fine = await engine.readRange({ ...stored, start: 10, endExclusive: 2 * 65536 });
    expect(Buffer.from(fine).equals(plaintext.subarray(10, 2 * 65536))).toBe(true);
    const touching = { ...stored, start: 10, endExclusive: 2 * 65536 + 1 };
    await expect(engine.readRange(touching)).rejects.toMatchObject({ code: 'damaged', details: { segment: 2 } });
    scratch.put('blob', flipped(layout.trailerStart + 5));
    await expect(engine.readRange({ ...stored, start: 0, endExclusive: 1 })).rejects.toMatchObject(damaged);
  });
});

describe('promise 1, a coretex blob on the disk', () => {
  test('flips and cuts are detected in whole reads and in ranges, also in one that changed since it was verified', async () => {
    const plaintext = randomBytes(3 * MiB + 5);
    const file = await engine.encrypt(scratch.job(scratch.put('source', plaintext), { suite: 'coretex' }));
    const stored = scratch.stored(file, 'coretex');
    const start = { start: 2 * MiB + 77, endExclusive: 2 * MiB + 99 };
    const range = await engine.readRange({ ...stored, ...start });
    expect(Buffer.from(range).equals(plaintext.subarray(start.start, start.endExclusive))).toBe(true);
    const blob = readFileSync(scratch.path('blob'));
    blob.writeUInt8(blob.readUInt8(2 * MiB + 500) ^ 1, 2 * MiB + 500);
    writeFileSync(scratch.path('blob'), blob);
    await expect(engine.readRange({ ...stored, ...start })).rejects.toMatchObject(damaged);
    await expect(engine.verify(stored)).rejects.toMatchObject(damaged);
    await expect(engine.decrypt({ ...stored, target: scratch.path('never') })).rejects.toMatchObject(damaged);
    for (const length of [0, 15, 16, 1000, blob.length - 16]) {
      scratch.put('blob', blob.subarray(0, length));
      await expect(engine.verify(stored)).rejects.toMatchObject(damaged);
      await expect(engine.readRange({ ...stored, start: 0, endExclusive: 1 })).rejects.toMatchObject(damaged);
    }
    scratch.expectNoLeftovers();
  });
});
