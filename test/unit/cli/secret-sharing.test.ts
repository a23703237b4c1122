import { mkdirSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SecretDetail, SecretSummary } from '../../../app/model/secret.js';
import { Profile, strongPassphrase, useCommand, useFolder } from './command.js';

useCommand();
const folder = useFolder();
const newProfile = (name: string): Profile => {
  mkdirSync(folder(name));
  return new Profile(folder(name), `${strongPassphrase} ${name}`);
};
const ana = newProfile('ana');
const ben = newProfile('ben');
type Shown = Omit<SecretDetail, 'fields'> & { fields: Record<string, string> };

beforeAll(async () => {
  for (const [profile, name] of [
    [ana, 'Ana'],
    [ben, 'Ben'],
  ] as const) {
    await profile.vault(['init', '--store', ana.store, '--name', name, '--suite', 'coretex', '--bits', '2048']);
  }
  await ana.vault(['secret', 'add', 'credentials', 'db', 'username=ana', 'password=first']);
});

describe('single secrets shared by the command', () => {
  it('are read by the other person, who sees whose they are and changes nothing', async () => {
    const shared = await ana.vault(['secret', 'share', 'db', 'Ben']);
    expect(shared.stdout).toBe('Ben can read db now.\n');
    expect(shared.stderr).toMatch(/fingerprint of Ben was not compared/);
    expect((await ana.vault(['secret', 'list'])).stdout).toMatch(/shared with 1/);
    expect((await ben.vault(['secret', 'get', 'db', '--field', 'password'])).stdout).toBe('first\n');
    const shown = await ben.vault(['secret', 'get', 'db']);
    expect(shown.stdout).toMatch(/^owner +Ana$/m);
    expect(shown.stdout).toMatch(/^readers +Ana, Ben$/m);
    const [listed] = await ben.json<SecretSummary[]>(['secret', 'list']);
    expect(listed).toMatchObject({ name: 'db', mine: false, ownerName: 'Ana', readers: 2, ended: false });
    const refused = await ben.attempt(['secret', 'edit', 'db', 'username=ben']);
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toMatch(/belongs to “Ana”/);
    expect((await ana.json<SecretSummary[]>(['secret', 'list']))[0]?.version).toBe(2);
  });

  it('are taken back: the owner is told what stays known, the other person that it ended', async () => {
    const unshared = await ana.vault(['secret', 'unshare', 'db', 'Ben']);
    expect(unshared.stderr).toMatch(/Ben may have kept what it says now/);
    expect((await ana.vault(['secret', 'get', 'db'])).stdout).toMatch(/^known to +Ben \(no longer readers\)$/m);
    expect((await ana.json<Shown>(['secret', 'get', 'db'])).exposedTo).toMatchObject([{ name: 'Ben', kind: 'person' }]);
    await ana.vault(['secret', 'edit', 'db', 'password=second']);
    expect((await ana.json<Shown>(['secret', 'get', 'db'])).exposedTo).toEqual([]);
    expect((await ben.vault(['secret', 'list'])).stdout).toMatch(/sharing ended/);
    const kept = await ben.json<Shown>(['secret', 'get', 'db']);
    expect(kept).toMatchObject({ ended: true, version: 2, fields: { password: 'first' } });
  });

  it('are told as JSON by their readers, without a value of any field', async () => {
    const shared = await ana.vault(['secret', 'share', 'db', 'Ben', '--json']);
    const told = JSON.parse(shared.stdout) as Partial<SecretDetail>;
    expect(told).toMatchObject({
      name: 'db',
      readers: 2,
      sharedWith: [{ name: 'Ana' }, { name: 'Ben' }],
      exposedTo: [],
    });
    expect(told.fields).toBeUndefined();
    const unshared = await ana.vault(['secret', 'unshare', 'db', 'Ben', '--json']);
    expect(JSON.parse(unshared.stdout)).toMatchObject({ readers: 1, exposedTo: [{ name: 'Ben' }] });
    for (const { stdout, stderr } of [shared, unshared]) expect(stdout + stderr).not.toContain('second');
  });

  it('are refused to a name that nobody has, and to everybody by whoever is not their owner', async () => {
    expect(await ana.attempt(['secret', 'share', 'db', 'Nobody'])).toMatchObject({ code: 6, stdout: '' });
    const unknown = await ana.attempt(['secret', 'unshare', 'db', 'Nobody']);
    expect(unknown).toMatchObject({ code: 6, stdout: '' });
    expect(unknown.stderr).toMatch(/does not have an account named “Nobody”/);
    expect(await ana.attempt(['secret', 'unshare', 'db', 'Ana'])).toMatchObject({ code: 2, stdout: '' });
    expect(await ana.attempt(['secret', 'share', 'db'])).toMatchObject({ code: 2, stdout: '' });
    for (const words of [
      ['share', 'db', 'Ana'],
      ['unshare', 'db', 'Ana'],
      ['remove', 'db'],
    ]) {
      expect(await ben.attempt(['secret', ...words]), words[0]).toMatchObject({ code: 5, stdout: '' });
    }
  });

  it('are shared with all that are named or with none', async () => {
    const { version } = await ana.json<Shown>(['secret', 'get', 'db']);
    const refused = await ana.attempt(['secret', 'share', 'db', 'Ben', 'Nobody']);
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toMatch(/Nobody/);
    expect(await ana.json<Shown>(['secret', 'get', 'db'])).toMatchObject({ version, sharedWith: [{ name: 'Ana' }] });
  });
});
