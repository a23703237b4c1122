import { constants, createPublicKey, publicEncrypt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCoretexSecret, sealCoretexSecret, type CoretexWire } from '../../../main/crypto/coretex-suite.js';
import { publicKeyPem, type MasterKey } from '../../../main/crypto/master-key.js';
import { masterKeyOf } from './master-keys.js';

const damaged: unknown = expect.objectContaining({ name: 'VaultError', code: 'damaged' });
const invalid: unknown = expect.objectContaining({ name: 'VaultError', code: 'invalid-input' });

let key: MasterKey;
let pem: string;
beforeAll(async () => {
  key = await masterKeyOf('coretex');
  pem = publicKeyPem(key.publicKeys.wrap);
});
afterAll(() => key.dispose());

const git = (token: string): CoretexWire => sealCoretexSecret(pem, 'git', 'any', { token });

describe('sealCoretexSecret', () => {
  it('takes a field up to what one RSA block holds, counted in bytes, and says so past it', () => {
    for (const token of ['', 'a'.repeat(245), 'é'.repeat(122)])
      expect(openCoretexSecret(key, git(token)).fields).toEqual({ token });
    expect(() => git('a'.repeat(246))).toThrow(
      'The field “token” is too long. That is too long for this key: it takes at most 245 bytes.',
    );
    expect(() => git('é'.repeat(123))).toThrow(invalid);
  });

  it('refuses fields that are missing or unknown, and keys that are none', () => {
    expect(() => sealCoretexSecret(pem, 'aws', 'any', { key: 'only half' })).toThrow('“secret” is missing');
    expect(() => sealCoretexSecret(pem, 'git', 'any', { token: 'a', url: 'b' })).toThrow(invalid);
    expect(() => sealCoretexSecret('rubbish', 'git', 'any', { token: 'a' })).toThrow(invalid);
  });
});

describe('openCoretexSecret', () => {
  it('has one error for whatever is not such a secret', async () => {
    using stranger = await masterKeyOf('coretex', 'a stranger');
    const good = git('token');
    const encrypted = Buffer.from(String(good['token']), 'base64');
    const notText = publicEncrypt(
      { key: createPublicKey(pem), padding: constants.RSA_PKCS1_PADDING },
      Buffer.from([0xff, 0xfe]),
    );
    const wires: unknown[] = [
      null,
      [],
      'text',
      {},
      { ...good, type_: 5 },
      { ...good, type_: '2' },
      { ...good, name: 7 },
      { ...good, token: undefined },
      { ...good, token: '' },
      { ...good, token: 'not base64!' },
      { ...good, token: encrypted.subarray(1).toString('base64') },
      { ...good, token: Buffer.alloc(256, 255).toString('base64') },
      { ...good, token: Buffer.alloc(256, 1).toString('base64') },
      { ...good, token: notText.toString('base64') },
    ];
    for (const wire of wires) expect(() => openCoretexSecret(key, wire)).toThrow(damaged);
    expect(() => openCoretexSecret(stranger, good)).toThrow(damaged);
  });

  it('leaves members alone that the type does not have', () => {
    expect(openCoretexSecret(key, { ...git('t'), comment: 'x' })).toEqual({
      type: 'git',
      name: 'any',
      fields: { token: 't' },
    });
  });
});
