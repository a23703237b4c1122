import { existsSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SecretSummary, SecretVersion } from '../../../app/model/secret.js';
import { Profile, run, start, useCommand, useFolder } from './command.js';

useCommand();
const folder = useFolder();
const ana = new Profile(folder());

type Shown = SecretSummary & { fields: Record<string, string> };
const write = (name: string, content: string | Uint8Array): string => {
  writeFileSync(folder(name), content);
  return folder(name);
};

beforeAll(async () => {
  const init = ['init', '--store', ana.store, '--name', 'Ana', '--suite', 'coretex', '--bits', '2048'];
  const { account, store, vault } = await ana.json<{ account: { name: string }; store: object; vault: string }>(init);
  expect(account).toMatchObject({ name: 'Ana', suite: 'coretex', bits: 2048, version: 1 });
  expect({ store, vault }).toEqual({ store: { kind: 'directory', path: ana.store }, vault: ana.dir });
});

describe('secrets by the command', () => {
  it('are added and read back, with options before and after the words', async () => {
    const password = write('password', 'correct 🐎\n');
    const options = ['--vault', ana.dir, '--passphrase-file', ana.passphraseFile];
    const add = [...options, 'secret', 'add', 'credentials', 'db', 'username=ana', `password=@${password}`, '--json'];
    const added = await run(add);
    expect(added).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(added.stdout)).toMatchObject({ name: 'db', type: 'credentials', version: 1, subtitle: 'ana' });

    const bare = await run(['secret', ...options, 'get', 'db', '--field', 'password']);
    expect(bare).toMatchObject({ code: 0, stdout: 'correct 🐎\n', stderr: '' });
    expect((await ana.vault(['secret', 'get', 'db', '-n', '-f', 'password'])).stdout).toBe('correct 🐎');
    const shown = await ana.json<Shown>(['secret', 'get', 'db']);
    expect(shown.fields).toEqual({ username: 'ana', password: 'correct 🐎' });
  });

  it('take a value from standard input, and keep it out of the warnings', async () => {
    await ana.vault(['secret', 'add', 'note', 'piped', 'text=@-'], { stdin: 'first\nsecond\n' });
    expect((await ana.vault(['secret', 'get', 'piped', '--field', 'text'])).stdout).toBe('first\nsecond\n');
    await ana.vault(['secret', 'edit', 'piped', 'text=-'], { stdin: 'third' });
    expect((await ana.vault(['secret', 'get', 'piped', '--field', 'text'])).stdout).toBe('third\n');
    const { stderr } = await ana.vault(['secret', 'edit', 'piped', 'text=plain-to-see']);
    expect(stderr).toMatch(/text stood in the argument list/);
    expect(stderr).not.toContain('plain-to-see');
  });

  it('keep every type', async () => {
    const types: Record<string, Record<string, string>> = {
      aws: { key: 'AKIA', secret: 'wJalr', region: 'eu-1' },
      git: { token: 'ghp_1', url: 'https://git.example' },
      'api-token': { token: 'tk', expires: '2031-01-01' },
      'ssh-key': { privateKey: 'BEGIN\nKEY\nEND', host: 'h' },
      note: { text: 'n'.repeat(5000) },
      totp: { otp: 'JBSWY3DPEHPK3PXP', issuer: 'i' },
      env: { DATABASE_URL: 'postgres://x', EMPTY: '' },
    };
    for (const [type, fields] of Object.entries(types)) {
      const words = Object.entries(fields).map(([name, value]) => `${name}=${value}`);
      await ana.vault(['secret', 'add', type, `my ${type}`, ...words, '--tag', 'all', '--favourite']);
      const shown = await ana.json<Shown>(['secret', 'get', `my ${type}`]);
      expect(shown).toMatchObject({ type, tags: ['all'], favourite: true });
      expect(shown.fields).toEqual(fields);
    }
    const { stdout } = await ana.vault(['secret', 'totp', 'my totp']);
    expect(stdout).toMatch(/^\d{6}\n$/);
    expect(await ana.json(['secret', 'totp', 'my totp'])).toMatchObject({
      code: expect.stringMatching(/^\d{6}$/) as string,
    });
    const listed = await ana.json<SecretSummary[]>(['secret', 'list', '--type', 'aws']);
    expect(listed.map(({ name }) => name)).toEqual(['my aws']);
    const found = await ana.json<SecretSummary[]>(['secret', 'search', 'git.example']);
    expect(found.map(({ name }) => name)).toEqual(['my git']);
  }, 60_000);

  it('have a history, a trash, and an end', async () => {
    await ana.vault(['secret', 'add', 'note', 'draft', 'text=one']);
    const edits = ['--name', 'plan', '--tag', 'a', '--tag', 'b', 'text=two', 'extra=@@x'];
    await ana.vault(['secret', 'edit', 'draft', ...edits]);
    await ana.vault(['secret', 'edit', 'plan', '--remove-field', 'extra', '--no-tags']);
    const history = await ana.json<SecretVersion[]>(['secret', 'history', 'plan']);
    expect(history.map(({ version, name }) => [version, name])).toEqual([
      [3, 'plan'],
      [2, 'plan'],
      [1, 'draft'],
    ]);
    const first = ['secret', 'get', 'plan', '--field', 'text', '--version', '1'];
    expect((await ana.vault(first)).stdout).toBe('one\n');
    expect(await ana.json<Shown>(['secret', 'get', 'plan'])).toMatchObject({ fields: { text: 'two' }, tags: [] });
    await ana.vault(['secret', 'restore', 'plan', '--version', '1']);
    expect((await ana.vault(['secret', 'get', 'draft', '--field', 'text'])).stdout).toBe('one\n');

    await ana.vault(['secret', 'remove', 'draft']);
    expect((await ana.json<SecretSummary[]>(['secret', 'list'])).map(({ name }) => name)).not.toContain('draft');
    const [trashed] = await ana.json<SecretSummary[]>(['secret', 'list', '--trash']);
    expect(trashed).toMatchObject({ name: 'draft', trashed: true });
    await ana.vault(['secret', 'restore', 'draft']);
    await ana.vault(['secret', 'remove', 'draft', '--for-good']);
    expect(await ana.attempt(['secret', 'get', 'draft'])).toMatchObject({ code: 6, stdout: '' });
    expect(await ana.attempt(['secret', 'restore', 'draft'])).toMatchObject({ code: 6, stdout: '' });
  }, 60_000);

  it('are told apart by id when they share a name', async () => {
    const [a, b] = [
      await ana.json<SecretSummary>(['secret', 'add', 'note', 'twin', 'text=a']),
      await ana.json<SecretSummary>(['secret', 'add', 'note', 'twin', 'text=b']),
    ];
    const { code, stderr } = await ana.attempt(['secret', 'get', 'twin', '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'ambiguous-name' } });
    for (const { id } of [a, b]) await ana.vault(['secret', 'remove', id, '--for-good']);
  });

  it.each([
    [['secret', 'get', 'no such thing'], 6],
    [['secret', 'get', 'db', '--field', 'nope'], 6],
    [['secret', 'get', 'db', '--version', '99'], 6],
    [['secret', 'totp', 'db'], 6],
    [['secret', 'add', 'credentials', 'x', 'username=only'], 2],
    [['secret', 'add', 'note', '', 'text=a'], 2],
    [['secret', 'add', 'note', 'x', 'te xt=a'], 2],
    [['secret', 'add', 'note', 'x', 'text=@/no/such/file'], 6],
  ] as const)('%j ends with %d', async (words, code) => {
    expect(await ana.attempt(words)).toMatchObject({ code, stdout: '' });
  });

  it('ends quietly when its reader goes away', async () => {
    const child = start(['secret', 'list', '--vault', ana.dir, '--passphrase-file', ana.passphraseFile]);
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});

describe('the passphrase', () => {
  it('that is wrong ends with 3 and says no more', async () => {
    const other = write('other', 'Not-the-passphrase-of-Ana-at-all');
    const { code, stdout, stderr } = await run([
      'secret',
      'list',
      '--vault',
      ana.dir,
      '--passphrase-file',
      other,
      '--json',
    ]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(JSON.parse(stderr)).toEqual({
      error: { code: 'wrong-passphrase', message: 'That passphrase does not open this vault.', details: {} },
    });
  });

  it('is asked for on a terminal only', async () => {
    const { code, stderr } = await run(['secret', 'list', '--vault', ana.dir]);
    expect(code).toBe(2);
    expect(stderr).toContain('--passphrase-file');
  });

  it('may come from standard input', async () => {
    const words = ['secret', 'list', '--vault', ana.dir, '--passphrase-file', '-'];
    expect(await run(words, { stdin: `${ana.passphrase.toString()}\n` })).toMatchObject({ code: 0 });
  });

  it.each([
    ['', 2],
    ['\n', 2],
    [Buffer.alloc(1_048_577, 0x61), 2],
    [Buffer.alloc(1_048_576, 0x61), 3],
    ['šifra-ćž-🔑\u0000\u202e', 3],
    [Uint8Array.of(0xff, 0xfe, 0x00, 0x80), 3],
  ])('of an odd kind is answered (%#)', async (passphrase, code) => {
    const words = ['secret', 'list', '--vault', ana.dir, '--passphrase-file', write('odd', passphrase)];
    expect(await run(words)).toMatchObject({ code, stdout: '' });
  });

  it('that is easy to guess is refused for a coretex key, and nothing is left behind', async () => {
    const words = ['init', '--suite', 'coretex', '--store', folder('weak-store'), '--name', 'W', '--json'];
    const options = ['--vault', folder('weak'), '--passphrase-file', write('weak-pass', 'password1')];
    const { code, stderr } = await run([...words, ...options]);
    expect(code).toBe(1);
    const lines = stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(lines.at(-1)).toMatchObject({ error: { code: 'weak-passphrase' } });
    expect(existsSync(folder('weak-store'))).toBe(false);
  });
});
