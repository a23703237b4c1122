import { BrowserWindow, session } from 'electron';
import type { RecoverySheets } from '../ipc/ports.js';
import { recoverySheetHtml } from './recovery-sheet-page.js';

/** Prints recovery sheets to PDF in a hidden window: sandboxed, without scripts, without a session of its own to remember. */
export const openRecoverySheets = (): RecoverySheets => ({
  render: async (sheet) => {
    const window = new BrowserWindow({
      show: false,
      webPreferences: {
        session: session.fromPartition('recovery-sheet'),
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        javascript: false,
        spellcheck: false,
      },
    });
    try {
      const html = recoverySheetHtml(sheet, new Date());
      await window.loadURL(`data:text/html;charset=utf-8;base64,${Buffer.from(html).toString('base64')}`);
      return await window.webContents.printToPDF({ pageSize: 'A4', printBackground: true, preferCSSPageSize: true });
    } finally {
      window.destroy();
    }
  },
});
