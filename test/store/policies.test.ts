import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  GetBucketLifecycleConfigurationCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  type LifecycleRule,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { S3Keys } from '../../app/model/store.js';
import type { S3Location } from '../../main/store/s3.js';
import type { Store } from '../../main/store/store.js';
import { newSession } from '../../main/vault/session.js';
import { passphraseBytes } from '../vault-fixture.js';
import { type Ceph, startCeph } from './ceph.js';
import { collect } from './conformance.js';
import { openStore } from './open-s3.js';

const document = readFileSync(join(import.meta.dirname, '../../docs/policies.md'), 'utf8');

/** A block of JSON as the document has it. */
const blockOf = (name: string): unknown => {
  const [, json] = new RegExp('```json ' + name + '\\n([\\s\\S]*?)```').exec(document) ?? [];
  if (json === undefined) throw new Error(`docs/policies.md has no block “${name}”`);
  return JSON.parse(json);
};
const statementsOf = (): unknown[] => (blockOf('policy') as { Statement: unknown[] }).Statement;

const keysOf = (name: string, number: number): S3Keys => ({
  accessKeyId: `CIPOLICYACCESS${name.slice(0, 3).toUpperCase()}${String(number)}`,
  secretAccessKey: `ci-policy-${name}-key-0123456789abcdefghijkl`,
});
const [ada, node] = [keysOf('ada', 1), keysOf('build-server', 2)];
const id = (digit: string): string => digit.repeat(32);

/** One key of each kind that a vault writes. */
const keys = {
  deletable: [`secrets/${id('1')}/0000000001`, `projects/${id('2')}/files/${id('3')}/0000000001`, `blobs/${id('4')}`],
  lasting: ['store', `accounts/${id('5')}/0000000001`, `projects/${id('2')}/log/0000000001`, 'changes/0000000001'],
};
const allKeys = [...keys.deletable, ...keys.lasting];

function policies(ceph: Ceph): void {
  const folder = mkdtempSync(join(tmpdir(), 'vault-policies-'));
  const admin = ceph.client();
  const opened: Store[] = [];
  let location: S3Location;

  const apply = async (statements: readonly unknown[], Bucket = location.bucket): Promise<void> => {
    const text = JSON.stringify({ Version: '2012-10-17', Statement: statements }).replaceAll('team-vaults', Bucket);
    const Policy = text.replaceAll('user/keeper', 'user/ci');
    await admin.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  };
  const storeOf = async (keyPair: S3Keys, prefix = 'acme'): Promise<Store> => {
    const spec = { location: { ...location, prefix }, keys: keyPair, folder: join(folder, 'local'), attempts: 1 };
    const store = await openStore(JSON.stringify({ ...spec, partBytes: 5 * 1024 * 1024 }));
    opened.push(store);
    return store;
  };
  const keychainOf = (keyPair: S3Keys) => ({
    get: () => Promise.resolve(keyPair),
    put: () => Promise.resolve(),
    remove: () => Promise.resolve(),
  });
  const large = (): string => {
    const file = join(folder, 'large');
    writeFileSync(file, Buffer.alloc(12 * 1024 * 1024, 'large '));
    return file;
  };

  beforeAll(async () => {
    location = await ceph.newBucket({ readable: false });
    await ceph.run('user', 'ada', ada.accessKeyId, ada.secretAccessKey);
    await ceph.run('user', 'build-server', node.accessKeyId, node.secretAccessKey);
    await apply(statementsOf());
  });
  afterAll(async () => {
    for (const store of opened) await store.close();
    admin.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  it('let a member list, read and write every kind of object, and bring and give up large files', async () => {
    const store = await storeOf(ada);
    expect(await collect(store.list(''))).toEqual([]);
    expect(await store.stat('blobs/none')).toBeNull();
    for (const key of allKeys) {
      expect(await store.putIfAbsent(key, Buffer.from(key))).toBe(true);
      expect(await store.putIfAbsent(key, Buffer.from('other'))).toBe(false);
      expect(Buffer.from(await store.get(key)).toString()).toBe(key);
    }
    expect((await collect(store.list(''))).map(({ key }) => key)).toEqual([...allKeys].sort());
    expect(await store.putIfAbsent('blobs/large', { file: large() })).toBe(true);
    expect((await store.get('blobs/large')).length).toBe(12 * 1024 * 1024);
    const giveUp = new AbortController();
    const putting = store.putIfAbsent('blobs/given-up', { file: large() }, { signal: giveUp.signal });
    setTimeout(() => giveUp.abort(), 40);
    await putting.catch(() => undefined);
    await store.delete('blobs/given-up'); // ends an upload that is still under way
    expect(await store.stat('blobs/given-up')).toBeNull();
  });

  it('keep a member from deleting accounts, logs, the feed and the marker, and from every other prefix', async () => {
    const store = await storeOf(ada);
    for (const key of keys.lasting) {
      await expect(store.delete(key), key).rejects.toMatchObject({ code: 'store-readonly' });
      expect(await store.stat(key), key).not.toBeNull();
    }
    for (const key of keys.deletable) {
      await store.delete(key);
      expect(await store.stat(key), key).toBeNull();
    }
    const elsewhere = await storeOf(ada, 'other');
    await expect(collect(elsewhere.list(''))).rejects.toMatchObject({ code: 'store-unreachable' });
    await expect(elsewhere.putIfAbsent('blobs/a', Buffer.from('x'))).rejects.toMatchObject({ code: 'store-readonly' });
  });

  it('let a node that reads do that, and refuse it the rest with a sentence', async () => {
    const store = await storeOf(node);
    expect((await collect(store.list('accounts/'))).length).toBe(1);
    expect((await store.get('store')).length).toBe(5);
    expect((await store.get('blobs/large', { start: 5, endExclusive: 10 })).length).toBe(5);
    for (const key of ['secrets/new', `projects/${id('2')}/log/0000000002`, 'changes/0000000002'])
      await expect(store.putIfAbsent(key, Buffer.from('x')), key).rejects.toMatchObject({
        code: 'store-readonly',
        message: 'The access keys may not write to the bucket. Ask whoever runs it for permission.',
      });
    await expect(store.delete('blobs/large')).rejects.toMatchObject({ code: 'store-readonly' });
  });

  it('let a node note receipts, and nothing else, with the statements for that', async () => {
    await apply([...statementsOf(), ...(blockOf('node-receipts') as unknown[])]);
    const store = await storeOf(node);
    expect(await store.putIfAbsent(`projects/${id('2')}/log/0000000002`, Buffer.from('x'))).toBe(true);
    expect(await store.putIfAbsent('changes/0000000002', Buffer.from('x'))).toBe(true);
    for (const key of ['secrets/new', 'accounts/new', 'blobs/new'])
      await expect(store.putIfAbsent(key, Buffer.from('x')), key).rejects.toMatchObject({ code: 'store-readonly' });
    await expect(store.delete('changes/0000000002')).rejects.toMatchObject({ code: 'store-readonly' });
    await apply(statementsOf());
  });

  it('are enough for a whole vault: a member works in it, and with keys that only read it opens and shows everything', async () => {
    const profileDir = join(folder, 'member');
    const own = await ceph.newBucket({ readable: false });
    await apply(statementsOf(), own.bucket);
    const place = { kind: 's3', ...own, prefix: 'acme' } as const;
    using passphrase = passphraseBytes();
    const request = { profileDir, location: place, name: 'Ada', passphrase, suite: 'vault', bits: 2048 } as const;
    const vault = await newSession(keychainOf(ada)).createVault(request);
    const fields = { username: 'ada', password: 'first word' };
    const kept = await vault.secrets.add({ type: 'credentials', name: 'Kept', fields });
    const gone = await vault.secrets.add({ type: 'credentials', name: 'Gone', fields });
    await vault.secrets.trash([gone.id]);
    await vault.secrets.purge([gone.id]);
    const project = await vault.projects.create('Papers');
    const transfer = await vault.files.upload(project.id, '', [large()]).finished;
    expect(transfer).toMatchObject({ state: 'done', failures: [] });
    expect(await vault.refresh()).toEqual([]);
    await vault.lock();
    const readerDir = join(folder, 'reader');
    cpSync(profileDir, readerDir, { recursive: true });
    const reader = await newSession(keychainOf(node)).unlockVault(readerDir, passphrase);
    try {
      expect(await reader.refresh()).toEqual([]);
      expect(await reader.secrets.reveal(kept.id, 'password')).toBe('first word');
      const [file] = reader.files.list(project.id);
      expect(file?.size).toBe(12 * 1024 * 1024);
      await expect(reader.projects.create('More')).rejects.toMatchObject({ code: 'store-readonly' });
    } finally {
      await reader.lock();
    }
  }, 60_000);

  it('let the administrator delete everything, and end uploads that nobody goes on with', async () => {
    const { Rules } = blockOf('lifecycle') as { Rules: LifecycleRule[] };
    const Bucket = location.bucket;
    await admin.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
    const told = await admin.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
    expect(told.Rules?.map(({ ID }) => ID).sort()).toEqual(Rules.map(({ ID }) => ID).sort());
    const owner = await storeOf(ceph.owner);
    for (const each of keys.lasting) {
      await owner.delete(each);
      expect(await owner.stat(each)).toBeNull();
    }
  });

  it('cannot be joined with versions on this server, which then lets a second PUT through: nothing is written, all is read', async () => {
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    await admin.send(new PutBucketVersioningCommand({ Bucket: location.bucket, VersioningConfiguration }));
    const store = await storeOf(ada);
    await expect(store.putIfAbsent('secrets/versioned', Buffer.from('x'))).rejects.toMatchObject({
      code: 'store-unreachable',
      details: { reason: 'no-conditions' },
    });
    expect(await store.stat('secrets/versioned')).toBeNull();
    expect((await store.get('blobs/large')).length).toBe(12 * 1024 * 1024);
  });
}

const ceph = await startCeph();
describe('the policies of docs/policies.md', () => {
  if (typeof ceph === 'string') it('do what the document says', (test) => test.skip(ceph));
  else {
    afterAll(() => ceph.stop());
    policies(ceph);
  }
});
