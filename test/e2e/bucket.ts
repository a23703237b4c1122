/** What a team needs for a vault in a bucket: a real S3 server with a key for each person, and a keyring for each of them. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import type { Locator, Page } from 'playwright-core';
import type { S3Keys, S3Location } from '../../app/model/store.js';
import type { Ceph } from '../store/ceph.js';
import type { App } from './app.js';
import type { Member } from './team.js';
import { shortly } from './team.js';

const policies = join(import.meta.dirname, '../../docs/policies.md');

/** The vault's folder in the bucket, as the documented policy calls it. */
export const prefix = 'acme';

export const keysFor = (name: string): S3Keys => ({
  accessKeyId: `CIE2E${name.toUpperCase().padEnd(15, '0')}`,
  secretAccessKey: `ci-e2e-${name}-key-0123456789abcdefghijkl`,
});

/** Lets those people do in the bucket what docs/policies.md lets a member do, and nothing more; anybody else, nothing. */
export const letIn = async (ceph: Ceph, { bucket }: S3Location, names: readonly string[]): Promise<void> => {
  const [, policy = ''] = /```json policy\n([\s\S]*?)```/.exec(readFileSync(policies, 'utf8')) ?? [];
  const arn = (name: string): string => `"arn:aws:iam:::user/${name}"`;
  const Policy = policy
    .replaceAll(arn('ada'), names.map(arn).join(', '))
    .replaceAll('user/keeper', 'user/ci')
    .replaceAll('user/build-server', 'user/reader')
    .replaceAll('team-vaults', bucket);
  const admin = ceph.client();
  await admin.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
  admin.destroy();
};

/** A new bucket for those people, each with keys of their own. */
export const bucketFor = async (ceph: Ceph, names: readonly string[]): Promise<S3Location> => {
  for (const name of names) {
    const { accessKeyId, secretAccessKey } = keysFor(name);
    await ceph.run('user', name, accessKeyId, secretAccessKey);
  }
  const location = await ceph.newBucket({ readable: false });
  await letIn(ceph, location, names);
  return { ...location, prefix };
};

export type Keyring = Readonly<{ environment: Readonly<Record<string, string>>; close: () => void }>;

/**
 * A message bus with a keyring of this person's own, as on a computer of their own. The keyring ends with its bus. Elsewhere than on
 * Linux, the keychain is the system's.
 */
export const openKeyring = async ({ folder, home }: Member): Promise<Keyring> => {
  if (process.platform !== 'linux') return { environment: {}, close: () => undefined };
  const runtime = join(folder, 'run');
  mkdirSync(runtime, { mode: 0o700 });
  const bus = spawn('dbus-daemon', ['--session', '--nofork', '--print-address=1'], {
    env: { ...process.env, HOME: home, XDG_RUNTIME_DIR: runtime },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [address] = (await once(bus.stdout, 'data')) as [Buffer];
  const environment = { XDG_RUNTIME_DIR: runtime, DBUS_SESSION_BUS_ADDRESS: address.toString('utf8').trim() };
  const { status } = spawnSync('gnome-keyring-daemon', ['--unlock', '--components=secrets'], {
    input: '\n', // the password; an empty one would make a keyring that anybody reads
    env: { ...process.env, HOME: home, ...environment },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  if (status !== 0) throw new Error('gnome-keyring-daemon did not start: there is no keyring to test with');
  return { environment, close: () => bus.kill() };
};

/** Every file below a folder whose bytes hold `text`. */
export const filesWith = (folder: string, text: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => readFileSync(file).includes(text));

const field = (page: Page, label: string): Locator => page.getByRole('textbox', { name: label, exact: true });

export const fillPlace = async (page: Page, location: S3Location): Promise<void> => {
  await field(page, 'Server address').fill(location.endpoint);
  await field(page, 'Region').fill(location.region);
  await field(page, 'Bucket').fill(location.bucket);
  await field(page, 'Folder in it (optional)').fill(location.prefix ?? '');
};

export const fillKeys = async (page: Page, { accessKeyId, secretAccessKey }: S3Keys): Promise<void> => {
  await field(page, 'Access key ID').fill(accessKeyId);
  await page.getByLabel('Secret access key', { exact: true }).fill(secretAccessKey);
};

/** What the test of the connection says of each step: `ok`, `failed`, `skipped` … */
export const stepsShown = async (page: Page): Promise<(string | null)[]> => {
  const lines = page.getByRole('list', { name: 'Connection' }).locator('.step-line');
  await lines.first().waitFor(shortly);
  return lines.evaluateAll((all) => all.map((line) => line.getAttribute('data-look')));
};

/** The line in the sidebar that tells how the vault stands with its bucket. */
export const chip = (page: Page, words: RegExp): Locator =>
  page.locator('.sidebar').getByRole('button', { name: new RegExp(`^Store: ${words.source}`) });

/** The marks of those rows that wait to be sent. */
export const waitsMark = (scope: Locator): Locator => scope.getByRole('img', { name: 'Waits to be sent' });

/** Turns one field of the secret that is shown into something else. */
export const editSecret = async (page: Page, values: Readonly<Record<string, string>>): Promise<void> => {
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  const form = page.getByRole('form', { name: 'Edit secret' });
  for (const [label, value] of Object.entries(values))
    await form.getByRole('textbox', { name: label, exact: true }).fill(value);
  await form.getByRole('button', { name: 'Save' }).click();
  await form.waitFor({ state: 'detached' });
};

/** Opens a page of the settings. */
export const settingsPage = async ({ page }: App, name: string): Promise<void> => {
  await page.keyboard.press('Control+,');
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('button', { name }).click();
  await page.getByRole('heading', { name, level: 1 }).waitFor();
};
