/** Several people and machines on one store: each with a home, a profile and window data of their own, and the command beside. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { type App, type Scene, launch } from './app.js';
import { answerOpenDialog, call, passphrase } from './person.js';

const program = resolve(import.meta.dirname, '../../out/main/vault.cjs');

/** How long what one did may take to show for another: some looks at the store, on a computer that is busy with other things. */
export const shortly = { timeout: 60_000 };

/** The folder that a team shares, and a folder for each of them beside it. */
export type Team = Readonly<{ folder: string; store: string }>;
/** A machine has no passphrase: its key lies in its profile. */
export type Member = Scene &
  Readonly<{
    home: string;
    passphraseFile: string | null;
    /** what else this person's differs in from the test's own */
    environment?: Readonly<Record<string, string>>;
  }>;

export const makeTeam = (): Team => {
  const folder = mkdtempSync(join(tmpdir(), 'vault-team-'));
  mkdirSync(join(folder, 'store'));
  return { folder, store: join(folder, 'store') };
};

export const removeTeam = ({ folder }: Team): void => rmSync(folder, { recursive: true, force: true });

export const makeMember = (team: Team, name: string): Member => {
  const folder = join(team.folder, name);
  const at = (part: string): string => join(folder, part);
  for (const part of ['home', 'files']) mkdirSync(at(part), { recursive: true });
  writeFileSync(at('passphrase'), `${passphrase}\n`, { mode: 0o600 });
  const places = { profile: at('profile'), userData: at('user-data'), files: at('files'), home: at('home') };
  return { folder, store: team.store, passphraseFile: at('passphrase'), ...places };
};

export const makeMachine = (team: Team, name: string): Member => ({ ...makeMember(team, name), passphraseFile: null });

const environmentOf = ({ home, environment = {} }: Member): Record<string, string> => ({ HOME: home, ...environment });

export const launchAs = (member: Member): Promise<App> => launch(member, [], environmentOf(member));

/** A small key and the open vault on the team's store, without the screens of the first run. */
export const joinQuickly = async (app: App, team: Team, name: string): Promise<void> => {
  await answerOpenDialog(app, [team.store]);
  const { handle } = await call<{ handle: string }>(app.page, 'account', 'chooseFolder');
  const location = { kind: 'folder', handle };
  await call(app.page, 'account', 'create', { location, name, suite: 'vault', bits: 2048 }, passphrase);
  await app.page.reload();
  await app.page.getByRole('navigation', { name: 'Vault' }).waitFor();
};

export type Outcome = Readonly<{ code: number; out: string; errors: string }>;

/** Runs the command as this person, with the passphrase from a file, or as this machine. */
export const tryCommand = (member: Member, ...words: readonly string[]): Promise<Outcome> =>
  new Promise((done) => {
    const passphraseWords = member.passphraseFile === null ? [] : ['--passphrase-file', member.passphraseFile];
    const args = [program, '--vault', member.profile, ...passphraseWords, ...words];
    const env = { ...process.env, ...environmentOf(member) };
    execFile(process.execPath, args, { env, cwd: member.folder }, (error, out, errors) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      done({ code, out, errors });
    });
  });

/** The same for what must go well: what it prints. */
export const command = async (member: Member, ...words: readonly string[]): Promise<string> => {
  const { code, out, errors } = await tryCommand(member, ...words);
  if (code !== 0) throw new Error(`vault ${words.join(' ')} ended with ${code}: ${errors}`);
  return out;
};

export const commandJson = async <T>(member: Member, ...words: readonly string[]): Promise<T> =>
  JSON.parse(await command(member, '--json', ...words)) as T;

type Room = 'People' | 'Nodes' | 'Activity';

export const goTo = async (page: Page, room: Room): Promise<void> => {
  await page
    .getByRole('list', { name: 'Team' })
    .getByRole('button', { name: new RegExp(`^${room}`) })
    .click();
  await page.getByRole('main', { name: room }).waitFor();
};

export const goToSecrets = (page: Page): Promise<void> =>
  page
    .getByRole('list', { name: 'Secrets' })
    .getByRole('button', { name: /^All secrets/ })
    .click();

/** Selects an account in the room of people or nodes that is shown, once it is there. */
export const select = async (page: Page, list: 'People' | 'Nodes' | 'Members', name: string): Promise<void> => {
  await page.getByRole('listbox', { name: list }).getByRole('option').filter({ hasText: name }).click(shortly);
  await detail(page).getByRole('heading', { name, level: 2 }).waitFor();
};

/** The right-hand pane of the rooms of people, nodes, members and the log. */
export const detail = (page: Page): Locator => page.getByRole('region', { name: /^(Person|Node|Member|Entry)$/ });

export const shownWords = (page: Page): Promise<string[]> =>
  detail(page).getByRole('list', { name: 'Fingerprint in words' }).getByRole('listitem').allTextContents();

/** Opens a view of the project that is shown. */
export const view = (page: Page, name: 'Files' | 'Members' | 'Log'): Promise<void> =>
  page
    .getByRole('navigation', { name: 'Views of this project' })
    .getByRole('button', { name: new RegExp(`^${name}`) })
    .click();

export const dialog = (page: Page): Locator => page.getByRole('dialog');

export const press = (scope: Locator, name: string | RegExp): Promise<void> =>
  scope.getByRole('button', { name, exact: typeof name === 'string' }).click();

/** The project's button in the sidebar. */
export const projectItem = (page: Page, name: string): Locator =>
  page.getByRole('list', { name: 'Projects' }).getByRole('button', { name, exact: true });

/** One entry of Activity or of a project's log. */
export const sentence = (page: Page, text: string): Locator => page.locator('.line-sentence').filter({ hasText: text });

/** What Activity, or the log of a project, tells: one sentence for each entry that is in sight. */
export const sentences = (page: Page): Promise<string[]> => page.locator('.line-sentence').allTextContents();

/** A further person, made without an app: the id of the account. */
export const initByCommand = async (member: Member, name: string): Promise<string> => {
  const words = ['init', '--store', member.store, '--name', name, '--bits', '2048'];
  return (await commandJson<{ account: { id: string } }>(member, ...words)).account.id;
};

/** Where the store keeps the first card of an account. */
export const cardFile = ({ store }: Pick<Team, 'store'>, accountId: string): string =>
  join(store, 'accounts', accountId, '0000000001');
