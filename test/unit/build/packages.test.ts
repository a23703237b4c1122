import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { CheckoutCopy } from './checkout-copy.js';

let checkout: CheckoutCopy;
beforeEach(() => {
  checkout = new CheckoutCopy();
  lock('1.0.0');
  // stands for npm: notes how it was called, and installs
  checkout.write(
    'npm-cli.js',
    `const fs = require('node:fs');
     fs.appendFileSync('calls', process.argv.slice(2).join(' ') + '\\n');
     if (process.env.NPM_FAILS) process.exit(1);
     fs.mkdirSync('node_modules', { recursive: true });
     console.log('added 1 package');`,
  );
});
afterEach(() => checkout.remove());

const lock = (version: string, folder = ''): void => {
  const packages = { '': {}, 'node_modules/a': { version }, 'node_modules/b': { version: '2.0.0', optional: true } };
  checkout.write(folder ? `${folder}/.package-lock.json` : 'package-lock.json', JSON.stringify({ packages }));
};
const prepare = (environment: Record<string, string> = {}) =>
  checkout.run(
    `import { preparePackages } from './build/packages.mjs';
     import { aside, runCommand } from './build/voice.mjs';
     await runCommand(async () => { await preparePackages(aside); return 0; });`,
    { npm_execpath: join(checkout.folder, 'npm-cli.js'), ...environment },
  );
const calls = (): number => {
  const log = join(checkout.folder, 'calls');
  return existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').length : 0;
};

it('installs once, and again when package-lock.json changed', async () => {
  expect((await prepare()).output).toContain('Installing npm packages (first run)');
  expect((await prepare()).output).toBe('');
  expect(calls()).toBe(1);
  lock('1.0.1');
  expect((await prepare()).output).toContain('package-lock.json changed');
  expect(calls()).toBe(2);
});

it('leaves packages alone that somebody installed by hand from this very lock file', async () => {
  lock('1.0.0', 'node_modules');
  expect((await prepare()).output).toBe('');
  expect(calls()).toBe(0);
});

it('does not mistake other versions for them', async () => {
  lock('0.9.0', 'node_modules');
  await prepare();
  expect(calls()).toBe(1);
});

it('says so when npm fails, and tries again the next time', async () => {
  const failed = await prepare({ NPM_FAILS: '1' });
  expect(failed.code).toBe(1);
  expect(failed.output).toContain('npm could not install the packages');
  expect((await prepare()).code).toBe(0);
});
