/** A membership proof is checked with public keys alone (check_proof.py); whatever somebody does to it is found, and named. */
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { objectHash } from '../../main/crypto/object-hash.js';
import { signRecord } from '../../main/crypto/signed-record.js';
import type { MasterKey } from '../../main/crypto/master-key.js';
import { newVault, unlock } from '../vault-fixture.js';
import { place, python, runPython, type Ran } from './recover-python.js';
import * as forge from './shared-store.js';
import { passphrases, sharedStore, signerOf, type SharedStore } from './shared-store.js';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

type Proof = {
  format: string;
  project: string;
  made: string;
  head: { sequence: number; hash: string };
  entries: string[];
  cards: Record<string, string[]>;
};

let files = 0;
const checkBytes = (bytes: string | Uint8Array, ...more: string[]): Promise<Ran> => {
  const file = place(`proof-${(files += 1)}.json`);
  writeFileSync(file, bytes);
  return runPython('check_proof.py', file, ...more);
};

describe.skipIf(python === null)('check_proof.py', () => {
  let store: SharedStore;
  let proof: Proof;
  let mallory: SharedStore['ada'];
  const signers = new Map<string, MasterKey>();

  /** A copy of the proof with something done to it. */
  const changed = (change: (proof: Proof) => void): Promise<Ran> => {
    const copy = structuredClone(proof);
    change(copy);
    return checkBytes(JSON.stringify(copy));
  };
  const withHead = (copy: Proof): void => {
    copy.head = { sequence: copy.entries.length, hash: objectHash(Buffer.from(copy.entries.at(-1) ?? '')) };
  };
  /** Appends an entry that its actor really signed. */
  const append = async (copy: Proof, actor: string, operation: object): Promise<void> => {
    const signer = signers.get(actor);
    if (signer === undefined) throw new Error('nobody');
    const [sequence, previous] = [copy.entries.length + 1, copy.head.hash];
    const payload = { project: copy.project, sequence, previous, time: new Date().toISOString(), actor, operation };
    copy.entries.push(await signRecord('coretex-vault/v1/log-entry', payload, signer));
    withHead(copy);
  };
  const expectForged = ({ code, stdout, stderr }: Ran, why: RegExp): void => {
    expect(stderr).toMatch(why);
    expect(stderr).not.toMatch(/Traceback/);
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
  };

  beforeAll(async () => {
    store = await sharedStore({ bob: 'admin', carol: 'viewer' });
    const { ada, bob, carol, ids, project, storeDir } = store;
    await bob.vault.projects.setRole(project, ids.Carol, 'editor');
    await ada.vault.refresh();
    await ada.vault.projects.removeMember(project, ids.Bob);
    await ada.vault.projects.revokeNode(project, ids.node);
    await ada.vault.projects.rename(project, 'Another name');
    proof = JSON.parse(Buffer.from(await ada.vault.projects.proof(project)).toString()) as Proof;
    mallory = await newVault({ storeDir, name: 'Mallory', passphrase: 'thirteen slow foxes paint tall boats green' });
    for (const who of ['Ada', 'Bob', 'Carol'] as const)
      signers.set(ids[who], await signerOf(storeDir, ids[who], passphrases[who]));
    for (const { vault } of [ada, bob, carol, mallory]) await vault.lock();
  });
  afterAll(() => signers.forEach((signer) => signer.dispose()));

  it('tells who had access from when to when, and what to compare', async () => {
    const { code, stdout, stderr } = await changed(() => undefined);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout
      .split('\n')
      .map((line) => line.replace(/ \([0-9a-f]{8}\)/g, '').replace(/\d{4}-\S+ \S+ UTC/g, 'T'));
    expect(lines).toEqual(
      expect.arrayContaining([
        '“Ada”: owner from T (entry 1) to now',
        '“Bob”: admin from T (entry 2, by “Ada”) to T (entry 6)',
        '“Carol”: viewer from T (entry 3, by “Ada”) to T (entry 5)',
        'node “trainer”: node from T (entry 4, by “Ada”) to T (entry 7)',
        '“Carol”: editor from T (entry 5, by “Bob”) to now',
      ]),
    );
    expect(stdout).toContain(`head: entry 8, ${proof.head.hash}`);
    expect(stdout).toMatch(/fingerprint of “Carol” \([0-9a-f]{8}\): [0-9a-f]{64}/);
  });

  it('agrees with the vault about the newest entry', async () => {
    const again = await unlock(store.ada.profileDir);
    expect(await again.projects.verifyLog(store.project)).toEqual({ entries: 8, head: proof.head.hash });
    await again.lock();
  });

  it('answers for one time and for one account', async () => {
    const timeOf = (sequence: number): string => String(forge.payloadOf(proof.entries[sequence - 1]!)['time']);
    const then = await checkBytes(JSON.stringify(proof), '--at', timeOf(5));
    const accessLines = then.stdout.split('\n').filter((line) => line.includes(' from '));
    expect(accessLines.map((line) => /“(\w+)”.*: (\w+) from/.exec(line)?.slice(1).join(' ')).sort()).toEqual([
      'Ada owner', 'Bob admin', 'Carol editor', 'trainer node',
    ]); // prettier-ignore
    const bobs = await checkBytes(JSON.stringify(proof), '--who', 'Bob');
    expect(bobs.stdout.split('\n').filter((line) => line.includes(' from '))).toHaveLength(1);
    expect(await checkBytes(JSON.stringify(proof), '--at', '1999-01-01')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/\nnobody\n/) as string,
    });
    expect(await checkBytes(JSON.stringify(proof), '--at', 'yesterday')).toMatchObject({ code: 2, stdout: '' });
  });

  it('promise 3: finds one changed bit in each entry, and says which', async () => {
    for (const [position, entry] of proof.entries.entries()) {
      const at = Math.floor(Math.random() * entry.length);
      const other = entry[at] === 'A' ? 'B' : 'A';
      const ran = await changed(
        ({ entries }) => (entries[position] = entry.slice(0, at) + other + entry.slice(at + 1)),
      );
      expectForged(ran, new RegExp(`^does not hold: entry ${position + 1}: `));
    }
  });

  it('promise 3: finds a dropped, doubled or moved entry', async () => {
    for (let position = 0; position < proof.entries.length - 1; position += 1) {
      expectForged(
        await changed(({ entries }) => entries.splice(position, 1)),
        new RegExp(`^does not hold: entry ${position + 1}: `),
      );
    }
    expectForged(
      await changed(({ entries }) => entries.splice(2, 0, entries[2]!)),
      /entry 4: it says that it is entry 3/,
    );
    expectForged(await changed(({ entries }) => entries.splice(2, 2, entries[3]!, entries[2]!)), /entry 3: /);
  });

  it('promise 3: finds that the newest entries were cut off, unless the head was cut with them: then the head differs', async () => {
    expectForged(await changed(({ entries }) => entries.pop()), /the head is entry 8, but the last entry here is 7/);
    expectForged(await changed(({ head }) => (head.sequence = 7)), /the head is entry 7/);
    expectForged(
      await changed(({ head }) => (head.hash = `A${head.hash.slice(1, 42)}A`)),
      /the head names another entry 8/,
    );
    const cut = await changed((copy) => {
      copy.entries.pop();
      withHead(copy);
    });
    expect(cut.code).toBe(0);
    expect(cut.stdout).not.toContain(proof.head.hash);
  });

  it('promise 3: refuses an entry of somebody else under an actor’s name, and of another project', async () => {
    const bob = signers.get(store.ids.Bob)!;
    const sign = (payload: object): Promise<string> => signRecord('coretex-vault/v1/log-entry', payload, bob);
    const last = forge.payloadOf(proof.entries[7]!);
    const asAda = await sign(last);
    expectForged(await changed((copy) => { copy.entries[7] = asAda; withHead(copy); }), /entry 8: it is signed by a key that “Ada” never had/); // prettier-ignore
    const elsewhere = await sign({ ...last, actor: store.ids.Bob, project: store.ids.Bob });
    expectForged(await changed((copy) => { copy.entries[7] = elsewhere; withHead(copy); }), /entry 8: it belongs to another project/); // prettier-ignore
    const wrongType = await signRecord('coretex-vault/v1/file', { ...last, actor: store.ids.Bob }, bob);
    expectForged(await changed((copy) => { copy.entries[7] = wrongType; withHead(copy); }), /entry 8: it is not a signed log-entry/); // prettier-ignore
  });

  it('promise 2: finds a swapped, missing or altered card', async () => {
    const [other] = forge.storedIn(store.storeDir, 'accounts', mallory.vault.account().id);
    const { Ada, Bob, Carol, node } = store.ids;
    // another account's card under a member's id
    expectForged(
      await changed(({ cards }) => (cards[Bob] = [other!.toString()])),
      /the cards of “\w+”: a card out of its place/,
    );
    expectForged(await changed(({ cards }) => (cards[Bob] = cards[Carol]!)), /the cards of/);
    expectForged(
      await changed(({ cards }) => Reflect.deleteProperty(cards, Ada)),
      /entry 1: the file has no card of its actor/,
    );
    expectForged(await changed(({ cards }) => Reflect.deleteProperty(cards, node)), /entry 4: the file has no card of/);
    expectForged(await changed(({ cards }) => (cards[Bob] = [...cards[Bob]!, ...cards[Bob]!])), /the cards of/);
    const renamed = (stored: string): string => {
      const card = JSON.parse(stored) as { payload: string };
      const payload = JSON.parse(Buffer.from(card.payload, 'base64url').toString()) as object;
      return JSON.stringify({
        ...card,
        payload: Buffer.from(JSON.stringify({ ...payload, name: 'Eve' })).toString('base64url'),
      });
    };
    expectForged(await changed(({ cards }) => (cards[Bob] = cards[Bob]!.map(renamed))), /its signature does not hold/);
  });

  it('promise 2: says so when the log gave access to another key than the card has', async () => {
    const copy = structuredClone(proof);
    const { id } = mallory.vault.account();
    copy.cards[id] = [forge.storedIn(store.storeDir, 'accounts', id)[0]!.toString()];
    await append(copy, store.ids.Ada, { type: 'add-member', member: id, role: 'viewer', fingerprint: 'f'.repeat(64) });
    const ran = await checkBytes(JSON.stringify(copy));
    expect(ran).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/entry 9: “Mallory” was given .* a false card/) as string,
    });
  });

  it('promise 3: a forged role is told and has no effect', async () => {
    const copy = structuredClone(proof);
    const { Ada, Bob, Carol } = store.ids;
    await append(copy, Carol, { type: 'set-role', member: Carol, role: 'owner' });
    await append(copy, Bob, { type: 'remove-member', member: Ada, ...newEpoch(4) });
    await append(copy, Ada, { type: 'set-role', member: Ada, role: 'viewer' });
    await append(copy, Ada, { type: 'rotate', ...newEpoch(7) });
    await append(copy, Ada, { type: 'remove-member', member: Ada, ...newEpoch(4) });
    await append(copy, Ada, { type: 'rotate', ...newEpoch(4, 4) });
    await append(copy, Carol, { type: 'receipt', epoch: 3, sealed: '', member: Carol, role: 'owner' });
    const ran = await checkBytes(JSON.stringify(copy));
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    const told = ran.stdout.split('\n').filter((line) => line.startsWith('without effect'));
    expect(told.map((line) => /entry (\d+): “(\w+)” .* tried (\S+) .*, but (.*)$/.exec(line)?.slice(1))).toEqual([
      ['9', 'Carol', 'set-role', 'was editor'],
      ['10', 'Bob', 'remove-member', 'had no access'],
      ['11', 'Ada', 'set-role', 'nobody would be owner'],
      ['12', 'Ada', 'rotate', 'it names the wrong epoch'],
      ['13', 'Ada', 'remove-member', 'would know the key that comes after them'],
      ['14', 'Ada', 'rotate', 'it names the wrong epoch'],
    ]);
    expect(ran.stdout).toMatch(/“Carol” \(\w+\): editor from [^\n]* to now/);
    expect(ran.stdout).toMatch(/“Ada” \(\w+\): owner from [^\n]* to now/);
    expect(ran.stdout).not.toMatch(/“Carol” \(\w+\): owner/);
  });

  it('prints no control characters of a name', async () => {
    const odd = await newVault({
      storeDir: store.storeDir,
      name: 'a\u001b[31m\n\u202egro\\',
      passphrase: passphrases.Bob,
    });
    const { id } = odd.vault.account();
    await odd.vault.lock();
    const again = await unlock(store.ada.profileDir);
    await again.refresh();
    await again.projects.addMember(store.project, id, 'viewer');
    const { code, stdout } = await checkBytes(await again.projects.proof(store.project));
    await again.lock();
    expect(code).toBe(0);
    expect(stdout).toContain('“a\\x1b[31m\\n\\u202egro\\\\”');
    expect(stdout).not.toMatch(/[\u001b\u202e]/);
  });

  it('promise 7: ends with a clear error for whatever is no proof', { timeout: 240_000 }, async () => {
    const text = JSON.stringify(proof);
    const { ids } = store;
    const wrong: (string | Uint8Array)[] = [
      '', '[]', 'null', '{}', '"x"', '1e999', 'NaN', '[[[', '['.repeat(200_000), '9'.repeat(100_000), Buffer.from([0xff, 0xfe, 0]),
      text.slice(0, text.length / 2), text.slice(0, -1), `${text}x`,
    ]; // prettier-ignore
    for (const each of wrong) expectForged(await checkBytes(each), /^does not hold: the file: /);
    const values: unknown[] = [
      null,
      true,
      -1,
      1.5,
      1e30,
      '',
      'é',
      '..',
      [],
      {},
      ['x'],
      { x: [] },
      'A'.repeat(1_000_000),
    ];
    const cardOfBob = (copy: Proof, cards: unknown): void => {
      copy.cards[ids.Bob] = cards as string[];
    };
    const places: ((copy: Proof, value: unknown) => void)[] = [
      ...['format', 'project', 'made', 'head', 'entries', 'cards'].map(
        (name) => (copy: Proof, value: unknown) => void Object.assign(copy, { [name]: value }),
      ),
      (copy, value) => Object.assign(copy.head, { sequence: value }),
      (copy, value) => Object.assign(copy.head, { hash: value }),
      (copy, value) => (copy.entries[2] = value as string),
      (copy, value) => cardOfBob(copy, value),
      (copy, value) => cardOfBob(copy, [value]),
      (copy, value) => cardOfBob(copy, [JSON.stringify(value)]),
      (copy, value) => cardOfBob(copy, [JSON.stringify({ payload: value, signatures: [{}] })]),
    ];
    for (const damage of places) {
      const value = values[Math.floor(Math.random() * values.length)];
      const one = structuredClone(proof);
      damage(one, value);
      expectForged(await checkBytes(JSON.stringify(one)), /^does not hold: /);
    }
  });

  it('does not read what is far too large', async () => {
    const large = place('large.json');
    writeFileSync(large, '');
    truncateSync(large, 300 * 1024 * 1024);
    expectForged(await runPython('check_proof.py', large), /the file is too large to be a proof/);
  });

  it('is refused as usage when there is no such file', async () => {
    expect(await runPython('check_proof.py', join(place('nowhere')))).toMatchObject({ code: 2, stdout: '' });
    expect(await runPython('check_proof.py')).toMatchObject({ code: 2, stdout: '' });
  });
});

/** What begins an epoch, as far as public eyes can judge it. */
const newEpoch = (epoch: number, earlierEpoch = epoch - 1): object => ({
  epoch,
  commitment: 'A'.repeat(43),
  name: 'x',
  earlier: 'x',
  earlierEpoch,
});
