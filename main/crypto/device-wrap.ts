/** The master key as "remember on this computer" keeps it in the profile: JWE compact under a key from the OS keychain. */
import { z } from 'zod';
import { keySize, suite } from '../../app/model/account.js';
import { VaultError } from '../../app/errors.js';
import {
  contentEncryption,
  contentKeyBytes,
  decryptContent,
  encryptContent,
  encryptedContent,
} from './content-encryption.js';
import { hkdfSha256 } from './hkdf.js';
import { MasterKey } from './master-key.js';
import { encodeKeysJson, parseFlatJson, readKeys } from './private-keys-json.js';
import { damaged, parseHeader, parseShape } from './record-format.js';
import type { SecretBytes } from './secret-bytes.js';

const deviceKeyType = 'coretex-vault/v1/device-key';
const header = { alg: 'dir', enc: contentEncryption, typ: deviceKeyType } as const;
const headerShape = z.strictObject({
  alg: z.literal('dir'),
  enc: z.literal(contentEncryption),
  typ: z.literal(deviceKeyType),
});

/** @param deviceKey 32 random bytes, which live in the OS keychain alone */
export async function wrapMasterKey(masterKey: MasterKey, deviceKey: SecretBytes): Promise<string> {
  const { wrap, sign } = await masterKey.exportPrivate();
  const { suite: ofSuite, bits } = masterKey;
  const json = encodeKeysJson({ suite: ofSuite, bits }, { wrap, sign });
  const key = contentKey(deviceKey);
  try {
    const { protected: encoded, iv, ciphertext, tag } = await encryptContent(header, json.bytes, key);
    return `${encoded}..${iv}.${ciphertext}.${tag}`;
  } finally {
    for (const secret of [wrap, sign, json, key]) secret.dispose();
  }
}

/** Throws `damaged` for another device's key or changed bytes, `unsupported-version`. The caller disposes the master key. */
export async function unwrapMasterKey(jwe: string, deviceKey: SecretBytes): Promise<MasterKey> {
  const [encoded, encryptedKey, iv, ciphertext, tag, ...rest] = jwe.split('.');
  parseShape(headerShape, parseHeader(encoded, deviceKeyType));
  if (encryptedKey !== '' || rest.length > 0) throw damaged();
  const content = parseShape(encryptedContent, { protected: encoded, iv, ciphertext, tag });
  const key = contentKey(deviceKey);
  try {
    return await importFrom(await decryptContent(content, key, true));
  } finally {
    key.dispose();
  }
}

async function importFrom(json: Uint8Array): Promise<MasterKey> {
  try {
    const members = parseFlatJson(json);
    const fact = (name: string): string => Buffer.from(members.get(name) ?? []).toString('latin1');
    const kind = { suite: parseShape(suite, fact('suite')), bits: parseShape(keySize, Number(fact('bits'))) };
    const keys = readKeys(members, 'wrap', 'sign');
    try {
      return await MasterKey.import({ ...kind, ...keys });
    } finally {
      keys.wrap.dispose();
      keys.sign.dispose();
    }
  } finally {
    json.fill(0);
  }
}

function contentKey(deviceKey: SecretBytes): SecretBytes {
  if (deviceKey.byteLength !== 32) throw new VaultError('invalid-input', 'A device key has 32 bytes.');
  return hkdfSha256(deviceKey.bytes, new Uint8Array(), deviceKeyType, contentKeyBytes);
}
