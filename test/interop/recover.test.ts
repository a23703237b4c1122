/**
 * The promise behind docs/recover.md: a program that shares no code with the vault opens everything with the passphrase and
 * the store's folder alone (recover.py), and notices every changed byte.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FileEntry, ProjectSummary } from '../../app/model/project.js';
import type { SecretSummary } from '../../app/model/secret.js';
import { Profile, useCommand } from '../unit/cli/command.js';
import { place, python, recover, type FileLine, type Recovery } from './recover-python.js';

const mebibyte = 1024 * 1024;
const segment = 4 * mebibyte;
const sizes = [0, 1, 15, 16, 17, 65_536, segment - 1, segment, segment + 1, 2 * segment + 5];
const oddNames = [
  'two\nlines',
  '🗝️ ключ.txt',
  'x'.repeat(255),
  '-rf',
  '..a',
  '.hidden',
  ' space ',
  'CON',
  '%2e%2e',
  'a"b\\c',
];
const oldPassphrase = 'Zr7-quokka-Umbrage-41-fjord-Vex-ﬁne';
const newPassphrase = 'Änother-quokka-Vault-72-gjord-Wax-🗝';

/** What somebody put into a vault, as far as its current state goes. */
type Expected = Readonly<{
  secrets: Map<string, { type: string; fields: Record<string, string>; state: string }>;
  files: Map<string, { content: Buffer; trashed: boolean }>;
}>;

const secretsPut: [type: string, name: string, fields: Record<string, string>][] = [
  ['credentials', 'db', { username: 'ana', password: 'päss-wörd-🔐', url: 'https://db.example' }],
  ['aws', 'cloud', { key: 'AKIA', secret: 'wJalr', region: 'eu-1' }],
  ['git', 'forge', { token: 'ghp_1' }],
  ['api-token', 'service', { token: 't'.repeat(10_000) }],
  ['ssh-key', 'server', { privateKey: '-----BEGIN\nline\n\nEND-----', passphrase: ' ' }],
  ['note', 'Čaj ☕ / "quoted"', { text: 'a\tb\r\nc\u0000d\u2028' }],
  ['totp', 'second factor', { otp: 'JBSWY3DPEHPK3PXP' }],
  ['env', 'settings', { DATABASE_URL: 'postgres://x', EMPTY: '' }],
];

/** Fields by way of files, so that any text can be given. */
const fieldWords = (fields: Record<string, string>): string[] =>
  Object.entries(fields).map(([name, value]) => {
    const path = place('field', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${value}\n`);
    return `${name}=@${path}`;
  });

async function putSecrets(vault: Profile, expected: Expected): Promise<void> {
  for (const [type, name, fields] of secretsPut) {
    await vault.vault(['secret', 'add', type, name, ...fieldWords(fields)]);
    expected.secrets.set(name, { type, fields, state: 'kept' });
  }
  await vault.vault(['secret', 'edit', 'forge', ...fieldWords({ token: 'ghp_2', username: 'x' })]);
  expected.secrets.set('forge', { type: 'git', fields: { token: 'ghp_2', username: 'x' }, state: 'kept' });
  await vault.vault(['secret', 'remove', 'cloud']);
  expected.secrets.set('cloud', {
    type: 'aws',
    fields: { key: 'AKIA', secret: 'wJalr', region: 'eu-1' },
    state: 'trashed',
  });
  await vault.vault(['secret', 'remove', 'settings', '--for-good']);
  expected.secrets.delete('settings');
}

async function putFiles(vault: Profile, project: string, expected: Expected): Promise<void> {
  const sources = place('sources', project);
  const names = [...sizes.map((size) => `${size}.bin`), ...oddNames.map((name) => `odd/deep/${name}`)];
  for (const name of names) {
    const size = /^(\d+)\.bin$/.exec(name)?.[1];
    const content = randomBytes(size === undefined ? randomInt(100) : Number(size));
    mkdirSync(dirname(join(sources, name)), { recursive: true });
    writeFileSync(join(sources, name), content);
    expected.files.set(`${project}/in/${name}`, { content, trashed: false });
  }
  const tops = readdirSync(sources).map((name) => join(sources, name));
  await vault.vault(['file', 'put', '--project', project, '--folder', 'in', '--', ...tops]);

  const second = Buffer.from('the second version');
  writeFileSync(join(sources, '17.bin'), second);
  await vault.vault(['file', 'put', join(sources, '17.bin'), '--project', project, '--folder', 'in']);
  expected.files.set(`${project}/in/17.bin`, { content: second, trashed: false });
  await vault.vault(['file', 'move', 'in/16.bin', 'moved/16', '--project', project]);
  rename(expected, `${project}/in/16.bin`, `${project}/moved/16`, false);
  await vault.vault(['file', 'remove', 'in/15.bin', '--project', project]);
  rename(expected, `${project}/in/15.bin`, `${project}/.trash/in/15.bin`, true);
  await vault.vault(['file', 'remove', 'in/1.bin', '--project', project, '--for-good']);
  expected.files.delete(`${project}/in/1.bin`);
}

function rename({ files }: Expected, from: string, to: string, trashed: boolean): void {
  const file = files.get(from);
  if (file === undefined) throw new Error(`${from} was never put.`);
  files.delete(from);
  files.set(to, { content: file.content, trashed });
}

const sorted = (lines: readonly object[]): string[] => lines.map((line) => JSON.stringify(line)).sort();

function expectSecrets(recovery: Recovery, { secrets }: Expected): void {
  const found = recovery.secrets.filter(({ type }) => type !== 'project');
  const order = (fields: object): object => Object.fromEntries(Object.entries(fields).sort());
  expect(sorted(found.map(({ name, type, fields, state }) => ({ name, type, fields: order(fields), state })))).toEqual(
    sorted([...secrets].map(([name, { type, fields, state }]) => ({ name, type, fields: order(fields), state }))),
  );
}

function expectFiles(recovery: Recovery, { files }: Expected): void {
  const inVault = ({ project, path, trashed }: FileLine): string => `${project}/${trashed ? '.trash/' : ''}${path}`;
  expect(recovery.files.map(inVault).sort()).toEqual([...files.keys()].sort());
  for (const line of recovery.files) {
    const { content } = files.get(inVault(line)) ?? { content: Buffer.alloc(0) };
    expect(Buffer.compare(readFileSync(line.saved), content), line.path).toBe(0);
    expect(line.size).toBe(content.length);
  }
}

/** Every object of a store, as paths below it. */
const objectsOf = (store: string): string[] =>
  readdirSync(store, { recursive: true, encoding: 'utf8' }).filter((path) => statSync(join(store, path)).isFile());

describe.skipIf(python === null).each(['vault', 'coretex'] as const)('a store of the %s suite', (suite) => {
  mkdirSync(place(suite));
  const vault = new Profile(place(suite), `${oldPassphrase}\n`);
  const expected: Expected = { secrets: new Map(), files: new Map() };
  const newFile = place(suite, 'new-passphrase');
  useCommand();

  beforeAll(async () => {
    await vault.vault(['init', '--store', vault.store, '--name', 'Ana', '--suite', suite, '--bits', '2048']);
    await putSecrets(vault, expected);
    for (const kind of ['vault', 'coretex'] as const) {
      await vault.vault(['project', 'create', `files ${kind}`, '--suite', kind]);
      await putFiles(vault, `files ${kind}`, expected);
    }
  }, 300_000);

  it('gives back every secret and every file', async () => {
    const recovery = await recover(vault.store, oldPassphrase);
    expect(recovery).toMatchObject({ code: 0, stderr: expect.stringMatching(/^opened 'Ana'/) as string });
    expectSecrets(recovery, expected);
    expectFiles(recovery, expected);
  }, 120_000);

  it('gives back earlier versions when asked', async () => {
    const { secrets } = await recover(vault.store, oldPassphrase, '--history');
    const forge = secrets.filter(({ name }) => name === 'forge').map(({ version, fields }) => ({ version, fields }));
    expect(forge).toEqual([
      { version: 1, fields: { token: 'ghp_1' } },
      { version: 2, fields: { token: 'ghp_2', username: 'x' } },
    ]);
  }, 120_000);

  it('opens for no other passphrase', async () => {
    const recovery = await recover(vault.store, `${oldPassphrase}!`);
    expect(recovery).toMatchObject({ code: 3, secrets: [], files: [] });
  }, 120_000);

  it.each(['secrets', 'files', 'log', 'blobs'])(
    'reports one flipped byte among its %s, and uses nothing of it',
    async (kind) => {
      const store = place(`${suite}-flipped-${kind}`);
      cpSync(vault.store, store, { recursive: true });
      // what is deleted for good leaves objects that nobody reads; what a newer version replaced is not decrypted here
      const whole = await recover(store, oldPassphrase);
      const objects = objectsOf(store).filter(
        (key) => key.split('/').includes(kind) && (kind !== 'blobs' || isRead(key)),
      );
      const key = objects[randomInt(objects.length)] ?? '';
      const bytes = readFileSync(join(store, key));
      const at = randomInt(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << randomInt(8));
      writeFileSync(join(store, key), bytes);
      const recovery = await recover(store, oldPassphrase);
      expect(recovery.code, `${key}, byte ${at}`).toBe(4);
      expect(recovery.stderr).toMatch(/damaged: (secrets|projects)\//);
      for (const line of recovery.secrets) expect(whole.secrets.map(({ id }) => id)).toContain(line.id);
      for (const { project, path, trashed, saved } of recovery.files) {
        const before = whole.files.find(
          (file) =>
            file.project === project &&
            file.path === path &&
            file.trashed === trashed &&
            basename(file.saved) === basename(saved),
        );
        if (before !== undefined) expect(Buffer.compare(readFileSync(saved), readFileSync(before.saved))).toBe(0);
      }
    },
    240_000,
  );

  /** Whether a blob is of a version that is decrypted: all have the size of a file that is expected. */
  const isRead = (key: string): boolean => {
    const bytes = statSync(join(vault.store, key)).size;
    return bytes > segment; // the large ones have one version each
  };

  it('reports a flipped byte of the account card', async () => {
    const store = place(`${suite}-flipped-card`);
    cpSync(vault.store, store, { recursive: true });
    const key = objectsOf(store).find((object) => object.startsWith('accounts/')) ?? '';
    const bytes = readFileSync(join(store, key));
    const at = randomInt(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << randomInt(8));
    writeFileSync(join(store, key), bytes);
    const recovery = await recover(store, oldPassphrase);
    expect(recovery, `byte ${at}`).toMatchObject({ code: 4, secrets: [], files: [] });
  }, 120_000);

  it('opens after a change of the passphrase, for the new one alone', async () => {
    writeFileSync(newFile, newPassphrase);
    await vault.vault(['key', 'change-passphrase', '--new-passphrase-file', newFile]);
    expect(await vault.attempt(['secret', 'list'])).toMatchObject({ code: 3, stdout: '' });
    writeFileSync(vault.passphraseFile, newPassphrase);
    const added = await vault.json<SecretSummary>(['secret', 'add', 'note', 'after', ...fieldWords({ text: 'new' })]);
    expected.secrets.set(added.name, { type: 'note', fields: { text: 'new' }, state: 'kept' });

    const recovery = await recover(vault.store, newPassphrase);
    expect(recovery.code).toBe(0);
    expectSecrets(recovery, expected);
    expectFiles(recovery, expected);
    expect(await recover(vault.store, oldPassphrase)).toMatchObject({ code: 3, secrets: [], files: [] });
  }, 240_000);

  it('agrees with the command about what is there', async () => {
    const projects = await vault.json<ProjectSummary[]>(['project', 'list']);
    expect(projects.map(({ name }) => name).sort()).toEqual(['files coretex', 'files vault']);
    for (const { name } of projects) {
      const entries = await vault.json<FileEntry[]>(['file', 'list', '--project', name]);
      const paths = entries.filter(({ kind }) => kind === 'file').map(({ path }) => `${name}/${path}`);
      const live = [...expected.files].filter(([path, { trashed }]) => path.startsWith(`${name}/`) && !trashed);
      expect(paths.sort()).toEqual(live.map(([path]) => path).sort());
    }
  }, 120_000);
});
