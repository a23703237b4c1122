import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { notesFolder, root } from '../../../build/checkout.mjs';
import { runChild } from '../../../build/child.mjs';
import { readCount } from '../../../build/vitest-run.mjs';

let folder = '';
beforeEach(() => {
  mkdirSync(notesFolder, { recursive: true });
  folder = mkdtempSync(join(notesFolder, 'counting-'));
  writeFileSync(join(folder, 'vitest.config.mjs'), 'export default {};');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What is counted for a folder with this one test file. */
async function counted(source: string) {
  writeFileSync(join(folder, 'some.test.mjs'), source);
  const report = join(folder, 'report.json');
  const args = [
    'run',
    '--root',
    folder,
    '--config',
    join(folder, 'vitest.config.mjs'),
    '--reporter',
    join(root, 'build/test-reporter.mjs'),
  ];
  const { code } = await runChild(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), ...args], {
    capture: true,
    env: { ...process.env, CORETEX_VAULT_TEST_REPORT: report, VITEST: undefined },
  });
  return readCount(report, code);
}
const vitest = "import { describe, expect, it } from 'vitest';";

it('counts what passed, failed and was skipped, with the reason', async () => {
  const count = await counted(`${vitest}
    it('passes', () => {});
    it('fails', () => { expect(1).toBe(2); });
    it.skip('is skipped', () => {});
    it('has a reason', ({ skip }) => skip('there is no keyring'));`);
  expect(count).toMatchObject({ passed: 1, failed: 1 });
  expect(count.skipped.map(({ reason }) => reason)).toEqual(['marked as skipped', 'there is no keyring']);
});

it.each([
  ['a file that cannot be loaded', `import './nowhere.mjs';`],
  ['a group without a test', `${vitest} it('passes', () => {}); describe('empty', () => {});`],
  ['a file without a test', ''],
  [
    'an error after a passed test',
    `${vitest} it('passes', () => { setTimeout(() => { throw new Error('late') }, 0); });
    it('waits', () => new Promise((done) => setTimeout(done, 50)));`,
  ],
])('counts %s as a failure', async (_, source) => {
  expect((await counted(source)).failed).toBe(1);
});

it('counts a vitest that ended without a word as a failure', () => {
  expect(readCount(join(folder, 'no-report.json'), 0)).toEqual({ passed: 0, failed: 1, skipped: [] });
});

it('.ci/run calls npm test and nothing else', () => {
  const lines = readFileSync(join(root, '.ci/run'), 'utf8').split('\n');
  const commands = lines.filter((line) => line !== '' && !line.startsWith('#'));
  expect(commands).toEqual(['set -euo pipefail', 'cd "$(dirname "$0")/.."', 'npm test']);
});
