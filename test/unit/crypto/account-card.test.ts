import { randomBytes } from 'node:crypto';
import { FlattenedSign } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { accountSummary, createCard, nextCard, openPreviousKeys, parseCard, verifyCard, type AccountCard } from '../../../main/crypto/account-card.js'; // prettier-ignore
import { createChallenge } from '../../../main/crypto/challenge.js';
import type { KdfParameters } from '../../../main/crypto/keys.js';
import type { MasterKey } from '../../../main/crypto/master-key.js';
import { objectHash } from '../../../main/crypto/object-hash.js';
import { randomId } from '../../../main/crypto/random-id.js';
import { openSealed, sealForReaders } from '../../../main/crypto/sealed-record.js';
import { vectorKey } from '../../vectors/records-vectors.js';

const id = randomId();
const damaged = { code: 'damaged' };
const newKdf = (): KdfParameters => ({
  alg: 'argon2id',
  memoryKib: 65_536,
  iterations: 3,
  parallelism: 1,
  salt: randomBytes(16).toString('base64url'),
});

let ada: MasterKey;
let next: MasterKey;
let node: MasterKey;
let first: Uint8Array;
let second: Uint8Array;
let firstCard: AccountCard;

beforeAll(async () => {
  [ada, next, node] = await Promise.all([vectorKey('ada'), vectorKey('adaNext'), vectorKey('node')]);
  first = await createCard({ id, kind: 'person', name: 'Ada', masterKey: ada, kdf: newKdf() });
  firstCard = await verifyCard(first, id, 1);
  second = await nextCard({ previousStored: first, previous: firstCard, oldKey: ada, newKey: next, kdf: newKdf() });
});

type Jws = { payload: string; signatures: { protected: string; signature: string }[] };
const jwsOf = (stored: Uint8Array): Jws => JSON.parse(Buffer.from(stored).toString()) as Jws;
const stored = (jws: object): Uint8Array => Buffer.from(JSON.stringify(jws));

/** A card as somebody with these keys, and a mind of their own, would sign it. */
async function signed(card: object, ...keys: MasterKey[]): Promise<Uint8Array> {
  const payload = Buffer.from(JSON.stringify(card));
  const signatures = await Promise.all(
    keys.map((key) =>
      new FlattenedSign(payload)
        .setProtectedHeader({ alg: key.signingAlg, kid: key.publicKeys.sign.kid, typ: 'coretex-vault/v1/account-card' })
        .sign(key.signingKey),
    ),
  );
  return stored({
    payload: payload.toString('base64url'),
    signatures: signatures.map(({ protected: header, signature }) => ({ protected: header, signature })),
  });
}

describe('an account card', () => {
  it('says who it is, in either suite', async () => {
    expect(firstCard).toMatchObject({
      id,
      kind: 'person',
      version: 1,
      name: 'Ada',
      suite: 'vault',
      bits: 2048,
      previous: null,
    });
    expect(firstCard.keys).toEqual(ada.publicKeys);
    const nodeId = randomId();
    const nodeCard = await createCard({ id: nodeId, kind: 'node', name: 'gpu', masterKey: node, kdf: null });
    expect(await verifyCard(nodeCard, nodeId, 1)).toMatchObject({ suite: 'coretex', kdf: null, kind: 'node' });
  });

  it('gives a summary with seven words', () => {
    const summary = accountSummary(firstCard);
    expect(summary).toMatchObject({ id, name: 'Ada', kind: 'person', suite: 'vault', bits: 2048, version: 1 });
    expect(summary.fingerprintWords).toHaveLength(7);
    expect(summary.fingerprintHex).toMatch(/^[0-9a-f]{64}$/);
  });

  it('does not stand for another account or version (promise 3)', async () => {
    await expect(verifyCard(first, randomId(), 1)).rejects.toMatchObject(damaged);
    await expect(verifyCard(first, id, 2, first)).rejects.toMatchObject(damaged);
    await expect(verifyCard(second, id, 1)).rejects.toMatchObject(damaged);
  });

  it('cannot be made with keys or names that it could not say', async () => {
    const invalid = { code: 'invalid-input' };
    await expect(createCard({ id, kind: 'person', name: '', masterKey: ada, kdf: newKdf() })).rejects.toMatchObject(
      invalid,
    );
    await expect(
      createCard({ id: 'x', kind: 'person', name: 'A', masterKey: ada, kdf: newKdf() }),
    ).rejects.toMatchObject(invalid);
    await expect(createCard({ id, kind: 'person', name: 'A', masterKey: ada, kdf: null })).rejects.toMatchObject(
      damaged,
    );
    await expect(createCard({ id, kind: 'person', name: 'A', masterKey: node, kdf: newKdf() })).rejects.toMatchObject(
      damaged,
    );
  });
});

describe('the next version of a card', () => {
  it('is signed by both keys, keeps who it is, and leads back to the key before', async () => {
    const card = await verifyCard(second, id, 2, first);
    expect(card).toMatchObject({ id, version: 2, name: 'Ada', created: firstCard.created, bits: 3072 });
    expect(card.previous?.hash).toBe(objectHash(first));
    expect(jwsOf(second).signatures).toHaveLength(2);
    const opened = await openPreviousKeys(card, firstCard, next);
    const sealed = await sealForReaders(Buffer.from('old'), [ada.reader()]);
    expect(Buffer.from(await openSealed(sealed, opened)).toString()).toBe('old');
  });

  it('can change suite and name, over many links', async () => {
    const nodeCard = await nextCard({
      previousStored: second,
      previous: parseCard(second),
      oldKey: next,
      newKey: node,
      kdf: null,
      name: 'Ada L.',
    });
    const card = await verifyCard(nodeCard, id, 3, second);
    expect(card).toMatchObject({ suite: 'coretex', name: 'Ada L.', version: 3 });
    const before = await openPreviousKeys(card, parseCard(second), node);
    const first2 = await openPreviousKeys(parseCard(second), firstCard, before);
    expect(first2.publicKeys).toEqual(ada.publicKeys);
  });

  it('needs the version before it', async () => {
    await expect(verifyCard(second, id, 2)).rejects.toMatchObject(damaged);
    const other = await createCard({ id, kind: 'person', name: 'Ada', masterKey: ada, kdf: newKdf() });
    await expect(verifyCard(second, id, 2, other)).rejects.toMatchObject(damaged);
  });

  it('is not made with a key that is not the card’s', async () => {
    const wrong = nextCard({ previousStored: first, previous: firstCard, oldKey: next, newKey: ada, kdf: newKdf() });
    await expect(wrong).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('gives its earlier key to its own key alone', async () => {
    const card = parseCard(second);
    await expect(openPreviousKeys(card, firstCard, ada)).rejects.toMatchObject({ code: 'not-a-reader' });
    await expect(openPreviousKeys(firstCard, firstCard, ada)).rejects.toMatchObject({ code: 'not-found' });
    await expect(openPreviousKeys(card, card, next)).rejects.toMatchObject(damaged); // keys of another card than it says
  });
});

describe('a store that substitutes a card (promises 2 and 4)', () => {
  const kdf = (change: object): object => ({ ...firstCard, kdf: { ...newKdf(), ...change } });

  it.each([
    ['less memory', { memoryKib: 65_535 }],
    ['fewer passes', { iterations: 2 }],
    ['absurd memory', { memoryKib: 4_194_305 }],
    ['other lanes', { parallelism: 4 }],
    ['a short salt', { salt: 'AAAA' }],
    ['no number', { memoryKib: 1e9 + 0.5 }],
  ])('%s: weak-parameters, even when signed by the account itself', async (_name, change) => {
    await expect(verifyCard(await signed(kdf(change), ada), id, 1)).rejects.toMatchObject({ code: 'weak-parameters' });
  });

  it('is refused when its parts do not fit each other', async () => {
    const { wrap, sign } = ada.publicKeys;
    const changes: object[] = [
      { kdf: null },
      { suite: 'coretex' },
      { suite: 'coretex', kdf: null },
      { suite: 'coretex', kdf: null, keys: { wrap, sign: node.publicKeys.sign } },
      { bits: 4096 },
      { bits: 1024 },
      { version: 0 },
      { id: 'x' },
      { kdf: { ...newKdf(), alg: 'argon2i' } },
      { keys: { wrap: next.publicKeys.wrap, sign } },
      { keys: { wrap: { ...wrap, kid: next.publicKeys.wrap.kid }, sign } },
      { keys: { wrap, sign: { ...sign, kid: next.publicKeys.sign.kid } } },
      { keys: { wrap: { ...wrap, e: 'Aw' }, sign } },
      { keys: { wrap: { ...wrap, n: 'AAAA' }, sign } },
      { challenge: createChallenge(next, id) },
      { challenge: createChallenge(ada, randomId()) },
      { previous: { hash: objectHash(first), keys: {} } },
    ];
    for (const change of changes) {
      const forged = await signed({ ...firstCard, ...change }, ada);
      await expect(verifyCard(forged, id, 1), JSON.stringify(change)).rejects.toMatchObject(damaged);
    }
    // The same way of signing, with nothing changed, is a card.
    expect(await verifyCard(await signed(firstCard, ada), id, 1)).toEqual(firstCard);
  });

  it('cannot give an account another key without the one before', async () => {
    const card = { ...parseCard(second), previous: { hash: objectHash(first), keys: {} } };
    const [byNew, byOld] = jwsOf(second).signatures;
    expect((await verifyCard(await signed(card, next, ada), id, 2, first)).keys).toEqual(next.publicKeys);
    await expect(verifyCard(await signed(card, next), id, 2, first)).rejects.toMatchObject(damaged);
    await expect(verifyCard(await signed(card, next, next), id, 2, first)).rejects.toMatchObject(damaged);
    await expect(verifyCard(await signed(card, next, node), id, 2, first)).rejects.toMatchObject(damaged);
    await expect(verifyCard(await signed(card, ada, next), id, 2, first)).rejects.toMatchObject(damaged);
    for (const signatures of [[byNew], [byOld], [byOld, byNew], [byNew, byNew], [byNew, byOld, byOld], []]) {
      await expect(verifyCard(stored({ ...jwsOf(second), signatures }), id, 2, first)).rejects.toMatchObject(damaged);
    }
    await expect(
      verifyCard(stored({ ...jwsOf(first), signatures: jwsOf(second).signatures }), id, 1),
    ).rejects.toMatchObject(damaged);
  });

  it('hears that a card of a later protocol needs a newer program', async () => {
    const later = Buffer.from(JSON.stringify({ alg: 'ML-DSA', typ: 'coretex-vault/v2/account-card' })).toString(
      'base64url',
    );
    const forged = stored({ payload: 'AA', signatures: [{ protected: later, signature: 'AA', more: 1 }], more: 1 });
    await expect(verifyCard(forged, id, 1)).rejects.toMatchObject({ code: 'unsupported-version' });
  });
});
