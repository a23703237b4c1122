/** Starts the real app as a person would, in a folder of its own, and reaches its window and its main process. */
import { mkdtempSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type ElectronApplication, type Page, _electron } from 'playwright-core';

const executable = process.env['CORETEX_VAULT_E2E_ELECTRON'];
const root = resolve(import.meta.dirname, '../..');
const isRoot = process.getuid?.() === 0;

/** Everything one test touches: profile, store, window data, and files to drop. */
export type Scene = Readonly<{ folder: string; profile: string; store: string; userData: string; files: string }>;

export const makeScene = (): Scene => {
  const folder = mkdtempSync(join(tmpdir(), 'vault-e2e-'));
  const at = (name: string): string => join(folder, name);
  mkdirSync(at('files'));
  return { folder, profile: at('profile'), store: at('profile/store'), userData: at('user-data'), files: at('files') };
};

export const removeScene = ({ folder }: Scene): void => rmSync(folder, { recursive: true, force: true });

export type App = Readonly<{
  electron: ElectronApplication;
  page: Page;
  scene: Scene;
  pid: number;
  /** what the app wrote to its standard error */
  errors: () => string;
  close: () => Promise<void>;
  /** as a power cut would */
  kill: () => Promise<void>;
}>;

/** @param environment what this person's differs in from the test's own */
export const launch = async (
  scene: Scene,
  args: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<App> => {
  if (executable === undefined) throw new Error('CORETEX_VAULT_E2E_ELECTRON names no Electron: run `npm test -- e2e`.');
  const electron = await _electron.launch({
    executablePath: executable,
    args: [`--user-data-dir=${scene.userData}`, root, `--vault=${scene.profile}`, '--window=1440x900', ...args],
    // SECURITY: what is tested is what ships: the sandbox is on, except where root leaves no choice
    chromiumSandbox: !isRoot,
    env: { ...withoutUndefined(process.env), ...environment },
  });
  const child = electron.process();
  let errors = '';
  child.stderr?.on('data', (text) => (errors += String(text)));
  const ended = new Promise<void>((settle) => child.once('exit', () => settle()));
  const page = await electron.firstWindow();
  page.setDefaultTimeout(15_000);
  await page.waitForLoadState();
  return {
    electron,
    page,
    scene,
    pid: child.pid ?? 0,
    errors: () => errors,
    close: async () => {
      await electron.close();
      await ended;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
};

export const sandboxIsOn = !isRoot;

const withoutUndefined = (environment: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
