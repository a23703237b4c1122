import type { BrowserWindow } from 'electron';
import { appPage } from './app-protocol.js';
import type { Result } from '../../app/contract/index.js';

/** The page as a smoke run drives it: everything goes through the bridge that the app's own page uses. */
export type PageBridge = Readonly<{
  /** `bytes` are texts that the page turns into bytes, as it does with a passphrase */
  call: <T>(domain: string, operation: string, input: object, bytes?: Readonly<Record<string, string>>) => Promise<T>;
  /** the code of the refusal, or `ok` */
  codeOf: (
    domain: string,
    operation: string,
    input: object,
    bytes?: Readonly<Record<string, string>>,
  ) => Promise<string>;
  /** waits until the page shows that text */
  shows: (text: string) => Promise<void>;
  /** drops files of this computer; gives their handles */
  drop: (paths: readonly string[]) => Promise<string[]>;
  pictureWidth: (url: string) => Promise<number>;
  fetchBytes: (url: string, range: string) => Promise<number[]>;
  /** after a lock: waits for the page's successor */
  renewed: () => Promise<void>;
  until: <T>(look: () => Promise<T | null>) => Promise<T>;
}>;

const patienceMs = 60_000;
const lookEveryMs = 50;

export const openPageBridge = async (window: BrowserWindow): Promise<PageBridge> => {
  const contents = window.webContents;
  if (contents.isLoading()) await new Promise<void>((resolve) => contents.once('did-finish-load', () => resolve()));
  const run = <T>(code: string): Promise<T> => contents.executeJavaScript(code, true) as Promise<T>;

  const ask: PageBridge['call'] = async <T>(domain: string, operation: string, input: object, bytes = {}) => {
    const result = await run<Result<T>>(`(() => {
      const input = ${JSON.stringify(input)};
      for (const [name, text] of Object.entries(${JSON.stringify(bytes)})) input[name] = new TextEncoder().encode(text);
      return window.coretexVault.call(${JSON.stringify(domain)}, ${JSON.stringify(operation)}, input);
    })()`);
    if (result.ok) return result.value;
    throw Object.assign(new Error(`${domain}.${operation}: ${result.message}`), { code: result.code });
  };

  const until: PageBridge['until'] = async (look) => {
    const end = Date.now() + patienceMs;
    while (Date.now() < end) {
      const found = await look();
      if (found !== null) return found;
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    }
    throw new Error('took longer than a minute');
  };

  return {
    call: ask,
    until,
    codeOf: async (...call) => {
      try {
        await ask(...call);
        return 'ok';
      } catch (error) {
        return error instanceof Error && 'code' in error ? String(error.code) : String(error);
      }
    },
    shows: async (text) => {
      await until(async () => {
        const shown = await run<string>('document.title + "\\n" + document.body.innerText');
        return shown.includes(text) ? true : null;
      });
    },
    renewed: async () => {
      await until(() => Promise.resolve(contents.getURL() !== appPage ? true : null));
      await until(() => Promise.resolve(contents.getURL() === appPage && !contents.isLoading() ? true : null));
    },
    drop: async (paths) => dropFiles(window, paths, run),
    pictureWidth: (url) =>
      run<number>(`(async () => {
        const picture = new Image();
        picture.src = ${JSON.stringify(url)};
        await picture.decode();
        return picture.naturalWidth;
      })()`),
    fetchBytes: (url, range) =>
      run<number[]>(`fetch(${JSON.stringify(url)}, { headers: { range: ${JSON.stringify(range)} } })
        .then((response) => response.arrayBuffer()).then((buffer) => [...new Uint8Array(buffer)])`),
  };
};

/** Chromium itself hands the files to the page, as it does for a drop; the preload turns them into handles. */
const dropFiles = async (
  { webContents }: BrowserWindow,
  paths: readonly string[],
  run: <T>(code: string) => Promise<T>,
): Promise<string[]> => {
  await run(`{ const input = document.createElement('input'); input.type = 'file'; input.multiple = true;
    input.id = 'smoke-files'; input.hidden = true; document.body.append(input); } undefined`);
  const { debugger: chromium } = webContents;
  chromium.attach('1.3');
  try {
    const { root } = (await chromium.sendCommand('DOM.getDocument')) as { root: { nodeId: number } };
    const found = (await chromium.sendCommand('DOM.querySelector', {
      nodeId: root.nodeId,
      selector: '#smoke-files',
    })) as { nodeId: number };
    await chromium.sendCommand('DOM.setFileInputFiles', { nodeId: found.nodeId, files: paths });
  } finally {
    chromium.detach();
  }
  const result = await run<Result<{ handle: string }[]>>(
    `window.coretexVault.dropped([...document.getElementById('smoke-files').files])
      .finally(() => document.getElementById('smoke-files').remove())`,
  );
  if (!result.ok) throw new Error(result.message);
  return result.value.map(({ handle }) => handle);
};
