import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ProjectSummary } from '../../../app/model/project.js';
import { SecretBytes } from '../../../main/crypto/secret-bytes.js';
import { session } from '../../../main/vault/session.js';
import { PrivateFolders } from '../../../main/cli/run/private-folders.js';
import { Profile, useCommand, useFolder } from './command.js';
import { foldersLeft, runScript, startScript } from './run-process.js';

useCommand();
const folder = useFolder();
const ana = new Profile(useFolder()());
const node = new Profile(useFolder()());
let alpha = '';

const write = (name: string, content: string): string => {
  mkdirSync(dirname(folder(name)), { recursive: true });
  writeFileSync(folder(name), content);
  return folder(name);
};

type Receipt = Readonly<{ actor: string; command: string; secrets: string[]; files: number }>;

/** By the vault itself: the receipts in a project's verified log, newest first. */
async function receipts(profile: Profile): Promise<Receipt[]> {
  using passphrase = SecretBytes.take(Buffer.from(profile.passphrase));
  const vault = await session.unlockVault(profile.dir, passphrase);
  try {
    await vault.refresh();
    const lines = await vault.projects.log(alpha, { limit: 100 });
    return lines.flatMap(({ actor, receipt }) => (receipt === null ? [] : [{ actor, ...receipt }]));
  } finally {
    await vault.lock();
  }
}

beforeAll(async () => {
  await ana.vault(['init', '--store', ana.store, '--name', 'Ana', '--suite', 'coretex', '--bits', '2048']);
  await ana.vault(['secret', 'add', 'api-token', 'hub', 'token=@-'], { stdin: 'token-of-the-hub' });
  alpha = (await ana.json<ProjectSummary>(['project', 'create', 'Alpha', '--suite', 'coretex'])).id;
  write('data/train.csv', 'a,b\n');
  write('data/deep/er/label.txt', 'label');
  const put = ['file', 'put', '--project', 'Alpha', folder('data'), write('run.py', 'print()'), write('old', 'old')];
  await ana.vault(put);
  await ana.vault(['file', 'remove', 'old', '--project', 'Alpha']);
}, 120_000);

const listing = `const fs = require('fs'), path = require('path');
  const dir = process.env.VAULT_PROJECT_DIR, same = process.env['VAULT_PROJECT_DIR_' + process.argv[1]] ?? '';
  const files = fs.readdirSync(dir, { recursive: true, withFileTypes: true }).filter((each) => each.isFile())
    .map((each) => path.relative(dir, path.join(each.parentPath ?? each.path, each.name))).sort();
  console.log(JSON.stringify({ dir, files, mode: fs.statSync(dir).mode & 0o777, cwd: process.cwd(),
    first: fs.readFileSync(path.join(dir, files[0]), 'utf8') }));`;

type Seen = Readonly<{ dir: string; files: string[]; mode: number; cwd: string; first: string }>;

describe('the files of a project for a program', () => {
  it('are there while it runs, without what is in the trash, and then gone', async () => {
    const { code, stdout } = await runScript(ana, ['--project', 'Alpha'], listing);
    expect(code).toBe(0);
    const seen = JSON.parse(stdout) as Seen;
    expect(seen).toMatchObject({
      files: ['data/deep/er/label.txt', 'data/train.csv', 'run.py'],
      first: 'label',
      mode: 0o700,
      cwd: process.cwd(),
    });
    expect(existsSync(seen.dir)).toBe(false);
    expect(foldersLeft()).toEqual([]);
  });

  it('are told by id, too, and may be the folder that it runs in', async () => {
    const script = `console.log(process.env.VAULT_PROJECT_DIR_${alpha} === process.cwd(), process.env.VAULT_PROJECT_DIR === process.cwd())`;
    const { stdout } = await runScript(ana, ['--project', alpha, '--cwd-project'], script);
    expect(stdout).toBe('true true\n');
  });

  it('may be a choice of them, each where it lies in the project', async () => {
    const choice = ['--project', 'Alpha', '--file', 'data/deep', '--file', 'run.py'];
    const { stdout } = await runScript(ana, choice, listing);
    expect((JSON.parse(stdout) as Seen).files).toEqual(['data/deep/er/label.txt', 'run.py']);
    const none = [...choice, '--file', 'none'];
    expect(await runScript(ana, none, listing)).toMatchObject({ code: 6, stdout: '' });
  });

  it('are gone although the program took away the right to remove them', async () => {
    const script = `const dir = process.env.VAULT_PROJECT_DIR + '/data/deep'; require('fs').chmodSync(dir, 0o500);`;
    expect(await runScript(ana, ['--project', 'Alpha'], script)).toMatchObject({ code: 0, stderr: '' });
    expect(foldersLeft()).toEqual([]);
  });

  it.runIf(process.platform === 'linux')(
    'lie on disk, with a word about it, when they do not fit into memory',
    async () => {
      const { folders } = await onDisk();
      expect(folders.onDisk).toBe(true);
      expect(existsSync(folders.folder)).toBe(false);
    },
  );

  it('promise 1: damaged files and the program is never started', async () => {
    const blobs = readdirSync(join(ana.store, 'blobs')).map((name) => join(ana.store, 'blobs', name));
    const contents = blobs.map((path) => readFileSync(path));
    for (const [at, path] of blobs.entries()) {
      const flipped = Buffer.from(contents[at]!);
      flipped[flipped.length - 1]! ^= 1;
      chmodSync(path, 0o600);
      writeFileSync(path, flipped);
    }
    const mark = folder('started');
    const script = `require('fs').writeFileSync(${JSON.stringify(mark)}, '')`;
    const { code } = await runScript(ana, ['--project', 'Alpha'], script);
    for (const [at, path] of blobs.entries()) writeFileSync(path, contents[at]!);
    expect({ code, started: existsSync(mark), left: foldersLeft() }).toEqual({ code: 4, started: false, left: [] });
  });
});

async function onDisk() {
  using folders = new PrivateFolders(['/dev/shm'], folder());
  return { folders: await folders.forFiles(Number.MAX_SAFE_INTEGER) };
}

describe('receipts', () => {
  it('say before the program starts what it was given, and no kill -9 gets around them', async () => {
    const had = (await receipts(ana)).length;
    const run = startScript(
      ana,
      ['--project', 'Alpha', '--secret', 'hub=TOKEN'],
      `setInterval(() => 0, 1000); console.log('ready ' + process.pid)`,
    );
    const child = Number(/ready (\d+)/.exec(await run.says('ready'))?.[1]);
    run.child.kill('SIGKILL');
    process.kill(child, 'SIGKILL');
    await run.ended;
    const all = await receipts(ana);
    expect(all.length).toBe(had + 1);
    expect(all[0]).toMatchObject({ command: 'node', secrets: ['hub'], files: 3 });
    expect(JSON.stringify(all)).not.toContain('setInterval');
    await runScript(ana, [], '');
    expect(foldersLeft()).toEqual([]);
  });

  it('are not written for what was never handed over', async () => {
    const had = (await receipts(ana)).length;
    expect(await runScript(ana, ['--project', 'Alpha', '--secret', 'none=X'], '')).toMatchObject({ code: 6 });
    expect((await receipts(ana)).length).toBe(had);
  });
});

describe('a node', () => {
  it('runs with what it was authorized for, has the keys of the Coretex library, and writes its receipt', async () => {
    const enrolled = await session.enrolNode({
      profileDir: node.dir,
      location: { kind: 'directory', path: ana.store },
      name: 'gpu-1',
      suite: 'coretex',
      bits: 2048,
    });
    const { id } = enrolled.account();
    await enrolled.lock();
    writeFileSync(node.passphraseFile, readFileSync(join(node.dir, 'node-secret')));

    using passphrase = SecretBytes.take(Buffer.from(ana.passphrase));
    const vault = await session.unlockVault(ana.dir, passphrase);
    await vault.refresh();
    await vault.projects.authorizeNode(alpha, id);
    await vault.secrets.share(vault.secrets.resolve('hub').id, [id]);
    await vault.lock();

    const script = `
      const { CTX_PRIVATE_KEY: key, TOKEN_FILE: token, CTX_PROJECT_KEY_${alpha}: project } = process.env;
      const pem = Buffer.from(key, 'base64').toString();
      require('crypto').createPrivateKey(pem);
      console.log([key, project, Buffer.from(project, 'base64').toString('hex'), pem.split('\\n')[3], pem].join('|'));
      console.log(require('fs').statSync(token).size, require('fs').readdirSync(process.env.VAULT_PROJECT_DIR).join());`;
    const run = await runScript(node, ['--coretex', '--project', 'Alpha', '--secret', 'hub=TOKEN'], script);
    expect(run).toMatchObject({ code: 0, stdout: '[masked]|[masked]|[masked]|[masked]|[masked]\n16 data,run.py\n' });
    const [receipt] = await receipts(ana);
    expect(receipt).toMatchObject({ actor: id, command: 'node', files: 3 });
    expect(receipt?.secrets).toEqual(['hub', 'CTX_PRIVATE_KEY', `CTX_PROJECT_KEY_${alpha}`]);
  }, 120_000);

  it('alone has its keys handed out: a person is refused', async () => {
    expect(await runScript(ana, ['--coretex'], 'console.log(1)')).toMatchObject({ code: 5, stdout: '' });
  });
});
