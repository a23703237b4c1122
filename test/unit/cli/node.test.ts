import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createDecipheriv } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Enrolment, Person, Reach } from '../../../app/model/people.js';
import { Profile, run, strongPassphrase, useCommand, useFolder } from './command.js';

useCommand();
const folder = useFolder();
const write = (name: string, content: string | Uint8Array): string => {
  writeFileSync(folder(name), content);
  return folder(name);
};

type Told = Readonly<{ node: Person; reach: Reach }>;
type Env = Readonly<{ variables: Record<string, string>; registration: Record<string, string>; secrets: object[] }>;

const ada = new Profile(folder(), 'a passphrase of the vault suite');
const fast = ['--bits', '2048'];
/** A command on the node: no passphrase is given, and there is no terminal to ask on. */
const onNode = (name: string, words: readonly string[], stdin?: string) =>
  run(['--vault', folder(name), ...words], stdin === undefined ? {} : { stdin });

beforeAll(async () => {
  await ada.vault(['init', '--store', ada.store, '--name', 'Ada', ...fast]);
  await ada.vault(['project', 'create', 'models', '--suite', 'coretex']);
  await ada.vault(['file', 'put', write('data.csv', 'a,b\n'), '--project', 'models']);
  await ada.vault(['file', 'put', write('.env', 'TOKEN=x\n'), '--project', 'models']);
  await ada.vault(['secret', 'add', 'git', 'hub', 'token=@-'], { stdin: 'ghp_1' });
});

describe('a node that was invited', () => {
  it('enrols with its code from a file, opens without a passphrase, and is verified', async () => {
    const { code, name } = await ada.json<Enrolment>(['node', 'invite', 'gpu 1']);
    expect(name).toBe('gpu 1');
    expect((await ada.vault(['node', 'list'])).stdout).toContain(code);
    const words = ['node', 'enrol', '--store', ada.store, '--name', 'gpu 1', '--code-file', '-', ...fast];
    const enrolled = await onNode('gpu1', words, `${code.toLowerCase()}\n`);
    expect(enrolled).toMatchObject({ code: 0 });
    expect(enrolled.stdout + enrolled.stderr).not.toContain(code);
    expect(statSync(folder('gpu1', 'node-secret')).mode & 0o777).toBe(0o600);
    const { nodes, enrolments } = await ada.json<{ nodes: Person[]; enrolments: Enrolment[] }>(['node', 'list']);
    expect(nodes).toMatchObject([{ name: 'gpu 1', kind: 'node', verified: true, enrolled: true, alarm: '' }]);
    expect(enrolments).toEqual([]);
    expect((await ada.vault(['node', 'list'])).stdout).toContain('verified by its code');
    const list = await onNode('gpu1', ['project', 'list', '--json']);
    expect(list).toMatchObject({ code: 0, stdout: '[]\n' });
  });

  it('reads what it is authorized for, and `show` says exactly that', async () => {
    const told = await ada.json<Told>(['node', 'authorize', 'gpu 1', '--project', 'models']);
    expect(told.reach.projects).toMatchObject([
      { name: 'models', access: 'node', files: 2, credentialFiles: ['.env'] },
    ]);
    await ada.vault(['node', 'authorize', 'gpu 1', '--secret', 'hub']);
    const shown = (await ada.vault(['node', 'show', 'gpu 1'])).stdout;
    for (const text of ['models', 'hub', '.env', 'verified by its code']) expect(shown).toContain(text);
    const got = await onNode('gpu1', ['file', 'list', '--project', 'models', '--json']);
    expect(JSON.parse(got.stdout)).toHaveLength(2);
    expect(await onNode('gpu1', ['secret', 'get', 'hub', '-f', 'token'])).toMatchObject({ code: 0, stdout: 'ghp_1\n' });
  });

  it('loses it again: one secret, then everything, and what to change is named', async () => {
    const once = await ada.vault(['node', 'revoke', 'gpu 1', '--secret', 'hub']);
    expect(once.stdout).toMatch(/can read now:\nproject {2}models[\s\S]*Change these at their source:\n {2}hub/);
    const all = await ada.vault(['node', 'revoke', 'gpu 1']);
    expect(all.stdout).toMatch(/can read nothing of yours now\.[\s\S]*\.env[\s\S]*hub/);
    const list = await onNode('gpu1', ['project', 'list', '--json']);
    expect(list.stdout).toBe('[]\n');
  });

  it('is refused with a code that has a typing error, is withdrawn or is spoken for twice', async () => {
    const { code } = await ada.json<Enrolment>(['node', 'invite', 'gpu 2']);
    const words = ['node', 'enrol', '--store', ada.store, '--name', 'gpu 2', ...fast];
    const typo = code.slice(0, -1) + (code.endsWith('0') ? '1' : '0');
    expect(await onNode('typo', [...words, '--code', typo])).toMatchObject({ code: 2, stdout: '' });
    expect(await onNode('typo', [...words, '--code', code, '--code-file', '-'])).toMatchObject({ code: 2 });
    expect(await onNode('typo', [...words, '--code'])).toMatchObject({ code: 2 });
    await ada.vault(['node', 'withdraw', 'gpu 2']);
    expect(await ada.attempt(['node', 'withdraw', 'gpu 2'])).toMatchObject({ code: 6 });
    expect(await onNode('gpu2', [...words, '--code', code])).toMatchObject({ code: 0 });
    expect((await ada.vault(['node', 'list'])).stdout).toMatch(/gpu 2 +not verified/);
    expect(await onNode('none', ['node', 'enrol', '--store', folder('none'), '--name', 'x'])).toMatchObject({
      code: 7,
    });
  });
});

describe('a node that was registered with a secret', () => {
  it('has the key that Coretex derives, and its environment opens the project’s file', async () => {
    const secret = write('secret', `${strongPassphrase} of a node\n`);
    const register = ['node', 'register', 'gpu 3', '--suite', 'coretex', '--secret-file', secret];
    const node = await ada.json<Person>(register);
    expect(node).toMatchObject({ kind: 'node', suite: 'coretex', bits: 2048, verified: true });
    await ada.vault(['node', 'authorize', 'gpu 3', '--project', 'models']);

    const elsewhere = await ada.json<Env>(['node', 'env', 'gpu 3', '--secret-file', secret]);
    const attach = ['attach', '--store', ada.store, '--name', node.id, '--passphrase-file', secret];
    expect(await onNode('gpu3', attach)).toMatchObject({ code: 0 });
    const { variables, registration } = JSON.parse((await onNode('gpu3', ['node', 'env', '--json'])).stdout) as Env;
    expect(elsewhere.variables).toEqual(variables);
    expect(readdirSync(ada.dir).filter((name) => name.startsWith('visit-'))).toEqual([]);

    const derive = ['key', 'derive', '--suite', 'coretex', '--passphrase-file', secret];
    const { stdout: pem } = await run(derive);
    expect(Buffer.from(registration['public_key']!, 'base64').toString()).toBe(pem);
    const [, projectKey] = Object.entries(variables).find(([name]) => name.startsWith('CTX_PROJECT_KEY_'))!;
    const before = readdirSync(folder('store', 'blobs'));
    await ada.vault(['file', 'put', write('later.csv', 'c,d\n'), '--project', 'models']);
    const [added] = readdirSync(folder('store', 'blobs')).filter((name) => !before.includes(name));
    const blob = readFileSync(folder('store', 'blobs', added!));
    const decipher = createDecipheriv('aes-256-cbc', Buffer.from(projectKey, 'base64'), blob.subarray(0, 16));
    const plain = Buffer.concat([decipher.update(blob.subarray(16)), decipher.final()]);
    expect(plain.toString()).toBe('c,d\n');

    const lines = (await onNode('gpu3', ['node', 'env'])).stdout.trimEnd().split('\n');
    expect(Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2)))).toEqual(variables);
    expect(lines.every((line) => /^CTX_[A-Z_]+[0-9a-f]*=[A-Za-z0-9+/]+={0,2}$/.test(line))).toBe(true);
  });

  it('is not opened with another secret, nor its environment printed from a person’s profile', async () => {
    const other = write('other', 'another secret');
    expect(await ada.attempt(['node', 'env', 'gpu 3', '--secret-file', other])).toMatchObject({ code: 3, stdout: '' });
    expect(await ada.attempt(['node', 'env'])).toMatchObject({ code: 5, stdout: '' });
    expect(readdirSync(ada.dir).filter((name) => name.startsWith('visit-'))).toEqual([]);
  });

  it('gets a random secret in a new file when asked to, and refuses a weak one', async () => {
    await ada.vault(['node', 'register', 'gpu 4', '--generate', folder('generated'), ...fast]);
    expect(readFileSync(folder('generated'), 'latin1')).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(statSync(folder('generated')).mode & 0o777).toBe(0o600);
    const again = await ada.attempt(['node', 'register', 'gpu 5', '--generate', folder('generated'), ...fast]);
    expect(again).toMatchObject({ code: 1, stdout: '' });
    const weak = write('weak', 'password1');
    const words = ['node', 'register', 'gpu 5', '--suite', 'coretex', '--secret-file', weak, '--json'];
    const refused = await ada.attempt(words);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('weak-passphrase');
    expect(refused.stderr).not.toContain('password1');
  });
});
