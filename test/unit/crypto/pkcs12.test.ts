import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import forge from 'node-forge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publicKeyPem } from '../../../main/crypto/master-key.js';
import { exportPkcs12 } from '../../../main/crypto/pkcs12.js';
import { SecretBytes } from '../../../main/crypto/secret-bytes.js';
import { masterKeyOf } from './master-keys.js';

const secret = (text: string): SecretBytes => SecretBytes.take(Buffer.from(text));
const folder = mkdtempSync(join(tmpdir(), 'keys-pkcs12-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let wrap: SecretBytes;
let pem: string;
beforeAll(async () => {
  using key = await masterKeyOf('vault');
  ({ wrap } = await key.exportPrivate());
  pem = publicKeyPem(key.publicKeys.wrap);
});

const spkiOf = (privatePem: string): string =>
  createPublicKey(createPrivateKey(privatePem)).export({ format: 'pem', type: 'pkcs1' }).toString();

// few iterations, so that other programs open it quickly; the count of real files is checked apart
const quick = { iterations: 1_000 };

describe('exportPkcs12', () => {
  it('is read by node-forge', () => {
    const passphrase = 'file passphrase';
    const file = exportPkcs12(wrap, 'Ada Lovelace', secret(passphrase), quick);
    const asn1 = forge.asn1.fromDer(Buffer.from(file).toString('binary'));
    const opened = forge.pkcs12.pkcs12FromAsn1(asn1, passphrase);
    const bagType = forge.pki.oids['pkcs8ShroudedKeyBag'] ?? '';
    const [bag] = opened.getBags({ friendlyName: 'Ada Lovelace', bagType }).friendlyName ?? [];
    expect(spkiOf(forge.pki.privateKeyToPem(bag?.key as forge.pki.PrivateKey))).toBe(pem);
    expect(() => forge.pkcs12.pkcs12FromAsn1(asn1, 'wrong')).toThrow('MAC could not be verified');
  });

  const openssl = spawnSync('openssl', ['version']).status === 0;

  it.skipIf(!openssl).each(['file passphrase', 'pässwörd 🔑'])(
    'is read by the openssl command, with “%s”',
    (passphrase) => {
      const path = join(folder, 'ada.p12');
      writeFileSync(path, exportPkcs12(wrap, 'Ada Łovelace', secret(passphrase), quick));
      const run = (...more: string[]): string => {
        const { status, stdout, stderr } = spawnSync(
          'openssl',
          ['pkcs12', '-in', path, '-passin', `pass:${passphrase}`, ...more],
          { encoding: 'utf8' },
        );
        if (status !== 0) throw new Error(stderr);
        return stdout + stderr;
      };
      expect(spkiOf(run('-nocerts', '-nodes'))).toBe(pem);
      const certificate = new X509Certificate(run('-nokeys', '-clcerts').replace(/^[\s\S]*?(?=-----BEGIN)/, ''));
      expect(certificate.subject).toBe('CN=Ada Łovelace');
      expect(certificate.verify(certificate.publicKey)).toBe(true);
      expect(certificate.validTo).toMatch(/9999/);
      const facts = run('-info', '-noout');
      expect(facts).toMatch(/MAC: sha256, Iteration 1000/);
      expect(facts).toMatch(/PBES2, PBKDF2, AES-256-CBC, Iteration 1000, PRF hmacWithSHA256/);
    },
  );

  it('spends 600,000 iterations unless told otherwise, and leaves the key to its owner', () => {
    const file = Buffer.from(exportPkcs12(wrap, 'Ada', secret('p')));
    const count = Buffer.from('0203' + (600_000).toString(16).padStart(6, '0'), 'hex');
    expect(file.indexOf(count)).toBeGreaterThan(0);
    expect(file.lastIndexOf(count)).toBeGreaterThan(file.indexOf(count));
    expect(wrap.bytes[0]).toBe(0x30);
  });

  it('refuses passphrases that it cannot spell', () => {
    const invalid: unknown = expect.objectContaining({ code: 'invalid-input' });
    expect(() => exportPkcs12(wrap, 'Ada', secret(''))).toThrow(invalid);
    expect(() => exportPkcs12(wrap, 'Ada', SecretBytes.take(Buffer.from([0xff, 0xfe])))).toThrow(invalid);
  });
});
