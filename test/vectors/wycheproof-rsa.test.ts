/**
 * Project Wycheproof, where we wrap RSA. Its files are read from beside the repository (or from WYCHEPROOF_DIR) when they are
 * there; where they are not, these tests are reported as skipped. They are never copied into the project.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { KeySize, Suite } from '../../app/model/account.js';
import { MasterKey } from '../../main/crypto/master-key.js';
import { rsaJwkOf, verifyRsaSignature } from '../../main/crypto/rsa-public.js';
import { SecretBytes } from '../../main/crypto/secret-bytes.js';
import { masterKeyOf } from '../unit/crypto/master-keys.js';

const folder = process.env['WYCHEPROOF_DIR'] ?? join(import.meta.dirname, '../../../shared/vectors/wycheproof');
const missing = !existsSync(folder);

type Case = Readonly<{ tcId: number; comment: string; msg: string; result: 'valid' | 'invalid' | 'acceptable'; flags: string[] }>;
type Group<T> = Readonly<{ keySize: number; privateKeyPkcs8?: string; privateKey?: { privateKeyPkcs8?: string }; publicKeyPem?: string; tests: T[] }>;

function groupsOf<T extends Case>(name: string): Group<T>[] {
  const { testGroups, numberOfTests } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
    testGroups: Group<T>[];
    numberOfTests: number;
  };
  const loaded = testGroups.reduce((sum, group) => sum + group.tests.length, 0);
  if (loaded === 0 || loaded !== numberOfTests) throw new Error(`${name}: ${loaded} of ${numberOfTests} cases`);
  return testGroups;
}

async function keyOf(suite: Suite, group: Group<Case>): Promise<MasterKey> {
  const hex = group.privateKeyPkcs8 ?? group.privateKey?.privateKeyPkcs8 ?? '';
  using wrap = SecretBytes.take(Buffer.from(hex, 'hex'));
  if (suite === 'coretex') return await MasterKey.import({ suite, bits: group.keySize as KeySize, wrap, sign: wrap });
  using other = await masterKeyOf('vault');
  using sign = (await other.exportPrivate()).sign;
  return await MasterKey.import({ suite, bits: group.keySize as KeySize, wrap, sign });
}

const opened = (open: () => SecretBytes): string => {
  try {
    return open().bytes.toString('hex');
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe.skipIf(missing)('Wycheproof, read from shared/vectors/wycheproof', () => {
  it.each(['rsa_pkcs1_2048_test.json', 'rsa_pkcs1_3072_test.json'])('RSAES-PKCS1-v1_5 decryption: %s', async (name) => {
    for (const group of groupsOf<Case & { ct: string }>(name)) {
      using key = await keyOf('coretex', group);
      for (const { tcId, msg, ct, result } of group.tests) {
        const ciphertext = Buffer.from(ct, 'hex');
        const message = Buffer.from(msg, 'hex');
        expect([tcId, opened(() => key.openWireField(ciphertext))]).toEqual([tcId, result === 'valid' ? msg : 'damaged']);
        // and with the length known: the message when it is valid, other bytes of that length when not, never an error
        for (const byteLength of new Set([message.length, 16, 64])) {
          const unwrapped = key.unwrap('RSA1_5', ciphertext, byteLength).bytes;
          expect(unwrapped).toHaveLength(byteLength);
          const right = result === 'valid' && byteLength === message.length;
          if (byteLength > 0) expect([tcId, unwrapped.equals(message)]).toEqual([tcId, right]);
        }
      }
    }
  });

  it.each(['rsa_oaep_2048_sha256_mgf1sha256_test.json', 'rsa_oaep_3072_sha256_mgf1sha256_test.json'])('RSAES-OAEP decryption: %s', async (name) => {
    let valid = 0;
    for (const group of groupsOf<Case & { ct: string; label: string }>(name)) {
      using key = await keyOf('vault', group);
      for (const { tcId, msg, ct, label, result } of group.tests) {
        // we never use labels: what was made with one is not for us
        const right = result === 'valid' && label === '';
        valid += Number(right);
        const unwrapped = opened(() => key.unwrap('RSA-OAEP-256', Buffer.from(ct, 'hex'), msg.length / 2));
        expect([tcId, unwrapped]).toEqual([tcId, right ? msg : 'damaged']);
      }
    }
    expect(valid).toBeGreaterThan(0);
  });

  it.each(['rsa_signature_2048_sha256_test.json', 'rsa_signature_3072_sha256_test.json'])('RSASSA-PKCS1-v1_5 verification: %s', (name) => {
    let checked = 0;
    for (const group of groupsOf<Case & { sig: string }>(name)) {
      const publicKey = rsaJwkOf(createPublicKey(group.publicKeyPem ?? ''));
      for (const { tcId, msg, sig, result } of group.tests) {
        const verified = verifyRsaSignature(publicKey, Buffer.from(msg, 'hex'), Buffer.from(sig, 'hex'));
        // “acceptable” is a missing NULL, which neither must be taken nor refused
        if (result !== 'acceptable') expect([tcId, verified]).toEqual([tcId, result === 'valid']);
        checked++;
      }
    }
    expect(checked).toBeGreaterThan(200);
  });
});
