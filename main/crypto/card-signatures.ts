/** The general JSON serialization of a JWS (RFC 7515 section 7.2.1): one payload, several signatures. */
import { FlattenedSign, flattenedVerify } from 'jose';
import { z } from 'zod';
import type { SigningPublicJwk } from './keys.js';
import { base64url, damaged, orDamaged, parseHeader, parseJson, parseShape } from './record-format.js';
import { signedHeader, type RecordSigner } from './signed-record.js';
import { signingAlgOf, verificationKey } from './verification-key.js';

/** A card carries one earlier key pair; nothing about it grows. */
const maxCardBytes = 256 * 1024;

const signature = z.strictObject({ protected: base64url, signature: base64url });
const cardJws = z.strictObject({ payload: base64url, signatures: z.array(signature).min(1).max(2) });
export type CardJws = z.infer<typeof cardJws>;
export type CardSignature = z.infer<typeof signature>;

const payloadOf = (card: object): Buffer => Buffer.from(JSON.stringify(card));

/** One signature over a card, with protected header `{alg, kid, typ}`. */
export async function signJws(typ: string, card: object, signer: RecordSigner): Promise<CardSignature> {
  const header = { alg: signer.signingAlg, kid: signer.publicKeys.sign.kid, typ };
  const jws = await new FlattenedSign(payloadOf(card)).setProtectedHeader(header).sign(signer.signingKey);
  return parseShape(signature, { protected: jws.protected, signature: jws.signature });
}

/** The stored bytes of a card with its signatures. */
export const jwsOf = (card: object, signatures: readonly CardSignature[]): Uint8Array =>
  Buffer.from(JSON.stringify({ payload: payloadOf(card).toString('base64url'), signatures }), 'latin1');

/** Nothing is verified yet. Throws `damaged`, `unsupported-version`. */
export function parseJws(stored: Uint8Array, typ: string): CardJws {
  if (stored.length > maxCardBytes) throw damaged();
  const json = parseJson(stored);
  const { signatures } = parseShape(z.looseObject({ signatures: z.array(z.looseObject({})) }), json);
  for (const each of signatures) parseHeader(each['protected'], typ);
  return parseShape(cardJws, json);
}

/** Throws `damaged` unless the signature at `position` is by this key. SECURITY (promise 2): the algorithm follows the key. */
export async function verifySignature(jws: CardJws, position: number, key: SigningPublicJwk): Promise<void> {
  const found = jws.signatures[position];
  if (found === undefined) throw damaged();
  const header = parseShape(signedHeader, parseJson(Buffer.from(found.protected, 'base64url')));
  const alg = signingAlgOf(key);
  if (header.alg !== alg || header.kid !== key.kid) throw damaged();
  await orDamaged(async () =>
    flattenedVerify({ payload: jws.payload, ...found }, await verificationKey(key), { algorithms: [alg] }),
  );
}
