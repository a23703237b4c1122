/** Account cards: who somebody is, by what keys, and how a passphrase becomes them. docs/protocol.md section 3. */
import { z } from 'zod';
import { id, keySize, suite, type AccountSummary } from '../../app/model/account.js';
import { VaultError } from '../../app/errors.js';
import { createChallenge, verifyChallenge } from './challenge.js';
import { fingerprintHex, fingerprintWords } from './fingerprint.js';
import { jwsOf, parseJws, signJws, verifySignature, type CardJws } from './card-signatures.js';
import type { KdfParameters, PublicKeys } from './keys.js';
import { jwkThumbprint, MasterKey } from './master-key.js';
import { objectHash } from './object-hash.js';
import { checkKdfParameters } from './passphrase-stretch.js';
import { encodeKeysJson, parseFlatJson, readKeys } from './private-keys-json.js';
import { base64url, damaged, parseJson, parseShape, thumbprint } from './record-format.js';
import { rsaPublicKey } from './rsa-public.js';
import { openSealed, sealForReaders, type RecordOpener } from './sealed-record.js';

export const accountCardType = 'coretex-vault/v1/account-card';

const rsaJwk = z.object({ kty: z.literal('RSA'), n: base64url, e: z.literal('AQAB'), kid: thumbprint });
const ed25519Jwk = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: base64url.length(43),
  kid: thumbprint,
});

/** Judged by `checkKdfParameters`, so that weak parameters are told from damage. */
const kdf = z.object({
  alg: z.literal('argon2id'),
  memoryKib: z.number(),
  iterations: z.number(),
  parallelism: z.number(),
  salt: z.string(),
}) as unknown as z.ZodType<KdfParameters>;

const cardShape = z.object({
  id,
  kind: z.enum(['person', 'node']),
  version: z.number().int().positive(),
  name: z.string().min(1).max(200),
  suite,
  bits: keySize,
  created: z.iso.datetime(),
  kdf: kdf.nullable(),
  keys: z.object({ wrap: rsaJwk, sign: z.discriminatedUnion('kty', [ed25519Jwk, rsaJwk]) }),
  challenge: z.object({ value: base64url.length(43), signature: base64url }),
  previous: z.object({ hash: thumbprint, keys: z.looseObject({}) }).nullable(),
  /** a node's proof that it knew a one-time code (enrolment-proof.ts); absent from every other card */
  enrolment: base64url.length(43).optional(),
});
export type AccountCard = z.infer<typeof cardShape>;

export type NewCard = Readonly<{
  id: string;
  kind: AccountCard['kind'];
  name: string;
  masterKey: MasterKey;
  /** null in the coretex suite */
  kdf: KdfParameters | null;
  /** now, when absent */
  created?: string;
  /** a node's `enrolmentProof` over this id, name and public keys */
  enrolment?: string;
}>;

/** Version 1 of an account's card, as it is stored. */
export async function createCard(request: NewCard): Promise<Uint8Array> {
  const { masterKey, created = new Date().toISOString(), ...facts } = request;
  const card = cardOf(masterKey, { ...facts, version: 1, created, previous: null });
  return jwsOf(card, [await signJws(accountCardType, card, masterKey)]);
}

export type NextCard = Readonly<{
  /** the stored bytes of the version that is replaced, and the card that they were verified to be */
  previousStored: Uint8Array;
  previous: AccountCard;
  oldKey: MasterKey;
  newKey: MasterKey;
  kdf: KdfParameters | null;
  name?: string;
}>;

/** The version after `previous`, signed by the new key and by the one it replaces, which it carries sealed to the new one. */
export async function nextCard(request: NextCard): Promise<Uint8Array> {
  const { previousStored, previous, oldKey, newKey } = request;
  if (oldKey.publicKeys.sign.kid !== previous.keys.sign.kid) {
    throw new VaultError('invalid-input', 'The old key is not the key of the card that is to be replaced.');
  }
  const card = cardOf(newKey, {
    id: previous.id,
    kind: previous.kind,
    version: previous.version + 1,
    name: request.name ?? previous.name,
    created: previous.created,
    kdf: request.kdf,
    previous: { hash: objectHash(previousStored), keys: await sealKeys(oldKey, newKey) },
  });
  const signatures = [await signJws(accountCardType, card, newKey), await signJws(accountCardType, card, oldKey)];
  return jwsOf(card, signatures);
}

function cardOf(
  masterKey: MasterKey,
  facts: Pick<AccountCard, 'id' | 'kind' | 'version' | 'name' | 'created' | 'kdf' | 'previous' | 'enrolment'>,
): AccountCard {
  const { id: accountId, kind, version, name, created, kdf: parameters, previous, enrolment } = facts;
  const { suite: ofSuite, bits, publicKeys: keys } = masterKey;
  const challenge = createChallenge(masterKey, accountId);
  const card = {
    id: accountId,
    kind,
    version,
    name,
    suite: ofSuite,
    bits,
    created,
    kdf: parameters,
    keys,
    challenge,
    previous,
    ...(enrolment !== undefined && { enrolment }),
  };
  if (!cardShape.safeParse(card).success) throw new VaultError('invalid-input', 'An account card cannot say that.');
  checkCard(card as AccountCard);
  return card as AccountCard;
}

async function sealKeys(oldKey: MasterKey, newKey: MasterKey): Promise<Record<string, unknown>> {
  const keys = await oldKey.exportPrivate();
  const json = encodeKeysJson({}, keys);
  try {
    return parseJson(await sealForReaders(json.bytes, [newKey.reader()])) as Record<string, unknown>;
  } finally {
    for (const secret of [keys.wrap, keys.sign, json]) secret.dispose();
  }
}

/** A card as it stands, not verified: only to be shown or compared. Throws `damaged`, `unsupported-version`, `weak-parameters`. */
export const parseCard = (stored: Uint8Array): AccountCard => readCard(parseJws(stored, accountCardType));

/**
 * The card of this account and version, once everything that can be checked without a secret holds: its own signature, its
 * keys' thumbprints and sizes, the challenge, and for a later version the signature of the key it replaces and the hash of
 * the version before. Throws `damaged`, `unsupported-version`, and `weak-parameters` for a key derivation below the floor.
 * @param previousStored bytes of the version before, verified by the caller in the same way; needed from version 2 on
 */
export async function verifyCard(
  stored: Uint8Array,
  accountId: string,
  version: number,
  previousStored?: Uint8Array,
): Promise<AccountCard> {
  const jws = parseJws(stored, accountCardType);
  const card = readCard(jws);
  if (card.id !== accountId || card.version !== version) throw damaged();
  await verifySignature(jws, 0, card.keys.sign);
  if (!verifyChallenge(card.keys, card.suite, card.id, card.challenge)) throw damaged();
  await verifyPrevious(card, jws, previousStored);
  return card;
}

async function verifyPrevious(card: AccountCard, jws: CardJws, previousStored: Uint8Array | undefined): Promise<void> {
  if (card.version === 1) {
    if (card.previous !== null || jws.signatures.length !== 1) throw damaged();
    return;
  }
  if (card.previous === null || jws.signatures.length !== 2 || previousStored === undefined) throw damaged();
  if (card.previous.hash !== objectHash(previousStored)) throw damaged();
  const before = parseCard(previousStored);
  if (before.id !== card.id || before.version !== card.version - 1 || before.kind !== card.kind) throw damaged();
  // SECURITY (promise 2): only who holds the key of an account can give it another key.
  await verifySignature(jws, 1, before.keys.sign);
}

function readCard(jws: CardJws): AccountCard {
  const card = parseShape(cardShape, parseJson(Buffer.from(jws.payload, 'base64url')));
  checkCard(card);
  return card;
}

/** What a card's parts must have to do with each other. SECURITY (promises 2 and 4). */
function checkCard(card: AccountCard): void {
  const { wrap, sign } = card.keys;
  const isVault = card.suite === 'vault';
  if (isVault !== (card.kdf !== null) || isVault !== (sign.kty === 'OKP')) throw damaged();
  if (card.kdf !== null) checkKdfParameters(card.kdf);
  if (jwkThumbprint(wrap) !== wrap.kid || jwkThumbprint(sign) !== sign.kid) throw damaged();
  if (!isVault && sign.kid !== wrap.kid) throw damaged();
  if (rsaPublicKey(wrap).asymmetricKeyDetails?.modulusLength !== card.bits) throw damaged();
  if (card.enrolment !== undefined && (card.kind !== 'node' || card.version !== 1)) throw damaged();
}

/**
 * The master key that `card` replaced, out of `card.previous`; the caller disposes it.
 * @param before the verified card of that version, whose keys it must be. Throws `not-found` for a first version,
 * `not-a-reader` when `masterKey` is not this card's, `damaged`.
 */
export async function openPreviousKeys(
  card: AccountCard,
  before: AccountCard,
  masterKey: RecordOpener,
): Promise<MasterKey> {
  if (card.previous === null) throw new VaultError('not-found', 'The first version of a card replaces no key.');
  const json = await openSealed(Buffer.from(JSON.stringify(card.previous.keys)), masterKey);
  try {
    return await importKeys(json, before);
  } finally {
    json.fill(0);
  }
}

async function importKeys(json: Uint8Array, { suite: ofSuite, bits, keys: expected }: AccountCard): Promise<MasterKey> {
  const keys = readKeys(parseFlatJson(json), 'wrap', 'sign');
  try {
    const key = await MasterKey.import({ suite: ofSuite, bits, ...keys });
    if (sameKeys(key.publicKeys, expected)) return key;
    key.dispose();
    throw damaged();
  } finally {
    keys.wrap.dispose();
    keys.sign.dispose();
  }
}

const sameKeys = (one: PublicKeys, other: PublicKeys): boolean =>
  one.wrap.kid === other.wrap.kid && one.sign.kid === other.sign.kid;

/** What a person may see of a card. */
export function accountSummary(card: AccountCard): AccountSummary {
  const { id: accountId, name, kind, suite: ofSuite, bits, version, created, keys } = card;
  const fingerprint = { fingerprintWords: fingerprintWords(keys), fingerprintHex: fingerprintHex(keys) };
  return { id: accountId, name, kind, suite: ofSuite, bits, version, created, ...fingerprint };
}
