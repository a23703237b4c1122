import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SecretSummary } from '../../../app/model/secret.js';
import { Profile, run, useCommand, useFolder } from './command.js';

useCommand();
const folder = useFolder();
const ana = new Profile(folder());
const write = (name: string, content: string): string => {
  writeFileSync(folder(name), content);
  return folder(name);
};
beforeAll(async () => {
  await ana.vault(['init', '--store', ana.store, '--name', 'Ana', '--suite', 'coretex']);
});

describe('import and export by the command', () => {
  it('brings secrets in, and out again only when told that nothing protects them', async () => {
    const csv = write('kee.csv', 'Title,Username,Password\nMail,ana,p\nBank,ana,q\n');
    const tried = await run(['import', csv, '--dry-run', '--json']);
    expect(JSON.parse(tried.stdout)).toMatchObject({ format: 'keepass', added: [{ name: 'Mail' }, { name: 'Bank' }] });
    expect(tried.stdout).not.toContain('"p"');
    const imported = await ana.json<{ added: SecretSummary[] }>(['import', csv]);
    expect(imported.added.map(({ name }) => name)).toEqual(['Mail', 'Bank']);
    await ana.vault(['import', write('.env', 'A=1\n'), '--name', 'site settings']);
    expect((await ana.vault(['secret', 'get', 'site settings', '-f', 'A'])).stdout).toBe('1\n');

    expect(await ana.attempt(['export', '-o', folder('all.json')])).toMatchObject({ code: 2 });
    await ana.vault(['export', '-o', folder('all.json'), '--plaintext']);
    expect(statSync(folder('all.json')).mode & 0o777).toBe(0o600);
    const { secrets } = JSON.parse(readFileSync(folder('all.json'), 'utf8')) as {
      secrets: { name: string; fields: object }[];
    };
    expect(secrets).toHaveLength(3);
    expect(secrets.find(({ name }) => name === 'Bank')?.fields).toEqual({ username: 'ana', password: 'q' });
    expect(await ana.attempt(['export', '-o', folder('all.json'), '--plaintext'])).toMatchObject({ code: 1 });
    const again = await ana.json<{ format: string; added: object[] }>(['import', folder('all.json')]);
    expect(again).toMatchObject({ format: 'coretex-vault', added: { length: 3 } });
  });

  it.each([
    ['no-such-file', 6],
    ['broken.json', 2],
  ])('%s ends with %d', async (name, code) => {
    write('broken.json', '{"items": "hunter2');
    const { stderr, ...outcome } = await ana.attempt(['import', folder(name)]);
    expect(outcome).toMatchObject({ code, stdout: '' });
    expect(stderr).not.toContain('hunter2');
  });
});
