import { beforeAll, describe, expect, it } from 'vitest';
import type { Person, Reach } from '../../../app/model/people.js';
import { Profile, run, useCommand, useFolder } from './command.js';

useCommand();
const folder = useFolder();
const ada = new Profile(folder(), 'a passphrase of the vault suite');
const fast = ['--bits', '2048'];

const join = async (name: string, profile: string): Promise<Person> => {
  const words = ['init', '--store', ada.store, '--name', name, ...fast, '--vault', folder(profile), '--json'];
  const { stdout } = await run([...words, '--passphrase-file', ada.passphraseFile]);
  return (JSON.parse(stdout) as { account: Person }).account;
};

describe('person', () => {
  let ben: Person;
  beforeAll(async () => {
    await ada.vault(['init', '--store', ada.store, '--name', 'Ada', ...fast]);
    ben = await join('Ben', 'ben');
  });

  it('lists everybody in the store with their fingerprints, oneself first', async () => {
    const people = await ada.json<Person[]>(['person', 'list']);
    expect(people.map(({ name, isSelf }) => [name, isSelf])).toEqual([
      ['Ada', true],
      ['Ben', false],
    ]);
    const { stdout } = await ada.vault(['person', 'list']);
    expect(stdout).toContain(ben.fingerprintWords.join(' '));
    expect(stdout).toMatch(/^Ada +you /);
    expect(stdout).toMatch(/^Ben +not verified /m);
  });

  it('promise 2: trusts a whole fingerprint, as words or digits, and nothing less', async () => {
    const words = [...ben.fingerprintWords];
    expect(await ada.attempt(['person', 'trust', ...words.slice(0, 6)])).toMatchObject({ code: 2, stdout: '' });
    expect(await ada.attempt(['person', 'trust', ...words.toReversed()])).toMatchObject({ code: 6, stdout: '' });
    expect((await ada.vault(['person', 'trust', ...words])).stdout).toContain('Ben');
    expect(await ada.json<Person>(['person', 'show', 'ben'])).toMatchObject({ verified: true });
    expect((await ada.vault(['person', 'distrust', 'Ben'])).stdout).toContain('does not count as verified');
    const digits = ben.fingerprintHex.toUpperCase().match(/.{8}/g)!;
    expect(await ada.json<Person>(['person', 'trust', ...digits])).toMatchObject({ name: 'Ben', verified: true });
  });

  it('shows what somebody can read', async () => {
    expect((await ada.vault(['person', 'show', 'Ben'])).stdout).toContain('nothing');
    await ada.vault(['project', 'create', 'plans']);
    await ada.vault(['project', 'add', 'plans', 'Ben', '--role', 'viewer']);
    const { reach } = await ada.json<Person & { reach: Reach }>(['person', 'show', 'Ben']);
    expect(reach).toMatchObject({ projects: [{ name: 'plans', access: 'viewer', former: false }], secrets: [] });
    const { stdout } = await ada.vault(['person', 'show', 'Ben']);
    expect(stdout).toMatch(/fingerprint +\w+[\s\S]*project {2}plans {2}\(viewer/);
    expect(await ada.attempt(['person', 'show', 'Cleo'])).toMatchObject({ code: 6, stdout: '' });
  });

  it('asks for an id when two have the name', async () => {
    await join('Ben', 'ben2');
    expect(await ada.attempt(['person', 'show', 'Ben'])).toMatchObject({ code: 1, stdout: '' });
    expect((await ada.vault(['person', 'list'])).stdout).toContain('another has this name');
    expect(await ada.json<Person>(['person', 'show', ben.id])).toMatchObject({ id: ben.id, sameName: true });
  });
});
