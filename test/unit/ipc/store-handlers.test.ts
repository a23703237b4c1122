import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { VaultError } from '../../../app/errors.js';
import type { S3Location } from '../../../app/model/store.js';
import { entryOf } from '../../../main/vault/keychain/bucket-keychain.js';
import { createFakeApp } from './fake-computer.js';

let app: ReturnType<typeof createFakeApp>;
beforeEach(() => {
  app = createFakeApp();
});

/** Nothing listens there: a request is refused at once. */
const location: S3Location = { endpoint: 'http://127.0.0.1:9', region: 'here', bucket: 'lab', prefix: 'team' };
const keys = { accessKeyId: 'AKIA1', secretAccessKey: 'secret-1' };
const create = (place: object = { kind: 's3', location, keys }) => {
  const passphrase = Buffer.from('correct horse');
  return app.call('account', 'create', { location: place, name: 'Ada', passphrase, suite: 'vault', bits: 2048 });
};

describe('a vault in a bucket', () => {
  it('is made there, and its keys go into the keychain and nowhere else', async () => {
    expect(await create()).toMatchObject({ ok: true, value: { phase: 'unlocked' } });
    expect(app.session.fake?.location).toEqual({ kind: 's3', ...location });
    expect(app.bucketEntries.get(entryOf(location))).toEqual(keys);
    expect(JSON.stringify([app.sent, app.logged])).not.toContain('secret-1');
    expect(await app.call('store', 'location')).toEqual({
      ok: true,
      value: { kind: 's3', label: 'a folder', s3: location, accessKeyId: 'AKIA1' },
    });
  });

  it('keeps no keys of a vault that was not made', async () => {
    vi.spyOn(app.session, 'createVault').mockRejectedValue(new VaultError('store-unreachable', 'Wrong keys.'));
    expect(await create()).toMatchObject({ ok: false, code: 'store-unreachable', message: 'Wrong keys.' });
    expect(app.bucketEntries.size).toBe(0);
    expect(await app.computer.bucketKeys.get(location)).toBeNull();
  });

  it('is open although the keychain refuses its keys, and says so as long as it is', async () => {
    const refusal = new VaultError('keychain-unavailable', 'There is no keychain.');
    vi.spyOn(app.computer.bucketKeys, 'put').mockRejectedValue(refusal);
    expect(await create()).toMatchObject({ ok: true });
    await app.host.look();
    expect(app.host.alarms()).toMatchObject([
      { code: 'keychain-unavailable', message: expect.stringContaining('until the app is closed') as string },
    ]);
  });

  it('takes its keys along when it is forgotten', async () => {
    await create();
    expect(await app.call('account', 'forget', { vaultId: 'v0' })).toMatchObject({ ok: true });
    expect(app.bucketEntries.size).toBe(0);
  });

  it('refuses keys that do not open it, and leaves the others', async () => {
    await create();
    const result = await app.call('store', 'replaceKeys', { keys: { ...keys, accessKeyId: 'AKIA2' } });
    expect(result).toMatchObject({ ok: false, code: 'store-unreachable' });
    expect(app.bucketEntries.get(entryOf(location))).toEqual(keys);
  });
});

describe('a vault in a folder', () => {
  beforeEach(() => app.create());

  it('has no bucket, no keys and no invitation', async () => {
    expect(await app.call('store', 'location')).toMatchObject({
      value: { kind: 'folder', s3: null, accessKeyId: null },
    });
    expect(await app.call('store', 'replaceKeys', { keys })).toMatchObject({ ok: false, code: 'invalid-input' });
  });
});

describe('testing a connection', () => {
  it('tells step by step what is wrong', async () => {
    const result = await app.call('store', 'test', { location, keys });
    const { steps } = (result as { value: { steps: { step: string; outcome: string }[] } }).value;
    expect(steps[0]).toMatchObject({ step: 'reach', outcome: 'failed' });
    expect(steps.slice(1).every(({ outcome }) => outcome === 'skipped')).toBe(true);
  });

  it('asks no server that is not reached safely', async () => {
    const elsewhere = { ...location, endpoint: 'http://s3.example.org' };
    const result = await app.call('store', 'test', { location: elsewhere, keys });
    expect(result).toMatchObject({ ok: false, code: 'invalid-input' });
  });
});

describe('an invitation', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vault-invitations-'));
  const storeId = 'c'.repeat(32);
  const invitation = { format: 'coretex-vault/v1/store-invitation', name: 'Lab', storeId, location };

  it('is opened from a file, or not at all', async () => {
    expect(await app.call('store', 'openInvitation')).toEqual({ ok: true, value: null });
    app.answers.file = join(folder, 'lab.vault-store');
    writeFileSync(app.answers.file, JSON.stringify(invitation));
    expect(await app.call('store', 'openInvitation')).toEqual({ ok: true, value: invitation });
    writeFileSync(app.answers.file, Buffer.alloc(10_000_000));
    expect(await app.call('store', 'openInvitation')).toMatchObject({ ok: false, code: 'invalid-input' });
    app.answers.file = join(folder, 'gone');
    expect(await app.call('store', 'openInvitation')).toMatchObject({ ok: false, code: 'source-unreadable' });
  });

  it('is saved from the profile, without a secret', async () => {
    await create();
    vi.spyOn(app.host, 'profileDir').mockReturnValue(folder);
    const profile = {
      format: 'coretex-vault/v1/profile',
      store: { kind: 's3', ...location },
      storeId,
      accountId: storeId,
    };
    writeFileSync(join(folder, 'profile.json'), JSON.stringify(profile));
    app.answers.save = join(folder, 'saved.vault-store');
    expect(await app.call('store', 'saveInvitation')).toEqual({ ok: true, value: { saved: true } });
    const saved = readFileSync(app.answers.save, 'utf8');
    expect(JSON.parse(saved)).toEqual({ ...invitation, name: 'lab/team' });
    expect(saved).not.toContain('AKIA');
  });
});
