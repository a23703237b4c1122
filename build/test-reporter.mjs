/** A vitest reporter that writes what build/test.mjs counts, with the reason of every skipped test. */
import { writeFileSync } from 'node:fs';

/** @typedef {{ passed: number, failed: number, skipped: { name: string, reason: string }[] }} Count */

export const reportVariable = 'CORETEX_VAULT_TEST_REPORT';

export default class CountingReporter {
  /**
   * @param {ReadonlyArray<import('vitest/node').TestModule>} modules
   * @param {ReadonlyArray<unknown>} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    /** @type {Count} */
    const count = { passed: 0, failed: unhandledErrors.length, skipped: [] };
    for (const module of modules) countModule(module, count);
    const file = process.env[reportVariable];
    if (file) writeFileSync(file, JSON.stringify(count));
  }
}

/**
 * @param {import('vitest/node').TestModule} module
 * @param {Count} count
 */
function countModule(module, count) {
  // What failed outside any test (an import, a describe) is a failure of its own.
  const outside = [module, ...module.children.allSuites()].flatMap((group) =>
    group.errors().map(({ message }) => message),
  );
  count.failed += new Set(outside).size;
  for (const test of module.children.allTests()) {
    const result = test.result();
    if (result.state === 'passed') count.passed += 1;
    else if (result.state === 'failed') count.failed += 1;
    else count.skipped.push({ name: `${module.relativeModuleId} › ${test.fullName}`, reason: reasonOf(test) });
  }
}

/** @param {import('vitest/node').TestCase} test */
function reasonOf(test) {
  const result = test.result();
  if (result.state === 'skipped' && result.note) return result.note;
  return test.options.mode === 'todo' ? 'still to be written' : 'marked as skipped';
}
