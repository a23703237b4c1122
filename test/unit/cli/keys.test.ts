import { createPublicKey } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AccountSummary } from '../../../app/model/account.js';
import { Profile, run, useCommand, useFolder } from './command.js';

useCommand();
const folder = useFolder();
const write = (name: string, content: string | Uint8Array): string => {
  writeFileSync(folder(name), content);
  return folder(name);
};
const vectors = (name: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../vectors/coretex', name), 'utf8'));

type Vector = Readonly<{ bits: number; passphrase: string; publicPemPkcs1: string }>;
const cases = (vectors('master-keys.json') as Vector[]).filter(({ bits }) => bits <= 3072);

describe('key derive', () => {
  it('has vectors to go by', () => expect(cases.length).toBeGreaterThan(3));

  it.each(cases)(
    'prints the reference’s PEM for $bits bits and $passphrase',
    async ({ bits, passphrase, publicPemPkcs1 }) => {
      const words = ['key', 'derive', '--suite', 'coretex', '--bits', String(bits), '--format', 'pem'];
      const { code, stdout } = await run([...words, '--passphrase-file', write('p', `${passphrase}\n`)]);
      expect(code).toBe(0);
      expect(stdout).toBe(publicPemPkcs1.endsWith('\n') ? publicPemPkcs1 : `${publicPemPkcs1}\n`);
    },
  );

  it('spells one key in three ways, and never its private half', async () => {
    const words = ['key', 'derive', '--salt', '000102030405060708090a0b0c0d0e0f', '--bits', '2048'];
    const derive = (...more: string[]) => run([...words, ...more, '--passphrase-file', write('p', 'pass')]);
    const [pem, jwk, fingerprint] = [
      (await derive()).stdout,
      JSON.parse((await derive('--format', 'jwk')).stdout) as { kty: 'RSA'; n: string; e: string; kid: string },
      (await derive('--format', 'fingerprint')).stdout.trim(),
    ];
    expect(Object.keys(jwk).sort()).toEqual(['e', 'kid', 'kty', 'n']);
    expect(createPublicKey(pem).export({ format: 'jwk' })).toEqual({ kty: 'RSA', n: jwk.n, e: jwk.e });
    expect(fingerprint).toBe(jwk.kid);
    expect(JSON.parse((await derive('--json')).stdout)).toMatchObject({
      suite: 'vault',
      bits: 2048,
      pem,
      jwk,
      fingerprint,
    });
    const { code } = await derive('--memory-kib', '1024');
    expect(code).not.toBe(0);
  });
});

describe('the master key of a vault', () => {
  const ana = new Profile(folder(), 'a passphrase of the vault suite');
  const fast = ['--bits', '2048'];
  beforeAll(async () => {
    await ana.vault(['init', '--store', ana.store, '--name', 'Ana', ...fast]);
    await ana.vault(['secret', 'add', 'note', 'n', 'text=@-'], { stdin: 'kept' });
  });

  it('is shown without a passphrase', async () => {
    const shown = await run(['key', 'show', '--vault', ana.dir, '--json']);
    expect(JSON.parse(shown.stdout)).toMatchObject({
      account: { name: 'Ana', suite: 'vault', bits: 2048 },
      remembered: false,
    });
    expect((await run(['key', 'show', '--vault', ana.dir])).stdout).toContain('fingerprint');
  });

  it('is not made twice, and a second person may join', async () => {
    const again = await ana.attempt(['init', '--store', ana.store, '--name', 'Ana', ...fast, '--json']);
    expect(again.code).toBe(1);
    expect(JSON.parse(again.stderr)).toMatchObject({ error: { code: 'vault-exists' } });
    const words = ['init', '--store', ana.store, '--name', 'Ben', ...fast, '--vault', folder('ben'), '--json'];
    const ben = await run([...words, '--passphrase-file', ana.passphraseFile]);
    expect(ben.code).toBe(0);
    const mine = JSON.parse((await run(['key', 'show', '--vault', ana.dir, '--json'])).stdout) as {
      account: AccountSummary;
    };
    const his = JSON.parse(ben.stdout) as { account: AccountSummary };
    // promise 6: two people with the same passphrase have different keys
    expect(his.account.fingerprintHex).not.toBe(mine.account.fingerprintHex);
    const list = ['secret', 'list', '--vault', folder('ben'), '--passphrase-file', ana.passphraseFile, '--json'];
    expect(await run(list)).toMatchObject({ code: 0, stdout: '[]\n' });
  });

  it('goes onto a sheet that needs nothing but paper', async () => {
    const { stdout } = await ana.vault(['key', 'sheet']);
    expect(stdout).toMatch(/Argon2id/);
    expect(stdout).not.toContain(ana.passphrase.toString());
    await ana.vault(['key', 'sheet', '-o', folder('sheet.html')]);
    const page = readFileSync(folder('sheet.html'), 'utf8');
    expect(page).toContain('<td>Ana</td>');
    expect(page).not.toMatch(/src=|href=|<script/);
    expect(await ana.attempt(['key', 'sheet', '-o', folder('sheet.html')])).toMatchObject({ code: 1 });
  });

  it('is exported as PKCS#12 with a passphrase of its own', async () => {
    const options = ['--pkcs12', folder('key.p12'), '--file-passphrase-file', write('file-pass', 'file pass\n')];
    await ana.vault(['key', 'export', ...options]);
    expect(readFileSync(folder('key.p12'))[0]).toBe(0x30);
    expect(statSync(folder('key.p12')).mode & 0o777).toBe(0o600);
    expect((await ana.attempt(['key', 'export', ...options])).code).toBe(1);
  });

  it('changes with the passphrase, and still opens everything', async () => {
    const next = write('next', 'quite another passphrase');
    const { account } = await ana.json<{ account: AccountSummary }>([
      'key',
      'change-passphrase',
      '--new-passphrase-file',
      next,
      ...fast,
    ]);
    expect(account.version).toBe(2);
    expect((await ana.attempt(['secret', 'list'])).code).toBe(3);
    writeFileSync(ana.passphraseFile, readFileSync(next));
    expect((await ana.vault(['secret', 'get', 'n', '--field', 'text'])).stdout).toBe('kept\n');
    const attach = ['attach', '--store', ana.store, '--name', 'Ana', '--vault', folder('laptop')];
    expect(await run([...attach, '--passphrase-file', next])).toMatchObject({ code: 0 });
    const get = ['secret', 'get', 'n', '-f', 'text', '--vault', folder('laptop'), '--passphrase-file', next];
    expect(await run(get)).toMatchObject({ code: 0, stdout: 'kept\n' });
  }, 60_000);
});

describe('Coretex by the command', () => {
  const secrets = vectors('secrets.json') as {
    passphrase: string;
    bits: number;
    secrets: { wire: { name: string }; plaintext: object }[];
  };
  const files = vectors('aes-files.json') as {
    projectKeyBase64: string;
    files: { name: string; ciphertextBase64: string; referenceDecryptsToBase64: string }[];
  };

  it('opens the reference’s secrets', async () => {
    expect(secrets.secrets.length).toBeGreaterThan(3);
    for (const { wire, plaintext } of secrets.secrets) {
      const words = [
        'coretex',
        'open-secret',
        write('wire.json', JSON.stringify(wire)),
        '--bits',
        String(secrets.bits),
      ];
      const { code, stdout } = await run([...words, '--passphrase-file', write('p', secrets.passphrase)]);
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toEqual(plaintext);
    }
  });

  it('seals what it opens', async () => {
    const passphrase = ['--passphrase-file', write('p', secrets.passphrase)];
    const pem = write('public.pem', (await run(['key', 'derive', '--suite', 'coretex', ...passphrase])).stdout);
    const words = [
      'coretex',
      'seal-secret',
      '--public-key',
      pem,
      'credentials',
      'username=x',
      `password=@${write('v', 'geheim 🔐\n')}`,
    ];
    const sealed = await run([...words, '--name', 'db']);
    expect(JSON.parse(sealed.stdout)).toMatchObject({ type_: 3, name: 'db' });
    const opened = await run(['coretex', 'open-secret', '-', ...passphrase], { stdin: sealed.stdout });
    expect(JSON.parse(opened.stdout)).toEqual({ username: 'x', password: 'geheim 🔐' });
  });

  it('decrypts the reference’s files, and its own', async () => {
    expect(files.files.length).toBeGreaterThan(5);
    const key = ['--key-file', write('project-key', `${files.projectKeyBase64}\n`)];
    for (const { name, ciphertextBase64, referenceDecryptsToBase64 } of files.files.slice(0, 12)) {
      const source = write('in', Buffer.from(ciphertextBase64, 'base64'));
      expect(await run(['coretex', 'decrypt-file', ...key, source, folder('out')]), name).toMatchObject({
        code: 0,
        stdout: '',
      });
      expect(readFileSync(folder('out')).toString('base64')).toBe(referenceDecryptsToBase64);
    }
    const plain = Buffer.from('sixteen bytes ok'.repeat(3));
    await run(['coretex', 'encrypt-file', ...key, write('plain', plain), folder('sealed')]);
    expect(readFileSync(folder('sealed'))).toHaveLength(16 + 64);
    await run(['coretex', 'decrypt-file', ...key, folder('sealed'), folder('again')]);
    expect(readFileSync(folder('again')).equals(plain)).toBe(true);
  }, 60_000);

  it.each([
    [['encrypt-file', '--key-file', 'KEY', 'NONE', 'OUT'], 6],
    [['encrypt-file', '--key-file', 'NONE', 'KEY', 'OUT'], 6],
    [['encrypt-file', '--key-file', 'BAD', 'KEY', 'OUT'], 2],
    [['decrypt-file', '--key-file', 'KEY', 'BAD', 'OUT'], 4],
    [['open-secret', 'BAD', '--passphrase-file', 'BAD'], 4],
    [['open-secret', 'NONE', '--passphrase-file', 'BAD'], 6],
    [['seal-secret', '--public-key', 'BAD', 'git', 'token=x'], 2],
    [['seal-secret', '--public-key', 'NONE', 'git', 'token=x'], 6],
    [['seal-secret', '--public-key', 'PEM', 'note', 'text=x'], 2],
    [['seal-secret', '--public-key', 'PEM', 'aws', 'key=x'], 2],
  ] as const)('%j ends with %d', async (words, code) => {
    const pem = cases[0]?.publicPemPkcs1 ?? '';
    const names: Record<string, string> = {
      KEY: write('k', files.projectKeyBase64),
      BAD: write('bad', 'not that'),
      NONE: folder('no-such-file'),
      OUT: folder('o'),
      PEM: write('pem', pem),
    };
    expect(await run(['coretex', ...words.map((word) => names[word] ?? word)])).toMatchObject({ code, stdout: '' });
  });
});
