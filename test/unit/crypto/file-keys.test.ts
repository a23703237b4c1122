import { hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deriveFileKeys } from '../../../main/crypto/file-keys.js';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

test('the keys of a blob are HKDF-SHA256 as Node computes it', () => {
  fc.assert(
    fc.property(bytes(32), bytes(16), (projectKey, blobId) => {
      const keys = deriveFileKeys(projectKey, Buffer.from(blobId).toString('hex'));
      const expected = Buffer.from(hkdfSync('sha256', projectKey, blobId, 'coretex-vault/v1/file', 64));
      expect(Buffer.concat([keys.encryption, keys.authentication]).equals(expected)).toBe(true);
    }),
    { numRuns: 50 },
  );
});

test('deriving leaves the project key as it is, and disposing wipes the keys', () => {
  const projectKey = Buffer.alloc(32, 7);
  const keys = deriveFileKeys(projectKey, '00'.repeat(16));
  expect(projectKey.equals(Buffer.alloc(32, 7))).toBe(true);
  const live = keys.encryption;
  expect(live.some((byte) => byte !== 0)).toBe(true);
  keys.dispose();
  expect(live.every((byte) => byte === 0)).toBe(true);
  expect(() => keys.encryption).toThrow(expect.objectContaining({ code: 'locked' }));
});

test.each([31, 33, 0])('a project key of %i bytes is refused', (length) => {
  expect(() => deriveFileKeys(new Uint8Array(length), '00'.repeat(16))).toThrow(
    expect.objectContaining({ code: 'invalid-input' }),
  );
});

test.each(['', '00', 'AB'.repeat(16), `${'ab'.repeat(15)}zz`, `${'ab'.repeat(16)}\n`])('%j is no blob id', (id) => {
  expect(() => deriveFileKeys(new Uint8Array(32), id)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
});
