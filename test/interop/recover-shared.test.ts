/** recover.py for people and nodes who share: what each gets back, and what a member who may not write changes (nothing). */
import { cpSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { randomId } from '../../main/crypto/random-id.js';
import { sealForReaders } from '../../main/crypto/sealed-record.js';
import { SecretBytes } from '../../main/crypto/secret-bytes.js';
import { signRecord } from '../../main/crypto/signed-record.js';
import { objectHash } from '../../main/crypto/object-hash.js';
import { temporaryFolder } from '../vault-fixture.js';
import { upload, write } from '../unit/vault/project-fixture.js';
import { place, python, recover, type Recovery } from './recover-python.js';
import * as forge from './shared-store.js';
import { passphrases, sharedStore, signerOf, type SharedStore, type Who } from './shared-store.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const contentsOf = ({ files }: Recovery): Record<string, string> =>
  Object.fromEntries(files.map(({ path, saved }) => [path, readFileSync(saved, 'utf8')]));
const projectsOf = ({ files }: Recovery): string[] => [...new Set(files.map(({ project }) => project))];
const notesOf = ({ secrets }: Recovery): object[] =>
  secrets.filter(({ type }) => type !== 'project').map(({ name, fields, ended }) => ({ name, fields, ended }));

describe.skipIf(python === null)('an epoch whose key nobody was handed', () => {
  it('is passed over by the key that comes after it', async () => {
    const { storeDir, ada, bob, carol, ids, project } = await sharedStore({ bob: 'admin', carol: 'viewer' });
    const sources = await temporaryFolder();
    await upload(ada.vault, project, await write(sources, { 'before.txt': 'first key' }));
    using signer = await signerOf(storeDir, ids.Bob, passphrases.Bob);
    const locked = { type: 'rotate', epoch: 2, commitment: 'A'.repeat(43), name: 'x', earlier: 'x', earlierEpoch: 1 };
    await forge.forgeEntry({ storeDir, project, signer }, ids.Bob, locked);
    await ada.vault.refresh();
    await ada.vault.projects.removeMember(project, ids.Bob);
    await upload(ada.vault, project, await write(sources, { 'after.txt': 'third key' }));
    for (const who of ['Ada', 'Carol'] as const) {
      const recovery = await recover(storeDir, passphrases[who], '--account', ids[who]);
      expect(recovery.code, recovery.stderr).toBe(0);
      expect(contentsOf(recovery)).toEqual({ 'before.txt': 'first key', 'after.txt': 'third key' });
    }
    for (const { vault } of [ada, bob, carol]) await vault.lock();
  });
});

describe.skipIf(python === null)('what everybody of a shared store recovers', () => {
  let store: SharedStore;
  let sources: string;
  const recoverAs = (who: Who, from = store.storeDir): Promise<Recovery> =>
    recover(from, passphrases[who], '--account', store.ids[who]);
  const put = async (vault: SharedStore['ada']['vault'], name: string, content: string): Promise<void> => {
    await upload(vault, store.project, await write(sources, { [name]: content }));
  };

  beforeAll(async () => {
    store = await sharedStore({ bob: 'editor', carol: 'viewer' });
    sources = await temporaryFolder();
    const { ada, bob, ids } = store;
    await put(ada.vault, 'ada.txt', 'by Ada');
    await put(bob.vault, 'bob.txt', 'by Bob');
    await ada.vault.refresh();
    const shared = await ada.vault.secrets.add({
      type: 'note',
      name: 'both',
      tags: [],
      fields: { text: 'told to Bob' },
    });
    await ada.vault.secrets.share(shared.id, [ids.Bob]);
    const ended = await ada.vault.secrets.add({
      type: 'note',
      name: 'once',
      tags: [],
      fields: { text: 'while shared' },
    });
    await ada.vault.secrets.share(ended.id, [ids.Bob]);
    await ada.vault.secrets.unshare(ended.id, [ids.Bob]);
    await ada.vault.secrets.edit(ended.id, { fields: { text: 'after that' } });
  });
  afterAll(async () => {
    for (const { vault } of [store.ada, store.bob, store.carol]) await vault.lock();
  });

  it.each(['Ada', 'Bob', 'Carol', 'node'] as const)(
    'finds the account of %s by its passphrase and gives every file of the project',
    async (who) => {
      const recovery = await recover(store.storeDir, passphrases[who]);
      expect(recovery).toMatchObject({ code: 0 });
      expect(contentsOf(recovery)).toEqual({ 'ada.txt': 'by Ada', 'bob.txt': 'by Bob' });
      expect(projectsOf(recovery)).toEqual(['Tide tables']);
    },
  );

  it('gives a reader what is shared, and the last version that was', async () => {
    expect(notesOf(await recoverAs('Bob'))).toEqual(
      expect.arrayContaining([
        { name: 'both', fields: { text: 'told to Bob' }, ended: undefined },
        { name: 'once', fields: { text: 'while shared' }, ended: true },
      ]),
    );
    const mine = notesOf(await recoverAs('Ada')).map(({ fields }: { fields?: object }) => fields);
    expect(mine).toEqual(expect.arrayContaining([{ text: 'told to Bob' }, { text: 'after that' }]));
    expect(notesOf(await recoverAs('Carol'))).toEqual([]);
  });

  it('promise 3: a reader who writes a version of somebody’s secret changes nothing', async () => {
    const copy = place('forged-secret');
    cpSync(store.storeDir, copy, { recursive: true });
    const { secrets } = await recoverAs('Bob');
    const both = secrets.find(({ name }) => name === 'both')!;
    const { kind, ...record } = both;
    expect(kind).toBe('secret');
    using signer = await signerOf(copy, store.ids.Bob, passphrases.Bob);
    using ada = await signerOf(copy, store.ids.Ada, passphrases.Ada);
    const before = forge.storedIn(copy, 'secrets', both.id);
    const version = before.length + 1;
    const forged = {
      ...record,
      version,
      author: store.ids.Bob,
      previous: objectHash(before.at(-1)!),
      fields: { text: 'lie' },
    };
    const jws = Buffer.from(await signRecord('coretex-vault/v1/secret', forged, signer));
    const sealed = await sealForReaders(jws, [ada.reader(), signer.reader()]);
    forge.putObject(copy, `secrets/${both.id}/${String(version).padStart(10, '0')}`, sealed);
    const adas = await recoverAs('Ada', copy);
    expect(adas).toMatchObject({ code: 4, stderr: expect.stringMatching(/'Bob', who does not own it/) as string });
    expect(notesOf(adas)).toContainEqual({ name: 'both', fields: { text: 'told to Bob' }, ended: undefined });
    // who cannot open version 1 cannot tell whose it is
    const bobs = await recoverAs('Bob', copy);
    expect(bobs).toMatchObject({ code: 4, stderr: expect.stringMatching(/written by several people/) as string });
    expect(notesOf(bobs)).toEqual([{ name: 'once', fields: { text: 'while shared' }, ended: true }]);
  });

  it('promise 3: what a viewer or a stranger to the log writes is reported and changes nothing', async () => {
    const copy = place('forged-file');
    cpSync(store.storeDir, copy, { recursive: true });
    const carols = await recoverAs('Carol');
    using key = forge.projectKey(carols, store.project, 1);
    using signer = await signerOf(copy, store.ids.Carol, passphrases.Carol);
    const forger = { storeDir: copy, project: store.project, signer };
    const log = forge.placeInLog(copy, store.project, 4);
    const [first] = readdirSync(join(copy, 'projects', store.project, 'files'));
    const record = { epoch: 1, author: store.ids.Carol, log };
    await forge.forgeFile(forger, key, { ...record, id: first!, path: '', trashed: true }); // as if deleted for good
    await forge.forgeFile(forger, key, { ...record, id: randomId() });
    const recovery = await recoverAs('Ada', copy);
    expect(recovery.code).toBe(4);
    expect(recovery.stderr.match(/without effect: written by 'Carol' without the right/g)).toHaveLength(2);
    expect(contentsOf(recovery)).toEqual({ 'ada.txt': 'by Ada', 'bob.txt': 'by Bob' });
    expect(existsSync(join(recovery.files[0]!.saved, '..', 'forged'))).toBe(false);
  });

  it('promise 3: a record of another log, or of entries that the store hides, is refused', async () => {
    const copy = place('forked');
    cpSync(store.storeDir, copy, { recursive: true });
    using key = forge.projectKey(await recoverAs('Bob'), store.project, 1);
    using signer = await signerOf(copy, store.ids.Bob, passphrases.Bob);
    const forger = { storeDir: copy, project: store.project, signer };
    const { hash } = forge.placeInLog(copy, store.project, 1);
    const record = { epoch: 1, author: store.ids.Bob };
    await forge.forgeFile(forger, key, { ...record, id: randomId(), log: { sequence: 4, hash } });
    await forge.forgeFile(forger, key, { ...record, id: randomId(), log: { sequence: 5, hash } });
    const recovery = await recoverAs('Ada', copy);
    expect(recovery.code).toBe(4);
    expect(recovery.stderr).toMatch(/was shown another log/);
    expect(recovery.stderr).toMatch(/knew more of the project's log than this store shows/);
    expect(Object.keys(contentsOf(recovery)).sort()).toEqual(['ada.txt', 'bob.txt']);
  });

  it('promise 3: a role that somebody gave without the right has no effect', async () => {
    const copy = place('forged-role');
    cpSync(store.storeDir, copy, { recursive: true });
    using key = forge.projectKey(await recoverAs('Carol'), store.project, 1);
    using signer = await signerOf(copy, store.ids.Carol, passphrases.Carol);
    const forger = { storeDir: copy, project: store.project, signer };
    await forge.forgeEntry(forger, store.ids.Carol, { type: 'set-role', member: store.ids.Carol, role: 'owner' });
    // members that mean something elsewhere mean nothing here
    const disguised = { type: 'receipt', epoch: 1, sealed: '', member: store.ids.Carol, role: 'owner', name: 'x' };
    await forge.forgeEntry(forger, store.ids.Carol, disguised);
    const log = forge.placeInLog(copy, store.project, 6);
    await forge.forgeFile(forger, key, { id: randomId(), epoch: 1, author: store.ids.Carol, log });
    const recovery = await recoverAs('Ada', copy);
    expect(recovery.code).toBe(4);
    expect(recovery.stderr).toMatch(/log\/0000000005: without effect: 'Carol' tried set-role, but is viewer/);
    expect(recovery.stderr).toMatch(/written by 'Carol' without the right/);
    expect(contentsOf(recovery)).toEqual({ 'ada.txt': 'by Ada', 'bob.txt': 'by Bob' });
    expect(projectsOf(recovery)).toEqual(['Tide tables']);
  });

  it('ignores a key that the log does not know, whoever hands it over', async () => {
    const copy = place('false-key');
    cpSync(store.storeDir, copy, { recursive: true });
    using signer = await signerOf(copy, store.ids.Bob, passphrases.Bob);
    using carol = await signerOf(copy, store.ids.Carol, passphrases.Carol);
    const found = (await recoverAs('Bob')).secrets.find(({ type }) => type === 'project')!;
    const { kind, ...record } = found;
    expect(kind).toBe('secret');
    const { wrapProjectKey } = await import('../../main/vault/projects/wrapped-project-key.js');
    using wrong = SecretBytes.random(32);
    const id = '0'.repeat(32);
    const fields = { ...record.fields, encryptionKey: wrapProjectKey(wrong, carol.reader()) };
    const forged = { ...record, id, author: store.ids.Bob, recipients: [store.ids.Carol], fields };
    const jws = Buffer.from(await signRecord('coretex-vault/v1/secret', forged, signer));
    forge.putObject(copy, `secrets/${id}/0000000001`, await sealForReaders(jws, [carol.reader()]));
    const recovery = await recoverAs('Carol', copy);
    expect(recovery).toMatchObject({ code: 0, stderr: expect.stringMatching(/ignored a key/) as string });
    expect(contentsOf(recovery)).toEqual({ 'ada.txt': 'by Ada', 'bob.txt': 'by Bob' });
  });

  it('says so when the store keeps a member’s key back', async () => {
    const copy = place('no-key');
    cpSync(store.storeDir, copy, { recursive: true });
    const key = (await recoverAs('Carol')).secrets.find(({ type }) => type === 'project')!;
    rmSync(join(copy, 'secrets', key.id), { recursive: true });
    const recovery = await recoverAs('Carol', copy);
    expect(recovery).toMatchObject({
      code: 4,
      files: [],
      stderr: expect.stringMatching(/nobody has handed you/) as string,
    });
  });

  it('gives what is left when one entry of the log is damaged, if asked', async () => {
    const copy = place('salvage');
    cpSync(store.storeDir, copy, { recursive: true });
    const entry = join(copy, 'projects', store.project, 'log', '0000000001');
    const bytes = readFileSync(entry);
    bytes[bytes.length - 10]! ^= 1;
    writeFileSync(entry, bytes);
    expect(await recoverAs('Ada', copy)).toMatchObject({ code: 4, files: [] });
    const salvaged = await recover(copy, passphrases.Ada, '--salvage');
    expect(salvaged.code).toBe(4);
    expect(contentsOf(salvaged)).toEqual({ 'ada.txt': 'by Ada', 'bob.txt': 'by Bob' });
    expect(salvaged.files.map(({ salvaged: mark }) => mark)).toEqual([true, true]);
  });

  describe('after a removal', () => {
    beforeAll(async () => {
      const { ada, carol, ids, project } = store;
      await ada.vault.projects.removeMember(project, ids.Bob);
      await ada.vault.projects.rename(project, 'Without Bob');
      await put(ada.vault, 'ada.txt', 'by Ada, later');
      await put(ada.vault, 'new.txt', 'not for Bob');
      await carol.vault.refresh();
    });

    it.each(['Ada', 'Carol', 'node'] as const)('gives %s everything, old and new', async (who) => {
      const recovery = await recoverAs(who);
      expect(recovery.code, recovery.stderr).toBe(0);
      expect(contentsOf(recovery)).toEqual({
        'ada.txt': 'by Ada, later',
        'bob.txt': 'by Bob',
        'new.txt': 'not for Bob',
      });
      expect(projectsOf(recovery)).toEqual(['Without Bob']);
    });

    it('promise 5: gives the former member what was there, and nothing written since', async () => {
      const recovery = await recoverAs('Bob');
      expect(recovery).toMatchObject({ code: 0, stderr: expect.stringMatching(/your access .* has ended/) as string });
      expect(contentsOf(recovery)).toEqual({ 'ada.txt': 'by Ada', 'bob.txt': 'by Bob' });
      expect(projectsOf(recovery)).toEqual(['Tide tables']);
      expect(recovery.files.find(({ path }) => path === 'ada.txt')?.ended).toBe(true);
    });

    it('promise 3: a former member who writes as if in the past changes nothing', async () => {
      const copy = place('backdated');
      cpSync(store.storeDir, copy, { recursive: true });
      const bobs = await recoverAs('Bob');
      using key = forge.projectKey(bobs, store.project, 1);
      using signer = await signerOf(copy, store.ids.Bob, passphrases.Bob);
      const forger = { storeDir: copy, project: store.project, signer };
      const log = forge.placeInLog(copy, store.project, 4);
      for (const id of readdirSync(join(copy, 'projects', store.project, 'files'))) {
        if (forge.storedIn(copy, 'projects', store.project, 'files', id).length < 2) continue;
        await forge.forgeFile(forger, key, { id, epoch: 1, author: store.ids.Bob, log, path: '', trashed: true });
      }
      const recovery = await recoverAs('Ada', copy);
      expect(recovery).toMatchObject({ code: 4, stderr: expect.stringMatching(/'Bob' as if in the past/) as string });
      expect(contentsOf(recovery)).toMatchObject({ 'ada.txt': 'by Ada, later' });
    });

    describe('and after every file was encrypted anew', () => {
      beforeAll(async () => {
        await store.ada.vault.files.rekey(store.project);
      });

      it.each(['Ada', 'Carol', 'node'] as const)('gives %s everything', async (who) => {
        const recovery = await recoverAs(who);
        expect(recovery.code, recovery.stderr).toBe(0);
        expect(contentsOf(recovery)).toEqual({
          'ada.txt': 'by Ada, later', 'bob.txt': 'by Bob', 'new.txt': 'not for Bob',
        }); // prettier-ignore
      });

      it('gives the former member no more than before, and calls nothing damaged', async () => {
        const recovery = await recoverAs('Bob');
        expect(recovery.code, recovery.stderr).toBe(0);
        const before: Record<string, string> = { 'ada.txt': 'by Ada', 'bob.txt': 'by Bob' };
        for (const [path, content] of Object.entries(contentsOf(recovery))) expect(content).toBe(before[path]);
      });

      it('promise 3: refuses a new file that a former member pretends to have written before', async () => {
        const copy = place('rekeyed');
        cpSync(store.storeDir, copy, { recursive: true });
        using key = forge.projectKey(await recoverAs('Bob'), store.project, 1);
        using signer = await signerOf(copy, store.ids.Bob, passphrases.Bob);
        const log = forge.placeInLog(copy, store.project, 4);
        const forger = { storeDir: copy, project: store.project, signer };
        await forge.forgeFile(forger, key, { id: randomId(), epoch: 1, author: store.ids.Bob, log });
        const recovery = await recoverAs('Ada', copy);
        expect(recovery).toMatchObject({
          code: 4,
          stderr: expect.stringMatching(/no longer in use, by 'Bob'/) as string,
        });
        expect(existsSync(join(recovery.files[0]!.saved, '..', 'forged'))).toBe(false);
      });
    });
  });
});
