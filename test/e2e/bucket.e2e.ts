/** A vault in a bucket, in the window: set up, joined by invitation, used without the server, merged, paused. On a real S3 server. */
import { randomFillSync } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FileEntry, ProjectSummary, Transfer } from '../../app/model/project.js';
import type { S3Location } from '../../app/model/store.js';
import { type Ceph, startCeph } from '../store/ceph.js';
import type { App } from './app.js';
import {
  type Keyring,
  bucketFor,
  chip,
  editSecret,
  filesWith,
  fillKeys,
  fillPlace,
  keysFor,
  letIn,
  openKeyring,
  settingsPage,
  stepsShown,
  waitsMark,
} from './bucket.js';
import {
  addLogin,
  answerOpenDialog,
  answerSaveDialog,
  call,
  drop,
  filePane,
  newProject,
  openProject,
  passphrase,
  row,
  see,
  typePassphrase,
  unlock,
} from './person.js';
import { findings, glance, lookAt } from './screens.js';
import {
  type Member,
  command,
  dialog,
  goToSecrets,
  launchAs,
  makeMember,
  makeTeam,
  press,
  projectItem,
  removeTeam,
  select,
  shortly,
  tryCommand,
  view,
} from './team.js';

const started = await startCeph();
const ceph = started as Ceph;
const team = makeTeam();
const keyrings: Keyring[] = [];
const [adasKeys, bobsKeys] = [keysFor('ada'), keysFor('bob')];
const allSteps = Array.from({ length: 8 }, () => 'ok');
const invitation = join(team.folder, 'team.vault-store');
const login = { name: 'Rented servers', username: 'team@example.com', password: 'Old-quarry-7-lanterns' };
const megabytes = 200;
let location: S3Location;
let ada: Member;
let bob: Member;
let adas: App;
let bobs: App;

const withKeyring = async (name: string): Promise<Member> => {
  const member = makeMember(team, name);
  const keyring = await openKeyring(member);
  keyrings.push(keyring);
  return { ...member, environment: keyring.environment };
};

beforeAll(async () => {
  if (typeof started === 'string') return;
  location = await bucketFor(ceph, ['ada', 'bob']);
  [ada, bob] = [await withKeyring('ada'), await withKeyring('bob')];
  [adas, bobs] = [await launchAs(ada), await launchAs(bob)];
});
afterAll(async () => {
  if (typeof started === 'string') return;
  await adas.close();
  await bobs.close();
  for (const keyring of keyrings) keyring.close();
  removeTeam(team);
  await ceph.stop();
});

/** A file of this person's computer. */
const fileOf = (owner: Member, name: string, content: string | Uint8Array): string => {
  const path = join(owner.files, name);
  writeFileSync(path, content);
  return path;
};

const beginInBucket = async ({ page }: App): Promise<void> => {
  await page.getByRole('radio', { name: /A bucket/ }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('heading', { name: 'Your bucket' }).waitFor();
};

const chooseKey = async ({ page }: App, name: string, yes: string): Promise<void> => {
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('textbox', { name: 'Your name' }).fill(name);
  await page.getByRole('textbox', { name: 'Passphrase', exact: true }).fill(passphrase);
  await page.getByRole('textbox', { name: 'Confirm passphrase' }).fill(passphrase);
  await page.getByRole('button', { name: yes }).click();
  await page.getByRole('heading', { name: 'Your vault is ready' }).waitFor(shortly);
  await page.getByRole('button', { name: 'Later' }).click();
  await see(page, 'No secrets yet');
};

const transfers = async ({ page }: App): Promise<Transfer[]> =>
  (await call<{ transfers: Transfer[] }>(page, 'files', 'transfers')).transfers;
const projectId = async ({ page }: App): Promise<string> =>
  (await call<{ items: ProjectSummary[] }>(page, 'projects', 'list')).items[0]!.id;
const entry = async (app: App, name: string): Promise<FileEntry | undefined> => {
  const request = { projectId: await projectId(app) };
  const { entries } = await call<{ entries: FileEntry[] }>(app.page, 'files', 'list', request);
  return entries.find((one) => one.name === name);
};

/** Nothing waits any more, and nobody pressed anything. */
const allSent = ({ page }: App): Promise<void> => chip(page, /Up to date/).waitFor({ timeout: 100_000 });

describe.skipIf(typeof started === 'string')('a vault in a bucket', () => {
  it('is set up by a form, once every step of the test is good', async () => {
    const { page } = adas;
    await beginInBucket(adas);
    await fillPlace(page, location);
    await fillKeys(page, adasKeys);
    await press(page.locator('body'), 'Test connection');
    expect(await stepsShown(page)).toEqual(allSteps);
    await see(page, 'Nothing is there yet: your vault will be the first.');
    await lookAt(adas, '60-bucket');
    await chooseKey(adas, 'Ada', 'Create vault');
    await chip(page, /Up to date/).waitFor(shortly);
    await addLogin(page, login);
    await chip(page, /Up to date/).waitFor(shortly);
  });

  it('invites by a file without secrets', async () => {
    await answerSaveDialog(adas, invitation);
    await settingsPage(adas, 'Store');
    await lookAt(adas, '61-settings-store');
    await press(adas.page.locator('body'), 'Save invitation…');
    await expect.poll(() => filesWith(team.folder, location.bucket), shortly).toContain(invitation);
    const text = readFileSync(invitation, 'utf8');
    for (const { accessKeyId, secretAccessKey } of [adasKeys, bobsKeys])
      expect([text.includes(accessKeyId), text.includes(secretAccessKey)]).toEqual([false, false]);
    await goToSecrets(adas.page);
  });

  it('is joined with the invitation and keys; wrong ones are told in a sentence', async () => {
    const { page } = bobs;
    await beginInBucket(bobs);
    await answerOpenDialog(bobs, [invitation]);
    await press(page.locator('body'), 'Open invitation…');
    await see(page, /^Invitation to “/);
    expect(await page.getByRole('textbox', { name: 'Bucket', exact: true }).inputValue()).toBe(location.bucket);
    await fillKeys(page, { ...bobsKeys, secretAccessKey: adasKeys.secretAccessKey });
    await press(page.locator('body'), 'Test connection');
    expect(await stepsShown(page)).toEqual(['ok', 'failed', ...Array.from({ length: 6 }, () => 'skipped')]);
    await see(page, /does not accept the access keys/);
    await lookAt(bobs, '62-wrong-keys');
    await fillKeys(page, bobsKeys);
    await press(page.locator('body'), 'Test connection');
    await see(page, 'A vault is already there');
    expect(await stepsShown(page)).toEqual(allSteps);
    await glance(bobs, '63-join');
    await chooseKey(bobs, 'Bob', 'Join vault');
    await chip(page, /Up to date/).waitFor(shortly);
  });

  it('shows a shared project at the other person’s without anything else being done', async () => {
    const { page } = adas;
    await newProject(page, 'Mill');
    const notes = fileOf(ada, 'notes.txt', 'The mill turns at dawn.');
    await drop(page, filePane(page), [notes, fileOf(ada, 'plan.txt', 'A wheel, then a sluice.')]);
    await row(page, 'notes.txt').waitFor(shortly);
    await view(page, 'Members');
    await press(page.getByRole('region', { name: 'Members list' }), 'Add…');
    await dialog(page).getByRole('option').filter({ hasText: 'Bob' }).click(shortly);
    await dialog(page).getByRole('radio', { name: 'Editor', exact: true }).check();
    await press(dialog(page), 'Add');
    await select(page, 'Members', 'Bob');
    await projectItem(bobs.page, 'Mill').click(shortly);
    await row(bobs.page, 'notes.txt').click(shortly);
    await see(bobs.page, 'The mill turns at dawn.');
  });
});

describe.skipIf(typeof started === 'string')('when the server goes in the middle of an upload', () => {
  const large = Buffer.alloc(megabytes * 1_000_000);

  it('Ada goes on: what she adds and changes waits here, and is marked', async () => {
    const { page } = adas;
    await call(page, 'sync', 'configure', { uploadLimit: 20_000_000 });
    await openProject(page, 'Mill');
    await view(page, 'Files');
    await drop(page, filePane(page), [fileOf(ada, 'grain.bin', randomFillSync(large))]);
    await expect
      .poll(async () => (await transfers(adas)).some(({ bytesDone }) => bytesDone > 30e6), { timeout: 60_000 })
      .toBe(true);
    await ceph.run('kill-rgw');
    await chip(page, /Offline/).waitFor(shortly);
    await glance(adas, '64-upload-offline');
    await goToSecrets(page);
    await row(page, login.name).click();
    await editSecret(page, { Username: 'mill@example.com' });
    await addLogin(page, { name: 'Weigh house', username: 'scale', password: 'Twelve-sacks-41-a' });
    for (const name of [login.name, 'Weigh house']) await waitsMark(row(page, name)).waitFor(shortly);
    await glance(adas, '65-waits');
    await chip(page, /Offline · \d changes wait/).click();
    await glance(adas, '66-offline-panel');
    await page.keyboard.press('Escape');
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it('Bob still reads what he has read, and is told plainly what he cannot', async () => {
    const { page } = bobs;
    await chip(page, /Offline/).waitFor(shortly);
    await row(page, 'plan.txt').click();
    await see(page, 'Not on this computer yet');
    await row(page, 'notes.txt').click();
    await see(page, 'The mill turns at dawn.');
    await row(page, 'plan.txt').click();
    await see(page, 'The store does not answer. The file is fetched as soon as it does.');
    await lookAt(bobs, '66-never-read');
  });

  it('starts again without it, and finds all that was seen, and the marks', async () => {
    await adas.close();
    adas = await launchAs(ada);
    const { page } = adas;
    await unlock(page);
    await chip(page, /Offline · \d changes wait/).waitFor(shortly);
    await goToSecrets(page);
    await page.getByRole('searchbox', { name: 'Search secrets' }).fill('mill@example.com');
    await waitsMark(row(page, login.name)).waitFor(shortly);
    await expect.poll(() => page.getByRole('option').count(), shortly).toBe(1);
    await glance(adas, '67-offline-search');
    await page.getByRole('searchbox', { name: 'Search secrets' }).fill('');
    await row(page, 'Weigh house').waitFor();
    await openProject(page, 'Mill');
    await row(page, 'notes.txt').waitFor();
    await waitsMark(row(page, 'grain.bin')).waitFor();
    await glance(adas, '68-offline-files');
  });

  it('promise: sends everything by itself once the server is back, and the file arrives whole', async () => {
    await call(adas.page, 'sync', 'configure', { uploadLimit: 0 });
    await ceph.run('start-rgw');
    await allSent(adas);
    await expect.poll(() => waitsMark(adas.page.locator('body')).count(), shortly).toBe(0);
    const { page } = bobs;
    await page.getByText('A wheel, then a sluice.').waitFor(shortly);
    await row(page, 'grain.bin').click({ timeout: 60_000 });
    const saved = join(bob.files, 'saved.bin');
    await answerSaveDialog(bobs, saved);
    await press(page.getByRole('region', { name: 'Preview' }), 'Save…');
    await expect
      .poll(async () => (await transfers(bobs)).map(({ kind, state }) => `${kind} ${state}`), { timeout: 90_000 })
      .toContain('save done');
    expect(readFileSync(saved).equals(large)).toBe(true);
    await call(page, 'files', 'verify', { projectId: await projectId(bobs) });
    await expect
      .poll(async () => (await transfers(bobs)).map(({ kind, state }) => `${kind} ${state}`), { timeout: 90_000 })
      .toContain('verify done');
    expect((await entry(bobs, 'grain.bin'))?.size).toBe(large.length);
    rmSync(saved);
  });
});

describe.skipIf(typeof started === 'string')('two computers of Ada’s without the server', () => {
  let second: Member;

  beforeAll(async () => {
    if (typeof started === 'string') return;
    const { accessKeyId, secretAccessKey } = adasKeys;
    const inEnvironment = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
    const member = makeMember(team, 'second');
    second = { ...member, environment: { ...ada.environment, ...inEnvironment } };
    await command(second, 'attach', '--store', invitation, '--name', 'Ada');
  });

  it('promise: keeps both versions of a field that both changed, and merges the others', async () => {
    const { page } = adas;
    await goToSecrets(page);
    await row(page, login.name).click();
    expect(await command(second, 'secret', 'get', login.name, '--field', 'username')).toBe('mill@example.com\n');
    await ceph.run('kill-rgw');
    fileOf(second, 'password', 'From-the-second-9-stones');
    const password = `password=@${join(second.files, 'password')}`;
    const edited = await tryCommand(second, 'secret', 'edit', login.name, password, 'url=https://second.example');
    expect(edited.errors).toContain('Kept here');
    await command(second, 'file', 'put', fileOf(second, 'plan.txt', 'The second plans a weir.'), '--project', 'Mill');
    await editSecret(page, { Username: 'first@example.com', Password: 'From-the-first-8-reeds' });
    await waitsMark(row(page, login.name)).waitFor(shortly);
    await openProject(page, 'Mill');
    await drop(page, filePane(page), [fileOf(ada, 'plan.txt', 'The first plans a dam.')]);
    await waitsMark(row(page, 'plan.txt')).waitFor(shortly);
    await ceph.run('start-rgw');
    await allSent(adas);
    const told = await command(second, 'sync');
    expect(told).toContain('plan.txt');
    await expect.poll(() => row(page, 'plan').count(), shortly).toBe(2);
    await glance(adas, '69-conflict-files');
    await goToSecrets(page);
    await row(page, login.name).click();
    const banner = page.getByRole('region', { name: 'Two computers changed this at the same time' });
    await banner.waitFor(shortly);
    await see(page, 'https://second.example');
    await see(page, 'first@example.com');
    const reveal = banner.getByRole('button', { name: /^Reveal / });
    while ((await reveal.count()) > 0) await reveal.first().click();
    for (const value of ['From-the-first-8-reeds', 'From-the-second-9-stones'])
      await banner.getByText(value).waitFor(shortly);
    await lookAt(adas, '69-conflict');
  });

  it('lets Ada say which holds', async () => {
    const { page } = adas;
    await page.getByRole('button', { name: 'Keep the other Password' }).click();
    await page.getByRole('region', { name: /^Two computers/ }).waitFor({ state: 'detached' });
    await allSent(adas);
    expect(await command(second, 'secret', 'get', login.name, '--field', 'password')).toBe(
      'From-the-second-9-stones\n',
    );
    expect(await command(second, 'secret', 'get', login.name, '--field', 'username')).toBe('first@example.com\n');
  });
});

describe.skipIf(typeof started === 'string')('a pause', () => {
  it('holds back what is changed, and resuming sends it', async () => {
    const { page } = adas;
    await chip(page, /Up to date/).click();
    const panel = page.getByRole('dialog', { name: 'Sync' });
    await glance(adas, '70-panel');
    await press(panel, 'Pause');
    await panel.getByRole('heading', { name: 'Paused' }).waitFor();
    await page.keyboard.press('Escape');
    await editSecret(page, { Username: 'paused@example.com' });
    await waitsMark(row(page, login.name)).waitFor(shortly);
    await chip(page, /Paused · 1 change waits/).click();
    await glance(adas, '71-paused');
    await press(panel, 'Resume');
    await page.keyboard.press('Escape');
    await allSent(adas);
    await waitsMark(row(page, login.name)).waitFor({ state: 'detached' });
  });
});

describe.skipIf(typeof started === 'string')('a member whose keys the bucket no longer lets in', () => {
  it('reads on, is told so in a sentence, and goes on by himself once it does again', async () => {
    const { page } = bobs;
    await letIn(ceph, location, ['ada']);
    await chip(page, /The store refuses/).click(shortly);
    const panel = page.getByRole('dialog', { name: 'Sync' });
    await glance(bobs, '72-refused');
    await panel.getByText(/keys/).first().waitFor();
    await page.keyboard.press('Escape');
    await row(page, 'notes.txt').click();
    await see(page, 'The mill turns at dawn.');
    await letIn(ceph, location, ['ada', 'bob']);
    await allSent(bobs);
  });
});

describe.skipIf(typeof started === 'string')('the keys', () => {
  it('promise: are in no file of ours, and in the keychain: a new start needs the passphrase alone', async () => {
    await adas.close();
    for (const { folder } of [ada, bob])
      for (const { secretAccessKey } of [adasKeys, bobsKeys]) expect(filesWith(folder, secretAccessKey)).toEqual([]);
    adas = await launchAs(ada);
    await typePassphrase(adas.page);
    await chip(adas.page, /Up to date/).waitFor(shortly);
    await settingsPage(adas, 'Store');
    await see(adas.page, adasKeys.accessKeyId);
  });

  it('promise: axe finds nothing on any of these screens, in either theme, at any size', () => {
    expect(findings).toEqual([]);
  });
});
