/** What a person does in the window, by what they see: labels, buttons, rows. */
import type { Locator, Page } from 'playwright-core';
import type { Bridge, Result } from '../../app/contract/index.js';
import type { App } from './app.js';

declare global {
  var coretexVault: Bridge;
}

export const passphrase = 'orbit velvet cactus thunder pickle marble';

/** Waits until something with that text can be seen. */
export const see = (page: Page, text: string | RegExp): Promise<void> => page.getByText(text).first().waitFor();

/** The first run by hand, up to the recovery sheet. */
export const makeVault = async (page: Page, name: string): Promise<void> => {
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('textbox', { name: 'Your name' }).fill(name);
  await page.getByRole('textbox', { name: 'Passphrase', exact: true }).fill(passphrase);
  await page.getByRole('textbox', { name: 'Confirm passphrase' }).fill(passphrase);
  await page.getByRole('button', { name: 'Create vault' }).click();
  await page.getByRole('heading', { name: 'Your vault is ready' }).waitFor({ timeout: 60_000 });
};

/** The same without the screens, for tests that are about something else: a small key, and the open vault. */
export const makeVaultQuickly = async ({ page }: App, name = 'Ada'): Promise<void> => {
  await call(
    page,
    'account',
    'create',
    { location: { kind: 'default' }, name, suite: 'vault', bits: 2048 },
    passphrase,
  );
  await page.reload();
  await page.getByRole('navigation', { name: 'Vault' }).waitFor();
};

export const typePassphrase = async (page: Page, text = passphrase): Promise<void> => {
  await page.getByRole('textbox', { name: 'Passphrase', exact: true }).fill(text);
  await page.getByRole('button', { name: 'Unlock', exact: true }).click();
};

export const unlock = async (page: Page): Promise<void> => {
  await typePassphrase(page);
  await page.getByRole('navigation', { name: 'Vault' }).waitFor({ timeout: 60_000 });
};

/** Locks, and waits for the new page that follows. */
export const lock = async (page: Page): Promise<void> => {
  const renewed = page.waitForURL('app://empty/');
  await page.keyboard.press('Control+l');
  await renewed;
  await unlockScreen(page);
};

export const unlockScreen = async (page: Page): Promise<void> => {
  await page.waitForURL('app://vault/');
  await page.getByRole('button', { name: 'Unlock', exact: true }).waitFor();
};

export type Login = Readonly<{ name: string; username: string; password: string }>;

export const addLogin = async (page: Page, { name, username, password }: Login): Promise<void> => {
  await page.keyboard.press('Control+n');
  await page.getByRole('button', { name: /^Login\b/ }).click();
  const form = page.getByRole('form', { name: 'New secret' });
  await form.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await form.getByRole('textbox', { name: 'Username' }).fill(username);
  await form.getByRole('textbox', { name: 'Password', exact: true }).fill(password);
  await form.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name }).waitFor();
};

export const newProject = async (page: Page, name: string): Promise<void> => {
  await page.keyboard.press('Control+Shift+n');
  await page.getByRole('textbox', { name: 'Project name' }).fill(name);
  await page.getByRole('button', { name: 'Create project' }).click();
  await filePane(page).waitFor();
};

export const openProject = async (page: Page, name: string): Promise<void> => {
  await page.getByRole('list', { name: 'Projects' }).getByRole('button', { name }).click();
  await filePane(page).waitFor();
};

export const filePane = (page: Page): Locator => page.getByRole('region', { name: 'Files' });

/** A row of whichever list is shown. */
export const row = (page: Page, name: string): Locator => page.getByRole('option').filter({ hasText: name });

/** A true drag of files of this computer up to one of its steps, by Chromium's own input events. */
const drag = async (
  page: Page,
  target: Locator,
  files: readonly string[],
  steps: readonly ('dragEnter' | 'dragOver' | 'drop')[],
): Promise<void> => {
  const box = await target.boundingBox();
  if (!box) throw new Error('the drop target cannot be seen');
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const chromium = await page.context().newCDPSession(page);
  const data = { items: [], files: [...files], dragOperationsMask: 1 };
  for (const type of steps) await chromium.send('Input.dispatchDragEvent', { type, ...at, data });
  await chromium.detach();
};

export const drop = (page: Page, target: Locator, files: readonly string[]): Promise<void> =>
  drag(page, target, files, ['dragEnter', 'dragOver', 'drop']);

/** Holds files over a target; they are let go by `drop`. */
export const dragOver = (page: Page, target: Locator, files: readonly string[]): Promise<void> =>
  drag(page, target, files, ['dragEnter', 'dragOver']);

/** Asks the router directly, as the page's own code does. */
export const ask = (
  page: Page,
  domain: string,
  operation: string,
  input: object = {},
  passphraseText?: string,
): Promise<Result<unknown>> =>
  page.evaluate(
    ([domainName, operationName, request, text]) => {
      const bytes = text === undefined ? {} : { passphrase: new TextEncoder().encode(text) };
      return globalThis.coretexVault.call(domainName, operationName, { ...request, ...bytes });
    },
    [domain, operation, input, passphraseText] as const,
  );

/** The same, for calls that must go well. */
export const call = async <T>(...request: Parameters<typeof ask>): Promise<T> => {
  const result = await ask(...request);
  if (!result.ok) throw new Error(`${request[1]}.${request[2]}: ${result.code}: ${result.message}`);
  return result.value as T;
};

/** The next save dialog is answered with `path`. (A native dialog cannot be clicked by a test.) */
export const answerSaveDialog = ({ electron }: App, path: string): Promise<void> =>
  electron.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, path);

export const answerOpenDialog = ({ electron }: App, paths: readonly string[]): Promise<void> =>
  electron.evaluate(({ dialog }, filePaths) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [...filePaths] });
  }, paths);
