/** Runs a program as one step of a longer command. */
import { spawn } from 'node:child_process';
import { root } from './checkout.mjs';

/**
 * `output` is standard output and error in the order they came, when they were captured, else ''.
 * @typedef {{ code: number, output: string, seconds: number }} Outcome
 * @typedef {{ capture?: boolean, patienceMs?: number, env?: NodeJS.ProcessEnv, cwd?: string }} Options
 */

/**
 * @param {string} command
 * @param {string[]} args
 * @param {Options} [options] past `patienceMs` the program and all it started are killed, and the code is 124
 * @returns {Promise<Outcome>}
 */
export function runChild(command, args, { capture = false, patienceMs = 20 * 60_000, env, cwd = root } = {}) {
  const started = performance.now();
  const child = spawn(command, args, {
    cwd,
    env: env ?? process.env,
    stdio: ['ignore', capture ? 'pipe' : 'inherit', capture ? 'pipe' : 'inherit'],
    detached: process.platform !== 'win32', // a group of its own, so that all of it can be ended together
  });
  const endGroup = () => killGroup(child.pid);
  process.once('exit', endGroup);
  for (const signal of interruptions) process.once(signal, leave);
  /** @type {Buffer[]} */
  const chunks = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => chunks.push(chunk));
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    endGroup();
  }, patienceMs);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      process.removeListener('exit', endGroup);
      for (const signal of interruptions) process.removeListener(signal, leave);
      const output =
        Buffer.concat(chunks).toString() + (late ? `\nStopped after ${patienceMs / 60_000} minutes.\n` : '');
      resolve({ code: late ? 124 : (code ?? 1), output, seconds: (performance.now() - started) / 1000 });
    });
  });
}

/** A group of its own does not hear the terminal's Ctrl-C; leaving through `exit` ends it with us. */
const interruptions = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
const leave = () => process.exit(130);

/** @param {number | undefined} pid */
function killGroup(pid) {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It had ended by itself.
  }
}
