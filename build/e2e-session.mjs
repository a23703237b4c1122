/** The inner half of build/e2e.mjs: runs as the ordinary user, on a message bus of its own. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { runChild } from './child.mjs';
import { root } from './checkout.mjs';
import { startVirtualDisplay } from './display.mjs';
import { runCommand } from './voice.mjs';

/** @param {string[]} filters */
async function runSession(filters) {
  const runtimeFolder = join(homedir(), 'run');
  mkdirSync(runtimeFolder, { recursive: true, mode: 0o700 });
  const env = { ...process.env, XDG_RUNTIME_DIR: runtimeFolder };
  if (process.platform !== 'linux') return vitest(filters, env);
  openKeyring(env);
  const display = await startVirtualDisplay();
  try {
    return await vitest(filters, { ...env, ...display.environment });
  } finally {
    display.stop();
  }
}

/**
 * A new keyring with the password '\n'; an empty one would create none.
 * @param {NodeJS.ProcessEnv} env
 */
function openKeyring(env) {
  const { status } = spawnSync('gnome-keyring-daemon', ['--unlock', '--components=secrets'], {
    input: '\n',
    env,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  if (status !== 0) throw new Error('gnome-keyring-daemon did not start: the keychain tests have no keyring.');
}

/**
 * @param {string[]} filters
 * @param {NodeJS.ProcessEnv} env
 */
async function vitest(filters, env) {
  const program = join(root, 'node_modules/vitest/vitest.mjs');
  const reporters = ['--reporter=verbose', `--reporter=${join(root, 'build/test-reporter.mjs')}`];
  const args = [
    program,
    'run',
    '--config',
    'vitest.e2e.config.ts',
    '--configLoader',
    'runner',
    ...reporters,
    ...filters,
  ];
  return (await runChild(process.execPath, args, { env, patienceMs: 29 * 60_000 })).code;
}

await runCommand(() => runSession(process.argv.slice(2)));
