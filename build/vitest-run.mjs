/** Runs vitest and counts what it reports. */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runChild } from './child.mjs';
import { notesFolder, root } from './checkout.mjs';
import { reportVariable } from './test-reporter.mjs';

/** @typedef {import('./test-reporter.mjs').Count} Count */

/**
 * @param {string} config vitest's configuration, from the root of the checkout
 * @param {string[]} filters parts of file names; none for all
 * @returns {Promise<Count>}
 */
export async function runVitest(config, filters) {
  const report = join(notesFolder, `${config}.report.json`);
  mkdirSync(notesFolder, { recursive: true });
  rmSync(report, { force: true });
  const reporters = ['--reporter=default', `--reporter=${join(root, 'build/test-reporter.mjs')}`];
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const { code } = await runChild(process.execPath, [vitest, 'run', '--config', config, ...reporters, ...filters], {
    patienceMs: 40 * 60_000,
    env: { ...process.env, [reportVariable]: report },
  });
  return readCount(report, code);
}

/**
 * What was reported, or one failure where vitest failed without a word.
 * @param {string} report
 * @param {number} code
 * @returns {Count}
 */
export function readCount(report, code) {
  /** @type {Count} */
  const count = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : { passed: 0, failed: 0, skipped: [] };
  if (count.failed === 0 && (code !== 0 || !existsSync(report))) count.failed = 1;
  return count;
}
