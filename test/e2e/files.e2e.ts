/** Files in and out of the window: previews of every kind, cancelling, a crash in the middle, and a store that is away. */
import { mkdirSync, readFileSync, readdirSync, renameSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FileEntry, ProjectSummary, Transfer } from '../../app/model/project.js';
import { type App, launch, makeScene, removeScene } from './app.js';
import {
  answerOpenDialog,
  call,
  drop,
  filePane,
  makeVaultQuickly,
  newProject,
  openProject,
  row,
  see,
  unlock,
  unlockScreen,
} from './person.js';
import { lookAt } from './screens.js';
import { blackPng, onePagePdf, silentWav } from './samples.js';

const scene = makeScene();
const at = (name: string): string => join(scene.files, name);
let app: App;

beforeAll(async () => {
  app = await launch(scene);
  await makeVaultQuickly(app);
  await newProject(app.page, 'Engine');
});
afterAll(async () => {
  await app.close();
  removeScene(scene);
});

const transfers = async (): Promise<Transfer[]> =>
  (await call<{ transfers: Transfer[] }>(app.page, 'files', 'transfers')).transfers;
const ended = async (state: Transfer['state'], timeout = 60_000): Promise<void> => {
  await expect.poll(async () => (await transfers()).map((transfer) => transfer.state), { timeout }).toContain(state);
};
const projectId = async (): Promise<string> =>
  (await call<{ items: ProjectSummary[] }>(app.page, 'projects', 'list')).items[0]!.id;
const entries = async (): Promise<FileEntry[]> =>
  (await call<{ entries: FileEntry[] }>(app.page, 'files', 'list', { projectId: await projectId() })).entries;
const clearTransfers = async (): Promise<void> => {
  for (const { id } of await transfers()) await call(app.page, 'files', 'dismiss', { transferId: id });
};

describe('previews', () => {
  it('of text, pictures, sound and PDF come from memory', async () => {
    const { page } = app;
    writeFileSync(at('picture.png'), blackPng(64, 32));
    writeFileSync(at('sound.wav'), silentWav(3));
    writeFileSync(at('paper.pdf'), onePagePdf('A page of the e2e run'));
    writeFileSync(at('readme.md'), '# A heading of the e2e run\n');
    await drop(page, filePane(page), ['picture.png', 'sound.wav', 'paper.pdf', 'readme.md'].map(at));
    await ended('done');
    await row(page, 'readme.md').click();
    await see(page, '# A heading of the e2e run');
    await row(page, 'picture.png').click();
    const picture = page.getByRole('img', { name: 'picture.png' });
    await picture.waitFor();
    await expect.poll(() => picture.evaluate((element: HTMLImageElement) => element.naturalWidth)).toBe(64);
    await lookAt(app, '20-picture');
    await row(page, 'sound.wav').click();
    const sound = page.locator('audio');
    await sound.waitFor();
    await expect.poll(() => sound.evaluate((element: HTMLAudioElement) => Math.round(element.duration))).toBe(3);
    await sound.evaluate((element: HTMLAudioElement) => {
      element.currentTime = 2;
    });
    await expect.poll(() => sound.evaluate((element: HTMLAudioElement) => element.currentTime)).toBeCloseTo(2, 1);
  });

  it('of a PDF are drawn by Chromium’s own viewer, inside the sandbox', async () => {
    const { page, electron } = app;
    await row(page, 'paper.pdf').click();
    await page.locator('iframe').waitFor();
    const frames = () =>
      electron.evaluate(({ BrowserWindow }) =>
        (BrowserWindow.getAllWindows()[0]?.webContents.mainFrame.framesInSubtree ?? []).map(({ url }) => url),
      );
    await expect
      .poll(async () => (await frames()).filter((url) => url.startsWith('chrome-extension:')).length)
      .toBeGreaterThan(0);
    await page.waitForTimeout(1500);
    await lookAt(app, '21-pdf');
  });

  it('an address is dead once the vault is locked', async () => {
    const { page } = app;
    const id = (await entries()).find(({ name }) => name === 'picture.png')!.id;
    const { url } = await call<{ url: string }>(page, 'files', 'preview', { projectId: await projectId(), id });
    const status = () => page.evaluate((to) => fetch(to).then((response) => response.status), url);
    expect(await status()).toBe(200);
    await page.keyboard.press('Control+l');
    await unlockScreen(page);
    expect(await status()).toBe(404);
    await unlock(page);
  });
});

describe('saving out', () => {
  it('a folder of several files', async () => {
    const { page } = app;
    mkdirSync(at('tree/deep'), { recursive: true });
    writeFileSync(at('tree/a.txt'), 'a');
    writeFileSync(at('tree/deep/b.txt'), 'b');
    await openProject(page, 'Engine');
    await drop(page, filePane(page), [at('tree')]);
    await row(page, 'tree').waitFor();
    await ended('done');
    await clearTransfers();
    const target = join(scene.folder, 'out');
    mkdirSync(target);
    await answerOpenDialog(app, [target]);
    await call(page, 'files', 'save', { projectId: await projectId(), paths: ['tree'] });
    await ended('done');
    expect(readFileSync(join(target, 'tree/deep/b.txt'), 'utf8')).toBe('b');
    await clearTransfers();
  });

  it('by dragging: a private copy that the lock wipes', async () => {
    const { page, electron } = app;
    await electron.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]!.webContents;
      contents.startDrag = ({ file }) => {
        (globalThis as { dragged?: string }).dragged = file;
      };
    });
    const id = (await entries()).find(({ name }) => name === 'readme.md')!.id;
    await call(page, 'files', 'dragOut', { projectId: await projectId(), id });
    const dragged = await electron.evaluate(() => (globalThis as { dragged?: string }).dragged ?? '');
    expect(readFileSync(dragged, 'utf8')).toBe('# A heading of the e2e run\n');
    expect(statSync(join(scene.userData, 'drag-out')).mode & 0o077).toBe(0);
    await page.keyboard.press('Control+l');
    await unlockScreen(page);
    expect(() => statSync(dragged)).toThrow();
    await unlock(page);
  });
});

describe('a large upload', () => {
  const size = 3 * 1024 ** 3;
  beforeAll(() => {
    writeFileSync(at('huge.bin'), 'begins so');
    truncateSync(at('huge.bin'), size);
  });

  it('can be cancelled, and leaves nothing behind', async () => {
    const { page } = app;
    await openProject(page, 'Engine');
    const blobs = readdirSync(join(scene.store, 'blobs')).length;
    await drop(page, filePane(page), [at('huge.bin')]);
    await page
      .getByRole('button', { name: 'Expand transfers' })
      .or(page.getByRole('button', { name: /^Cancel / }))
      .first()
      .waitFor();
    await expect
      .poll(async () => (await transfers()).some(({ bytesDone }) => bytesDone > 0), { timeout: 30_000 })
      .toBe(true);
    // at once: a quick machine is done with a gigabyte in two seconds
    const running = (await transfers()).find(({ state }) => state === 'running')!;
    await call(page, 'files', 'cancel', { transferId: running.id });
    await ended('cancelled');
    await lookAt(app, '22-upload');
    await clearTransfers();
    expect((await entries()).map(({ name }) => name)).not.toContain('huge.bin');
    expect(readdirSync(join(scene.store, 'blobs')).length).toBe(blobs);
  });

  it('promise: goes on after a power cut, and comes out whole', async () => {
    await drop(app.page, filePane(app.page), [at('huge.bin')]);
    await expect
      .poll(async () => (await transfers()).some(({ bytesDone }) => bytesDone > 200e6), { timeout: 60_000 })
      .toBe(true);
    await app.kill();
    app = await launch(scene);
    await unlock(app.page);
    await ended('interrupted');
    const [interrupted] = (await transfers()).filter(({ state }) => state === 'interrupted');
    await call(app.page, 'files', 'resume', { transferId: interrupted!.id });
    await ended('done', 90_000);
    const entry = (await entries()).find(({ name }) => name === 'huge.bin');
    expect(entry?.size).toBe(size);
    await call(app.page, 'files', 'verify', { projectId: await projectId() });
    await expect
      .poll(async () => (await transfers()).filter(({ kind, state }) => kind === 'verify' && state === 'done').length, {
        timeout: 90_000,
      })
      .toBe(1);
    await clearTransfers();
  });
});

describe('a store that is away', () => {
  it('what was seen can be browsed; opening says what is the matter; all is well when it is back', async () => {
    const { page } = app;
    await page.keyboard.press('Control+l');
    await unlockScreen(page);
    renameSync(scene.store, `${scene.store}-away`);
    await unlock(page);
    await openProject(page, 'Engine');
    await row(page, 'paper.pdf').waitFor();
    await row(page, 'readme.md').click();
    await see(page, /Is its disk connected|store of the vault is not there/);
    await lookAt(app, '23-store-away');
    renameSync(`${scene.store}-away`, scene.store);
    await row(page, 'paper.pdf').click();
    await row(page, 'readme.md').click();
    await see(page, '# A heading of the e2e run');
  });
});
