import { spawn, type ChildProcess } from 'node:child_process';
import { createPrivateKey, hkdfSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MasterKeyParameters } from '../../../main/crypto/keys.js';
import { derivePrivateKeys } from '../../../main/crypto/master-key-derivation.js';
import { normalizePassphrase, stretchPassphrase } from '../../../main/crypto/passphrase-stretch.js';
import { canReadMemoryOf, findInMemory } from './process-memory.js';

const root = join(import.meta.dirname, '../../..');
// inside the checkout, where the bundles find the native packages that they do not contain
mkdirSync(join(root, 'out'), { recursive: true });
const folder = mkdtempSync(join(root, 'out/memory-'));
const kdf = {
  alg: 'argon2id',
  memoryKib: 65_536,
  iterations: 3,
  parallelism: 1,
  salt: randomBytes(16).toString('base64url'),
} as const;

beforeAll(async () => {
  await build({
    entryPoints: {
      child: join(import.meta.dirname, 'forgotten-keys-child.ts'),
      'workers/rsa-worker': join(root, 'main/engine/workers/rsa-worker.ts'),
    },
    outdir: folder,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['@node-rs/argon2'],
    logLevel: 'warning',
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What must be gone: for numbers both byte orders, and of everything long two windows, so that a partly overwritten copy shows. */
function secretsOf(passphrase: Buffer, parameters: MasterKeyParameters): Map<string, Buffer> {
  const { wrap, sign } = derivePrivateKeys(passphrase, parameters);
  const jwk = createPrivateKey({ key: wrap, format: 'der', type: 'pkcs8' }).export({ format: 'jwk' });
  const secrets = new Map<string, Buffer>();
  const add = (name: string, bytes: Uint8Array): void => {
    for (const at of [0, Math.floor(bytes.length / 2)])
      secrets.set(`${name} at ${at}`, Buffer.from(bytes.subarray(at, at + 32)));
  };
  for (const name of ['p', 'q', 'd', 'dp', 'dq', 'qi'] as const) {
    const number = Buffer.from(jwk[name] ?? '', 'base64url');
    add(`${name}, big-endian`, number);
    add(`${name}, little-endian`, number.toReversed());
    secrets.set(`${name}, in hex`, Buffer.from(number.toString('hex', 8, 40)));
    secrets.set(`${name}, in base64url`, Buffer.from(jwk[name]?.slice(12, 60) ?? ''));
  }
  for (const form of [passphrase, normalizePassphrase(passphrase)])
    for (const part of [0, 8, form.length / 2])
      secrets.set(`passphrase from ${part} of ${form.length}`, form.subarray(part, part + 24));
  secrets.set('passphrase, UTF-16', Buffer.from(passphrase.toString('utf8'), 'utf16le'));
  if (parameters.suite === 'vault') {
    const stretched = stretchPassphrase(passphrase, parameters.kdf);
    secrets.set('stretched passphrase', stretched);
    secrets.set('Ed25519 seed', sign.subarray(-32));
    secrets.set('RSA seed', Buffer.from(hkdfSync('sha256', stretched, '', 'coretex-vault/v1/rsa', 32)));
  }
  return secrets;
}

async function nextWord(child: ChildProcess): Promise<string> {
  const [word] = (await once(child.stdout!, 'data')) as [Buffer];
  return word.toString().trim();
}

describe('promise 9: after locking, the memory of the process holds neither passphrase nor private key', () => {
  const words = (): string => `${randomBytes(12).toString('hex')} memory ${randomBytes(12).toString('hex')}`;
  const cases: { name: string; typed: string; parameters: MasterKeyParameters }[] = [
    { name: 'vault suite', typed: words(), parameters: { suite: 'vault', bits: 2048, kdf } },
    { name: 'vault suite, not ASCII', typed: `Škoda ﬁ ${words()} ½`, parameters: { suite: 'vault', bits: 2048, kdf } },
    { name: 'coretex suite', typed: words(), parameters: { suite: 'coretex', bits: 2048 } },
  ];

  it.skipIf(!canReadMemoryOf(process.pid)).each(cases)('$name', { timeout: 120_000 }, async ({ typed, parameters }) => {
    const passphrase = Buffer.from(typed);
    const secrets = secretsOf(passphrase, parameters);
    const child = spawn(process.execPath, [join(folder, 'child.cjs'), JSON.stringify(parameters)], {
      stdio: ['pipe', 'pipe', 'inherit'],
      cwd: tmpdir(),
    });
    try {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(passphrase.length);
      child.stdin.write(Buffer.concat([length, passphrase]));

      expect(await nextWord(child)).toBe('derived');
      const alive = findInMemory(child.pid!, secrets);
      // the search works: an unlocked key is there to be found
      expect(alive).toEqual(expect.arrayContaining(['p, little-endian at 0', 'p, big-endian at 0']));
      expect(alive.filter((name) => name.startsWith('passphrase') || name === 'stretched passphrase')).toEqual([]);

      child.stdin.write('.');
      expect(await nextWord(child)).toBe('disposed');
      expect(findInMemory(child.pid!, secrets)).toEqual([]);
    } finally {
      child.kill('SIGKILL');
    }
  });
});
