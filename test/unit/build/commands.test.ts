import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../../../build/bundle.mjs';
import { notesFolder, outFolder, root } from '../../../build/checkout.mjs';
import { externals, partsOf } from '../../../build/parts.mjs';
import { aside } from '../../../build/voice.mjs';

const run = (script: string, args: string[], env: NodeJS.ProcessEnv = process.env) =>
  spawnSync(process.execPath, [script, ...args], { encoding: 'utf8', cwd: root, env });

beforeAll(async () => {
  mkdirSync(notesFolder, { recursive: true });
  await bundle(partsOf.all, aside);
});

describe('vault', () => {
  const prepared = join(root, 'build/vault.mjs');
  const itself = join(outFolder, 'main/vault.cjs');
  it.each([
    [['--version']],
    [['--help']],
    [['secret', 'nonsense']],
    [['--json', 'no-such-command']],
    [['secret', 'get', '', '*', '--field=a b']],
  ])('behaves as the command itself does: %j', (args) => {
    const [through, direct] = [run(prepared, args), run(itself, args)];
    expect([through.status, through.stdout, through.stderr]).toEqual([direct.status, direct.stdout, direct.stderr]);
  });

  it('passes standard input through', () => {
    const words = [
      'key',
      'derive',
      '--suite=coretex',
      '--bits=2048',
      '--format=fingerprint',
      '--passphrase-file=/dev/stdin',
    ];
    const piped = (script: string) =>
      spawnSync('sh', ['-c', 'echo a passphrase from a pipe | "$0" "$@"', process.execPath, script, ...words], {
        encoding: 'utf8',
      });
    const [through, direct] = [piped(prepared), piped(itself)];
    expect(through.stdout).toMatch(/^[\w-]{20,}\s*$/);
    expect(through.stdout).toBe(direct.stdout);
  });

  it('takes relative paths from where the person stands', () => {
    const folder = mkdtempSync(join(tmpdir(), 'stands-'));
    writeFileSync(join(folder, 'passphrase'), 'a passphrase in a file\n');
    const words = [
      'key',
      'derive',
      '--suite=coretex',
      '--bits=2048',
      '--format=fingerprint',
      '--passphrase-file=passphrase',
    ];
    const { status, stderr } = run(prepared, words, { ...process.env, npm_lifecycle_event: 'vault', INIT_CWD: folder });
    rmSync(folder, { recursive: true });
    expect([status, stderr]).toEqual([0, '']);
  });
});

it('npm start explains itself', () => {
  const { status, stdout } = run(join(root, 'build/start.mjs'), ['--help']);
  expect(status).toBe(0);
  expect(stdout).toContain('npm start -- --smoke');
});

it("a release refuses the registry's runtime, and says what to do", () => {
  const env = { ...process.env, CORETEX_VAULT_RUNTIME: 'registry' };
  const { status, stderr } = run(join(root, 'build/dist.mjs'), ['--dir'], env);
  expect(status).toBe(1);
  expect(stderr).toContain("must not carry the registry's Electron");
});

it('the bundles run on their own: only Electron and the native modules stay outside', () => {
  for (const name of ['index', 'vault', 'preload']) {
    const source = readFileSync(join(outFolder, `main/${name}.cjs`), 'utf8');
    const outside = Array.from(source.matchAll(/\brequire\("([^".][^"]*)"\)/g), ([, module = '']) => module);
    const strangers = outside.filter((module) => !isBuiltin(module));
    expect(new Set([...strangers, ...externals])).toEqual(new Set(externals));
  }
});
