import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorCodes } from '../../../app/errors.js';
import { exitCodeOf, exitCodes } from '../../../main/cli/exit-codes.js';
import { run, useCommand, useFolder } from './command.js';

useCommand();
const folder = useFolder();

describe('words of a command line', () => {
  it('tells its version', async () => {
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8')) as {
      version: string;
    };
    expect(await run(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' });
    expect(JSON.parse((await run(['--json', '--version'])).stdout)).toEqual({ version });
  });

  it.each([['--help'], ['help', 'secret'], ['secret', 'add', '--help'], ['file', '-h']])(
    'helps on standard output: %s',
    async (...words) => {
      const { code, stdout, stderr } = await run(words);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain('Usage: vault');
      expect(stdout).toContain('--passphrase-file');
    },
  );

  it.each([
    [[]],
    [['bogus']],
    [['secret']],
    [['secret', 'lst']],
    [['run']],
    [['run', '--secret', 'x']],
    [['init']],
    [['init', '--store', 'x']],
    [['init', '--store', 'x', '--name', 'n', '--bits', '1024']],
    [['init', '--store', 'x', '--name', 'n', '--suite', 'rot13']],
    [['init', '--store', 's3://bucket/prefix', '--name', 'n']],
    [['file', 'list']],
    [['file', 'put', '--project', 'p']],
    [['file', 'put', 'a', '--resume']],
    [['file', 'get', 'a', '--project', 'p']],
    [['secret', 'get', 'a', '--version', '0']],
    [['secret', 'add', 'note', 'n', 'no-equals-sign']],
    [['secret', 'add', 'note', 'n', 'text=a', 'text=b']],
    [['secret', 'add', 'sonnet', 'n', 'text=a']],
    [['secret', 'add', 'project', 'n', 'encryptionKey=a']],
    [['secret', 'edit', 'n']],
    [['key', 'derive']],
    [['key', 'derive', '--suite', 'coretex', '--salt', '00']],
    [['key', 'derive', '--salt', 'xyz']],
    [['key', 'export']],
    [['secret', 'list', '--nonsense']],
  ])('answers %j with 2', async (words) => {
    const { code, stdout, stderr } = await run(words, { env: { VAULT_DIR: folder('nowhere') } });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).not.toBe('');
  });

  it('tells a usage error in JSON too, wherever --json stands', async () => {
    for (const words of [
      ['--json', 'bogus'],
      ['file', 'list', '--json'],
      ['secret', '--json', 'lst'],
    ]) {
      const { code, stdout, stderr } = await run(words);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      const { error } = JSON.parse(stderr) as { error: Record<string, unknown> };
      expect(error).toMatchObject({ code: 'usage', details: {} });
      expect(error['message']).toEqual(expect.stringMatching(/\S/));
    }
  });

  it('does not repeat a word that may be a misplaced secret', async () => {
    const { stderr } = await run(['secret', 'add', 'credentials', 'db', 'hunter2']);
    expect(stderr).not.toContain('hunter2');
  });

  it.each([
    [['secret', 'list']],
    [['key', 'show']],
    [['file', 'list', '--project', 'p']],
    [['project', 'create', 'p']],
  ])('answers %j with 6 where there is no vault', async (words) => {
    const { code, stderr } = await run([...words, '--json'], { env: { VAULT_DIR: folder('nowhere') } });
    expect(code).toBe(6);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'no-vault' } });
  });

  it('finds the profile by --vault before VAULT_DIR', async () => {
    const { stderr } = await run(['key', 'show', '--vault', folder('chosen')], { env: { VAULT_DIR: folder('other') } });
    expect(stderr).toContain(folder('chosen'));
    expect((await run(['key', 'show'], { env: { VAULT_DIR: folder('other') } })).stderr).toContain(folder('other'));
  });
});

describe('exit codes', () => {
  it('gives every error code one of the documented numbers', () => {
    expect(Object.keys(exitCodeOf).sort()).toEqual([...errorCodes].sort());
    for (const code of errorCodes) expect(Object.values(exitCodes)).toContain(exitCodeOf[code]);
  });

  it('keeps what scripts rely on', () => {
    expect(exitCodes).toEqual({
      done: 0,
      failed: 1,
      usage: 2,
      wrongPassphrase: 3,
      damaged: 4,
      notAllowed: 5,
      notFound: 6,
      offline: 7,
    });
    const expected = { 'wrong-passphrase': 3, damaged: 4, 'rolled-back': 4, 'not-allowed': 5, 'not-found': 6 };
    expect(exitCodeOf).toMatchObject({ ...expected, 'store-missing': 7, 'store-unreachable': 7, 'invalid-input': 2 });
  });

  it('gives every error code its place in docs/command.md', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../docs/command.md'), 'utf8');
    for (const code of errorCodes) expect(page).toContain(`\`${code}\``);
  });
});
