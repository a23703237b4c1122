import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canReadMemoryOf, findInMemory } from '../unit/engine/process-memory.js';
import { newVault, temporaryFolder } from '../vault-fixture.js';

const root = join(import.meta.dirname, '../..');
// inside the checkout, where the bundle finds the native packages that it does not contain
mkdirSync(join(root, 'out'), { recursive: true });
const folder = mkdtempSync(join(root, 'out/memory-'));
const recover = join(root, 'test/interop/recover.py');
const canRecover = spawnSync('/usr/bin/python3', ['-c', 'import argon2, jwcrypto, cryptography']).status === 0;

beforeAll(async () => {
  await build({
    entryPoints: {
      child: join(import.meta.dirname, 'locked-memory-child.ts'),
      'workers/rsa-worker': join(root, 'main/engine/workers/rsa-worker.ts'),
      'workers/file-worker': join(root, 'main/engine/workers/file-worker.ts'),
      'workers/strength-worker': join(root, 'main/engine/workers/strength-worker.ts'),
    },
    outdir: folder,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20.18',
    external: ['@node-rs/argon2'],
    logLevel: 'warning',
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The project's key as an independent program reads it out of the store. */
const projectKeyOf = (storeDir: string, passphraseFile: string): string => {
  const { stdout } = spawnSync('/usr/bin/python3', [recover, storeDir, '--passphrase-file', passphraseFile]);
  for (const line of stdout.toString().split('\n').filter(Boolean)) {
    const found = JSON.parse(line) as { type?: string; fields?: { encryptionKey?: string } };
    if (found.type === 'project') return found.fields!.encryptionKey!;
  }
  throw new Error('the recovery program found no project key');
};

const nextWord = async (child: ChildProcess): Promise<string> => {
  const ended = once(child, 'exit').then(() => [Buffer.from('ended')]);
  const [word] = (await Promise.race([once(child.stdout!, 'data'), ended])) as [Buffer];
  return word.toString().trim();
};

const possible = canReadMemoryOf(process.pid) && canRecover;

describe.skipIf(!possible)('promise 9: after locking', () => {
  it('the memory of the process holds neither passphrase nor project keys', { timeout: 120_000 }, async () => {
    const passphrase = `${randomBytes(12).toString('hex')} locked ${randomBytes(12).toString('hex')}`;
    const { vault, profileDir, storeDir } = await newVault({ passphrase });
    await vault.projects.create('secret project');
    await vault.lock();
    const scratch = await temporaryFolder();
    const passphraseFile = join(scratch, 'passphrase');
    const source = join(scratch, 'data.bin');
    writeFileSync(passphraseFile, passphrase);
    writeFileSync(source, randomBytes(100_000));
    const base64 = projectKeyOf(storeDir, passphraseFile);
    const key = Buffer.from(base64, 'base64');
    expect(key.length).toBe(32);
    const patterns = new Map([
      ['passphrase', Buffer.from(passphrase)],
      ['passphrase, its second half', Buffer.from(passphrase.slice(-24))],
      ['passphrase, UTF-16', Buffer.from(passphrase, 'utf16le')],
      ['project key', key],
      ['project key, base64', Buffer.from(base64.slice(0, 40))],
      ['project key, UTF-16 base64', Buffer.from(base64.slice(0, 40), 'utf16le')],
    ]);
    const child = spawn(process.execPath, [join(folder, 'child.cjs'), profileDir, passphraseFile, source], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    try {
      expect(await nextWord(child)).toBe('unlocked');
      expect(findInMemory(child.pid!, patterns)).toContain('project key');
      child.stdin.write('.');
      expect(await nextWord(child)).toBe('locked');
      expect(findInMemory(child.pid!, patterns)).toEqual([]);
    } finally {
      child.kill('SIGKILL');
    }
  });
});
