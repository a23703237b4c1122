/** Start: from the executable to a usable page, against an empty window of the same Electron, both driven in the same way. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron } from 'playwright-core';
import { bundle } from '../../build/bundle.mjs';
import { root } from '../../build/checkout.mjs';
import { hasDisplay, startVirtualDisplay } from '../../build/display.mjs';
import { partsOf } from '../../build/parts.mjs';
import { isRoot } from '../../build/sandbox.mjs';
import { aloud } from '../../build/voice.mjs';
import { median, seconds, takeTurns } from './rounds.mjs';

const rounds = 5;
const emptyApp = `
const { app, BrowserWindow } = require('electron');
app.whenReady().then(() => new BrowserWindow().loadURL('data:text/html,<button>empty</button>'));
`;

/** @param {import('../../build/bench.mjs').Bench} bench */
export default async function start({ say, electron }) {
  const executablePath = await electron();
  if (executablePath === undefined) return;
  await bundle(partsOf.app, aloud);
  const folder = mkdtempSync(join(tmpdir(), 'coretex-vault-bench-'));
  const display = hasDisplay() ? undefined : await startVirtualDisplay();
  try {
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    writeFileSync(join(empty, 'package.json'), '{ "name": "empty", "version": "1.0.0", "main": "main.cjs" }');
    writeFileSync(join(empty, 'main.cjs'), emptyApp);
    const open = (/** @type {string} */ app) => () => timeToButton(executablePath, app, folder, display?.environment);
    await open(empty)(); // warm the files
    await open(root)();
    const times = await takeTurns(rounds, { app: open(root), empty: open(empty) });
    const app = median(times['app'] ?? []);
    const window = median(times['empty'] ?? []);
    say(`to a usable window: ${seconds(app)}; an empty window: ${seconds(window)}; ${seconds(app - window)} more`);
  } finally {
    display?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} executablePath
 * @param {string} app
 * @param {string} folder
 * @param {Record<string, string> | undefined} environment
 */
async function timeToButton(executablePath, app, folder, environment) {
  const home = mkdtempSync(join(folder, 'home-'));
  const started = performance.now();
  const running = await _electron.launch({
    executablePath,
    args: [app, `--user-data-dir=${home}`, `--vault=${join(home, 'profile')}`],
    env: { .../** @type {Record<string, string>} */ (process.env), ...environment, HOME: home },
    chromiumSandbox: !isRoot,
  });
  const page = await running.firstWindow();
  await page.getByRole('button').first().waitFor();
  const taken = performance.now() - started;
  await running.close();
  return taken;
}
