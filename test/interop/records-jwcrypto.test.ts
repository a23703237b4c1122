import { spawnSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSealed } from '../../main/crypto/sealed-record.js';
import { verifyRecord } from '../../main/crypto/signed-record.js';
import { vectorKey, vectors } from '../vectors/records-vectors.js';
import { pythonWith } from './keys-python.js';

const python = pythonWith('jwcrypto');
if (python === null) console.info('skipped: records against jwcrypto, for python3-jwcrypto is not installed');

type Job = Readonly<Record<string, unknown> & { work: string }>;

function ask(jobs: readonly Job[]): Record<string, unknown>[] {
  const script = join(import.meta.dirname, 'records_jwcrypto.py');
  const answer = spawnSync(python ?? '', [script], { input: JSON.stringify(jobs), encoding: 'utf8' });
  if (answer.status !== 0) throw new Error(answer.stderr);
  return JSON.parse(answer.stdout) as Record<string, unknown>[];
}

const pem = (base64url: string): string =>
  createPrivateKey({ key: Buffer.from(base64url, 'base64url'), format: 'der', type: 'pkcs8' })
    .export({ format: 'pem', type: 'pkcs8' })
    .toString();

describe.skipIf(python === null)('records and a standard library (jwcrypto)', () => {
  it('opens what is sealed to readers, RSA-OAEP-256 and RSA1_5 in one record', () => {
    const { sealed, keys } = vectors;
    expect(sealed.readers.map((name) => keys[name].suite)).toEqual(['vault', 'coretex']);
    const answers = ask(
      sealed.readers.map((name) => ({ work: 'open', jwe: sealed.stored, key: pem(keys[name].wrap) })),
    );
    for (const { plaintext, header } of answers) {
      expect(plaintext).toBe(sealed.plaintext);
      expect(header).toEqual({ enc: 'A256CBC-HS512', typ: 'coretex-vault/v1/sealed' });
    }
    expect(answers).toHaveLength(2);
  });

  it('opens what is sealed with a project’s key', () => {
    const answers = ask(vectors.keyed.records.map(({ stored, key }) => ({ work: 'direct', jwe: stored, key })));
    expect(answers.map(({ plaintext }) => plaintext)).toEqual(vectors.keyed.records.map(({ plaintext }) => plaintext));
    expect(answers[1]!['header']).toEqual({
      alg: 'dir', enc: 'A256CBC-HS512', typ: 'coretex-vault/v1/sealed', epoch: 12,
    }); // prettier-ignore
  });

  it('verifies signed records and both signatures of a card', async () => {
    const jobs = await Promise.all(
      vectors.signed.map(async ({ key, alg, stored }) => ({
        work: 'verify', jws: stored, alg, key: (await vectorKey(key)).publicKeys.sign,
      })),
    ); // prettier-ignore
    expect(ask(jobs).map(({ payload }) => payload)).toEqual(vectors.signed.map(({ payload }) => payload));

    const card = JSON.parse(vectors.cards[1]!.stored) as { payload: string; signatures: object[] };
    const byNewAndOld = await Promise.all(
      (['adaNext', 'ada'] as const).map(async (name, position) => ({
        work: 'verify',
        jws: JSON.stringify({ payload: card.payload, ...card.signatures[position] }),
        alg: 'EdDSA',
        key: (await vectorKey(name)).publicKeys.sign,
      })),
    );
    for (const { payload } of ask(byNewAndOld)) expect(payload).toMatchObject({ version: 2, name: 'Ada Lovelace' });
  });

  it('writes records that we open and verify', async () => {
    const [ada, node] = await Promise.all([vectorKey('ada'), vectorKey('node')]);
    const readers = [
      { alg: 'RSA-OAEP-256', kid: ada.publicKeys.wrap.kid, key: ada.publicKeys.wrap },
      { alg: 'RSA1_5', kid: node.publicKeys.wrap.kid, key: node.publicKeys.wrap },
    ];
    const header = { alg: 'EdDSA', kid: ada.publicKeys.sign.kid, typ: 'coretex-vault/v1/secret' };
    const [sealed, signed] = ask([
      { work: 'seal', plaintext: 'from elsewhere: ✓', readers },
      { work: 'sign', payload: { name: 'elsewhere' }, header, key: pem(vectors.keys.ada.sign) },
    ]);
    for (const key of [ada, node]) {
      const opened = await openSealed(Buffer.from(String(sealed!['jwe'])), key);
      expect(Buffer.from(opened).toString('utf8')).toBe('from elsewhere: ✓');
    }
    const { sign } = ada.publicKeys;
    expect(await verifyRecord('coretex-vault/v1/secret', String(signed!['jws']), sign)).toEqual({ name: 'elsewhere' });
  });
});
