import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Debian's Python, which has Debian's packages; else whatever is on the path. */
const interpreters = ['/usr/bin/python3', 'python3'];

/** The Python that has these modules, or null. */
export const pythonWith = (...modules: string[]): string | null =>
  interpreters.find((python) => spawnSync(python, ['-c', `import ${modules.join(', ')}`]).status === 0) ?? null;

export type ReferenceCase = Readonly<Record<string, unknown> & { suite: string; bits: number }>;
export type ReferenceKey = Readonly<{ pkcs8: string; seconds: number; signSeed?: string }>;

/** Derives keys with the reference's own library (keys-reference.py). */
export function referenceKeys(python: string, cases: readonly ReferenceCase[]): ReferenceKey[] {
  const script = join(import.meta.dirname, 'keys-reference.py');
  const { status, stdout, stderr } = spawnSync(python, [script], { input: JSON.stringify(cases), encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as ReferenceKey[];
}
