/** Project Wycheproof's vectors, read from where they are and never copied; tests of them are skipped where they are not. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';

const folder = process.env['WYCHEPROOF_DIR'] ?? join(import.meta.dirname, '../../../shared/vectors/wycheproof');

export type WycheproofTest = Readonly<{ tcId: number; comment: string; result: 'valid' | 'invalid' | 'acceptable'; flags: string[] }> &
  Readonly<Record<string, unknown>>;
export type WycheproofGroup = Readonly<{ tests: WycheproofTest[] }> & Readonly<Record<string, unknown>>;

function load(file: string): WycheproofGroup[] {
  const { numberOfTests, testGroups } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
    numberOfTests: number;
    testGroups: WycheproofGroup[];
  };
  const found = testGroups.reduce((sum, { tests }) => sum + tests.length, 0);
  if (found === 0 || found !== numberOfTests) throw new Error(`${file} holds ${String(found)} cases instead of ${String(numberOfTests)}`);
  return testGroups;
}

/** Runs `suite` with all groups of a file, or tells why not. */
export function describeWycheproof(file: string, suite: (groups: WycheproofGroup[]) => void): void {
  describe(`Wycheproof ${file}`, () => {
    if (existsSync(join(folder, file))) suite(load(file));
    else it.skip('the vectors are not here (set WYCHEPROOF_DIR)', () => undefined);
  });
}

export const hex = (value: unknown): Buffer => Buffer.from(String(value), 'hex');

/** Tells how many cases of a file are about things that the vault does not use. */
export const tellOutside = (file: string, inside: number, groups: readonly WycheproofGroup[], what: string): void => {
  const all = groups.reduce((sum, { tests }) => sum + tests.length, 0);
  console.info(`${file}: ${String(inside)} of ${String(all)} cases are in our profile; ${String(all - inside)} are not (${what})`);
};
