/**
 * `npm test`: lint, types, layering, then every kind of test, the real app and its package last. Ends with one line:
 * `N passed, N failed`. `npm test -- WORD…` runs what is named: lint, types, layering, package, or the test files whose
 * path contains a WORD.
 */
import { bundle } from './bundle.mjs';
import { packageCheck, runCheck, sourceChecks } from './checks.mjs';
import { runEndToEnd } from './e2e.mjs';
import { preparePackages } from './packages.mjs';
import { partsOf } from './parts.mjs';
import { findRuntime } from './runtime.mjs';
import { isRoot, sandboxTrouble } from './sandbox.mjs';
import { howToInstall, installSystemParts, names } from './system.mjs';
import { comparisonParts, displayParts, keyringParts, windowParts } from './system-parts.mjs';
import { testFiles } from './test-files.mjs';
import { aloud, CannotGoOn, runCommand } from './voice.mjs';
import { runVitest } from './vitest-run.mjs';

/** @typedef {import('./test-reporter.mjs').Count} Count */
/** @typedef {import('./checks.mjs').Check} Check */

/** @type {Count} */
const total = { passed: 0, failed: 0, skipped: [] };

/** @param {Partial<Count>} count */
function add({ passed = 0, failed = 0, skipped = [] }) {
  total.passed += passed;
  total.failed += failed;
  total.skipped.push(...skipped);
}

/** @param {string[]} words */
async function test(words) {
  await preparePackages(aloud);
  const missing = installSystemParts([...windowParts, ...displayParts, ...keyringParts, ...comparisonParts], aloud);
  if (missing.length > 0) aloud.say(`Tests that need ${names(missing)} will be skipped. ${howToInstall(missing)}`);
  /** @param {Check} check */
  const isWanted = ({ name }) => words.length === 0 || words.includes(name);
  const paths = words.filter((word) => ![...sourceChecks, packageCheck].some(({ name }) => name === word));
  await runChecks(sourceChecks.filter(isWanted));
  if (words.length === 0 || paths.length > 0) await runTests(paths, missing);
  await runChecks([packageCheck].filter(isWanted));
  return conclude();
}

/**
 * Side by side, since each keeps one core busy; told in order.
 * @param {Check[]} wanted
 */
async function runChecks(wanted) {
  const runs = wanted.map((check) => ({ check, outcome: runCheck(check) }));
  for (const { check, outcome } of runs) {
    const { code, output, seconds } = await outcome;
    if (code !== 0) aloud.say(output.trimEnd());
    aloud.say(`${code === 0 ? '✓' : '✗'} ${check.name} (${seconds.toFixed(0)} s)`);
    add(code === 0 ? { passed: 1 } : { failed: 1 });
  }
}

/**
 * @param {string[]} words parts of paths; none for all
 * @param {import('./system-parts.mjs').SystemPart[]} missing
 */
async function runTests(words, missing) {
  const { plain, endToEnd } = testFiles(words);
  if (plain.length + endToEnd.length === 0) throw new CannotGoOn(`No test file's path contains ${words.join(' or ')}.`);
  if (!(await isBundled())) add({ failed: 1 });
  if (plain.length > 0) add(await runVitest('vitest.config.ts', words));
  if (endToEnd.length > 0) add(await windowTests(endToEnd, missing));
}

/** The command's and the window's tests run the bundles; what does not bundle is one failure, and no reason to skip the rest. */
async function isBundled() {
  try {
    await bundle(partsOf.all, aloud);
    return true;
  } catch (error) {
    if (!(error instanceof CannotGoOn)) throw error;
    aloud.say(error.message);
    return false;
  }
}

/**
 * @param {string[]} files
 * @param {import('./system-parts.mjs').SystemPart[]} missing
 * @returns {Promise<Count>}
 */
async function windowTests(files, missing) {
  const lacking = missing.filter((part) => !comparisonParts.includes(part));
  if (lacking.length > 0) return skipAll(files, `this system lacks ${names(lacking)}`);
  const runtime = await findRuntime(aloud);
  const trouble = isRoot ? undefined : sandboxTrouble(runtime.folder);
  return trouble ? skipAll(files, trouble) : runEndToEnd(runtime, files);
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
