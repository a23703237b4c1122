/** Signed records: JWS compact (RFC 7515), docs/protocol.md section 4. */
import { CompactSign } from 'jose';
import { z } from 'zod';
import { VaultError } from '../../app/errors.js';
import type { SigningPublicJwk } from './keys.js';
import type { MasterKey } from './master-key.js';
import {
  base64url,
  damaged,
  maxPlaintextBytes,
  parseHeader,
  parseJson,
  parseShape,
  thumbprint,
} from './record-format.js';
import { signingAlgOf, verifyCompact } from './verification-key.js';

export const signedHeader = z.strictObject({ alg: z.enum(['EdDSA', 'RS256']), kid: thumbprint, typ: z.string() });

/** Room for the signature's base64url around the payload, inside the limit of a sealed record. */
const maxPayloadBytes = 8 * 1024 * 1024;

/** The half of a master key that signs. */
export type RecordSigner = Pick<MasterKey, 'publicKeys' | 'signingAlg' | 'signingKey'>;

/** Signs `payload` as JSON (at most 8 MiB) with protected header `{alg, kid, typ}`. Throws `invalid-input` when it is larger. */
export async function signRecord(typ: string, payload: object, signer: RecordSigner): Promise<string> {
  const bytes = Buffer.from(JSON.stringify(payload));
  if (bytes.length > maxPayloadBytes) throw new VaultError('invalid-input', 'That is too large for one record.');
  try {
    const header = { alg: signer.signingAlg, kid: signer.publicKeys.sign.kid, typ };
    return await new CompactSign(bytes).setProtectedHeader(header).sign(signer.signingKey);
  } finally {
    bytes.fill(0);
  }
}

/**
 * The payload of a record of this `typ`, signed by this key. Throws `unsupported-version`, and `damaged` for everything else.
 * SECURITY (promise 3): the algorithm is the one that the key is for, whatever the header says; `kid` must name the key;
 * a record of another kind by the same author does not pass.
 */
export async function verifyRecord(typ: string, jws: string, key: SigningPublicJwk): Promise<unknown> {
  const { header } = splitRecord(jws, typ);
  if (header.alg !== signingAlgOf(key) || header.kid !== key.kid) throw damaged();
  const payload = await verifyCompact(jws, key);
  try {
    return parseJson(payload);
  } finally {
    payload.fill(0);
  }
}

/**
 * What a record claims, before anything is verified: only good for finding the key to verify it with.
 * Throws `damaged`, `unsupported-version`.
 */
export function readUnverified(jws: string): { kid: string; typ: string; payload: unknown } {
  const { header, parts } = splitRecord(jws, null);
  const payload = Buffer.from(parts[1], 'base64url');
  try {
    return { kid: header.kid, typ: header.typ, payload: parseJson(payload) };
  } finally {
    payload.fill(0);
  }
}

function splitRecord(
  jws: string,
  typ: string | null,
): { header: z.infer<typeof signedHeader>; parts: [string, string, string] } {
  if (jws.length > maxPlaintextBytes) throw damaged();
  const parts = jws.split('.');
  const header = parseShape(signedHeader, parseHeader(parts[0], typ));
  return { header, parts: parseShape(z.tuple([base64url, base64url, base64url]), parts) };
}
