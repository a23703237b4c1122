/** Two people at two apps on one store, and the command beside them: they share, edit at the same time, and part. */
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FileEntry, FileVersion } from '../../app/model/project.js';
import type { Person } from '../../app/model/people.js';
import { type App } from './app.js';
import {
  addLogin,
  answerOpenDialog,
  ask,
  call,
  drop,
  dragOver,
  filePane,
  makeVault,
  newProject,
  openProject,
  row,
  see,
} from './person.js';
import { findings, lookAt } from './screens.js';
import {
  cardFile,
  command,
  commandJson,
  detail,
  dialog,
  goTo,
  goToSecrets,
  initByCommand,
  joinQuickly,
  launchAs,
  makeMember,
  makeTeam,
  press,
  projectItem,
  removeTeam,
  select,
  sentence,
  sentences,
  shortly,
  shownWords,
  tryCommand,
  view,
} from './team.js';

const team = makeTeam();
const ada = makeMember(team, 'ada');
const bob = makeMember(team, 'bob');
const login = { name: 'Rented servers', username: 'team@example.com', password: 'Old-quarry-7-lanterns' };
const notes = 'The mill turns at dawn.';
let adas: App;
let bobs: App;

beforeAll(async () => {
  [adas, bobs] = [await launchAs(ada), await launchAs(bob)];
});
afterAll(async () => {
  await adas.close();
  await bobs.close();
  removeTeam(team);
});

/** A file of this person's computer. */
const fileOf = (owner: typeof ada, name: string, text: string): string => {
  const path = join(owner.files, name);
  writeFileSync(path, text);
  return path;
};

/** Every content that can be had of every file of the project, by the command, as Ada. */
const reachableContents = async (): Promise<string[]> => {
  const entries = await commandJson<FileEntry[]>(ada, 'file', 'list', '--project', 'Mill');
  const contents: string[] = [];
  for (const { path, kind } of entries) {
    if (kind === 'folder') continue;
    const versions = await commandJson<FileVersion[]>(ada, 'file', 'history', path, '--project', 'Mill');
    for (const { version, newContent } of versions) {
      const which = ['--project', 'Mill', '--version', String(version), '-o', '-'];
      if (newContent) contents.push(await command(ada, 'file', 'get', path, ...which));
    }
  }
  return contents;
};

const people = async ({ page }: App): Promise<Person[]> =>
  (await call<{ items: Person[] }>(page, 'people', 'list')).items;
const idOf = async (name: string): Promise<string> => (await people(adas)).find((person) => person.name === name)!.id;
const giveRole = async (role: string): Promise<void> => {
  const { page } = adas;
  await openProject(page, 'Mill');
  await view(page, 'Members');
  await select(page, 'Members', 'Bob');
  await press(detail(page), 'Change role…');
  await dialog(page).getByRole('radio', { name: role, exact: true }).check();
  await press(dialog(page), 'Change role');
  await dialog(page).waitFor({ state: 'hidden' });
};

describe('two people on one store', () => {
  it('one makes it, the other joins it as a person of their own', async () => {
    await joinQuickly(adas, team, 'Ada');
    const { page } = bobs;
    await answerOpenDialog(bobs, [team.store]);
    await page.getByRole('radio', { name: /A folder/ }).click();
    await see(page, 'A vault is already there. You will join it.');
    await makeVault(page, 'Bob');
    await press(page.locator('body'), 'Later');
    await see(page, 'No secrets yet');
  });

  it('each sees the other, and both read the same seven words of both', async () => {
    await goTo(adas.page, 'People');
    await select(adas.page, 'People', 'Bob');
    const bobByAda = await shownWords(adas.page);
    await select(adas.page, 'People', 'Ada');
    const adaByAda = await shownWords(adas.page);
    await lookAt(adas, '30-people-self');
    await goTo(bobs.page, 'People');
    await select(bobs.page, 'People', 'Bob');
    const bobByBob = await shownWords(bobs.page);
    await select(bobs.page, 'People', 'Ada');
    expect(bobByAda).toHaveLength(7);
    expect(bobByAda).toEqual(bobByBob);
    expect(adaByAda).toEqual(await shownWords(bobs.page));
    expect(adaByAda).not.toEqual(bobByBob);
  });

  it('mark one another as verified', async () => {
    for (const [{ page }, name] of [[adas, 'Bob'] as const, [bobs, 'Ada'] as const]) {
      await select(page, 'People', name);
      await press(detail(page), 'Mark as verified…');
      await press(dialog(page), 'Mark as verified');
      await detail(page).locator('.detail-sub').getByText('Verified', { exact: true }).waitFor();
    }
  });
});

describe('a project', () => {
  it('is made, filled and shared by Ada, and shows at Bob’s without anything else being done', async () => {
    const { page } = adas;
    await newProject(page, 'Mill');
    await drop(page, filePane(page), [fileOf(ada, 'notes.txt', notes), fileOf(ada, '.env', 'TOKEN=abc\n')]);
    await row(page, 'notes.txt').waitFor();
    await see(page, 'All done');
    await view(page, 'Members');
    await press(page.getByRole('region', { name: 'Members list' }), 'Add…');
    await dialog(page).getByRole('option').filter({ hasText: 'Bob' }).click();
    await dialog(page).getByRole('radio', { name: 'Editor', exact: true }).check();
    await lookAt(adas, '31-add-member');
    await press(dialog(page), 'Add');
    await select(page, 'Members', 'Bob');
    await lookAt(adas, '32-members');
    await projectItem(bobs.page, 'Mill').waitFor(shortly);
  });

  it('Bob reads what Ada wrote', async () => {
    const { page } = bobs;
    await openProject(page, 'Mill');
    await row(page, 'notes.txt').click(shortly);
    await see(page, notes);
  });
});

describe('promise: nothing is lost when both edit at the same time', () => {
  it('files of the same name', async () => {
    await view(adas.page, 'Files');
    await Promise.all([
      drop(adas.page, filePane(adas.page), [fileOf(ada, 'plan.txt', 'Ada plans a wheel.')]),
      drop(bobs.page, filePane(bobs.page), [fileOf(bob, 'plan.txt', 'Bob plans a sluice.')]),
    ]);
    for (const { page } of [adas, bobs]) await row(page, 'plan').first().waitFor(shortly);
    await expect
      .poll(reachableContents, shortly)
      .toEqual(expect.arrayContaining([notes, 'Ada plans a wheel.', 'Bob plans a sluice.']));
  });

  it('a new version here, a new name there', async () => {
    await row(adas.page, 'notes.txt').click();
    await press(adas.page.getByRole('region', { name: 'Preview' }), 'File actions');
    await adas.page.getByRole('menuitem', { name: 'Rename…' }).click();
    await dialog(adas.page).getByRole('textbox').fill('diary.txt');
    await Promise.all([
      press(dialog(adas.page), 'Rename'),
      drop(bobs.page, filePane(bobs.page), [fileOf(bob, 'notes.txt', 'The mill rests at dusk.')]),
    ]);
    await row(bobs.page, 'diary.txt').waitFor(shortly);
    await row(adas.page, 'diary.txt').waitFor(shortly);
    await expect.poll(reachableContents, shortly).toEqual(expect.arrayContaining([notes, 'The mill rests at dusk.']));
    const shown = async ({ page }: App) => (await row(page, '.txt').locator('.row-name').allTextContents()).sort();
    await expect.poll(async () => (await shown(adas)).join() === (await shown(bobs)).join(), shortly).toBe(true);
  });
});

describe('a single secret', () => {
  it('is shared by Ada and read by Bob', async () => {
    const { page } = adas;
    await goToSecrets(page);
    await addLogin(page, login);
    await press(page.getByRole('region', { name: 'Shared with' }), 'Share…');
    await dialog(page).getByRole('option').filter({ hasText: 'Bob' }).click();
    await lookAt(adas, '33-share-secret');
    await press(dialog(page), 'Share with 1');
    await page.getByRole('list', { name: 'Readers' }).getByText('Bob').waitFor();
    await goToSecrets(bobs.page);
    await row(bobs.page, login.name).click(shortly);
    await press(bobs.page.locator('body'), 'Reveal Password');
    await see(bobs.page, login.password);
  });

  it('can be changed by Ada alone, and Bob’s app says so', async () => {
    const { page } = bobs;
    await see(page, 'Only its owner can change, share or delete it.');
    await lookAt(bobs, '34-shared-with-me');
    expect(await page.getByRole('button', { name: 'Edit' }).count()).toBe(0);
    const { items } = await call<{ items: { id: string; name: string }[] }>(page, 'secrets', 'list');
    const { id } = items.find(({ name }) => name === login.name)!;
    const patch = { name: 'Bob was here' };
    expect(await ask(page, 'secrets', 'edit', { id, patch })).toMatchObject({ ok: false, code: 'not-allowed' });
  });

  it('shows its new value at Bob’s when the command changed it', async () => {
    fileOf(ada, 'password', 'New-quarry-8-lanterns\n');
    await command(ada, 'secret', 'edit', login.name, `password=@${join(ada.files, 'password')}`);
    await adas.page.getByText('Version 3', { exact: true }).waitFor(shortly);
    await expect
      .poll(async () => {
        await bobs.page
          .getByRole('button', { name: 'Reveal Password' })
          .click({ timeout: 1000 })
          .catch(() => null);
        return bobs.page.getByText('New-quarry-8-lanterns').count();
      }, shortly)
      .toBe(1);
  });

  it('ends for Bob when Ada stops it, and Ada is told to change it at its source', async () => {
    await press(adas.page.getByRole('list', { name: 'Readers' }), 'Stop sharing with Bob');
    await press(dialog(adas.page), 'Stop sharing');
    await see(adas.page, 'Bob could read this');
    await see(adas.page, /Change them at their source/);
    await lookAt(adas, '35-no-longer-shared');
    await bobs.page.getByText('Ada no longer shares this with you').waitFor(shortly);
  });
});

describe('a viewer', () => {
  it('is offered no change of files, and a drop says why it is refused', async () => {
    await giveRole('Viewer');
    const { page } = bobs;
    await openProject(page, 'Mill');
    await filePane(page)
      .getByRole('button', { name: 'Add' })
      .waitFor({ state: 'hidden', ...shortly });
    const dropped = fileOf(bob, 'refused.txt', 'Not wanted');
    await dragOver(page, filePane(page), [dropped]);
    await see(page, 'Nothing can be added here');
    await lookAt(bobs, '36-drop-refused');
    await drop(page, filePane(page), [dropped]);
    const tried = await tryCommand(bob, 'file', 'put', dropped, '--project', 'Mill');
    expect(tried.code, tried.errors).toBe(5);
    expect(await row(page, 'refused.txt').count()).toBe(0);
  });
});

describe('the command beside Ada’s open app', () => {
  it('makes a project that shows by itself, and agrees about the members', async () => {
    await command(ada, 'project', 'create', 'Made by the command');
    await projectItem(adas.page, 'Made by the command').waitFor(shortly);
    const members = await commandJson<{ name: string; access: string }[]>(ada, 'project', 'members', 'Mill');
    expect(members.map(({ name, access }) => [name, access]).sort()).toEqual([
      ['Ada', 'owner'],
      ['Bob', 'viewer'],
    ]);
  });
});

describe('removing Bob', () => {
  it('shows Ada what to change at its source, and takes the project from Bob’s app', async () => {
    const { page } = adas;
    await openProject(page, 'Mill');
    await view(page, 'Members');
    await select(page, 'Members', 'Bob');
    await press(detail(page), 'Remove…');
    await press(dialog(page), 'Remove and change key');
    await page.getByRole('dialog', { name: 'Change these at their source' }).waitFor();
    await dialog(page).getByText('.env').waitFor();
    await dialog(page).getByText(login.name).waitFor();
    await lookAt(adas, '37-change-at-the-source');
    await press(dialog(page), 'Done');
    await see(bobs.page, 'This project is not open to you');
    await projectItem(bobs.page, 'Mill').waitFor({ state: 'detached', ...shortly });
  });

  it('re-encrypts what was there, and Bob gets nothing of what follows', async () => {
    const { page } = adas;
    await view(page, 'Files');
    await drop(page, filePane(page), [fileOf(ada, 'after.txt', 'Without Bob.')]);
    await row(page, 'after.txt').waitFor();
    await view(page, 'Log');
    await sentence(page, 'Ada re-encrypted the older files with the new key').waitFor(shortly);
    await lookAt(adas, '38-log');
    const tried = await tryCommand(bob, 'file', 'get', 'after.txt', '--project', 'Mill', '-o', '-');
    expect(tried.code).not.toBe(0);
    expect(tried.out).toBe('');
    const { items } = await call<{ items: unknown[] }>(bobs.page, 'projects', 'list');
    expect(items).toEqual([]);
    expect(await command(ada, 'file', 'get', 'diary.txt', '--project', 'Mill', '-o', '-')).toMatch(/^The mill/);
  });

  it('is told in plain words, the same by the app and by the command', async () => {
    const story = [
      'Ada created the project',
      'Ada added Bob as editor',
      'Ada made Bob a viewer',
      'Ada removed Bob and changed the project’s key',
      'Ada re-encrypted the older files with the new key',
    ];
    await goTo(adas.page, 'Activity');
    await expect.poll(() => sentences(adas.page), shortly).toEqual(expect.arrayContaining(story));
    await lookAt(adas, '39-activity');
    const told = await command(ada, 'project', 'log', 'Mill', '--verify');
    expect(
      told
        .trimEnd()
        .split('\n')
        .map((line) => line.replace(/^\s*\d+\s+\S+ \S+\s+/, '')),
    ).toEqual(story);
  });
});

describe('somebody who swaps a card in the store', () => {
  const rooms = ['People', 'Nodes', 'Activity'] as const;
  const banner = ({ page }: App) => page.getByRole('alert').filter({ hasText: 'another public key for “Bob”' });

  it('promise: is told in every room, and stops sharing', async () => {
    const { page } = adas;
    const card = cardFile(team, await idOf('Bob'));
    const kept = join(team.folder, 'kept');
    copyFileSync(card, kept);
    copyFileSync(cardFile(team, await initByCommand(makeMember(team, 'mallory'), 'Mallory')), card);
    await banner(adas).waitFor(shortly);
    for (const room of rooms) {
      await goTo(page, room);
      expect(await banner(adas).isVisible(), room).toBe(true);
    }
    await lookAt(adas, '40-activity-alarm');
    await openProject(page, 'Mill');
    expect(await banner(adas).isVisible()).toBe(true);
    await page.keyboard.press('Control+,');
    await page.getByRole('main', { name: 'Settings' }).waitFor();
    expect(await banner(adas).isVisible()).toBe(true);
    await goTo(page, 'People');
    await select(page, 'People', 'Bob');
    const share = detail(page).getByRole('button', { name: 'Share secrets…' });
    expect(await share.isDisabled()).toBe(true);
    expect(await share.getAttribute('title')).toBe('Nothing is shared as long as the alarm stands.');
    await lookAt(adas, '41-person-alarm');
    await goToSecrets(page);
    expect(await banner(adas).isVisible()).toBe(true);
    await row(page, login.name).click();
    await press(page.getByRole('region', { name: 'Shared with' }), 'Share…');
    await dialog(page).getByText('Alarm: nothing is shared until it is settled').waitFor();
    await press(dialog(page), 'Cancel');
    const tried = await tryCommand(ada, 'secret', 'share', login.name, await idOf('Bob'));
    expect(tried.code, tried.errors).toBe(4);
    await bobs.page.getByRole('alert').filter({ hasText: 'another public key for your own account' }).waitFor(shortly);
    copyFileSync(kept, card);
    await banner(adas).waitFor({ state: 'detached', ...shortly });
  });
});

it('promise: axe finds nothing on any of these screens, in either theme, at any size', () => {
  expect(findings).toEqual([]);
});
