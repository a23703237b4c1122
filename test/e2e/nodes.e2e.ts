/** A machine: invited in the window, enrolled by the command, authorized in the window, and what it read is told there. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { App } from './app.js';
import { drop, filePane, newProject, row, see } from './person.js';
import { findings, lookAt } from './screens.js';
import {
  command,
  detail,
  dialog,
  goTo,
  joinQuickly,
  launchAs,
  makeMachine,
  makeMember,
  makeTeam,
  press,
  removeTeam,
  select,
  sentence,
  sentences,
  shortly,
  tryCommand,
} from './team.js';

const team = makeTeam();
const ada = makeMember(team, 'ada');
const machine = makeMachine(team, 'gamma-07');
let app: App;
let code = '';

beforeAll(async () => {
  app = await launchAs(ada);
  await joinQuickly(app, team, 'Ada');
  await newProject(app.page, 'Mill');
  const path = join(ada.files, 'grist.txt');
  writeFileSync(path, 'Three sacks of rye.');
  await drop(app.page, filePane(app.page), [path]);
  await row(app.page, 'grist.txt').waitFor();
});
afterAll(async () => {
  await app.close();
  removeTeam(team);
});

const readFiles = (): ReturnType<typeof tryCommand> =>
  tryCommand(machine, 'run', '--project', 'Mill', '--', 'sh', '-c', 'cat "$VAULT_PROJECT_DIR/grist.txt"');

it('is invited with a one-time code', async () => {
  const { page } = app;
  await goTo(page, 'Nodes');
  await lookAt(app, '50-no-nodes');
  await press(page.getByRole('region', { name: 'Nodes list' }), 'New node');
  await dialog(page).getByRole('textbox', { name: 'Name of the node' }).fill('gamma-07');
  await lookAt(app, '51-register-node');
  await press(dialog(page), 'Make a code');
  code = (await dialog(page).getByLabel('One-time code').textContent()) ?? '';
  expect(code).toMatch(/^[\w-]{8,}$/);
  await lookAt(app, '52-one-time-code');
  await press(dialog(page), 'Done');
  await page.getByRole('region', { name: 'Waiting for' }).getByText('gamma-07').waitFor();
});

it('enrols by the command, and appears as verified without anything else being done', async () => {
  const { page } = app;
  writeFileSync(join(machine.folder, 'code'), `${code}\n`);
  const enrolment = ['--store', team.store, '--name', 'gamma-07', '--code-file', join(machine.folder, 'code')];
  await command(machine, 'node', 'enrol', ...enrolment, '--bits', '2048');
  await select(page, 'Nodes', 'gamma-07');
  await detail(page).locator('.detail-sub').getByText('Verified', { exact: true }).waitFor(shortly);
  await see(page, /came with a code that you gave out/);
  await page.getByRole('region', { name: 'Waiting for' }).waitFor({ state: 'detached' });
  const early = await readFiles();
  expect(early.code, early.errors).toBe(6);
});

it('promise: reads a project only while it is authorized, and what it read is told', async () => {
  const { page } = app;
  await press(detail(page), 'Authorize for projects…');
  await dialog(page).getByRole('option').filter({ hasText: 'Mill' }).click();
  await press(dialog(page), 'Authorize for 1 project');
  await dialog(page).waitFor({ state: 'hidden' });
  await detail(page).getByRole('list', { name: 'What gamma-07 can read now' }).getByText('Mill').waitFor();
  await lookAt(app, '53-node');
  const read = await readFiles();
  expect(read.code, read.errors).toBe(0);
  expect(read.out).toBe('Three sacks of rye.');
  await goTo(page, 'Activity');
  await expect
    .poll(() => sentences(page), shortly)
    .toEqual(['gamma-07 read 1 file for sh', 'Ada let the node gamma-07 read the project', 'Ada created the project']);
  await sentence(page, 'gamma-07 read 1 file for sh').click();
  await lookAt(app, '54-receipt');
});

it('promise: reads nothing of what comes after it was revoked', async () => {
  const { page } = app;
  await goTo(page, 'Nodes');
  await select(page, 'Nodes', 'gamma-07');
  await press(detail(page), 'Revoke Mill');
  await press(dialog(page), 'Revoke');
  await page.getByRole('dialog', { name: 'Access revoked: change these at their source' }).waitFor();
  await lookAt(app, '55-revoked');
  await press(dialog(page), 'Done');
  const late = await readFiles();
  expect(late.code, late.errors).toBe(6);
  expect(late.out).toBe('');
});

it('promise: axe finds nothing on any of these screens, in either theme, at any size', () => {
  expect(findings).toEqual([]);
});
