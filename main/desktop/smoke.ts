import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserWindow } from 'electron';
import type { VaultState } from '../../app/contract/account.js';
import type { FileEntry, ProjectSummary, Transfer } from '../../app/model/project.js';
import type { SecretSummary } from '../../app/model/secret.js';
import type { VaultHost } from '../ipc/vault-host.js';
import { type PageBridge, openPageBridge } from './smoke-page.js';

const passphrase = 'seven ordinary words nobody has said before';
const password = 'S3cret-of-the-smoke-run!';
const text = 'The quick brown fox keeps its training data to itself.\n'.repeat(2000);

type Scene = Readonly<{ page: PageBridge; host: VaultHost; folder: string; print: (line: string) => void }>;

/** A folder of its own for profile, store and window: the smoke run never touches a real vault. */
export const makeSmokeFolder = (): string => mkdtempSync(join(tmpdir(), 'coretex-vault-smoke-'));

/**
 * The main job once, unattended, in the real app: the real page asks the real router through the real bridge.
 * Prints a line for each step; resolves with whether all went well.
 */
export const runSmoke = async (window: BrowserWindow, host: VaultHost, folder: string): Promise<boolean> => {
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  const begun = Date.now();
  let page: PageBridge | undefined;
  try {
    page = await openPageBridge(window);
    await mainJob({ page, host, folder, print });
    print(`The main job works (${Date.now() - begun} ms).`);
    return true;
  } catch (error) {
    print(`✗ ${error instanceof Error ? error.message : String(error)}`);
    return false;
  } finally {
    await endIn(page, host).catch(() => undefined); // the folder goes whether or not that works
    // again where it fails: the window's process may be writing its last files into it
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }
};

const endIn = async (page: PageBridge | undefined, host: VaultHost): Promise<void> => {
  if (host.phase() !== 'unlocked') return;
  await host.lock('asked');
  await page?.renewed();
};

const mainJob = async (scene: Scene): Promise<void> => {
  const { page, host, folder, print } = scene;
  const step = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const start = Date.now();
    try {
      const result = await work();
      print(`✓ ${what} (${Date.now() - start} ms)`);
      return result;
    } catch (error) {
      throw new Error(`${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  };

  await step('The window opens on a new computer', () => firstStart(page));
  await step('A master key is derived and a vault made', () => createVault(page));
  const secret = await step('A secret is stored', () => addSecret(page));
  const project = await step('A project is made', () =>
    page.call<ProjectSummary>('projects', 'create', { name: 'Smoke' }),
  );
  const sources = makeSources(folder);
  await step('Three files of this computer are encrypted into it', () => upload(page, project.id, sources));
  await step('Nothing readable is in the store', () => nothingReadable(folder));
  await step('The vault locks, and answers nothing', () => lockAll(page, host));
  await step('A wrong passphrase is refused', () => refuseWrong(page));
  await step('The right one opens it', () => unlock(page));
  await step('The window shows the secret', () => page.shows(secret.name));
  await step('The secret is read back', () => readSecret(page, secret.id));
  const entries = await step('The files are listed', () => listFiles(page, project.id));
  await step('Text is previewed', () => previewText(page, project.id, entries));
  await step('A picture is previewed, and a range of it read', () =>
    previewPicture(page, project.id, entries, sources),
  );
  await step('A file is saved, byte for byte', () => saveBack(host, folder, project.id, entries, sources));
};

const expectThat = (fact: boolean, otherwise: string): void => {
  if (!fact) throw new Error(otherwise);
};

const firstStart = async (page: PageBridge): Promise<void> => {
  const state = await page.call<VaultState>('account', 'state', {});
  expectThat(state.phase === 'none', `expected no vault yet, found ${state.phase}`);
  await page.shows('Coretex Vault');
};

const createVault = async (page: PageBridge): Promise<void> => {
  const state = await page.call<VaultState>(
    'account',
    'create',
    { location: { kind: 'default' }, name: 'Smoke', suite: 'vault', bits: 2048 },
    { passphrase },
  );
  expectThat(state.phase === 'unlocked', 'the new vault is not open');
  expectThat(state.account?.fingerprintWords.length === 7, 'there is no fingerprint');
};

const addSecret = (page: PageBridge): Promise<SecretSummary> =>
  page.call<SecretSummary>('secrets', 'add', {
    type: 'credentials',
    name: 'Mail of the smoke run',
    fields: { username: 'ada', password },
  });

type Sources = Readonly<{ text: string; picture: string; large: string }>;

const makeSources = (folder: string): Sources => {
  const dir = join(folder, 'sources');
  const sources = { text: join(dir, 'notes.txt'), picture: join(dir, 'dot.png'), large: join(dir, 'weights.bin') };
  mkdirSync(dir);
  writeFileSync(sources.text, text);
  writeFileSync(sources.picture, Buffer.from(onePixelPng, 'base64'));
  writeFileSync(sources.large, Buffer.alloc(9_437_185, 'weights'));
  return sources;
};

const onePixelPng = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const upload = async (page: PageBridge, projectId: string, sources: Sources): Promise<void> => {
  const handles = await page.drop(Object.values(sources));
  expectThat(handles.length === 3, 'the dropped files did not arrive');
  const { transferId } = await page.call<{ transferId: string }>('files', 'upload', { projectId, folder: '', handles });
  const end = await page.until(async () => {
    const { transfers } = await page.call<{ transfers: Transfer[] }>('files', 'transfers', {});
    const transfer = transfers.find(({ id }) => id === transferId);
    return transfer && !['waiting', 'running'].includes(transfer.state) ? transfer : null;
  });
  expectThat(end.state === 'done', `the upload ended ${end.state}: ${end.failures[0]?.message ?? ''}`);
};

const nothingReadable = (folder: string): Promise<void> => {
  const dir = join(folder, 'profile');
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expectThat(files.length > 5, 'the profile and its store are empty');
  for (const { parentPath, name } of files) {
    const bytes = readFileSync(join(parentPath, name));
    for (const typed of [password, 'quick brown fox', 'weightsweights', 'notes.txt', 'Mail of the smoke run']) {
      expectThat(!bytes.includes(typed), `“${typed}” can be read in ${name}`);
    }
  }
  return Promise.resolve();
};

const lockAll = async (page: PageBridge, host: VaultHost): Promise<void> => {
  const state = await page.call<VaultState>('account', 'lock', {});
  expectThat(state.phase === 'locked' && host.phase() === 'locked', 'the vault is not locked');
  await page.renewed();
  expectThat((await page.codeOf('secrets', 'list', {})) === 'locked', 'a locked vault listed its secrets');
};

const refuseWrong = async (page: PageBridge): Promise<void> => {
  const code = await page.codeOf('account', 'unlock', {}, { passphrase: `${passphrase} not` });
  expectThat(code === 'wrong-passphrase', `expected wrong-passphrase, got ${code}`);
};

const unlock = async (page: PageBridge): Promise<void> => {
  const state = await page.call<VaultState>('account', 'unlock', {}, { passphrase });
  expectThat(state.phase === 'unlocked', 'the vault did not open');
};

const readSecret = async (page: PageBridge, id: string): Promise<void> => {
  const { value } = await page.call<{ value: string }>('secrets', 'reveal', { id, field: 'password' });
  expectThat(value === password, 'the password is not the one that was stored');
};

const listFiles = async (page: PageBridge, projectId: string): Promise<FileEntry[]> => {
  const { entries } = await page.call<{ entries: FileEntry[] }>('files', 'list', { projectId });
  expectThat(entries.length === 3, `expected 3 files, found ${entries.length}`);
  return entries;
};

const idOf = (entries: readonly FileEntry[], name: string): string => {
  const entry = entries.find((candidate) => candidate.name === name);
  if (!entry) throw new Error(`${name} is not in the list`);
  return entry.id;
};

type Preview = Readonly<{ kind: string; url: string; text: string }>;

const previewText = async (page: PageBridge, projectId: string, entries: readonly FileEntry[]): Promise<void> => {
  const id = idOf(entries, 'notes.txt');
  const preview = await page.call<Preview>('files', 'preview', { projectId, id });
  expectThat(preview.kind === 'text' && preview.text === text, 'the text is not the one that was encrypted');
};

const previewPicture = async (
  page: PageBridge,
  projectId: string,
  entries: readonly FileEntry[],
  { picture }: Sources,
): Promise<void> => {
  const id = idOf(entries, 'dot.png');
  const { kind, url } = await page.call<Preview>('files', 'preview', { projectId, id });
  expectThat(kind === 'image', `expected an image, got ${kind}`);
  expectThat((await page.pictureWidth(url)) === 1, 'the picture could not be drawn');
  const range = await page.fetchBytes(url, 'bytes=1-3');
  expectThat(Buffer.from(range).equals(readFileSync(picture).subarray(1, 4)), 'the range is not the one of the file');
};

const saveBack = async (
  host: VaultHost,
  folder: string,
  projectId: string,
  entries: readonly FileEntry[],
  { large }: Sources,
): Promise<void> => {
  const target = join(folder, 'saved.bin');
  await host.vault().files.saveFile(projectId, idOf(entries, 'weights.bin'), target);
  expectThat(readFileSync(target).equals(readFileSync(large)), 'the saved file differs');
};
