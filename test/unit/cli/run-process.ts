/** `vault run` with programs of a test's own, in a session of its own: signals that a test sends must not seem to be typed. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Profile } from './command.js';

const root = join(import.meta.dirname, '../../..');
const command = join(root, 'out/main/vault.cjs');

export type Ended = Readonly<{ code: number | null; signal: string | null; stdout: string; stderr: string }>;

export class VaultRun {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<Ended>;
  #stdout = '';
  #stderr = '';

  /** `script` is run by node, as `node -e`. */
  constructor(profile: Profile, options: readonly string[], script: string, env: Record<string, string> = {}) {
    this.child = startRun(profile, [...options, '--', process.execPath, '-e', script], env);
    this.child.stdout.on('data', (chunk: Buffer) => (this.#stdout += chunk.toString('latin1')));
    this.child.stderr.on('data', (chunk: Buffer) => (this.#stderr += chunk.toString('latin1')));
    this.ended = new Promise((resolve, reject) => {
      this.child.on('error', reject);
      this.child.on('close', (code, signal) => resolve({ code, signal, stdout: this.#stdout, stderr: this.#stderr }));
    });
  }

  /** Resolves with all output so far when it holds `text`. */
  async says(text: string): Promise<string> {
    while (!this.#stdout.includes(text)) {
      if (this.child.exitCode !== null) throw new Error(`It ended without saying ${text}: ${this.#stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return this.#stdout;
  }
}

export function startRun(
  profile: Profile,
  words: readonly string[],
  env: Record<string, string> = {},
): ChildProcessWithoutNullStreams {
  const own = ['--vault', profile.dir, '--passphrase-file', profile.passphraseFile, 'run'];
  return spawn(process.execPath, [command, ...own, ...words], {
    cwd: root,
    env: { ...process.env, ...env },
    detached: true,
  });
}

/** Runs `script` to its end without input. */
export async function runScript(
  profile: Profile,
  options: readonly string[],
  script: string,
  env: Record<string, string> = {},
): Promise<Ended> {
  const run = new VaultRun(profile, options, script, env);
  run.child.stdin.end();
  return await run.ended;
}

/** Folders of runs that are there now, in memory and on disk. */
export function runFolders(): string[] {
  return [`/run/user/${process.getuid?.() ?? 0}`, '/dev/shm', tmpdir()].flatMap((place) => {
    try {
      return readdirSync(place)
        .filter((name) => name.startsWith('coretex-vault-run-'))
        .map((name) => join(place, name));
    } catch {
      return [];
    }
  });
}
