/**
 * The RSA key of a master key as a PKCS#12 file (RFC 7292), for programs that know nothing else. Profile: PBES2 with AES-256-CBC and
 * PBKDF2-HMAC-SHA256 (RFC 8018), MAC by HMAC-SHA256, as OpenSSL 3, Windows 10 and macOS 12 read it.
 */
import { transcode, isUtf8 } from 'node:buffer';
import {
  createCipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  hash,
  pbkdf2Sync,
  randomBytes,
  sign,
  X509Certificate,
  type KeyObject,
} from 'node:crypto';
import { VaultError } from '../../app/errors.js';
import {
  derBits,
  derContext,
  derElement,
  derInteger,
  derNull,
  derObjectId,
  derOctets,
  derSequence,
  derSet,
  derSmallInteger,
} from './der.js';
import type { SecretBytes } from './secret-bytes.js';

const id = {
  commonName: '2.5.4.3',
  sha256WithRsa: '1.2.840.113549.1.1.11',
  data: '1.2.840.113549.1.7.1',
  friendlyName: '1.2.840.113549.1.9.20',
  localKeyId: '1.2.840.113549.1.9.21',
  x509Certificate: '1.2.840.113549.1.9.22.1',
  shroudedKeyBag: '1.2.840.113549.1.12.10.1.2',
  certBag: '1.2.840.113549.1.12.10.1.3',
  pbes2: '1.2.840.113549.1.5.13',
  pbkdf2: '1.2.840.113549.1.5.12',
  hmacSha256: '1.2.840.113549.2.9',
  aes256Cbc: '2.16.840.1.101.3.4.1.42',
  sha256: '2.16.840.1.101.3.4.2.1',
} as const;

/** OWASP's floor for PBKDF2-HMAC-SHA256 (2023). The MAC's own derivation is no stronger than its count, so it has as many. */
const defaultIterations = 600_000;

/**
 * @param wrap PKCS#8 DER of an RSA key, as `MasterKey.exportPrivate` gives; stays the caller's
 * @param name becomes the certificate's common name and the key's friendly name
 * @param filePassphrase protects the file; valid UTF-8, not empty, else `invalid-input`
 */
export function exportPkcs12(
  wrap: SecretBytes,
  name: string,
  filePassphrase: SecretBytes,
  { iterations = defaultIterations }: { iterations?: number } = {},
): Uint8Array {
  if (filePassphrase.byteLength === 0 || !isUtf8(filePassphrase.bytes))
    throw new VaultError('invalid-input', 'The passphrase of the file must be text and not empty.');
  const certificate = selfSignedCertificate(createPrivateKey({ key: wrap.bytes, format: 'der', type: 'pkcs8' }), name);
  const keyId = hash('sha256', certificate, 'buffer');
  const bags = derSequence(
    bag(id.shroudedKeyBag, encryptPrivateKey(wrap, filePassphrase, iterations), name, keyId),
    bag(id.certBag, certificateBag(certificate), name, keyId),
  );
  const content = derSequence(dataContent(bags));
  const mac = macOf(content, filePassphrase, iterations);
  return derSequence(derSmallInteger(3), dataContent(content), mac);
}

const dataContent = (content: Buffer): Buffer => derSequence(derObjectId(id.data), derContext(0, derOctets(content)));

const certificateBag = (certificate: Buffer): Buffer =>
  derSequence(derObjectId(id.x509Certificate), derContext(0, derOctets(certificate)));

function bag(type: string, value: Buffer, name: string, keyId: Buffer): Buffer {
  const attribute = (attributeType: string, attributeValue: Buffer): Buffer =>
    derSequence(derObjectId(attributeType), derSet(attributeValue));
  const friendlyName = derElement(0x1e, bigEndianText(Buffer.from(name)));
  const attributes = derSet(
    attribute(id.friendlyName, friendlyName),
    attribute(id.localKeyId, derOctets(Buffer.from(keyId))),
  );
  return derSequence(derObjectId(type), derContext(0, value), attributes);
}

/** EncryptedPrivateKeyInfo (RFC 5958) by PBES2. */
function encryptPrivateKey(wrap: SecretBytes, filePassphrase: SecretBytes, iterations: number): Buffer {
  const salt = randomBytes(16);
  const iv = randomBytes(16);
  const key = pbkdf2Sync(filePassphrase.bytes, salt, iterations, 32, 'sha256');
  const cipher = createCipheriv('aes-256-cbc', key, iv);
  const encrypted = Buffer.concat([cipher.update(wrap.bytes), cipher.final()]);
  key.fill(0);
  const prf = derSequence(derObjectId(id.hmacSha256), derNull());
  const kdf = derSequence(
    derObjectId(id.pbkdf2),
    derSequence(derOctets(salt), derSmallInteger(iterations), derSmallInteger(32), prf),
  );
  const scheme = derSequence(derObjectId(id.aes256Cbc), derOctets(iv));
  return derSequence(derSequence(derObjectId(id.pbes2), derSequence(kdf, scheme)), derOctets(encrypted));
}

function macOf(content: Buffer, filePassphrase: SecretBytes, iterations: number): Buffer {
  const salt = randomBytes(16);
  const key = pkcs12MacKey(filePassphrase, salt, iterations);
  const digest = createHmac('sha256', key).update(content).digest();
  key.fill(0);
  const digestInfo = derSequence(derSequence(derObjectId(id.sha256), derNull()), derOctets(digest));
  return derSequence(digestInfo, derOctets(salt), derSmallInteger(iterations));
}

/** RFC 7292 appendix B.2 with SHA-256 (u = 32, v = 64) for one block of output, ID 3 = MAC key. */
function pkcs12MacKey(filePassphrase: SecretBytes, salt: Buffer, iterations: number): Buffer {
  const text = bigEndianText(filePassphrase.bytes);
  const terminated = Buffer.alloc(text.length + 2);
  terminated.set(text);
  const diversifier = Buffer.alloc(64, 3);
  const input = [diversifier, repeatedToBlocks(salt), repeatedToBlocks(terminated)] as const;
  const joined = Buffer.concat(input);
  let key = hash('sha256', joined, 'buffer');
  for (let i = 1; i < iterations; i++) key = hash('sha256', key, 'buffer');
  for (const secret of [text, terminated, input[2], joined]) secret.fill(0);
  return key;
}

const repeatedToBlocks = (bytes: Buffer): Buffer => {
  const repeated = Buffer.alloc(Math.ceil(bytes.length / 64) * 64);
  for (let at = 0; at < repeated.length; at += bytes.length) repeated.set(bytes.subarray(0, repeated.length - at), at);
  return repeated;
};

/** UTF-16 big-endian, what ASN.1 calls a BMPString; by way of bytes, as a string could not be wiped. */
const bigEndianText = (utf8: Buffer): Buffer => transcode(utf8, 'utf8', 'utf16le').swap16();

/** X.509 v3 (RFC 5280) without extensions: only the envelope that PKCS#12 expects around a key. */
function selfSignedCertificate(key: KeyObject, name: string): Buffer {
  const algorithm = (): Buffer => derSequence(derObjectId(id.sha256WithRsa), derNull());
  const commonName = Buffer.from(Array.from(name).slice(0, 64).join(''));
  const subject = (): Buffer =>
    derSequence(derSet(derSequence(derObjectId(id.commonName), derElement(0x0c, Buffer.from(commonName)))));
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  // for ever, as the certificate only carries the key: dates after 2049 are GeneralizedTime (RFC 5280 section 4.1.2.5)
  const times = [derElement(0x17, Buffer.from('200101000000Z')), derElement(0x18, Buffer.from('99991231235959Z'))];
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' });
  const body = derSequence(
    derContext(0, derSmallInteger(2)),
    derInteger(serial),
    algorithm(),
    subject(),
    derSequence(...times),
    subject(),
    publicKey,
  );
  const signature = sign('sha256', body, key);
  const certificate = derSequence(body, algorithm(), derBits(signature));
  if (!new X509Certificate(certificate).checkPrivateKey(key)) throw new VaultError('internal');
  return certificate;
}
