import { ClipboardItem, clipboard } from 'electron';
import type { Clipboard } from '../ipc/ports.js';

/** What is used of the system's clipboard. */
export type SystemClipboard = Readonly<{
  read: () => Promise<string>;
  /** copies text that clipboard histories are asked to skip, where that can be asked */
  writeConcealed: (text: string) => Promise<void>;
  clear: () => void;
}>;

export type SecretClipboard = Clipboard & Readonly<{ clearNow: () => Promise<void> }>;

/**
 * Copies secrets and takes them away again.
 * SECURITY: cleared after the set time, on lock and on quitting, unless something else was copied meanwhile.
 */
export const openClipboard = (system: SystemClipboard = electronClipboard): SecretClipboard => {
  let copied: string | null = null;
  let timer: NodeJS.Timeout | undefined;

  const clearNow = async (): Promise<void> => {
    clearTimeout(timer);
    const expected = copied;
    copied = null;
    if (expected !== null && (await system.read()) === expected) system.clear();
  };

  return {
    copySecret: async (text, clearAfterMs) => {
      clearTimeout(timer);
      copied = text;
      await system.writeConcealed(text);
      timer = setTimeout(() => void clearNow(), clearAfterMs);
    },
    clearNow,
  };
};

/** The formats by which a copy asks to stay out of histories and clouds: Klipper; Windows; nspasteboard.org on macOS. */
const concealedFormats: Partial<Record<NodeJS.Platform, Readonly<Record<string, string>>>> = {
  linux: { 'x-kde-passwordManagerHint': 'secret' },
  win32: {
    ExcludeClipboardContentFromMonitorProcessing: '\0\0\0\0',
    CanIncludeInClipboardHistory: '\0\0\0\0',
    CanUploadToCloudClipboard: '\0\0\0\0',
  },
  darwin: { 'org.nspasteboard.ConcealedType': '' },
};

/**
 * Electron's clipboard. Its newer form (`ClipboardItem`) writes the text and the formats above in one copy; the older one
 * (Electron 33, the fallback runtime) writes either text or one other format, so there a history may keep the text.
 */
const electronClipboard: SystemClipboard = {
  read: async () => clipboard.readText(),
  writeConcealed: async (text) => {
    const Item = ClipboardItem as typeof ClipboardItem | undefined;
    if (Item === undefined) return clipboard.writeText(text);
    const formats = Object.entries(concealedFormats[process.platform] ?? {}).map(
      ([name, value]) => [`electron application/osclipboard;format="${name}"`, value] as const,
    );
    await clipboard.write([new Item({ 'text/plain': text, ...Object.fromEntries(formats) })]);
  },
  clear: () => clipboard.clear(),
};
