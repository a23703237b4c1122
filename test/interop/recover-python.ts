/** Runs recover.py and check_proof.py as people do: the programs, in processes of their own. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { pythonWith } from './keys-python.js';

/** The Python that has what both programs need; null where it is missing, and the tests are skipped. */
export const python = pythonWith('cryptography', 'jwcrypto', 'argon2');
if (python === null && process.env['CI'] !== undefined)
  throw new Error('CI must have the Python packages of recover.py.');

export type SecretLine = Readonly<{
  kind: 'secret';
  id: string;
  version: number;
  type: string;
  name: string;
  state: string;
  fields: object;
  author: string;
  ended?: true;
  salvaged?: true;
}>;
export type FileLine = Readonly<{
  kind: 'file';
  project: string;
  path: string;
  size: number;
  trashed: boolean;
  saved: string;
  ended?: true;
  salvaged?: true;
}>;
export type Ran = Readonly<{ code: number | null; stdout: string; stderr: string }>;
export type Recovery = Readonly<{ code: number | null; stderr: string; secrets: SecretLine[]; files: FileLine[] }>;

const folder = mkdtempSync(join(tmpdir(), 'vault-recover-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A path in a folder of this test file's own. */
export const place = (...parts: string[]): string => join(folder, ...parts);

/** Runs one of the programs of this folder. */
export function runPython(program: string, ...words: string[]): Promise<Ran> {
  const child = spawn(python ?? '', [join(import.meta.dirname, program), ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  const text = (chunks: Buffer[]): string => Buffer.concat(chunks).toString('utf8');
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout: text(stdout), stderr: text(stderr) }));
  });
}

let outputs = 0;

/** Everything that a passphrase recovers from a store. */
export async function recover(store: string, passphrase: string, ...more: string[]): Promise<Recovery> {
  const passphraseFile = place(`passphrase-${(outputs += 1)}`);
  writeFileSync(passphraseFile, `${passphrase}\n`);
  const output = place(`out-${outputs}`);
  const words = [store, '--passphrase-file', passphraseFile, '--output', output, ...more];
  const { code, stdout, stderr } = await runPython('recover.py', ...words);
  const lines = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as SecretLine | FileLine);
  const secrets = lines.filter((line) => line.kind === 'secret');
  return { code, stderr, secrets, files: lines.filter((line) => line.kind === 'file') };
}
