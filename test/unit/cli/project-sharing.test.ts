import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ActivityLine, Member, Reach } from '../../../app/model/people.js';
import type { ProjectSummary } from '../../../app/model/project.js';
import { Profile, strongPassphrase, useCommand, useFolder, type Outcome } from './command.js';

useCommand();
const folder = useFolder();
const newProfile = (name: string): Profile => {
  mkdirSync(folder(name));
  return new Profile(folder(name), `${strongPassphrase} ${name}`);
};
const [ada, bob, cleo] = [newProfile('ada'), newProfile('bob'), newProfile('cleo')];

/** What no output may hold: what the files say, and the passphrases. */
const contents = ['TOKEN=of-the-cluster', 'a secret plan', strongPassphrase];
const outputs: string[] = [];
const kept = (outcome: Outcome): Outcome => {
  outputs.push(outcome.stdout, outcome.stderr);
  return outcome;
};
const by = async (who: Profile, ...words: string[]): Promise<Outcome> => kept(await who.vault(words));
const tryBy = async (who: Profile, ...words: string[]): Promise<Outcome> => kept(await who.attempt(words));
const jsonBy = async <T>(who: Profile, ...words: string[]): Promise<T> =>
  JSON.parse((await by(who, ...words, '--json')).stdout) as T;

const write = (name: string, content: string): string => {
  writeFileSync(folder(name), content);
  return folder(name);
};
const blobs = (): string[] => readdirSync(join(ada.store, 'blobs')).sort();
/** How many were written since: one for each file that was re-encrypted (versions of history keep theirs). */
const madeSince = (before: readonly string[]): number => blobs().filter((name) => !before.includes(name)).length;
const typesOf = async (...options: string[]): Promise<string[]> =>
  (await jsonBy<ActivityLine[]>(ada, 'project', 'log', 'plans', ...options)).map(({ type }) => type);

beforeAll(async () => {
  for (const [profile, name] of [
    [ada, 'Ada'],
    [bob, 'Bob'],
    [cleo, 'Cleo'],
  ] as const) {
    await profile.vault(['init', '--store', ada.store, '--name', name, '--suite', 'coretex', '--bits', '2048']);
  }
  await ada.vault(['project', 'create', 'plans']);
  await ada.vault(['file', 'put', write('.env', contents[0]!), write('plan.md', contents[1]!), '--project', 'plans']);
});

describe('sharing a project by the command', () => {
  it('gives a person access at once, says whose fingerprint to compare, and lists who has access', async () => {
    const added = await by(ada, 'project', 'add', 'plans', 'Bob');
    expect(added.stdout).toBe('Bob has access to plans as editor now.\n');
    expect(added.stderr).toMatch(/Compare fingerprints with Bob[\s\S]*vault person trust "(\w+ ){6}\w+"/);
    const [trust] = /vault person trust "([^"]+)"/.exec(added.stderr)!.slice(1);
    await by(ada, 'person', 'trust', trust!);
    await by(ada, 'project', 'add', '--role', 'viewer', 'plans', 'Cleo');
    const members = await jsonBy<Member[]>(ada, 'project', 'members', 'plans');
    expect(members.map(({ name, access, verified, byName }) => [name, access, verified, byName])).toEqual([
      ['Ada', 'owner', true, 'Ada'],
      ['Bob', 'editor', true, 'Ada'],
      ['Cleo', 'viewer', false, 'Ada'],
    ]);
    const told = (await by(ada, 'project', 'members', 'plans')).stdout;
    expect(told).toMatch(
      /^Ada \(you\) +owner +verified[^\n]*\nBob +editor +verified[^\n]*\nCleo +viewer +not verified/,
    );
    const read = await bob.vault(['file', 'get', 'plan.md', '--project', 'plans', '-o', '-']);
    expect(read.stdout).toBe(contents[1]);
  });

  it('promise 3: lets everybody do what their role allows, and no more', async () => {
    const file = write('bobs.txt', 'by Bob');
    expect(await tryBy(cleo, 'file', 'put', file, '--project', 'plans')).toMatchObject({ code: 5, stdout: '' });
    await by(bob, 'file', 'put', file, '--project', 'plans');
    for (const words of [
      ['remove', 'plans', 'Cleo'],
      ['role', 'plans', 'Cleo', 'editor'],
      ['rename', 'plans', 'mine'],
      ['rotate', 'plans'],
    ]) {
      expect(await tryBy(bob, 'project', ...words), words.join(' ')).toMatchObject({ code: 5, stdout: '' });
    }
    expect((await by(ada, 'project', 'role', 'plans', 'Bob', 'admin')).stdout).toBe('Bob is admin of plans now.\n');
    await by(bob, 'project', 'role', 'plans', 'Cleo', 'editor');
    expect(await tryBy(bob, 'project', 'role', 'plans', 'Ada', 'viewer')).toMatchObject({ code: 5 });
    expect(await tryBy(bob, 'project', 'role', 'plans', 'Cleo', 'owner')).toMatchObject({ code: 5 });
    expect(await tryBy(ada, 'project', 'role', 'plans', 'Ada', 'editor')).toMatchObject({ code: 5 });
    expect(await tryBy(bob, 'project', 'remove', 'plans', 'Bob')).toMatchObject({ code: 5, stdout: '' });
  });

  it('says what is wrong with a name, a role or a number, with the documented exit codes', async () => {
    await by(ada, 'node', 'register', 'gpu', '--generate', folder('gpu'), '--bits', '2048');
    for (const [code, told, ...words] of [
      [6, /“Dan” has no master key/, 'add', 'plans', 'Dan'],
      [6, /nothing named “none”/, 'members', 'none'],
      [1, /has access to “plans” already.*vault project role/, 'add', 'plans', 'Bob', '--role', 'viewer'],
      [2, /“gpu” is a node.*vault node authorize/, 'add', 'plans', 'gpu'],
      [2, /“gpu” is a node/, 'remove', 'plans', 'gpu'],
      [6, /anybody named “Dan”/, 'remove', 'plans', 'Dan'],
      [6, /anybody named “Dan”/, 'role', 'plans', 'Dan', 'viewer'],
      [2, /“boss” is no role/, 'role', 'plans', 'Bob', 'boss'],
      [2, /--role/, 'add', 'plans', 'Dan', '--role', 'boss'],
      [2, /whole number from 1/, 'log', 'plans', '--limit', 'many'],
      [2, /missing required argument/, 'add', 'plans'],
    ] as const) {
      const outcome = await tryBy(ada, 'project', ...words);
      expect(outcome, words.join(' ')).toMatchObject({ code, stdout: '' });
      expect(outcome.stderr).toMatch(told);
    }
    const { stderr } = await tryBy(ada, 'project', 'add', 'plans', 'Dan', '--json');
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'no-master-key' } });
  });
});

describe('the log of a project by the command', () => {
  it('tells in plain words what happened, oldest first, and verifies all of it', async () => {
    const lines = (await by(ada, 'project', 'log', 'plans')).stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^1 +20\d\d-\d\d-\d\d \d\d:\d\d +Ada created the project$/);
    expect(lines.slice(1).map((line) => line.replace(/^\d+ +\S+ \S+ +/, ''))).toEqual([
      'Ada added Bob as editor',
      'Ada added Cleo as viewer',
      'Ada made Bob an admin',
      'Bob made Cleo an editor',
    ]);
    const verified = await by(bob, 'project', 'log', 'plans', '--verify', '--limit', '1');
    expect(verified.stdout).toMatch(/^5 .*Bob made Cleo an editor\n$/);
    const all = await jsonBy<{ entries: number; head: string; log: ActivityLine[] }>(
      ada,
      ...['project', 'log', 'plans', '--verify'],
    );
    expect(all).toMatchObject({ entries: 5, log: { length: 5 } });
    expect(verified.stderr).toBe(`Verified 5 entries; the newest is ${all.head}.\n`);
  });

  it('gives a proof that the stand-alone script accepts, in a file that is not replaced unasked', async () => {
    const proof = folder('proof.json');
    expect((await by(bob, 'project', 'log', 'plans', '--proof', proof)).stderr).toContain('Wrote');
    expect(statSync(proof).mode & 0o777).toBe(0o600);
    const before = readFileSync(proof, 'utf8');
    expect(await tryBy(bob, 'project', 'log', 'plans', '--proof', proof)).toMatchObject({ code: 1, stdout: '' });
    expect(readFileSync(proof, 'utf8')).toBe(before);
    await by(bob, 'project', 'log', 'plans', '--proof', proof, '--force');
    const direct = await by(bob, 'project', 'log', 'plans', '--proof', '-');
    const timeless = (text: string): object => ({ ...(JSON.parse(text) as object), made: '' });
    expect(timeless(direct.stdout)).toEqual(timeless(before));
    for (const secret of [...contents, 'plans', '.env']) expect(before).not.toContain(secret);
    const script = join(import.meta.dirname, '../../interop/check_proof.py');
    const check = spawnSync('python3', [script, proof], { encoding: 'utf8' });
    expect(check).toMatchObject({ status: 0, stderr: '' });
    expect(check.stdout).toMatch(/“Bob” \(\w+\): admin from/);
  });
});

describe('ending access by the command', () => {
  it('names what to change at its source and what is still read, and re-encrypts the files', async () => {
    await ada.vault(['secret', 'add', 'api-token', 'hub', 'token=@-'], { stdin: 'token-of-the-hub' });
    await by(ada, 'secret', 'share', 'hub', 'Bob');
    const before = blobs();
    const removed = await by(ada, 'project', 'remove', 'plans', 'Bob');
    expect(removed.stdout).toBe(
      [
        'Bob has no access to plans any more. The project has a new key.',
        'What Bob has read stays read. Change these at their source:',
        '  .env  (in plans)',
        'Bob can still read:',
        'secret   hub  (api-token)',
        '',
      ].join('\n'),
    );
    expect(removed.stderr).toBe('');
    expect((await typesOf('--limit', '2')).toString()).toBe('remove-member,rekeyed');
    expect(madeSince(before)).toBe(3);
    expect(await tryBy(ada, 'project', 'remove', 'plans', 'Bob')).toMatchObject({ code: 6, stdout: '' });
    expect((await jsonBy<ProjectSummary[]>(bob, 'project', 'list')).length).toBe(0);
    expect(await tryBy(bob, 'file', 'get', '.env', '--project', 'plans', '-o', '-')).toMatchObject({
      code: 6,
      stdout: '',
    });
    expect((await cleo.vault(['file', 'get', '.env', '--project', 'plans', '-o', '-'])).stdout).toBe(contents[0]);
  });

  it('leaves the files as they are with --later, and says so; the next time catches up', async () => {
    await by(ada, 'project', 'add', 'plans', 'Bob', '--role', 'viewer');
    const before = blobs();
    const { stderr } = await by(ada, 'project', 'remove', 'plans', 'Bob', '--later');
    expect(stderr).toMatch(/stays under the old key until/);
    expect(blobs()).toEqual(before);
    expect((await typesOf('--limit', '1')).toString()).toBe('remove-member');
    const rotated = await by(ada, 'project', 'rotate', 'plans');
    expect(rotated).toMatchObject({ stdout: 'plans has a new key, number 4.\n', stderr: '' });
    expect((await typesOf('--limit', '2')).toString()).toBe('rotate,rekeyed');
    expect(madeSince(before)).toBe(3);
    expect(await jsonBy<ProjectSummary>(ada, 'project', 'rotate', 'plans', '--later')).toMatchObject({ epoch: 5 });
  });

  it('gives as JSON what the leaver could read', async () => {
    const { projects, secrets } = await jsonBy<Reach>(ada, 'project', 'remove', 'plans', 'Cleo');
    expect(projects).toMatchObject([{ name: 'plans', access: 'editor', former: true, credentialFiles: ['.env'] }]);
    expect(secrets).toEqual([]);
  });
});

describe('what these commands print', () => {
  it('is never a passphrase, what a file says, or a key', () => {
    const all = outputs.join('\n');
    expect(outputs.length).toBeGreaterThan(60);
    for (const secret of [...contents, 'token-of-the-hub']) expect(all).not.toContain(secret);
    expect(existsSync(folder('gpu')) && all.includes(readFileSync(folder('gpu'), 'utf8'))).toBe(false);
    expect(all).not.toMatch(/PRIVATE KEY|CTX_/);
  });
});
