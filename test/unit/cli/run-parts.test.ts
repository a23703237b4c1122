import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { VaultError, type ErrorCode } from '../../../app/errors.js';
import { inFiles, passedOn } from '../../../main/cli/run/environment.js';
import { openSecrets, variableOf } from '../../../main/cli/run/hand-over.js';
import { PrivateFolders } from '../../../main/cli/run/private-folders.js';
import { identityText, ownIdentity, parseIdentity } from '../../../main/cli/run/process-identity.js';
import { parseSecretRequest } from '../../../main/cli/run/secret-request.js';
import { steersPrograms } from '../../../main/cli/run/variables.js';
import { unlock, newVault } from '../../vault-fixture.js';

const folder = mkdtempSync(join(tmpdir(), 'vault-run-parts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('--secret', () => {
  it.each([
    ['db=PW', { secret: 'db', field: undefined, variable: 'PW' }],
    ['db#password=PW', { secret: 'db', field: 'password', variable: 'PW' }],
    ['db#*=PW', { secret: 'db', field: '*', variable: 'PW' }],
    ['a=b#c=_d', { secret: 'a=b', field: 'c', variable: '_d' }],
    ['C# key=KEY', { secret: 'C# key', field: undefined, variable: 'KEY' }],
    ['C##token=KEY', { secret: 'C#', field: 'token', variable: 'KEY' }],
    ['service', { secret: 'service', field: undefined, variable: undefined }],
  ])('%s', (word, request) => expect(parseSecretRequest(word)).toEqual(request));

  it.each(['=PW', 'db=', 'db=a-b', 'db#password', '#field=X', ''])('%s is a mistake', (word) => {
    expect(() => parseSecretRequest(word)).toThrow(/--secret|needs a variable/);
  });

  it('names variables after fields', () => {
    expect(['privateKey', 'client-id', 'a.b_c', 'URL', 'otp2Key'].map(variableOf)).toEqual([
      'PRIVATE_KEY',
      'CLIENT_ID',
      'A_B_C',
      'URL',
      'OTP2_KEY',
    ]);
  });
});

describe('the environment', () => {
  it('is passed on without passphrases and without the keys of the bucket', () => {
    const secrets = {
      VAULT_PASSPHRASE: 'p',
      VAULT_OLD_PASSWORD: 'q',
      vault_pass: 'r',
      VAULT_S3_SECRET_ACCESS_KEY: 's',
    };
    const others = { A: '1', VAULT_DIR: '/x', AWS_SECRET_ACCESS_KEY: 'of the program' };
    expect(passedOn({ ...others, ...secrets })).toEqual(others);
  });

  it('tells variables that make programs run other code', () => {
    for (const name of [
      'LD_PRELOAD',
      'PATH',
      'NODE_OPTIONS',
      'BASH_ENV',
      'PYTHONPATH',
      'GIT_SSH_COMMAND',
      'AWS_CONFIG_FILE',
    ])
      expect(steersPrograms(name), name).toBe(true);
    for (const name of ['API_TOKEN', 'NODE_ENV', 'GIT_TOKEN', 'DATABASE_URL', 'AWS_SECRET_ACCESS_KEY', 'MY_PATH'])
      expect(steersPrograms(name), name).toBe(false);
  });

  it('may be files: 0600, exactly the value, never in place of something', async () => {
    const any = { secret: 's', foreignName: false };
    const value = Buffer.from([0, 1, 255, 10]);
    const variables = await inFiles([{ ...any, variable: 'KEY', value }], folder);
    expect(variables).toEqual({ KEY_FILE: join(folder, 'KEY') });
    expect(readFileSync(join(folder, 'KEY')).equals(value)).toBe(true);
    expect(statSync(join(folder, 'KEY')).mode & 0o777).toBe(0o600);
    await expect(inFiles([{ ...any, variable: 'KEY', value }], folder)).rejects.toMatchObject({
      code: 'already-exists',
    });
  });
});

const codeOf = (work: Promise<unknown>): Promise<ErrorCode | 'done'> =>
  work.then(
    () => 'done' as const,
    (error: unknown) => (error instanceof VaultError ? error.code : 'internal'),
  );

describe('secrets of others', () => {
  it('may not choose variables that run code, in the environment or as files, unless it is said so', async () => {
    const { vault: ana, storeDir } = await newVault({
      name: 'Ana',
      suite: 'coretex',
      passphrase: 'Zr7-quokka-Umbrage-41-fjord-Vex',
    });
    const { vault: ben, profileDir } = await newVault({ storeDir, name: 'Ben' });
    await ben.lock();
    await ana.refresh();
    const [, { id }] = (await ana.people.list()) as [unknown, { id: string }];
    const share = async (name: string, fields: Record<string, string>): Promise<void> => {
      const secret = await ana.secrets.add({ type: 'env', name, fields });
      await ana.secrets.share(secret.id, [id]);
    };
    await share('good', { API_TOKEN: 'x', REGION: 'y' });
    await share('loader', { API_TOKEN: 'x', PATH: '/tmp/evil' });
    await share('config', { AWS_CONFIG: '[default]' });
    await share('binary', { NUL: 'a\0b' });
    const { secrets, ...vault } = await unlock(profileDir).then(async (opened) => {
      await opened.refresh();
      return { secrets: opened.secrets, lock: () => opened.lock() };
    });
    const open = (word: string, inEnvironment: boolean) =>
      codeOf(openSecrets(secrets, [parseSecretRequest(word)], { inEnvironment, warn: () => undefined }));
    expect(await open('good', true)).toBe('done');
    expect(await open('loader', true)).toBe('not-allowed');
    expect(await open('loader', false)).toBe('done');
    expect(await open('loader#PATH=PATH', true)).toBe('done');
    expect(await open('config', true)).toBe('done');
    expect(await open('config', false)).toBe('not-allowed');
    expect(await open('binary', true)).toBe('invalid-input');
    expect(await open('binary', false)).toBe('done');
    await vault.lock();
    await ana.lock();
  }, 60_000);
});

describe('private folders', () => {
  const place = join(folder, 'place');
  mkdirSync(place);
  const own = ownIdentity();
  const dead = spawnSync(process.execPath, ['-e', '']).pid;

  it('are named after who made them', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(), (pid, began, space) => {
        const identity = { pid, began: String(began), space: String(space) };
        expect(parseIdentity(identityText(identity))).toEqual(identity);
      }),
    );
    expect(parseIdentity('12-x-3')).toBeNull();
  });

  it('of processes that have ended are swept, and no others', () => {
    const make = (name: string): void => {
      mkdirSync(join(place, `coretex-vault-run-${name}-abcdef`, 'deep'), { recursive: true });
    };
    const kept = [identityText(own), identityText({ ...own, pid: dead, space: '1' }), 'else', `${dead}`];
    for (const name of [...kept, identityText({ ...own, pid: dead })]) make(name);
    if (process.platform === 'linux') make(identityText({ ...own, began: '1' })); // the number was given again
    const outside = join(folder, 'outside');
    mkdirSync(join(outside, 'precious'), { recursive: true });
    symlinkSync(outside, join(place, `coretex-vault-run-${identityText({ ...own, pid: dead })}-ghijkl`));
    writeFileSync(join(place, `coretex-vault-run-${identityText({ ...own, pid: dead })}-mnopqr`), '');

    using folders = new PrivateFolders([], place);
    folders.sweep();
    expect(readdirSync(place).sort()).toEqual(
      [
        ...kept.map((name) => `coretex-vault-run-${name}-abcdef`),
        `coretex-vault-run-${identityText({ ...own, pid: dead })}-ghijkl`,
        `coretex-vault-run-${identityText({ ...own, pid: dead })}-mnopqr`,
      ].sort(),
    );
    expect(existsSync(join(outside, 'precious'))).toBe(true);
  });

  it('promise 8: a place that is no memory is never taken for one', async () => {
    using folders = new PrivateFolders(['/proc', join(folder, 'none')], place);
    const error = await folders.inMemory().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'target-unwritable' });
    expect((error as VaultError).message).toContain('--env');
    expect(await folders.forFiles(1)).toMatchObject({ onDisk: true });
  });

  it.runIf(process.platform === 'linux')(
    'are removed with all that is in them, also without their owner’s rights',
    async () => {
      const folders = new PrivateFolders(['/dev/shm'], place);
      const made = await folders.inMemory();
      expect(statSync(made).mode & 0o777).toBe(0o700);
      mkdirSync(join(made, 'a/b'), { recursive: true });
      writeFileSync(join(made, 'a/b/c'), 'c', { mode: 0o400 });
      expect(folders.remove()).toEqual([]);
      expect(existsSync(made)).toBe(false);
      folders[Symbol.dispose]();
    },
  );
});
