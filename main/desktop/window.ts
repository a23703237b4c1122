import { BrowserWindow, type Session, nativeTheme } from 'electron';
import { eventsArgument, operationsArgument } from '../ipc/channels.js';
import { appPage } from './app-protocol.js';
import { readBounds, rememberBounds } from './window-bounds.js';

export type WindowOptions = Readonly<{
  session: Session;
  preload: string;
  /** where the window's bounds are kept */
  dir: string;
  operations: readonly string[];
  events: readonly string[];
  /** fixed size for screenshots and tests */
  size: Readonly<{ width: number; height: number }> | null;
}>;

/** What shows before the first paint, so that a dark window does not flash white. */
const background = (): string => (nativeTheme.shouldUseDarkColors ? '#17181c' : '#ffffff');

/** Makes the one window and starts loading the page into it; it shows itself when there is something to see. */
export const openWindow = (options: WindowOptions): BrowserWindow => {
  const window = new BrowserWindow({
    ...(options.size ?? readBounds(options.dir)),
    minWidth: 640,
    minHeight: 480,
    show: false,
    title: 'Coretex Vault',
    backgroundColor: background(),
    autoHideMenuBar: true,
    webPreferences: {
      session: options.session,
      preload: options.preload,
      // SECURITY: the page is a guest: sandboxed by the operating system, in a world apart from the preload, without Node.
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      experimentalFeatures: false,
      navigateOnDragDrop: false,
      safeDialogs: true,
      spellcheck: false, // a spelling service would see what is typed
      plugins: true, // Chromium's PDF viewer, for previews; there are no other plug-ins
      additionalArguments: [
        operationsArgument + options.operations.join(','),
        eventsArgument + options.events.join(','),
      ],
    },
  });
  window.once('ready-to-show', () => window.show());
  if (!options.size) rememberBounds(window, options.dir);
  void window.loadURL(appPage);
  return window;
};
