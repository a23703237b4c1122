import { storeScenes } from './store-scenes.mjs';

/**
 * Every screen of the renderer, and how to get there by what a person sees: names and roles, as a screen reader has them.
 * @typedef {import('playwright-core').Page} Page
 * @typedef {{ name: string, scenario?: import('./fake-bridge.js').Scenario, act?: (page: Page) => Promise<unknown>, keepFocus?: boolean }} Scene
 */

/** @param {Page} page @param {string} name */
const button = (page, name) => page.getByRole('button', { name, exact: true });
/** @param {Page} page @param {string | RegExp} name */
const row = (page, name) => page.getByRole('option', { name });
/** @param {Page} page */
const firstProject = async (page) => {
  await button(page, 'Protein folding dataset').click();
  await row(page, 'README.md').waitFor();
};
/** @param {Page} page @param {string} name */
const openFile = async (page, name) => {
  await firstProject(page);
  await row(page, name).click();
};
/** @param {Page} page @param {string} label */
const settings = async (page, label) => {
  await button(page, 'Settings').click();
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('button', { name: label }).click();
};
/** @param {Page} page */
const toPassphrase = async (page) => {
  await button(page, 'Continue').click();
  await page.getByLabel('Your name').fill('Mira Okafor');
};
/** @param {Page} page @param {string} text */
const unlockWith = async (page, text) => {
  await page.getByLabel('Passphrase', { exact: true }).fill(text);
  await button(page, 'Unlock').click();
};
/** @param {Page} page @param {string} type */
const newSecret = async (page, type) => {
  await button(page, 'New secret').click();
  await page.getByRole('list', { name: 'Kinds of secrets' }).getByRole('button', { name: type }).click();
};

/** A drag of a file over an element, without letting go. @param {Page} page @param {string} selector */
const dragOver = (page, selector) =>
  page.evaluate((target) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(['x'], 'run.log'));
    document
      .querySelector(target)
      ?.dispatchEvent(new DragEvent('dragover', { dataTransfer, bubbles: true, cancelable: true }));
  }, selector);

/** @param {Page} page @param {string} view */
const projectView = async (page, view, name = 'Protein folding dataset') => {
  await button(page, name).click();
  await page.getByRole('navigation', { name: 'Views of this project' }).getByRole('button', { name: view }).click();
};
/** @param {Page} page @param {RegExp} who */
const member = async (page, who) => {
  await projectView(page, 'Members');
  await row(page, who).click();
};
/** @param {Page} page @param {RegExp} who */
const addToProject = async (page, who) => {
  await projectView(page, 'Members');
  await button(page, 'Add…').click();
  await page.getByRole('dialog').getByRole('option', { name: who }).click();
};
/** @param {Page} page */
const openActivity = (page) =>
  page.getByRole('list', { name: 'Team' }).getByRole('button', { name: 'Activity' }).click();

/** A room of the team, from the sidebar. @param {Page} page @param {string} name */
const teamRoom = (page, name) =>
  page
    .getByRole('list', { name: 'Team' })
    .getByRole('button', { name: new RegExp(`^${name}`) })
    .click();
/** @param {Page} page @param {string | RegExp} who */
const person = async (page, who) => {
  await teamRoom(page, 'People');
  await row(page, who).first().click();
};
/** @param {Page} page @param {string | RegExp} which */
const node = async (page, which) => {
  await teamRoom(page, 'Nodes');
  await row(page, which).click();
  await page
    .getByRole('region', { name: 'Reach' })
    .getByRole('list')
    .or(page.getByText('Nothing that you'))
    .first()
    .waitFor();
};
/** @param {Page} page */
const registerNode = async (page) => {
  await teamRoom(page, 'Nodes');
  await button(page, 'New node').click();
  await page.getByRole('dialog').waitFor();
};

/** @type {readonly Scene[]} */
export const scenes = [
  { name: '01-first-run-place', scenario: { phase: 'none' } },
  {
    name: '02-first-run-folder',
    scenario: { phase: 'none' },
    act: (page) => page.getByRole('radio', { name: /A folder/ }).click(),
  },
  {
    name: '03-first-run-passphrase',
    scenario: { phase: 'none' },
    act: async (page) => {
      await toPassphrase(page);
      await page.getByLabel('Passphrase', { exact: true }).fill('tundra spoonful arcade velvet');
      await page.getByText('Strong').waitFor();
    },
  },
  {
    name: '04-first-run-suggested',
    scenario: { phase: 'none' },
    act: async (page) => {
      await toPassphrase(page);
      await button(page, 'Suggest').click();
      await page.getByText('Advanced').click();
      await page.getByLabel('Kind of key').selectOption('coretex');
      await page.getByText('The price:').waitFor();
    },
  },
  {
    name: '05-first-run-problems',
    scenario: { phase: 'none' },
    act: async (page) => {
      await toPassphrase(page);
      await page.getByLabel('Passphrase', { exact: true }).fill('tundra spoonful arcade');
      await page.getByLabel('Confirm passphrase', { exact: true }).fill('tundra');
      await button(page, 'Create vault').click();
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: '06-first-run-deriving',
    scenario: { phase: 'none', deriveMs: 8000 },
    act: async (page) => {
      await toPassphrase(page);
      await page.getByLabel('Passphrase', { exact: true }).fill('tundra spoonful arcade velvet');
      await page.getByLabel('Confirm passphrase', { exact: true }).fill('tundra spoonful arcade velvet');
      await page.getByText('Strong').waitFor();
      await button(page, 'Create vault').click();
      await page.waitForTimeout(2600);
    },
  },
  {
    name: '07-first-run-recovery',
    scenario: { phase: 'none' },
    act: async (page) => {
      await toPassphrase(page);
      await page.getByLabel('Passphrase', { exact: true }).fill('tundra spoonful arcade velvet');
      await page.getByLabel('Confirm passphrase', { exact: true }).fill('tundra spoonful arcade velvet');
      await page.getByText('Strong').waitFor();
      await button(page, 'Create vault').click();
      await page.getByText('Your vault is ready').waitFor();
    },
  },
  { name: '08-unlock', scenario: { phase: 'locked', lockReason: 'idle', remembered: true } },
  {
    name: '09-unlock-wrong',
    scenario: { phase: 'locked' },
    act: async (page) => {
      await unlockWith(page, 'wrong');
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: '10-unlock-progress',
    scenario: { phase: 'locked', deriveMs: 6000 },
    act: async (page) => {
      await unlockWith(page, 'open sesame');
      await page.waitForTimeout(2000);
    },
  },
  {
    name: '11-unlock-error',
    scenario: { phase: 'locked', fail: { 'account.unlock': 'store-missing' } },
    act: async (page) => {
      await unlockWith(page, 'open sesame');
      await page.getByRole('alert').waitFor();
    },
  },
  { name: '20-secrets', act: (page) => row(page, /Weights/).click(), keepFocus: true },
  {
    name: '21-secret-revealed',
    act: async (page) => {
      await row(page, /Weights/).click();
      await button(page, 'Reveal Password').click();
      await button(page, 'Copy Password').click();
      await page.getByText('Password copied').waitFor();
    },
  },
  { name: '22-secret-long', act: (page) => row(page, /Staging database/).click() },
  { name: '23-secret-env', act: (page) => row(page, /inference-service/).click() },
  {
    name: '24-secret-history',
    act: async (page) => {
      await row(page, /Weights/).click();
      await button(page, 'More actions').click();
      await page.getByRole('menuitem', { name: 'History' }).click();
      await page.getByRole('button', { name: /Version 2/ }).click();
      await button(page, 'Restore this version').waitFor();
    },
  },
  {
    name: '25-secret-menu',
    act: async (page) => {
      await row(page, /Weights/).click();
      await button(page, 'More actions').click();
      await page.getByRole('menu').waitFor();
    },
  },
  { name: '26-new-secret-types', act: (page) => button(page, 'New secret').click() },
  {
    name: '27-new-login',
    act: async (page) => {
      await newSecret(page, 'Login');
      await page.getByLabel('Name', { exact: true }).fill('Modal');
      await button(page, 'Generate Password').click();
      await page.getByRole('dialog', { name: 'Generator' }).waitFor();
    },
  },
  {
    name: '28-form-problems',
    act: async (page) => {
      await newSecret(page, 'AWS key');
      await button(page, 'Save').click();
      await page.getByRole('alert').first().waitFor();
    },
  },
  {
    name: '29-edit-env',
    act: async (page) => {
      await row(page, /inference-service/).click();
      await button(page, 'Edit').click();
      await page.getByRole('form', { name: 'Edit secret' }).waitFor();
    },
  },
  {
    name: '30-save-failed',
    scenario: { fail: { 'secrets.edit': 'store-full' } },
    act: async (page) => {
      await row(page, /Figma/).click();
      await button(page, 'Edit').click();
      await page.getByLabel('Username').fill('someone@northlab.ai');
      await button(page, 'Save').click();
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: '31-draft-kept',
    act: async (page) => {
      await newSecret(page, 'API token');
      await page.getByLabel('Name', { exact: true }).fill('Half typed token');
      await row(page, /Figma/).click();
      await button(page, 'Continue').waitFor();
    },
  },
  {
    name: '32-search',
    act: async (page) => {
      await page.getByLabel('Search secrets').fill('mira northlab');
      await page.waitForTimeout(200);
    },
    keepFocus: true,
  },
  {
    name: '33-search-nothing',
    act: async (page) => {
      await page.getByLabel('Search secrets').fill('nothing like this');
      await page.getByText('Nothing found').waitFor();
    },
  },
  {
    name: '34-bulk',
    act: async (page) => {
      await row(page, /AWS sandbox/).click();
      await row(page, /Figma/).click({ modifiers: ['Shift'] });
      await page.getByText('secrets selected').waitFor();
    },
  },
  {
    name: '35-trash-undo',
    act: async (page) => {
      await row(page, /Figma/).click();
      await page.keyboard.press('Delete');
      await page.getByText('Moved to trash').waitFor();
    },
  },
  {
    name: '36-trash',
    act: async (page) => {
      await page.getByRole('list', { name: 'Secrets' }).getByRole('button', { name: /Trash/ }).click();
      await row(page, /Old VPN/).click();
    },
  },
  { name: '37-secrets-empty', scenario: { empty: true } },
  {
    name: '38-secrets-many',
    scenario: { many: 10_000 },
    act: async (page) => {
      await row(page, /Airflow/)
        .first()
        .click();
      for (let press = 0; press < 3; press += 1) await page.keyboard.press('PageDown');
    },
    keepFocus: true,
  },
  {
    name: '39-secrets-error',
    scenario: { fail: { 'secrets.list': 'store-missing' } },
    act: (page) => page.getByRole('alert').waitFor(),
  },
  {
    name: '40-secret-damaged',
    scenario: { fail: { 'secrets.get': 'damaged' } },
    act: (page) => page.getByRole('alert').waitFor(),
  },
  {
    name: '50-projects',
    act: (page) =>
      page
        .getByRole('list', { name: 'Projects' })
        .getByRole('button', { name: /All projects/ })
        .click(),
  },
  {
    name: '51-projects-empty',
    scenario: { empty: true },
    act: (page) =>
      page
        .getByRole('list', { name: 'Projects' })
        .getByRole('button', { name: /All projects/ })
        .click(),
  },
  {
    name: '52-new-project',
    act: async (page) => {
      await button(page, 'New project').first().click();
      await page.getByLabel('Project name').fill('Evaluation suite');
    },
  },
  { name: '53-files-text', act: (page) => openFile(page, 'README.md'), keepFocus: true },
  { name: '54-files-image', act: (page) => openFile(page, 'embedding.svg') },
  { name: '55-files-none', act: (page) => openFile(page, 'weights.safetensors') },
  {
    name: '56-files-folder',
    act: async (page) => {
      await firstProject(page);
      await row(page, /^raw/).dblclick();
      await row(page, /2026-01/).dblclick();
      await row(page, /chain_a/).click();
    },
  },
  {
    name: '57-files-drop',
    act: async (page) => {
      await firstProject(page);
      await dragOver(page, '[data-drop-target]');
      await page.getByText('Drop to encrypt').waitFor();
    },
  },
  {
    name: '58-files-transfers',
    scenario: { transfers: true },
    act: async (page) => {
      await firstProject(page);
      await page.getByText('What failed').click();
    },
  },
  {
    name: '59-files-empty',
    act: async (page) => {
      await button(page, 'Checkpoints, spring run').click();
      await page.getByText('Drop files or folders here').waitFor();
    },
  },
  {
    name: '60-files-history',
    act: async (page) => {
      await openFile(page, 'README.md');
      await button(page, 'File actions').click();
      await page.getByRole('menuitem', { name: 'History' }).click();
      await page.getByRole('list', { name: 'Versions' }).waitFor();
    },
  },
  {
    name: '61-files-many',
    scenario: { many: 10_000 },
    act: async (page) => {
      await button(page, 'Protein folding dataset').click();
      await row(page, /shard-00003/).click();
    },
  },
  {
    name: '62-files-move',
    act: async (page) => {
      await openFile(page, 'config.yaml');
      await button(page, 'File actions').click();
      await page.getByRole('menuitem', { name: 'Move…' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: '63-files-error',
    scenario: { fail: { 'files.list': 'damaged' } },
    act: async (page) => {
      await button(page, 'Protein folding dataset').click();
      await page.getByRole('alert').waitFor();
    },
  },
  { name: '70-settings-appearance', act: (page) => settings(page, 'Appearance') },
  { name: '71-settings-security', scenario: { noKeychain: true }, act: (page) => settings(page, 'Security') },
  { name: '72-settings-keys', act: (page) => settings(page, 'Passphrase and keys') },
  {
    name: '73-change-passphrase',
    act: async (page) => {
      await settings(page, 'Passphrase and keys');
      await button(page, 'Change passphrase…').click();
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: '74-settings-vaults', act: (page) => settings(page, 'Vaults') },
  { name: '75-settings-about', act: (page) => settings(page, 'About') },
  { name: '80-palette', act: (page) => page.keyboard.press('Control+k') },
  {
    name: '81-palette-found',
    act: async (page) => {
      await page.keyboard.press('Control+k');
      await page.keyboard.type('git');
      await page.getByRole('option').first().waitFor();
    },
  },
  { name: '82-shortcuts', act: (page) => page.keyboard.press('Control+/') },
  {
    name: '83-vault-menu',
    act: async (page) => {
      await page.getByRole('button', { name: /Vault of/ }).click();
      await page.getByRole('menu').waitFor();
    },
  },
  { name: '100-members', act: (page) => member(page, /^Jonas Weber/), keepFocus: true },
  { name: '101-member-alarm', act: (page) => member(page, /Bob Lindqvist/) },
  { name: '102-member-self', act: (page) => member(page, /^Mira Okafor/) },
  {
    name: '103-members-viewer',
    act: async (page) => {
      await projectView(
        page,
        'Members',
        'Contracts and everything else that legal wants to keep for at least ten years',
      );
      await row(page, /^Jonas Weber/).click();
    },
  },
  {
    name: '104-members-many',
    scenario: { many: 1_000 },
    act: async (page) => {
      await member(page, /Teammate 4 /);
      await page.getByRole('listbox', { name: 'Members' }).focus();
      for (let press = 0; press < 3; press += 1) await page.keyboard.press('PageDown');
    },
    keepFocus: true,
  },
  {
    name: '105-members-error',
    scenario: { fail: { 'projects.members': 'store-unreachable' } },
    act: async (page) => {
      await projectView(page, 'Members');
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: '106-add-choose',
    act: async (page) => {
      await projectView(page, 'Members', 'Checkpoints, spring run');
      await button(page, 'Add…').click();
      await page.getByRole('dialog').getByRole('option', { name: /Bob/ }).hover();
    },
  },
  { name: '107-add-role', act: (page) => addToProject(page, /Ngozi Adeyemi/) },
  { name: '108-add-node', act: (page) => addToProject(page, /colab/) },
  {
    name: '109-add-refused',
    scenario: { fail: { 'projects.addMember': 'no-master-key' } },
    act: async (page) => {
      await addToProject(page, /^田中/);
      await page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click();
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: '110-change-role',
    act: async (page) => {
      await member(page, /Aiko Tanaka/);
      await button(page, 'Change role…').click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: '111-remove',
    act: async (page) => {
      await member(page, /Aiko Tanaka/);
      await button(page, 'Remove…').click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: '112-removed',
    act: async (page) => {
      await member(page, /Aiko Tanaka/);
      await button(page, 'Remove…').click();
      await button(page, 'Remove and change key').click();
      await page.getByRole('heading', { name: 'Change these at their source' }).waitFor();
    },
  },
  {
    name: '113-rekey',
    act: async (page) => {
      await projectView(page, 'Members');
      await button(page, 'Project actions').click();
      await page.getByRole('menuitem', { name: 'New key…' }).click();
      await button(page, 'New key').click();
      await page.getByText('Re-encrypting').waitFor();
    },
  },
  { name: '114-log', act: (page) => projectView(page, 'Log') },
  {
    name: '115-log-void',
    act: async (page) => {
      await projectView(page, 'Log');
      await row(page, /had no effect|no effect/).click();
      await button(page, 'Verify whole log').click();
      await page.getByText('verified, from the first').waitFor();
    },
  },
  {
    name: '116-log-many',
    scenario: { many: 1_000 },
    act: async (page) => {
      await projectView(page, 'Log');
      await page.getByRole('listbox', { name: 'Log' }).focus();
      for (let press = 0; press < 30; press += 1) await page.keyboard.press('PageDown');
    },
    keepFocus: true,
  },
  {
    name: '117-log-error',
    scenario: { fail: { 'projects.log': 'damaged', 'projects.verifyLog': 'rolled-back' } },
    act: async (page) => {
      await projectView(page, 'Log');
      await button(page, 'Verify whole log').click();
      await page.getByRole('alert').nth(1).waitFor();
    },
  },
  {
    name: '118-viewer-files',
    act: async (page) => {
      await button(page, 'Contracts and everything else that legal wants to keep for at least ten years').click();
      await row(page, 'README.md').click();
    },
  },
  {
    name: '119-viewer-drop',
    act: async (page) => {
      await button(page, 'Contracts and everything else that legal wants to keep for at least ten years').click();
      await row(page, 'README.md').waitFor();
      await dragOver(page, '[data-drop-target]');
      await page.getByText('Nothing can be added here').waitFor();
    },
  },
  { name: '120-activity', act: openActivity },
  { name: '121-activity-alarms', scenario: { alarms: true }, act: openActivity },
  { name: '122-activity-empty', scenario: { empty: true }, act: openActivity },
  { name: '123-activity-many', scenario: { many: 1_000 }, act: openActivity },
  {
    name: '124-activity-error',
    scenario: { fail: { 'activity.recent': 'store-unreachable' } },
    act: async (page) => {
      await openActivity(page);
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: '125-activity-filtered',
    act: async (page) => {
      await openActivity(page);
      await page.getByLabel('Search activity').fill('no such words');
      await page.getByText('Nothing found').waitFor();
    },
  },
  { name: '126-banner', scenario: { alarms: true }, act: (page) => row(page, /Weights/).click() },
  {
    name: '127-palette-sharing',
    scenario: { alarms: true },
    act: async (page) => {
      await firstProject(page);
      await page.keyboard.press('Control+k');
      await page.keyboard.type('a');
      await page.getByRole('option').first().waitFor();
    },
  },
  {
    name: '128-palette-rotate',
    act: async (page) => {
      await page.keyboard.press('Control+k');
      await page.keyboard.type('rotate key');
      await page.getByRole('option').first().waitFor();
    },
  },
  { name: '130-people-self', act: (page) => teamRoom(page, 'People') },
  { name: '131-person', act: (page) => person(page, /^Jonas/), keepFocus: true },
  { name: '132-person-unverified', act: (page) => person(page, /^Aiko/) },
  { name: '133-person-alarm', act: (page) => person(page, /^Bob/) },
  { name: '134-person-key-changed', act: (page) => person(page, /^Ngozi/) },
  { name: '135-person-same-name', act: (page) => person(page, /^Sam Lee/) },
  { name: '136-person-long-name', act: (page) => person(page, /^Dr\. Max/) },
  {
    name: '137-person-verify',
    act: async (page) => {
      await person(page, /^Aiko/);
      await button(page, 'Mark as verified…').click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: '138-person-hex',
    act: async (page) => {
      await person(page, /^Jonas/);
      await page.getByText('Hex digits').click();
      await button(page, 'Copy fingerprint').click();
      await page.getByText('Fingerprint copied').waitFor();
    },
  },
  {
    name: '139-person-share',
    act: async (page) => {
      await person(page, /^Aiko/);
      await button(page, 'Share secrets…').click();
      await page.getByRole('dialog').getByRole('option', { name: /Figma/ }).click();
    },
  },
  { name: '140-people-alone', scenario: { empty: true }, act: (page) => teamRoom(page, 'People') },
  {
    name: '141-people-many',
    scenario: { many: 1_000 },
    act: async (page) => {
      await teamRoom(page, 'People');
      await page.getByRole('listbox', { name: 'People' }).focus();
      for (let press = 0; press < 3; press += 1) await page.keyboard.press('PageDown');
    },
    keepFocus: true,
  },
  {
    name: '142-people-error',
    scenario: { fail: { 'people.list': 'store-missing' } },
    act: async (page) => {
      await teamRoom(page, 'People');
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: '143-people-search-nothing',
    act: async (page) => {
      await teamRoom(page, 'People');
      await page.getByLabel('Search people').fill('nobody like this');
      await page.getByText('Nobody found').waitFor();
    },
  },
  {
    name: '144-reach-error',
    scenario: { fail: { 'people.reach': 'internal' } },
    act: async (page) => {
      await person(page, /^Jonas/);
      await page.getByRole('alert').waitFor();
    },
  },
  { name: '150-node', act: (page) => node(page, /gamma-07/), keepFocus: true },
  { name: '151-node-long-name', act: (page) => node(page, /^trainer/) },
  { name: '152-nodes-empty', scenario: { empty: true }, act: (page) => teamRoom(page, 'Nodes') },
  { name: '153-register-own', act: registerNode },
  {
    name: '154-register-secret',
    act: async (page) => {
      await registerNode(page);
      await page.getByLabel('Name of the node').fill('gamma-09');
      await page.getByRole('radio', { name: /From a node secret/ }).click();
      await button(page, 'Suggest').click();
      await page.getByLabel('Kind of key').selectOption('coretex');
      await page.getByText('The price:').waitFor();
    },
  },
  {
    name: '155-register-code',
    act: async (page) => {
      await registerNode(page);
      await page.getByLabel('Name of the node').fill('gamma-09');
      await button(page, 'Make a code').click();
      await page.getByText('P3VN').waitFor();
    },
  },
  {
    name: '156-register-problem',
    act: async (page) => {
      await registerNode(page);
      await button(page, 'Make a code').click();
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: '157-node-authorize',
    act: async (page) => {
      await node(page, /^colab/);
      await button(page, 'Authorize for projects…').click();
      await page
        .getByRole('dialog')
        .getByRole('option', { name: /Protein/ })
        .click();
    },
  },
  {
    name: '158-node-revoke',
    act: async (page) => {
      await node(page, /gamma-07/);
      await button(page, 'Revoke Protein folding dataset').click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: '159-node-revoked',
    act: async (page) => {
      await node(page, /gamma-07/);
      await button(page, 'Revoke Protein folding dataset').click();
      await page.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }).click();
      await page.getByRole('heading', { name: /change these at their source/ }).waitFor();
    },
  },
  {
    name: '160-enrolment',
    act: async (page) => {
      await teamRoom(page, 'Nodes');
      await page.getByRole('button', { name: /^gamma-08/ }).click();
      await page.getByText('K7QF').waitFor();
    },
  },
  {
    name: '161-registering',
    scenario: { deriveMs: 8_000 },
    act: async (page) => {
      await registerNode(page);
      await page.getByLabel('Name of the node').fill('gamma-09');
      await page.getByRole('radio', { name: /From a node secret/ }).click();
      await page.getByLabel('Node secret', { exact: true }).fill('tundra spoonful arcade velvet');
      await page.getByLabel('Confirm node secret', { exact: true }).fill('tundra spoonful arcade velvet');
      await page.getByText('Strong').waitFor();
      await button(page, 'Register').click();
      await page.waitForTimeout(1_000);
    },
  },
  {
    name: '170-secret-shared',
    act: async (page) => {
      await row(page, /AWS training/).click();
      await row(page, /Weights/).click();
      await page.getByRole('list', { name: 'Readers' }).waitFor();
    },
  },
  { name: '171-secret-of-another', act: (page) => row(page, /Hugging Face/).click() },
  { name: '172-secret-ended', act: (page) => row(page, /GPU node gamma-07/).click() },
  {
    name: '173-secret-share',
    act: async (page) => {
      await row(page, /GitHub release/).click();
      await button(page, 'Share…').click();
      await page.getByRole('dialog').getByRole('option', { name: /Aiko/ }).click();
    },
  },
  {
    name: '174-secret-unshare',
    act: async (page) => {
      await row(page, /GitHub release/).click();
      await button(page, 'Stop sharing with Jonas Weber').click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: '175-bulk-foreign',
    act: async (page) => {
      await row(page, /GPU node gamma-07/).click();
      await row(page, /Hugging Face/).click({ modifiers: ['Shift'] });
      await page.getByText('secrets selected').waitFor();
    },
  },
  ...storeScenes,
];
