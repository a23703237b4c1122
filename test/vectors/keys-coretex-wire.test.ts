/** What Coretex's own programs wrote: challenge, secrets and a node's environment (test/vectors/coretex). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyChallenge } from '../../main/crypto/challenge.js';
import {
  nodePrivateKey,
  nodeProjectKey,
  openCoretexSecret,
  registrationPublicKey,
  sealCoretexSecret,
} from '../../main/crypto/coretex-suite.js';
import { publicKeyPem, type MasterKey } from '../../main/crypto/master-key.js';
import { SecretBytes } from '../../main/crypto/secret-bytes.js';
import { masterKeyOf } from '../unit/crypto/master-keys.js';

const load = (name: string): unknown => JSON.parse(readFileSync(join(import.meta.dirname, 'coretex', name), 'utf8'));

type SecretVectors = Readonly<{
  passphrase: string;
  secrets: readonly Readonly<{
    wire: Readonly<Record<string, string | number>>;
    plaintext: Readonly<Record<string, string>>;
  }>[];
}>;
const { passphrase, secrets } = load('secrets.json') as SecretVectors;
if (secrets.length === 0) throw new Error('no vectors');

let key: MasterKey;
beforeAll(async () => {
  key = await masterKeyOf('coretex', passphrase);
});
afterAll(() => key.dispose());

describe('secrets on Coretex’s wire', () => {
  it.each(secrets)('opens what the reference sealed: type $wire.type_', ({ wire, plaintext }) => {
    expect(openCoretexSecret(key, wire)).toMatchObject({ name: wire['name'], fields: plaintext });
  });

  it.each(secrets)('seals in the same form: type $wire.type_', ({ wire, plaintext }) => {
    const { type, name } = openCoretexSecret(key, wire);
    const sealed = sealCoretexSecret(publicKeyPem(key.publicKeys.wrap), type, name, plaintext);
    expect(Object.keys(sealed).sort()).toEqual(Object.keys(wire).sort());
    expect(sealed['type_']).toBe(wire['type_']);
    expect(openCoretexSecret(key, JSON.parse(JSON.stringify(sealed)))).toEqual({ type, name, fields: plaintext });
  });
});

describe('the reference’s challenge', () => {
  const vector = load('challenge.json') as { passphrase: string; valueBase64: string; signatureBase64: string };
  const base64url = (base64: string): string => Buffer.from(base64, 'base64').toString('base64url');

  it('is the signature that our key makes, and verifies', async () => {
    using signer = await masterKeyOf('coretex', vector.passphrase);
    const signature = signer.signChallenge(Buffer.from(vector.valueBase64, 'base64'));
    expect(Buffer.from(signature).toString('base64')).toBe(vector.signatureBase64);
    const challenge = { value: base64url(vector.valueBase64), signature: base64url(vector.signatureBase64) };
    expect(verifyChallenge(signer.publicKeys, 'coretex', '0'.repeat(32), challenge)).toBe(true);
  });
});

describe('a node’s environment', () => {
  const vector = load('node.json') as Record<string, string>;

  it('has the reference’s encodings', async () => {
    using node = await masterKeyOf('coretex', vector['nodeSecret']);
    const { wrap, sign } = await node.exportPrivate();
    expect(nodePrivateKey(wrap)).toBe(vector['CTX_PRIVATE_KEY']);
    expect(registrationPublicKey(node.publicKeys.wrap)).toBe(vector['registrationPublicKey']);
    const projectKey = vector['CTX_PROJECT_KEY_42'] ?? '';
    expect(nodeProjectKey(SecretBytes.take(Buffer.from(projectKey, 'base64')))).toBe(projectKey);
    wrap.dispose();
    sign.dispose();
  });
});
