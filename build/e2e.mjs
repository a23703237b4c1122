/**
 * Runs the end-to-end tests against the real app: as an ordinary user, so that Chromium's sandbox is on as it is for
 * people, on a display and with a keyring of their own. As root they run from a copy that belongs to `nobody`.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChild } from './child.mjs';
import { notesFolder, root } from './checkout.mjs';
import { canMakeUserNamespaces, isRoot } from './sandbox.mjs';
import { reportVariable } from './test-reporter.mjs';
import { aloud } from './voice.mjs';
import { readCount } from './vitest-run.mjs';

const nobody = 65534;
const toNobody = ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'];
const withoutSandbox = `No user namespaces can be made here (a container, perhaps), so Chromium has no sandbox for an ordinary user:
the window's tests run as root and without it, and the one that proves it is skipped.`;
/** Not the sources' business: histories, caches, and the packages, which are linked instead of copied. */
const leftOut = new Set(['.git', '.cache', 'node_modules', 'dist']);

/**
 * @param {import('./runtime.mjs').Runtime} runtime
 * @param {string[]} filters parts of file names; none for all
 * @returns {Promise<import('./test-reporter.mjs').Count>}
 */
export async function runEndToEnd(runtime, filters) {
  const home = mkdtempSync(join(tmpdir(), 'cv-e2e-'));
  const sandboxed = isRoot && canMakeUserNamespaces(toNobody);
  if (isRoot && !sandboxed) aloud.say(withoutSandbox);
  try {
    return sandboxed ? await asNobody(home, runtime, filters) : await asOurselves(home, runtime, filters);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/**
 * @param {string} home
 * @param {import('./runtime.mjs').Runtime} runtime
 * @param {string[]} filters
 */
async function asOurselves(home, runtime, filters) {
  mkdirSync(notesFolder, { recursive: true });
  const report = join(notesFolder, 'e2e.report.json');
  rmSync(report, { force: true });
  return session(
    { home, checkout: root, runtimeFolder: runtime.folder, node: process.execPath, report, before: [] },
    runtime,
    filters,
  );
}

/**
 * @param {string} home
 * @param {import('./runtime.mjs').Runtime} runtime
 * @param {string[]} filters
 */
async function asNobody(home, runtime, filters) {
  const checkout = join(home, 'checkout');
  const runtimeFolder = join(home, 'runtime');
  const node = join(home, 'node');
  copyCheckout(checkout);
  spawnSync('chown', ['-R', `${nobody}:${nobody}`, home]);
  linkOrCopy(join(root, 'node_modules'), join(checkout, 'node_modules'));
  linkOrCopy(runtime.folder, runtimeFolder);
  linkFile(process.execPath, node);
  mkdirSync('/tmp/.X11-unix', { recursive: true });
  chmodSync('/tmp/.X11-unix', 0o1777);
  const report = join(home, 'e2e.report.json');
  const count = await session({ home, checkout, runtimeFolder, node, report, before: toNobody }, runtime, filters);
  const screens = join(checkout, 'test/e2e/screens');
  if (existsSync(screens)) cpSync(screens, join(root, 'test/e2e/screens'), { recursive: true });
  return count;
}

/** @param {string} checkout */
function copyCheckout(checkout) {
  mkdirSync(checkout);
  for (const name of readdirSync(root)) {
    if (!leftOut.has(name)) cpSync(join(root, name), join(checkout, name), { recursive: true });
  }
}

/**
 * Links where it can: a second name costs neither time nor space. Files that others may not read are copied and given away.
 * @param {string} from a folder
 * @param {string} to
 */
function linkOrCopy(from, to) {
  const readable =
    (statSync(join(from, readdirSync(from).find((name) => name.endsWith('.json')) ?? '.')).mode & 0o004) !== 0;
  if (readable && spawnSync('cp', ['-al', from, to], { stdio: 'ignore' }).status === 0) return chmodSync(to, 0o755);
  rmSync(to, { recursive: true, force: true });
  spawnSync('cp', ['-a', from, to]);
  spawnSync('chown', ['-R', `${nobody}:${nobody}`, to]);
}

/**
 * @param {string} from
 * @param {string} to
 */
function linkFile(from, to) {
  try {
    linkSync(from, to);
  } catch {
    cpSync(from, to); // on another file system
  }
}

/**
 * @typedef {{ home: string, checkout: string, runtimeFolder: string, node: string, report: string, before: string[] }} Place
 * @param {Place} place
 * @param {import('./runtime.mjs').Runtime} runtime
 * @param {string[]} filters
 */
async function session({ home, checkout, runtimeFolder, node, report, before }, runtime, filters) {
  const bus = process.platform === 'linux' ? ['dbus-run-session', '--'] : [];
  const [command = node, ...args] = [...before, ...bus, node, join(checkout, 'build/e2e-session.mjs'), ...filters];
  const executable = join(runtimeFolder, runtime.executable.slice(runtime.folder.length));
  const env = environment(home, { CORETEX_VAULT_E2E_ELECTRON: executable, [reportVariable]: report });
  const { code } = await runChild(command, args, { cwd: checkout, env, patienceMs: 30 * 60_000 });
  return readCount(report, code);
}

/**
 * A person's plain environment, with a home of its own: no test may see or touch the real one.
 * @param {string} home
 * @param {Record<string, string>} more
 */
function environment(home, more) {
  const kept = ['PATH', 'LANG', 'TERM', 'CI', 'NO_COLOR', 'FORCE_COLOR'];
  const inherited = Object.fromEntries(kept.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
  return { ...inherited, HOME: home, TMPDIR: home, ...more };
}
