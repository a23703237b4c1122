/** docs/recover.md walks a person through a store with standard tools: its own lines are run here, as they stand. */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Profile, useCommand } from '../unit/cli/command.js';
import { pythonWith } from './keys-python.js';

const python = pythonWith('cryptography', 'jwcrypto', 'argon2');
const hasTools = ['openssl version', 'jq --version', 'xxd -v', 'bash --version'].every(
  (tool) => spawnSync(tool.split(' ')[0] ?? '', tool.split(' ').slice(1)).status === 0,
);
const page = readFileSync(join(import.meta.dirname, '../../docs/recover.md'), 'utf8');
const lines = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block ?? '');

const folder = mkdtempSync(join(tmpdir(), 'vault-by-hand-'));
for (const name of ['ana', 'bob']) mkdirSync(join(folder, name));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(python === null || !hasTools)('docs/recover.md, by hand', () => {
  useCommand();

  it('opens secrets and files with openssl, jq and xxd', async () => {
    expect(lines.length).toBeGreaterThan(5);
    const ana = new Profile(join(folder, 'ana'), 'a passphrase that stays');
    const bob = new Profile(join(folder, 'bob'), 'another passphrase that stays');
    await ana.vault(['init', '--store', ana.store, '--name', 'Ana', '--bits', '2048']);
    await bob.vault(['init', '--store', ana.store, '--name', 'Bob', '--bits', '2048']);
    await ana.vault(['secret', 'add', 'credentials', 'db', 'username=ana', 'password=@-'], { stdin: 'päss' });
    await ana.vault(['secret', 'add', 'credentials', 'only mine', 'username=ana', 'password=@-'], { stdin: 'x' });
    await ana.vault(['secret', 'share', 'db', 'Bob']);
    await ana.vault(['project', 'create', 'Alpha']);
    const contents = new Map(Object.entries({ empty: 0, small: 5, blocks: 32, large: 4 * 1024 * 1024 + 17 }));
    for (const [name, size] of contents) writeFileSync(join(folder, name), randomBytes(size));
    const sources = [...contents.keys()].map((name) => join(folder, name));
    await ana.vault(['file', 'put', ...sources.slice(0, 2), '--project', 'Alpha']);
    for (let epoch = 2; epoch <= 3; epoch += 1) await ana.vault(['project', 'rotate', 'Alpha', '--later']);
    await ana.vault(['file', 'put', ...sources.slice(2), '--project', 'Alpha']);
    // Bob is handed the newest key alone
    await ana.vault(['project', 'add', 'Alpha', 'Bob', '--role', 'viewer']);

    const key = join(folder, 'key.pem');
    const recover = join(import.meta.dirname, 'recover.py');
    const words = [recover, ana.store, '--passphrase-file', bob.passphraseFile, '--private-key', key];
    expect(spawnSync(python ?? '', words).status).toBe(0);

    const place = join(folder, 'by-hand');
    mkdirSync(place);
    const script = `set -eo pipefail\n${lines.join('\n')}`;
    const env = { ...process.env, STORE: ana.store, KEY: key };
    const { status, stdout, stderr } = spawnSync('bash', ['-c', script], { cwd: place, env, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('"name":"db","state":"kept","fields":{"username":"ana","password":"päss"}');
    expect(stdout).not.toContain('only mine');
    expect(stdout.match(/Signature Verified Successfully/g)).toHaveLength(2);
    expect(stdout).toMatch(/"sequence":4,.*"type":"add-member",.*"role":"viewer"/);
    for (const name of contents.keys()) {
      expect(stdout).toContain(`verified: ${name}`);
      expect(readFileSync(join(place, 'files', name)).equals(readFileSync(join(folder, name)))).toBe(true);
    }
  });
});
