/**
 * Composition root of the app: what is wired to what. Each line is explained where it leads.
 * A CommonJS bundle: `__dirname` is out/main.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type BrowserWindow, app, nativeTheme, session } from 'electron';
import { isVaultError } from '../app/errors.js';
import { type Emit, createEmitter, eventNames } from './ipc/events.js';
import { createHandlers } from './ipc/handlers.js';
import { listen } from './ipc/listen.js';
import { eventChannel } from './ipc/channels.js';
import { PathHandles } from './ipc/path-handles.js';
import { type Caller, createRouter, operationNames, whereOf } from './ipc/router.js';
import { SingleSaves } from './ipc/single-saves.js';
import { VaultHost } from './ipc/vault-host.js';
import { appOrigin, appPage, declareAppScheme, previewPath, serveApp } from './desktop/app-protocol.js';
import { openClipboard } from './desktop/clipboard.js';
import { refuseCoreDumps } from './desktop/core-dumps.js';
import { openDialogs } from './desktop/dialogs.js';
import { openDragOut } from './desktop/drag-out.js';
import { freshPage } from './desktop/fresh-page.js';
import { guardAllContents, guardSession } from './desktop/guards.js';
import { openKeychain } from './desktop/keychain.js';
import { readLaunchOptions } from './desktop/launch-options.js';
import { setMenu } from './desktop/menu.js';
import { watchNetwork } from './desktop/network.js';
import { watchPower } from './desktop/power.js';
import { openPreviews } from './desktop/previews.js';
import { openRecoverySheets } from './desktop/recovery-sheet.js';
import { takeScreenshot } from './desktop/screenshot.js';
import { openSettings } from './desktop/settings-store.js';
import { makeSmokeFolder, runSmoke } from './desktop/smoke.js';
import { openRegistry } from './desktop/vault-registry.js';
import { openWindow } from './desktop/window.js';
import { openBucketKeychain } from './vault/keychain/bucket-keychain.js';
import { LentKeys } from './vault/keychain/lent-keys.js';
import { openSystemKeychain } from './vault/keychain/system-keychain.js';
import { defaultProfileDir } from './vault/profile/default-profile.js';
import { newSession } from './vault/session.js';

const options = readLaunchOptions();
const smokeFolder = options.smoke ? makeSmokeFolder() : null;
const log = (line: string): void => void process.stderr.write(`${line}\n`);

process.on('uncaughtException', fail);
process.on('unhandledRejection', (error) => log(`coretex-vault: something failed unnoticed: ${whereOf(error)}`));
refuseCoreDumps();
declareAppScheme();
// As root there is no sandbox to enable: then the starter has passed --no-sandbox, and `about` tells.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
// SECURITY: Chromium itself has no business on a network: no name resolves. (Buckets are reached from Node.)
app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND');
app.commandLine.appendSwitch('disable-background-networking');
app.setName('Coretex Vault');
if (smokeFolder !== null) app.setPath('userData', join(smokeFolder, 'user-data'));
guardAllContents();

let window: BrowserWindow | null = null;
const currentWindow = (): BrowserWindow | null => (window?.isDestroyed() ? null : window);

// A second start shows the window of the first.
if (app.requestSingleInstanceLock()) {
  app.on('second-instance', () => {
    const shown = currentWindow();
    if (shown?.isMinimized()) shown.restore();
    shown?.focus();
  });
  void app.whenReady().then(start, fail);
} else {
  log('Coretex Vault is running already; its window was brought to the front.');
  app.quit();
}

async function start(): Promise<void> {
  const dir = app.getPath('userData');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  // SECURITY: no HTTP cache; the page stores nothing, and what it might have stored is gone at the next start. (A session
  // that is in memory only cannot show Chromium's PDF viewer.)
  const pageSession = session.fromPartition('persist:coretex-vault', { cache: false });
  void pageSession.clearStorageData();
  const previews = openPreviews(appOrigin, previewPath);
  guardSession(pageSession);
  serveApp(pageSession, join(__dirname, '..', 'renderer'), previews);

  const settings = openSettings(dir, ({ theme }) => {
    nativeTheme.themeSource = theme;
  });
  nativeTheme.themeSource = settings.get().theme;
  const emit: Emit = createEmitter((envelope) => currentWindow()?.webContents.send(eventChannel, envelope), log);
  const handles = new PathHandles();
  const saves = new SingleSaves(emit);
  const clipboard = openClipboard();
  const dragOut = openDragOut(dir, currentWindow);
  const systemKeychain = openSystemKeychain({ load: async () => (await import('keytar')).default });
  const keychain = openKeychain(systemKeychain);
  const bucketKeys = new LentKeys(openBucketKeychain(systemKeychain));
  const registry = openRegistry({
    dir,
    defaultProfileDir: defaultProfileDir(),
    chosenProfileDir: smokeFolder === null ? options.vaultDir : join(smokeFolder, 'profile'),
  });

  const letGo = async (): Promise<void> => {
    previews.clear();
    handles.clear();
    saves.clear();
    dragOut.wipe();
    await clipboard.clearNow();
  };
  const host = new VaultHost({
    session: newSession(bucketKeys),
    registry,
    keychain,
    bucketKeys,
    emit,
    onLocked: letGo,
    afterLock: () => void renewPage(),
  });
  const lock = (reason: Parameters<VaultHost['lock']>[0]): void => void host.lock(reason).catch(fail);
  const renewPage = async (): Promise<void> => {
    const shown = currentWindow();
    if (shown)
      await freshPage(shown).catch((error: unknown) => log(`coretex-vault: the page did not reload: ${String(error)}`));
  };
  await host.load();

  const computer = {
    registry,
    keychain,
    bucketKeys,
    clipboard,
    dialogs: openDialogs(currentWindow),
    previews,
    settings,
    recoverySheets: openRecoverySheets(),
    dragOut,
    about: {
      version: app.getVersion(),
      electron: process.versions.electron,
      platform: process.platform,
      sandboxed: !app.commandLine.hasSwitch('no-sandbox'),
    },
  };
  const trusts = ({ url, isMainFrame, windowId }: Caller): boolean =>
    isMainFrame && windowId === currentWindow()?.webContents.id && (url === appPage || url.startsWith(`${appPage}#`));
  const router = createRouter({
    handlers: createHandlers(host, computer, emit, handles, saves),
    trusts,
    phase: () => host.phase(),
    lockSignal: () => host.lockSignal(),
    log,
  });
  listen({ router, handles, trusts, log });

  setMenu(() => lock('asked'));
  watchPower(() => settings.get(), lock);
  watchNetwork(() => void host.look());
  window = openWindow({
    session: pageSession,
    preload: join(__dirname, 'preload.cjs'),
    dir,
    operations: operationNames(),
    events: eventNames(),
    size: options.size,
  });
  // handles belong to the page that was given them
  window.webContents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
    if (isMainFrame && !isSameDocument) handles.clear();
  });

  app.on('browser-window-focus', () => void host.look());
  app.on('window-all-closed', () => app.quit());
  quitLocked(host, letGo);

  if (options.screenshot !== null) {
    await takeScreenshot(window, options.screenshot);
    if (options.screenshotExit) app.quit();
  }
  if (smokeFolder !== null) app.exit((await runSmoke(window, host, smokeFolder)) ? 0 : 1);
}

/** SECURITY: quitting waits until the vault is locked: keys wiped, plaintext let go, journals closed. */
function quitLocked(host: VaultHost, letGo: () => Promise<void>): void {
  let locked = false;
  app.on('before-quit', (event) => {
    if (locked) return;
    event.preventDefault();
    void Promise.all([letGo(), host.lock('asked')])
      .catch(() => undefined) // quitting goes on whatever happens
      .finally(() => {
        locked = true;
        app.quit();
      });
  });
}

function fail(error: unknown): void {
  log(`Coretex Vault cannot go on: ${isVaultError(error) ? error.message : whereOf(error)}`);
  app.exit(1);
}
