/** Locking and opening: by idleness, by the keychain, and what is left in the window's memory afterwards. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, launch, makeScene, removeScene } from './app.js';
import { addLogin, ask, call, lock, makeVaultQuickly, row, see, unlock, unlockScreen } from './person.js';
import { rendererPid, readableMemory } from './memory.js';

const scene = makeScene();
const login = { name: 'Bank', username: 'ada', password: 'Zx9-quite-unmistakable-0451' };
let app: App;

beforeAll(async () => {
  app = await launch(scene);
  await makeVaultQuickly(app);
  await addLogin(app.page, login);
});
afterAll(async () => {
  await app.close();
  removeScene(scene);
});

describe('locking', () => {
  it('promise: what was revealed is not in the window’s memory any more', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Reveal Password' }).click();
    await see(page, login.password);
    const before = await rendererPid(app);
    const shown = readableMemory(before);
    if (shown !== null) expect(shown.includes(login.password)).toBe(true);
    await lock(page);
    const after = await rendererPid(app);
    expect(after).not.toBe(before);
    await expect.poll(() => isRunning(before), { timeout: 10_000 }).toBe(false);
    const left = readableMemory(after);
    if (left !== null) expect(left.includes(login.password)).toBe(false);
    await unlock(page);
  });

  it('takes a copied secret off the clipboard', async () => {
    const { page, electron } = app;
    await row(page, login.name).click();
    await page.getByRole('button', { name: 'Copy Password' }).click();
    const read = () => electron.evaluate(({ clipboard }) => clipboard.readText());
    await expect.poll(read).toBe(login.password);
    await lock(page);
    await expect.poll(read).toBe('');
    await unlock(page);
  });

  it('leaves on the clipboard what was copied since', async () => {
    const { page, electron } = app;
    await row(page, login.name).click();
    await page.getByRole('button', { name: 'Copy Password' }).click();
    const read = () => electron.evaluate(({ clipboard }) => clipboard.readText());
    await expect.poll(read).toBe(login.password);
    await electron.evaluate(({ clipboard }) => clipboard.writeText('something else'));
    await lock(page);
    expect(await read()).toBe('something else');
    await unlock(page);
  });

  it('happens by itself when nobody touches the computer', async () => {
    const { page, electron } = app;
    await electron.evaluate(({ powerMonitor }) => {
      powerMonitor.getSystemIdleTime = () => 61;
    });
    await call(page, 'settings', 'set', { autoLockMs: 60_000 });
    await unlockScreen(page);
    await see(page, 'Locked because nothing was touched for a while.');
    await electron.evaluate(({ powerMonitor }) => {
      powerMonitor.getSystemIdleTime = () => 0;
    });
    await unlock(page);
  });

  it.each([
    ['suspend', 'Locked because the computer went to sleep.'],
    ['lock-screen', 'Locked together with the screen.'],
  ] as const)('happens on %s', async (event, words) => {
    const { page, electron } = app;
    await electron.evaluate(({ powerMonitor }, name) => powerMonitor.emit(name), event);
    await unlockScreen(page);
    await see(page, words);
    expect(await ask(page, 'secrets', 'list')).toMatchObject({ ok: false, code: 'locked' });
    await unlock(page);
  });

  it('keeps what was typed and not saved', async () => {
    const { page } = app;
    await page.keyboard.press('Control+n');
    await page.getByRole('button', { name: /^Note/ }).click();
    await page.getByRole('form', { name: 'New secret' }).getByLabel('Name', { exact: true }).fill('Half a thought');
    await lock(page);
    await unlock(page);
    await see(page, /Half a thought/);
  });
});

describe.runIf(process.platform === 'linux')('remembering on this computer', () => {
  it('opens the vault without the passphrase, also after a new start', async () => {
    const state = await call<{ remembered: boolean; keychain: { available: boolean; reason: string } }>(
      app.page,
      'account',
      'remember',
      { enabled: true },
    );
    expect(state).toMatchObject({ remembered: true, keychain: { available: true } });
    await app.close();
    app = await launch(scene);
    await app.page.getByRole('button', { name: /keychain/ }).click();
    await app.page.getByRole('navigation', { name: 'Vault' }).waitFor();
    await row(app.page, login.name).waitFor();
  });

  it('can be taken back', async () => {
    await call(app.page, 'account', 'remember', { enabled: false });
    await lock(app.page);
    expect(await app.page.getByRole('button', { name: /keychain/ }).count()).toBe(0);
    expect(await ask(app.page, 'account', 'unlockRemembered')).toMatchObject({ ok: false });
  });
});

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
