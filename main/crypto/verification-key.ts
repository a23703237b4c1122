import { webcrypto } from 'node:crypto';
import { compactVerify } from 'jose';
import type { SigningPublicJwk } from './keys.js';
import { orDamaged } from './record-format.js';
import { rsaPublicKey } from './rsa-public.js';

/** The one algorithm that a signing key is for: docs/protocol.md section 1. */
export const signingAlgOf = (key: SigningPublicJwk): 'EdDSA' | 'RS256' => (key.kty === 'RSA' ? 'RS256' : 'EdDSA');

/**
 * The payload of a compact JWS that this key signed, whatever its header says besides `alg`. Throws `damaged`.
 * SECURITY (promise 3): the algorithm follows the key, so no other one can be talked into verifying.
 */
export const verifyCompact = (jws: string, key: SigningPublicJwk): Promise<Uint8Array> =>
  orDamaged(async () => {
    const { payload } = await compactVerify(jws, await verificationKey(key), { algorithms: [signingAlgOf(key)] });
    return payload;
  });

/** Importing costs as much as verifying, and a vault's records have few authors. */
const imported = new Map<string, Promise<webcrypto.CryptoKey>>();
const mostKept = 256;

/** The key as `jose` takes it. Found again by what it is, never by the `kid` it claims. Throws `damaged` when it is no key. */
export function verificationKey(key: SigningPublicJwk): Promise<webcrypto.CryptoKey> {
  const material = key.kty === 'RSA' ? `RSA ${key.n} ${key.e}` : `Ed25519 ${key.x}`;
  const known = imported.get(material);
  if (known !== undefined) return known;
  const importing = importKey(key);
  if (imported.size >= mostKept) imported.clear();
  imported.set(material, importing);
  importing.catch(() => imported.delete(material));
  return importing;
}

function importKey(key: SigningPublicJwk): Promise<webcrypto.CryptoKey> {
  if (key.kty === 'OKP') {
    return webcrypto.subtle.importKey('raw', Buffer.from(key.x, 'base64url'), { name: 'Ed25519' }, false, ['verify']);
  }
  const spki = rsaPublicKey(key).export({ format: 'der', type: 'spki' });
  return webcrypto.subtle.importKey('spki', spki, { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, false, ['verify']);
}
