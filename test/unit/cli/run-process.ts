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

  constructor(child: ChildProcessWithoutNullStreams) {
    this.child = child;
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

/** Process ids of the runs of this test file. */
const begun = new Set<number | undefined>();

export function startRun(
  profile: Profile,
  words: readonly string[],
  env: Record<string, string> = {},
): ChildProcessWithoutNullStreams {
  const own = ['--vault', profile.dir, '--passphrase-file', profile.passphraseFile, 'run'];
  const child = spawn(process.execPath, [command, ...own, ...words], {
    cwd: root,
    env: { ...process.env, ...env },
    detached: true,
  });
  begun.add(child.pid);
  return child;
}

export const startScript = (
  profile: Profile,
  options: readonly string[],
  script: string,
  env: Record<string, string> = {},
): VaultRun => new VaultRun(startRun(profile, [...options, '--', process.execPath, '-e', script], env));

/** Runs a program to its end without input. */
export async function runProgram(profile: Profile, words: readonly string[]): Promise<Ended> {
  const run = new VaultRun(startRun(profile, words));
  run.child.stdin.end();
  return await run.ended;
}

/** Runs `script` (as `node -e`) to its end without input. */
export async function runScript(
  profile: Profile,
  options: readonly string[],
  script: string,
  env: Record<string, string> = {},
): Promise<Ended> {
  const run = startScript(profile, options, script, env);
  run.child.stdin.end();
  return await run.ended;
}

/** Folders that runs of this test file have left, in memory and on disk. Other tests run at the same time, and sweep too. */
export function foldersLeft(): string[] {
  return [`/run/user/${process.getuid?.() ?? 0}`, '/dev/shm', tmpdir()].flatMap((place) => {
    try {
      return readdirSync(place)
        .filter((name) => begun.has(Number(/^coretex-vault-run-(\d+)-/.exec(name)?.[1])))
        .map((name) => join(place, name));
    } catch {
      return [];
    }
  });
}
