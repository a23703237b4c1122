/**
 * Vaults in buckets: setting one up, how it stands with its store, and what is done to the store as a whole.
 * @typedef {import('playwright-core').Page} Page
 * @typedef {import('./scenes.mjs').Scene} Scene
 */

/** @param {Page} page @param {string} name */
const button = (page, name) => page.getByRole('button', { name, exact: true });
/** @param {Page} page @param {string | RegExp} name */
const row = (page, name) => page.getByRole('option', { name });

/** @param {Page} page */
const toBucket = async (page) => {
  await page.getByRole('radio', { name: /A bucket/ }).click();
  await button(page, 'Continue').click();
  await page.getByRole('heading', { name: 'Your bucket' }).waitFor();
};
/** @param {Page} page */
const fillKeys = async (page) => {
  await page.getByLabel('Access key ID').fill('AKIAIOSFODNN7EXAMPLE');
  await page.getByLabel('Secret access key', { exact: true }).fill('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY');
};
/** @param {Page} page */
const fillBucket = async (page) => {
  await page.getByLabel('Server address').fill('https://s3.eu-central.northlab.example');
  await page.getByLabel('Bucket', { exact: true }).fill('northlab-vault');
  await fillKeys(page);
};
/** @param {Page} page */
const tested = async (page) => {
  await toBucket(page);
  await fillBucket(page);
  await button(page, 'Test connection').click();
  await page.getByRole('list', { name: 'Connection' }).waitFor();
};
/** @param {string} name @param {import('./fake-bridge.js').Scenario} scenario */
const testScene = (name, scenario) => ({
  name,
  scenario: { phase: /** @type {const} */ ('none'), ...scenario },
  act: tested,
});

/** @param {Page} page */
const openSync = async (page) => {
  await page
    .getByRole('button', { name: /^Store: / })
    .locator('visible=true')
    .click();
  await page.getByRole('dialog', { name: 'Sync' }).waitFor();
};
/** @param {Page} page */
const storePage = async (page) => {
  await button(page, 'Settings').click();
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('button', { name: 'Store', exact: true }).click();
  await page.getByText('Check the store').waitFor();
};
/** @param {Page} page */
const checked = async (page) => {
  await storePage(page);
  await button(page, 'Check').click();
  await page.getByRole('note').first().waitFor();
  await page.getByRole('note').last().scrollIntoViewIfNeeded();
};
/** @param {Page} page */
const moving = async (page) => {
  await storePage(page);
  await button(page, 'Move…').click();
  await page.getByRole('dialog').waitFor();
};
/** @param {Page} page @param {string} name */
const project = async (page, name) => {
  await button(page, name).click();
  await page.getByRole('navigation', { name: 'Views of this project' }).waitFor();
};

/** @type {readonly Scene[]} */
export const storeScenes = [
  {
    name: '200-place-bucket',
    scenario: { phase: 'none' },
    act: (page) => page.getByRole('radio', { name: /A bucket/ }).click(),
  },
  { name: '201-bucket-empty', scenario: { phase: 'none' }, act: toBucket },
  {
    name: '202-bucket-problems',
    scenario: { phase: 'none' },
    act: async (page) => {
      await toBucket(page);
      await page.getByLabel('Server address').fill('http://s3.northlab.example');
      await page.getByLabel(/^Folder in it/).fill('teams/../other');
      await button(page, 'Test connection').click();
      await page.getByRole('alert').first().waitFor();
    },
  },
  {
    name: '203-bucket-invitation',
    scenario: { phase: 'none' },
    act: async (page) => {
      await toBucket(page);
      await button(page, 'Open invitation…').click();
      await page.getByText('It holds no keys').waitFor();
    },
  },
  {
    name: '204-bucket-invitation-long',
    scenario: { phase: 'none', longNames: true },
    act: async (page) => {
      await toBucket(page);
      await button(page, 'Open invitation…').click();
      await page.getByText('It holds no keys').waitFor();
    },
  },
  {
    name: '205-bucket-more',
    scenario: { phase: 'none' },
    act: async (page) => {
      await toBucket(page);
      await page.getByText('More options').click();
      await page.getByLabel(/^Certificate/).fill('no certificate');
      await button(page, 'Test connection').click();
      await page.getByText('Paste a certificate').waitFor();
    },
  },
  {
    name: '206-bucket-testing',
    scenario: { phase: 'none', testMs: 60_000 },
    act: async (page) => {
      await toBucket(page);
      await fillBucket(page);
      await button(page, 'Test connection').click();
      await page.getByText('Trying the connection').waitFor();
    },
  },
  testScene('207-bucket-works', { check: 'good' }),
  testScene('208-bucket-holds-vault', { check: 'held' }),
  testScene('209-bucket-read-only', { check: 'read-only' }),
  testScene('210-bucket-read-only-empty', { check: 'read-only-empty' }),
  testScene('211-bucket-wrong-keys', { check: 'wrong-keys' }),
  testScene('212-bucket-no-create', { check: 'no-create' }),
  {
    name: '213-bucket-error',
    scenario: { phase: 'none', fail: { 'store.test': 'store-unreachable' } },
    act: async (page) => {
      await toBucket(page);
      await fillBucket(page);
      await button(page, 'Test connection').click();
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: '214-bucket-join',
    scenario: { phase: 'none', check: 'held' },
    act: async (page) => {
      await tested(page);
      await button(page, 'Continue').click();
      await page.getByLabel('Your name').fill('Mira Okafor');
    },
  },
  { name: '220-sync-current', scenario: { sync: 'current' }, act: openSync },
  { name: '221-sync-working', scenario: { sync: 'working' }, act: openSync },
  { name: '222-sync-offline', scenario: { sync: 'offline' }, act: openSync },
  {
    name: '223-sync-offline-many',
    scenario: { sync: 'offline', many: 1_000, waiting: 'some' },
    act: openSync,
  },
  { name: '224-sync-paused', scenario: { sync: 'paused' }, act: openSync },
  { name: '225-sync-trouble', scenario: { sync: 'trouble', waiting: 'refused' }, act: openSync },
  { name: '226-sync-notices', scenario: { sync: 'current', notices: true }, act: openSync },
  { name: '227-sync-everything', scenario: { sync: 'offline', waiting: 'refused', notices: true }, act: openSync },
  {
    name: '228-sync-give-up',
    scenario: { sync: 'current', waiting: 'refused' },
    act: async (page) => {
      await openSync(page);
      await page.getByRole('button', { name: /^Give up this change to an extremely/ }).click();
      await page.getByRole('dialog', { name: 'Give up this change?' }).waitFor();
    },
  },
  {
    name: '229-sync-look-now-fails',
    scenario: { sync: 'offline' },
    act: async (page) => {
      await openSync(page);
      await button(page, 'Look now').click();
      await page.getByText('The server does not answer').waitFor();
    },
  },
  {
    name: '230-sync-chip-focus',
    scenario: { sync: 'offline', notices: true },
    act: async (page) => {
      await page
        .getByRole('button', { name: /^Store: / })
        .locator('visible=true')
        .focus();
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('ArrowDown');
    },
    keepFocus: true,
  },
  {
    name: '235-sync-rail',
    scenario: { sync: 'offline', notices: true },
    act: async (page) => {
      await page.setViewportSize({ width: 800, height: 600 });
      await openSync(page);
    },
  },
  {
    name: '231-secret-waits',
    scenario: { sync: 'offline' },
    act: (page) => row(page, /Weights/).click(),
  },
  {
    name: '232-file-waits',
    scenario: { sync: 'offline', waiting: 'refused' },
    act: async (page) => {
      await project(page, 'Protein folding dataset');
      await row(page, /an extremely long/).click();
    },
  },
  {
    name: '233-sync-notice-show',
    scenario: { sync: 'current', notices: true, conflicts: true },
    act: async (page) => {
      await openSync(page);
      await button(page, 'Show Figma').click();
      await page.getByRole('heading', { name: /Two computers/ }).waitFor();
    },
  },
  { name: '240-conflict', scenario: { conflicts: true }, act: (page) => row(page, /Figma/).click() },
  {
    name: '241-conflict-revealed',
    scenario: { conflicts: true },
    act: async (page) => {
      await row(page, /inference-service/).click();
      await button(page, 'Reveal DATABASE_URL').first().click();
      await button(page, 'Reveal the other DATABASE_URL').click();
    },
  },
  {
    name: '242-conflict-settled',
    scenario: { conflicts: true },
    act: async (page) => {
      await row(page, /Figma/).click();
      await button(page, 'Keep the other Website').click();
      await page.getByText('Website settled').waitFor();
    },
  },
  { name: '243-conflict-of-another', scenario: { conflicts: true }, act: (page) => row(page, /GPU node/).click() },
  {
    name: '244-conflict-edit',
    scenario: { conflicts: true },
    act: async (page) => {
      await row(page, /Figma/).click();
      await button(page, 'Edit').click();
    },
  },
  { name: '250-store-bucket', scenario: { sync: 'current' }, act: storePage },
  { name: '251-store-folder', act: storePage },
  { name: '252-store-long-names', scenario: { sync: 'current', longNames: true }, act: storePage },
  { name: '253-store-no-keys', scenario: { sync: 'trouble', noKeys: true }, act: storePage },
  {
    name: '254-replace-keys',
    scenario: { sync: 'current', fail: { 'store.replaceKeys': 'store-unreachable' } },
    act: async (page) => {
      await storePage(page);
      await button(page, 'Replace keys…').click();
      await fillKeys(page);
      await button(page, 'Try and keep').click();
      await page.getByRole('dialog').getByRole('alert').waitFor();
    },
  },
  { name: '255-check-good', scenario: { sync: 'current' }, act: checked },
  { name: '256-check-damages', scenario: { sync: 'current', damages: true }, act: checked },
  {
    name: '257-check-garbage',
    scenario: { sync: 'current', damages: true },
    act: async (page) => {
      await checked(page);
      await button(page, 'Remove garbage older than a week').scrollIntoViewIfNeeded();
    },
  },
  {
    name: '258-check-running',
    scenario: { sync: 'current', workMs: 60_000 },
    act: async (page) => {
      await storePage(page);
      await button(page, 'Check').click();
      await page.getByText('Reading records').waitFor();
    },
  },
  {
    name: '259-check-error',
    scenario: { sync: 'offline', fail: { 'store.check': 'store-unreachable' } },
    act: async (page) => {
      await storePage(page);
      await button(page, 'Check').click();
      await page.getByRole('alert').waitFor();
    },
  },
  { name: '260-move', act: moving },
  {
    name: '261-move-folder',
    scenario: { sync: 'current' },
    act: async (page) => {
      await moving(page);
      await page.getByRole('radio', { name: 'A folder' }).click();
      await button(page, 'Choose…').click();
      await page.getByText('Something is already there').waitFor();
    },
  },
  {
    name: '262-move-tested',
    act: async (page) => {
      await moving(page);
      await fillBucket(page);
      await button(page, 'Test connection').click();
      await button(page, 'Move the vault').waitFor();
    },
  },
  {
    name: '263-move-running',
    scenario: { workMs: 20_000 },
    act: async (page) => {
      await moving(page);
      await page.getByRole('radio', { name: 'A folder' }).click();
      await button(page, 'Choose…').click();
      await button(page, 'Move the vault').click();
      await page.getByText('Copying').waitFor();
      await page.waitForTimeout(2_500);
    },
  },
  {
    name: '264-move-error',
    scenario: { fail: { 'store.move': 'already-exists' } },
    act: async (page) => {
      await moving(page);
      await page.getByRole('radio', { name: 'A folder' }).click();
      await button(page, 'Choose…').click();
      await button(page, 'Move the vault').click();
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: '270-project-pin',
    scenario: { sync: 'current' },
    act: async (page) => {
      await project(page, 'Protein folding dataset');
      await button(page, 'Project actions').click();
      await page.getByRole('menuitemcheckbox', { name: 'Keep on this computer' }).waitFor();
    },
  },
  {
    name: '271-projects-pinned',
    scenario: { sync: 'offline', waiting: 'refused' },
    act: (page) => page.getByRole('button', { name: /^All projects/ }).click(),
  },
  { name: '280-rollback', scenario: { sync: 'current', alarms: 'rollback' } },
  {
    name: '281-rollback-activity',
    scenario: { sync: 'current', alarms: 'rollback' },
    act: (page) => page.getByRole('list', { name: 'Team' }).getByRole('button', { name: 'Activity' }).click(),
  },
  {
    name: '282-rollback-confirm',
    scenario: { sync: 'current', alarms: 'rollback' },
    act: async (page) => {
      await button(page, 'Go on with what the store shows…').click();
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: '283-rollback-folder', scenario: { alarms: 'rollback' } },
];
