/** A vault in a bucket from end to end: two people by the session and by the command, on a real S3 server that comes and goes. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VaultError } from '../../app/errors.js';
import type { ConnectionCheck, S3Keys, S3Location } from '../../app/model/store.js';
import { newSession } from '../../main/vault/session.js';
import { checkPlace, replaceKeys } from '../../main/vault/store-check.js';
import type { BucketKeychain, Session } from '../../main/vault/vault.js';
import { run, strongPassphrase, useCommand, type Outcome } from '../unit/cli/command.js';
import { passphraseBytes, temporaryFolder } from '../vault-fixture.js';
import { type Ceph, startCeph } from './ceph.js';

useCommand();

const started = await startCeph();
const ceph = started as Ceph;
afterAll(async () => {
  if (typeof started !== 'string') await ceph.stop();
}, 120_000);

const stranger: S3Keys = { accessKeyId: 'CITESTACCESSKEY00009', secretAccessKey: 'nobody-has-this-key-0123456789' };

/** A keychain in memory. */
const keychainWith = (keys: S3Keys | null): BucketKeychain & { kept: S3Keys | null } => ({
  kept: keys,
  get() {
    return Promise.resolve(this.kept);
  },
  put(_location, given) {
    this.kept = given;
    return Promise.resolve();
  },
  remove() {
    this.kept = null;
    return Promise.resolve();
  },
});

const bucketOf = (location: S3Location) => ({ kind: 's3', ...location }) as const;

const namesIn = async ({ bucket }: S3Location): Promise<string[]> => {
  const client = ceph.client();
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
  client.destroy();
  return Contents.map(({ Key = '' }) => Key);
};

/** Every file below a folder whose bytes hold `text`. */
const filesWith = async (folder: string, text: string): Promise<string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  expect(files.length).toBeGreaterThan(3);
  const found = await Promise.all(files.map(async (file) => ((await readFile(file)).includes(text) ? [file] : [])));
  return found.flat();
};

const outcomes = ({ steps }: ConnectionCheck): string[] => steps.map(({ step, outcome }) => `${step} ${outcome}`);
const failedStep = ({ steps }: ConnectionCheck) => steps.find(({ outcome }) => outcome === 'failed');

describe.skipIf(typeof started === 'string')('testing a connection', () => {
  it('tries every verb, leaves nothing behind, and tells whether a vault is there', async () => {
    const location = await ceph.newBucket();
    const { check, failure } = await checkPlace({ ...location, prefix: 'team/a' }, ceph.owner);
    expect(failure).toBeNull();
    expect(outcomes(check)).toEqual([
      'reach ok', 'sign-in ok', 'list ok', 'write ok', 'create-if-absent ok', 'read ok', 'range ok', 'delete ok',
    ]); // prettier-ignore
    expect(check).toMatchObject({ readOnly: false, holdsVault: false });
    expect(await namesIn(location)).toEqual([]);
  });

  it('finds keys that may only read, and a vault to read', async () => {
    const location = await ceph.newBucket();
    const profileDir = join(await temporaryFolder(), 'p');
    using passphrase = passphraseBytes();
    const request = { profileDir, location: bucketOf(location), name: 'Ada', passphrase } as const;
    const session = newSession(keychainWith(ceph.owner));
    await (await session.createVault({ ...request, suite: 'vault', bits: 2048 })).lock();
    const { check, failure } = await checkPlace(location, ceph.reader);
    expect(check).toMatchObject({ readOnly: true, holdsVault: true });
    expect(failedStep(check)).toMatchObject({
      step: 'write',
      message: expect.stringContaining('may not write') as string,
    });
    expect(outcomes(check).slice(4)).toEqual(['create-if-absent skipped', 'read ok', 'range ok', 'delete skipped']);
    expect(failure).toMatchObject({ code: 'store-readonly' });
  });

  it.each([
    ['other keys', async () => [await ceph.newBucket(), stranger], 'sign-in', 'does not accept the access keys'],
    [
      'no such bucket',
      async () => [{ ...(await ceph.newBucket()), bucket: 'nowhere' }, ceph.owner],
      'list',
      'no bucket',
    ],
    ['no right to list', async () => [await ceph.newBucket({ readable: false }), ceph.reader], 'list', 'may not list'],
    [
      'a certificate that nobody vouches for',
      async () => [{ ...(await ceph.newBucket()), endpoint: ceph.secureEndpoint }, ceph.owner],
      'reach',
      'certificate authority',
    ],
    [
      'no server',
      () => [{ endpoint: 'http://127.0.0.1:9', region: 'r', bucket: 'bucket' }, ceph.owner],
      'reach',
      'not answer',
    ],
    [
      'no such name',
      () => [{ endpoint: 'https://nowhere.invalid', region: 'r', bucket: 'bucket' }, ceph.owner],
      'reach',
      '',
    ],
  ] as const)('says what is wrong: %s', async (_name, place, step, words) => {
    const [location, keys] = await (place as () => Promise<[S3Location, S3Keys]>)();
    const { check, failure } = await checkPlace(location, keys);
    expect(failedStep(check)).toMatchObject({ step, message: expect.stringContaining(words) as string });
    expect(failure).toBeInstanceOf(VaultError);
    expect(
      check.steps
        .slice(check.steps.findIndex((one) => one.step === step) + 1)
        .every(({ outcome }) => outcome === 'skipped'),
    ).toBe(true);
  });

  it('trusts a named certificate authority', async () => {
    const { certificateAuthority, secureEndpoint: endpoint } = ceph;
    const { failure } = await checkPlace({ ...(await ceph.newBucket()), endpoint, certificateAuthority }, ceph.owner);
    expect(failure).toBeNull();
  });

  it('is not fooled by a web server that answers everything with a page', async () => {
    const server = createServer((_request, response) => response.end('<html><body>Welcome</body></html>')).listen(
      0,
      '127.0.0.1',
    );
    await new Promise((resolve) => server.once('listening', resolve));
    const endpoint = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    const { check } = await checkPlace({ endpoint, region: 'r', bucket: 'bucket' }, ceph.owner);
    server.close();
    expect(failedStep(check)).toMatchObject({
      step: 'reach',
      message: expect.stringContaining('not an S3 server') as string,
    });
  });

  it('refuses other keys for a vault unless they open its very place', async () => {
    const location = await ceph.newBucket();
    const keychain = keychainWith(null);
    await expect(replaceKeys(keychain, location, stranger)).rejects.toMatchObject({
      details: { reason: 'wrong-keys' },
    });
    await expect(replaceKeys(keychain, location, ceph.owner)).rejects.toMatchObject({ code: 'store-missing' });
    expect(keychain.kept).toBeNull();
  });
});

describe.skipIf(typeof started === 'string')('a vault in a bucket, by the session', () => {
  let location: S3Location;
  const folders = { ada: '', bob: '' };
  const passphrases = { ada: 'seven quiet herons read old maps', bob: 'nine loud otters sang new songs' };
  const session = (keys: S3Keys | null = ceph.owner): Session => newSession(keychainWith(keys));
  const unlock = async (who: 'ada' | 'bob', keys?: S3Keys | null) => {
    using passphrase = passphraseBytes(passphrases[who]);
    return await session(keys).unlockVault(folders[who], passphrase);
  };

  beforeAll(async () => {
    location = { ...(await ceph.newBucket()), prefix: 'team' };
    for (const who of ['ada', 'bob'] as const) {
      folders[who] = join(await temporaryFolder(), who);
      using passphrase = passphraseBytes(passphrases[who]);
      const request = { profileDir: folders[who], location: bucketOf(location), name: who, passphrase } as const;
      await (await session().createVault({ ...request, suite: 'vault', bits: 2048 })).lock();
    }
  });

  it('is shared by two people, secrets and files', async () => {
    const ada = await unlock('ada');
    expect(await ada.refresh()).toEqual([]);
    const bobId = (await ada.people.resolve('bob')).id;
    const secret = await ada.secrets.add({ type: 'note', name: 'shared', fields: { text: 'tea at five' } });
    await ada.secrets.share(secret.id, [bobId]);
    const project = await ada.projects.create('genome');
    await ada.projects.addMember(project.id, bobId, 'editor');
    const source = join(await temporaryFolder(), 'data.bin');
    writeFileSync(source, Buffer.alloc(3_000_000, 'sequence'));
    expect(await ada.files.upload(project.id, '', [source]).finished).toMatchObject({ state: 'done' });
    await ada.lock();

    const bob = await unlock('bob');
    expect(await bob.refresh()).toEqual([]);
    expect(await bob.secrets.reveal(secret.id, 'text')).toBe('tea at five');
    const target = join(await temporaryFolder(), 'copy.bin');
    await bob.files.saveFile(project.id, bob.files.resolve(project.id, 'data.bin').id, target);
    expect(readFileSync(target).equals(readFileSync(source))).toBe(true);
    await bob.lock();
  });

  it('promise 8: keeps its keys in no file of the profile', async () => {
    for (const folder of Object.values(folders)) {
      expect(await filesWith(folder, ceph.owner.secretAccessKey)).toEqual([]);
      expect(await filesWith(folder, ceph.owner.accessKeyId)).toEqual([]);
    }
  });

  it('opens without keys, shows what was seen, says what is missing, and takes keys that come later', async () => {
    const keychain = keychainWith(null);
    using passphrase = passphraseBytes(passphrases.bob);
    const bob = await newSession(keychain).unlockVault(folders.bob, passphrase);
    expect(bob.secrets.list().map(({ name }) => name)).toContain('shared');
    await expect(bob.refresh()).rejects.toMatchObject({
      code: 'store-unreachable',
      details: { reason: 'no-keys' },
    });
    keychain.kept = ceph.owner;
    await expect.poll(() => bob.refresh().catch((error: unknown) => error), { timeout: 30_000 }).toEqual([]);
    await bob.lock();
  });

  it('is attached on another computer, also by keys that may only read', async () => {
    for (const keys of [ceph.owner, ceph.reader]) {
      const profileDir = join(await temporaryFolder(), 'second');
      using passphrase = passphraseBytes(passphrases.ada);
      const request = { profileDir, location: bucketOf(location), who: 'ada', passphrase } as const;
      const second = await session(keys).attachVault(request);
      expect(await second.refresh()).toEqual([]);
      expect(second.secrets.list().map(({ name }) => name)).toContain('shared');
      await second.lock();
    }
  });

  it('leaves nothing behind where joining failed', async () => {
    const profileDir = join(await temporaryFolder(), 'third');
    using wrong = passphraseBytes('nobody’s');
    const request = { profileDir, location: bucketOf(location), passphrase: wrong } as const;
    await expect(session().attachVault(request)).rejects.toMatchObject({ code: 'wrong-passphrase' });
    expect(readdirSync(profileDir).filter((name) => /^(mirror|uploads|profile)/.test(name))).toEqual([]);
  });

  it('begins nothing where somebody was invited to another vault', async () => {
    const empty = await ceph.newBucket();
    using passphrase = passphraseBytes();
    const begin = async (place: S3Location) =>
      session().createVault({
        profileDir: join(await temporaryFolder(), 'x'),
        location: bucketOf(place),
        storeId: 'a'.repeat(32),
        name: 'Eve',
        passphrase,
        suite: 'vault',
        bits: 2048,
      });
    await expect(begin(empty)).rejects.toMatchObject({ code: 'store-missing' });
    await expect(begin(location)).rejects.toMatchObject({
      message: expect.stringContaining('another vault') as string,
    });
    expect(await namesIn(empty)).toEqual([]);
  });

  it('is not mistaken for another vault in its place', async () => {
    const other = { ...location, prefix: 'other' };
    const profileDir = join(await temporaryFolder(), 'other');
    using passphrase = passphraseBytes();
    const request = { profileDir, location: bucketOf(other), name: 'Eve', passphrase } as const;
    await (await session().createVault({ ...request, suite: 'vault', bits: 2048 })).lock();
    const file = join(folders.bob, 'profile.json');
    const before = readFileSync(file, 'utf8');
    writeFileSync(file, before.replace('"prefix": "team"', '"prefix": "other"'));
    const bob = await unlock('bob');
    await expect(bob.refresh()).rejects.toMatchObject({
      code: 'store-missing',
      message: expect.stringContaining('another vault') as string,
    });
    await bob.lock();
    writeFileSync(file, before);
  });
});

describe.skipIf(typeof started === 'string')('a vault in a bucket, by the command', () => {
  let location: S3Location;
  let place: string[];
  let folder = '';
  const env = (keys: S3Keys | null) =>
    keys === null ? {} : { AWS_ACCESS_KEY_ID: keys.accessKeyId, AWS_SECRET_ACCESS_KEY: keys.secretAccessKey };

  /** Runs the command as one of the two, with keys in the environment. */
  const attempt = (
    who: string,
    words: string[],
    options: { keys?: S3Keys | null; stdin?: string } = {},
  ): Promise<Outcome> =>
    run(['--vault', join(folder, who), '--passphrase-file', join(folder, 'passphrase'), ...words], {
      env: env(options.keys === undefined ? ceph.owner : options.keys),
      ...(options.stdin !== undefined && { stdin: options.stdin }),
    });
  const vault = async (who: string, ...words: string[]): Promise<Outcome> => {
    const outcome = await attempt(who, words);
    if (outcome.code !== 0)
      throw new Error(`vault ${words.join(' ')} ended with ${String(outcome.code)}: ${outcome.stderr}`);
    return outcome;
  };
  const json = async <T>(who: string, ...words: string[]): Promise<T> =>
    JSON.parse((await vault(who, ...words, '--json')).stdout) as T;

  beforeAll(async () => {
    folder = await temporaryFolder();
    writeFileSync(join(folder, 'passphrase'), strongPassphrase);
    location = await ceph.newBucket();
    place = ['--store', `s3://${location.bucket}/lab`, '--endpoint', location.endpoint];
    await vault('ada', 'init', ...place, '--name', 'Ada', '--bits', '2048');
  });

  it('is joined by an invitation, which holds no secret', async () => {
    await vault('ada', 'store', 'invite', join(folder, 'lab'), '--name', 'The lab');
    const invitation = join(folder, 'lab.vault-store');
    const text = readFileSync(invitation, 'utf8');
    expect(JSON.parse(text)).toMatchObject({ name: 'The lab', location: { bucket: location.bucket, prefix: 'lab' } });
    expect(text).not.toContain(ceph.owner.secretAccessKey);
    expect(text).not.toContain(ceph.owner.accessKeyId);
    await vault('bob', 'init', '--store', invitation, '--name', 'Bob', '--bits', '2048');
    const people = await json<{ name: string }[]>('ada', 'person', 'list');
    expect(people.map(({ name }) => name)).toEqual(['Ada', 'Bob']);
  });

  it('says where it is and where its keys come from', async () => {
    const shown = await json<{ keys: unknown; label: string }>('ada', 'store', 'show');
    expect(shown).toMatchObject({
      label: `${location.bucket}/lab`,
      keys: { from: 'environment', accessKeyId: ceph.owner.accessKeyId },
    });
  });

  it('goes on without its server: lists, keeps what is written, and sends it with `vault sync` when it is back', async () => {
    await vault('ada', 'project', 'create', 'genome');
    await vault('ada', 'project', 'add', 'genome', 'Bob');
    await vault('ada', 'secret', 'add', 'note', 'before', 'text=x');
    await vault('bob', 'secret', 'list');
    await ceph.run('kill-rgw');
    try {
      const list = await attempt('ada', ['secret', 'list']);
      expect(list).toMatchObject({ code: 0, stdout: expect.stringContaining('before') as string });
      expect(list.stderr).toContain('The store does not answer; showing what this computer has.');
      const added = await attempt('ada', ['secret', 'add', 'note', 'while away', 'text=kept']);
      expect(added).toMatchObject({ code: 0, stderr: expect.stringContaining('Kept here') as string });
      const member = await attempt('ada', ['project', 'rotate', 'genome']);
      expect(member.code).toBe(7);
      const sync = await attempt('ada', ['sync']);
      expect(sync.code).toBe(7);
      const status = await json<{ waiting: { name: string }[] }>('ada', 'sync', '--status');
      expect(status.waiting.map(({ name }) => name)).toEqual(['while away']);
    } finally {
      await ceph.run('start-rgw');
    }
    const sync = await vault('ada', 'sync');
    expect(sync.stdout).toContain('Sent 1 change');
    await vault('ada', 'secret', 'share', 'while away', 'Bob');
    expect((await vault('bob', 'secret', 'list')).stdout).toContain('while away');
    const field = await vault('bob', 'secret', 'get', 'while away', '--field', 'text');
    expect(field.stdout).toBe('kept\n');
  });

  it('brings files up and down', async () => {
    const source = join(folder, 'reads.txt');
    writeFileSync(source, 'ACGT'.repeat(500_000));
    await vault('ada', 'file', 'put', source, '--project', 'genome');
    await vault('bob', 'project', 'pin', 'genome');
    await vault('bob', 'file', 'get', 'reads.txt', '--project', 'genome', '-o', join(folder, 'copy.txt'));
    expect(readFileSync(join(folder, 'copy.txt')).equals(readFileSync(source))).toBe(true);
  });

  it('is paused and told its limits', async () => {
    const settings = await json('ada', 'sync', '--pause', '--limit-up', '500k', '--cache-limit', '2G');
    expect(settings).toMatchObject({ paused: true, uploadLimit: 500_000, cacheLimitBytes: 2e9 });
    const list = await attempt('ada', ['secret', 'list']);
    expect(list).toMatchObject({ code: 0, stderr: expect.stringContaining('paused') as string });
    await vault('ada', 'sync', '--resume', '--limit-up', '0');
    expect((await attempt('ada', ['secret', 'list'])).stderr).toBe('');
  });

  it('says what is wrong with the keys or the bucket, and ends with the code for it', async () => {
    const other = (words: string[], keys: S3Keys | null) => attempt('new', ['init', '--name', 'N', ...words], { keys });
    const wrong = await other(place, stranger);
    expect(wrong).toMatchObject({
      code: 7,
      stderr: expect.stringContaining('does not accept the access keys') as string,
    });
    const nowhere = await other(['--store', 's3://nowhere/x', '--endpoint', location.endpoint], ceph.owner);
    expect(nowhere).toMatchObject({ code: 7, stderr: expect.stringContaining('no bucket of that name') as string });
    const readOnly = await other(
      ['--store', `s3://${location.bucket}/new`, '--endpoint', location.endpoint],
      ceph.reader,
    );
    expect(readOnly).toMatchObject({ code: 5, stderr: expect.stringContaining('may not write') as string });
    const none = await other(place, null);
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('--keys-file') as string });
    const listed = await attempt('ada', ['secret', 'list'], { keys: stranger });
    expect(listed).toMatchObject({ code: 7, stdout: expect.stringContaining('before') as string });
    expect(listed.stderr).toContain('does not accept the access keys');
  });

  it('tests a place, in words and as JSON', async () => {
    const good = await attempt('ada', ['store', 'test', '--json']);
    expect(good.code).toBe(0);
    expect(JSON.parse(good.stdout)).toMatchObject({ holdsVault: true, readOnly: false });
    const bad = await attempt('ada', ['store', 'test'], { keys: ceph.reader });
    expect(bad).toMatchObject({ code: 5, stdout: expect.stringMatching(/write\s+failed/) as string });
  });

  it('reads keys from a file, uses them once without a keychain, and keeps them in no file of ours', async () => {
    const keysFile = join(folder, 'keys');
    const { accessKeyId, secretAccessKey } = ceph.owner;
    writeFileSync(
      keysFile,
      `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
    );
    const attach = ['attach', ...place, '--name', 'Ada', '--keys-file', keysFile, '--no-keychain'];
    const attached = await attempt('carol', attach, { keys: null });
    expect(attached).toMatchObject({ code: 0, stderr: expect.stringContaining('kept nowhere') as string });
    for (const who of ['ada', 'bob', 'carol']) {
      expect(await filesWith(join(folder, who), secretAccessKey)).toEqual([]);
      expect(await filesWith(join(folder, who), accessKeyId)).toEqual([]);
    }
  });

  it('serves a node that enrols there and may only read afterwards', async () => {
    const { code } = await json<{ code: string }>('ada', 'node', 'invite', 'gpu');
    const enrol = ['node', 'enrol', ...place, '--name', 'gpu', '--code', code, '--bits', '2048'];
    const asNode = (words: string[], keys: S3Keys) =>
      run(['--vault', join(folder, 'gpu'), ...words], { env: env(keys) });
    expect(await asNode(enrol, ceph.owner)).toMatchObject({ code: 0 });
    await vault('ada', 'node', 'authorize', 'gpu', '--project', 'genome');
    const got = await asNode(['file', 'get', 'reads.txt', '--project', 'genome', '-o', '-'], ceph.reader);
    expect(got).toMatchObject({ code: 0, stdout: expect.stringMatching(/^(ACGT)+$/) as string });
  });

  it('lends a registered node’s keys to its secret on another computer, and leaves nothing of the visit', async () => {
    const secretFile = join(folder, 'node-secret');
    await vault('ada', 'node', 'register', 'worker', '--suite', 'coretex', '--generate', secretFile);
    const lent = await json<{ variables: object }>('ada', 'node', 'env', 'worker', '--secret-file', secretFile);
    expect(Object.keys(lent.variables)).toEqual(['CTX_PRIVATE_KEY']);
    expect(readdirSync(join(folder, 'ada')).filter((name) => name.startsWith('visit-'))).toEqual([]);
  });
});
