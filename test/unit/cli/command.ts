/** Runs the real command as people and scripts do: the bundle, in a process of its own. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, vi } from 'vitest';
import { bundle } from '../../../build/bundle.mjs';
import { partsOf } from '../../../build/parts.mjs';
import { aside } from '../../../build/voice.mjs';

const root = join(import.meta.dirname, '../../..');
const command = join(root, 'out/main/vault.cjs');

export type Outcome = Readonly<{ code: number | null; stdout: string; stderr: string; bytes: Buffer }>;
export type RunOptions = Readonly<{ stdin?: string | Uint8Array; env?: Record<string, string>; cwd?: string }>;

/** Brings out/main/vault.cjs up to date before the tests of a file; nothing else changes it while they run. */
export function useCommand(): void {
  // Each command is a process that derives a key: on a busy computer a test of ten of them takes its time.
  vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });
  beforeAll(async () => {
    await bundle(partsOf.command, aside);
    if (!existsSync(command)) throw new Error('The command was not bundled.');
  }, 120_000);
}

/** A folder of one test file, gone when it is done. */
export function useFolder(): (...parts: string[]) => string {
  const folder = mkdtempSync(join(tmpdir(), 'vault-cli-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return (...parts) => join(folder, ...parts);
}

/** Without the environment's own VAULT_DIR and with no terminal. */
export function start(words: readonly string[], options: RunOptions = {}) {
  const env = { ...process.env };
  delete env['VAULT_DIR'];
  return spawn(process.execPath, [command, ...words], {
    cwd: options.cwd ?? root,
    env: { ...env, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

export function run(words: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const child = start(words, options);
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  child.stdin.on('error', () => undefined); // a command that reads no input closes it
  child.stdin.end(options.stdin ?? '');
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      const bytes = Buffer.concat(stdout);
      resolve({ code, bytes, stdout: bytes.toString('utf8'), stderr: Buffer.concat(stderr).toString('utf8') });
    });
  });
}

/** Strong enough for a key that can be guessed at full speed. */
export const strongPassphrase = 'Zr7-quokka-Umbrage-41-fjord-Vex-lantern';

/** One profile with its passphrase in a file; `vault(...)` demands success, `attempt(...)` does not. */
export class Profile {
  readonly store: string;
  readonly dir: string;
  readonly passphraseFile: string;

  constructor(
    readonly folder: string,
    readonly passphrase: string | Uint8Array = strongPassphrase,
  ) {
    this.store = join(folder, 'store');
    this.dir = join(folder, 'profile');
    this.passphraseFile = join(folder, 'passphrase');
    writeFileSync(this.passphraseFile, passphrase);
  }

  attempt(words: readonly string[], options?: RunOptions): Promise<Outcome> {
    return run(['--vault', this.dir, '--passphrase-file', this.passphraseFile, ...words], options);
  }

  async vault(words: readonly string[], options?: RunOptions): Promise<Outcome> {
    const outcome = await this.attempt(words, options);
    if (outcome.code !== 0) throw new Error(`vault ${words.join(' ')} ended with ${outcome.code}: ${outcome.stderr}`);
    return outcome;
  }

  async json<T>(words: readonly string[], options?: RunOptions): Promise<T> {
    return JSON.parse((await this.vault([...words, '--json'], options)).stdout) as T;
  }
}
