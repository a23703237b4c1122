import { Menu, type MenuItemConstructorOptions, app } from 'electron';

/** The native menu: without its edit roles, copying and pasting by keyboard would not work on macOS. */
export const setMenu = (lock: () => void): void => {
  Menu.setApplicationMenu(Menu.buildFromTemplate(template(lock)));
};

const template = (lock: () => void): MenuItemConstructorOptions[] => [
  ...(process.platform === 'darwin' ? [{ role: 'appMenu' as const }] : []),
  {
    label: '&Vault',
    submenu: [
      // the page has the key and keeps what is unsaved first
      { label: 'Lock', accelerator: 'CmdOrCtrl+L', registerAccelerator: false, click: lock },
      { type: 'separator' },
      process.platform === 'darwin' ? { role: 'close' } : { role: 'quit' },
    ],
  },
  { role: 'editMenu' },
  { label: 'View', submenu: viewMenu() },
  { role: 'windowMenu' },
];

const viewMenu = (): MenuItemConstructorOptions[] => [
  { role: 'resetZoom' },
  { role: 'zoomIn' },
  { role: 'zoomOut' },
  { type: 'separator' },
  { role: 'togglefullscreen' },
  // SECURITY: developer tools can read everything the page shows; a packaged app has none.
  ...(app.isPackaged ? [] : [{ role: 'toggleDevTools' as const }]),
];
