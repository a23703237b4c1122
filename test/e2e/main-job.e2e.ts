/** The main job, by hand: what a new user does in the first ten minutes, with a look at every screen on the way. */
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type App, launch, makeScene, removeScene } from './app.js';
import {
  addLogin,
  answerSaveDialog,
  drop,
  filePane,
  lock,
  makeVault,
  newProject,
  openProject,
  passphrase,
  row,
  see,
  typePassphrase,
  unlock,
} from './person.js';
import { findings, lookAt } from './screens.js';

const scene = makeScene();
const login = { name: 'Mail of the company', username: 'ada@example.com', password: 'Tr0ub4dor-and-3-more' };
const notes = 'The quick brown fox keeps its training data to itself.\n';
let app: App;

beforeAll(async () => {
  app = await launch(scene);
});
afterAll(async () => {
  await app.close();
  removeScene(scene);
});

it('a new user makes a master key', async () => {
  const { page } = app;
  await see(page, 'Welcome to Coretex Vault');
  await lookAt(app, '01-welcome');
  await page.getByRole('button', { name: 'Continue' }).click();
  await lookAt(app, '02-passphrase');
  await page.getByRole('button', { name: 'Back' }).click();
  await makeVault(page, 'Ada Lovelace');
  await lookAt(app, '03-ready');
});

it('saves the recovery sheet', async () => {
  const { page } = app;
  const sheet = join(scene.folder, 'sheet.pdf');
  await answerSaveDialog(app, sheet);
  await page.getByRole('button', { name: /Save recovery sheet/ }).click();
  await see(page, 'Recovery sheet saved.');
  expect(readFileSync(sheet).subarray(0, 5).toString()).toBe('%PDF-');
  expect(statSync(sheet).mode & 0o077).toBe(0);
  await page.getByRole('button', { name: 'Open vault' }).click();
});

it('stores a secret', async () => {
  const { page } = app;
  await see(page, 'No secrets yet');
  await lookAt(app, '04-no-secrets');
  await page.keyboard.press('Control+n');
  await lookAt(app, '05-kinds-of-secrets');
  await addLogin(page, login);
  await lookAt(app, '06-secret');
  await page.getByRole('button', { name: 'Reveal Password' }).click();
  await see(page, login.password);
});

it('drops files and a folder into an encrypted project', async () => {
  const { page } = app;
  await newProject(page, 'Engine');
  await lookAt(app, '07-empty-project');
  await drop(page, filePane(page), makeFiles());
  await row(page, 'notes.txt').waitFor();
  await row(page, 'designs').waitFor();
  await see(page, 'All done');
  await row(page, 'notes.txt').click();
  await see(page, notes.trim());
  await lookAt(app, '08-project');
});

it('promise: nothing that was typed or dropped can be read in the profile, the store or the window’s own data', () => {
  const typed = [
    passphrase,
    login.password,
    login.name,
    login.username,
    'quick brown fox',
    'notes.txt',
    'weightsweights',
  ];
  const files = filesBelow(scene.profile).concat(filesBelow(scene.userData));
  expect(filesBelow(scene.store).length).toBeGreaterThan(5);
  for (const file of files) {
    const bytes = readFileSync(file);
    for (const text of typed) {
      expect(bytes.includes(text), `“${text}” in ${file}`).toBe(false);
      expect(bytes.includes(Buffer.from(text, 'utf16le')), `“${text}” (UTF-16) in ${file}`).toBe(false);
    }
  }
});

it('locks, is refused with a wrong passphrase, and unlocks', async () => {
  const { page } = app;
  await lock(page);
  await see(page, 'You locked the vault.');
  expect(await page.content()).not.toContain(login.name);
  await lookAt(app, '09-locked');
  await typePassphrase(page, `${passphrase}!`);
  await see(page, 'That passphrase does not open this vault');
  await unlock(page);
});

it('reads the secret and the file back, and saves the file', async () => {
  const { page } = app;
  await row(page, login.name).click();
  await page.getByRole('button', { name: 'Reveal Password' }).click();
  await see(page, login.password);
  await openProject(page, 'Engine');
  await row(page, 'weights.bin').click();
  const target = join(scene.folder, 'saved.bin');
  await answerSaveDialog(app, target);
  await page.getByRole('region', { name: 'Preview' }).getByRole('button', { name: 'Save…' }).click();
  await expect.poll(() => existsSync(target), { timeout: 20_000 }).toBe(true);
  expect(readFileSync(target).equals(readFileSync(join(scene.files, 'weights.bin')))).toBe(true);
});

it('finds its way with the command palette and the keyboard', async () => {
  const { page } = app;
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').waitFor();
  await lookAt(app, '10-palette');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+/');
  await page.getByRole('dialog').waitFor();
  await lookAt(app, '11-shortcuts');
  await page.keyboard.press('Escape');
});

it('looks through the settings', async () => {
  const { page } = app;
  await page.keyboard.press('Control+,');
  for (const name of ['Appearance', 'Security', 'Passphrase and keys', 'Vaults', 'About']) {
    await page.getByRole('navigation', { name: 'Settings' }).getByRole('button', { name }).click();
    await page.getByRole('heading', { name, level: 1 }).waitFor();
    await lookAt(app, `12-settings-${name.toLowerCase().replaceAll(' ', '-')}`);
  }
});

it('promise: axe finds nothing on any screen, in either theme, at any size', () => {
  expect(findings).toEqual([]);
});

const makeFiles = (): string[] => {
  const at = (name: string): string => join(scene.files, name);
  writeFileSync(at('notes.txt'), notes.repeat(40));
  writeFileSync(at('weights.bin'), Buffer.alloc(9_437_185, 'weights'));
  mkdirSync(at('designs/deep'), { recursive: true });
  writeFileSync(at('designs/deep/größe 📐.md'), '# Größe\n');
  return [at('notes.txt'), at('weights.bin'), at('designs')];
};

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
