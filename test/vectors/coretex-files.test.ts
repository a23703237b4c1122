import { createCipheriv, createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SecretBytes } from '../../main/crypto/secret-bytes.js';
import { decryptCoretexFile, encryptCoretexFile } from '../../main/engine/coretex-files.js';
import { FileEngine } from '../../main/engine/file-engine.js';
import { fastFolder } from '../unit/engine/file-scratch.js';

type CoretexVector = { name: string; plaintextBase64: string; ciphertextBase64: string; referenceDecryptsToBase64: string };

const vectorsFile = join(import.meta.dirname, 'coretex/aes-files.json');
const { projectKeyBase64, files } = JSON.parse(readFileSync(vectorsFile, 'utf8')) as {
  projectKeyBase64: string;
  files: CoretexVector[];
};
if (files.length === 0) throw new Error(`${vectorsFile} holds no vectors`);

const fromBase64 = (text: string): Buffer => Buffer.from(text, 'base64');
const key = SecretBytes.take(fromBase64(projectKeyBase64));
const engine = new FileEngine({ workers: 1 });
const identity = { projectId: '01'.repeat(16), blobId: '02'.repeat(16), epoch: 1 };
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(fastFolder(), 'coretex-files-'));
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

const put = (name: string, bytes: Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};

describe.each(files)('coretex file $name', (vector) => {
  const ciphertext = fromBase64(vector.ciphertextBase64);
  const plaintext = fromBase64(vector.plaintextBase64);

  test('without a record it decrypts exactly as the reference decrypts it', async () => {
    const target = join(folder, 'reference');
    await decryptCoretexFile(key, put('blob', ciphertext), target);
    expect(readFileSync(target).equals(fromBase64(vector.referenceDecryptsToBase64))).toBe(true);
  });

  test('with a record, size and root decide: the plaintext as it was, whatever its end looks like', async () => {
    const target = join(folder, 'recorded');
    const root = createHash('sha256').update(ciphertext).digest();
    const job = { source: put('blob', ciphertext), projectKey: key, identity, suite: 'coretex', root } as const;
    await engine.decrypt({ ...job, target, bytes: plaintext.length });
    expect(readFileSync(target).equals(plaintext)).toBe(true);
  });

  test('what we encrypt is padded, and comes back with and without a record', async () => {
    const source = put('plain', plaintext);
    const blob = join(folder, 'ours');
    await encryptCoretexFile(key, source, blob);
    const written = readFileSync(blob);
    const cipher = createCipheriv('aes-256-cbc', key.bytes, written.subarray(0, 16));
    expect(written.subarray(16).equals(Buffer.concat([cipher.update(plaintext), cipher.final()]))).toBe(true);
    await decryptCoretexFile(key, blob, join(folder, 'again'));
    expect(readFileSync(join(folder, 'again')).equals(plaintext)).toBe(true);
  });
});

test('cut to a length that cannot be, a blob is refused and leaves nothing', async () => {
  const ciphertext = fromBase64(files.find(({ name }) => name === 'len-48')!.ciphertextBase64);
  for (const length of [0, 1, 15, 17, 31, ciphertext.length - 1]) {
    const source = put('cut', ciphertext.subarray(0, length));
    const decryption = decryptCoretexFile(key, source, join(folder, 'never'));
    await expect(decryption).rejects.toMatchObject({ code: 'damaged' });
  }
  expect(readdirSync(folder).filter((name) => name === 'never' || name.endsWith('.part'))).toEqual([]);
});

test('a blob cut at a block border decrypts to the shorter text, as the reference gives it', async () => {
  const vector = files.find(({ name }) => name === 'len-48')!;
  const target = join(folder, 'shorter');
  await decryptCoretexFile(key, put('cut', fromBase64(vector.ciphertextBase64).subarray(0, 48)), target);
  expect(readFileSync(target).equals(fromBase64(vector.plaintextBase64).subarray(0, 32))).toBe(true);
});

test('promise 1: with a record, a flip of any byte of a coretex blob is detected', async () => {
  const vector = files.find(({ name }) => name === 'len-48')!;
  const blob = fromBase64(vector.ciphertextBase64);
  const root = createHash('sha256').update(blob).digest();
  const target = join(folder, 'never');
  for (const at of blob.keys()) {
    const flipped = Buffer.from(blob);
    flipped.writeUInt8(flipped.readUInt8(at) ^ 1, at);
    const job = { source: put('flipped', flipped), projectKey: key, identity, suite: 'coretex', bytes: 48, root } as const;
    await expect(engine.decrypt({ ...job, target })).rejects.toMatchObject({ code: 'damaged' });
    await expect(engine.readRange({ ...job, start: 0, endExclusive: 4 })).rejects.toMatchObject({ code: 'damaged' });
  }
  expect(readdirSync(folder)).not.toContain('never');
});
