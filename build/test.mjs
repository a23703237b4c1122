/**
 * `npm test`: lint, types, layering, then every kind of test, the real app last. Ends with one line: `N passed, N failed`.
 * `npm test -- WORD…` runs what is named: lint, types, layering, or the test files whose path contains a WORD.
 */
import { join } from 'node:path';
import { existsSync } from 'node:fs';
import { bundle } from './bundle.mjs';
import { checks, runCheck } from './checks.mjs';
import { root } from './checkout.mjs';
import { endToEndFiles, runEndToEnd } from './e2e.mjs';
import { preparePackages } from './packages.mjs';
import { partsOf } from './parts.mjs';
import { findRuntime } from './runtime.mjs';
import { isRoot, sandboxTrouble } from './sandbox.mjs';
import { howToInstall, installSystemParts, names } from './system.mjs';
import { comparisonParts, displayParts, keyringParts, windowParts } from './system-parts.mjs';
import { aloud, CannotGoOn, runCommand } from './voice.mjs';
import { runVitest } from './vitest-run.mjs';

/** @typedef {import('./test-reporter.mjs').Count} Count */

/** @type {Count} */
const total = { passed: 0, failed: 0, skipped: [] };

/** @param {Count} count */
function add({ passed, failed, skipped }) {
  total.passed += passed;
  total.failed += failed;
  total.skipped.push(...skipped);
}

/** @param {string[]} words */
async function test(words) {
  await preparePackages(aloud);
  const missing = installSystemParts([...windowParts, ...displayParts, ...keyringParts, ...comparisonParts], aloud);
  if (missing.length > 0) aloud.say(`Tests that need ${names(missing)} will be skipped. ${howToInstall(missing)}`);
  const wantedChecks = checks.filter(({ name }) => words.length === 0 || words.includes(name));
  const filters = words.filter((word) => !checks.some(({ name }) => name === word));
  const all = words.length === 0;
  await runChecks(wantedChecks);
  if (all || filters.length > 0) await runTests(filters, missing);
  return conclude();
}

/**
 * Lint and types side by side, since each keeps one core busy; told in order.
 * @param {import('./checks.mjs').Check[]} wanted
 */
async function runChecks(wanted) {
  const runs = wanted.map((check) => ({ check, outcome: runCheck(check) }));
  for (const { check, outcome } of runs) {
    const { code, output, seconds } = await outcome;
    if (code !== 0) aloud.say(output.trimEnd());
    aloud.say(`${code === 0 ? '✓' : '✗'} ${check.name} (${seconds.toFixed(0)} s)`);
    add({ passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: [] });
  }
}

/**
 * @param {string[]} filters
 * @param {import('./system-parts.mjs').SystemPart[]} missing
 */
async function runTests(filters, missing) {
  const endToEnd = endToEndFiles().filter(
    (file) => filters.length === 0 || filters.some((word) => file.includes(word)),
  );
  const onlyEndToEnd = filters.length > 0 && filters.every((word) => word.includes('e2e'));
  try {
    await bundle(partsOf.all, aloud);
  } catch (error) {
    if (!(error instanceof CannotGoOn)) throw error;
    aloud.say(error.message);
    add({ passed: 0, failed: 1, skipped: [] });
  }
  if (!onlyEndToEnd) add(await runVitest('vitest.config.ts', filters));
  if (endToEnd.length > 0) add(await windowTests(endToEnd, missing));
}

/**
 * @param {string[]} files
 * @param {import('./system-parts.mjs').SystemPart[]} missing
 * @returns {Promise<Count>}
 */
async function windowTests(files, missing) {
  const needed = missing.filter((part) => ![...comparisonParts].includes(part));
  if (needed.length > 0) return skipAll(files, `this system lacks ${names(needed)}`);
  if (!existsSync(join(root, 'out/main/index.cjs'))) return { passed: 0, failed: 1, skipped: [] };
  const runtime = await findRuntime(aloud);
  const trouble = isRoot ? undefined : sandboxTrouble(runtime.folder);
  if (trouble) return skipAll(files, trouble);
  return runEndToEnd(runtime, files);
}

/**
 * @param {string[]} files
 * @param {string} reason
 * @returns {Count}
 */
const skipAll = (files, reason) => ({ passed: 0, failed: 0, skipped: files.map((name) => ({ name, reason })) });

/** Says what was skipped and why, then the closing line. */
function conclude() {
  for (const { name, reason } of total.skipped) aloud.say(`skipped: ${name} (${reason})`);
  const skipped = total.skipped.length > 0 ? `, ${total.skipped.length} skipped` : '';
  aloud.say(`${total.passed} passed, ${total.failed} failed${skipped}`);
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
}

await runCommand(() => test(process.argv.slice(2)));
