import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { VaultError } from '../../../app/errors.js';
import type { S3Location } from '../../../app/model/store.js';
import { entryOf } from '../../../main/vault/keychain/bucket-keychain.js';
import { createFakeApp } from './fake-computer.js';
import { someReport, type FakeUpkeep } from './fake-upkeep.js';

let app: ReturnType<typeof createFakeApp>;
let upkeep: FakeUpkeep;
beforeEach(async () => {
  app = createFakeApp();
  await app.create();
  upkeep = app.session.fake!.upkeep;
});

const call = (operation: string, input: unknown = {}) => app.call('store', operation, input);
const check = () => call('check', { contents: true });
const location: S3Location = { endpoint: 'http://127.0.0.1:9', region: 'here', bucket: 'lab', prefix: 'team' };
const keys = { accessKeyId: 'AKIA1', secretAccessKey: 'secret-1' };
const toBucket = { to: { kind: 's3', location, keys } };
const toFolder = (path = '/new/place') => ({ to: { kind: 'folder', handle: app.handles.register(path).handle } });
const unlock = () => app.call('account', 'unlock', { passphrase: Buffer.from('correct horse') });
const lentKeys = () => app.computer.bucketKeys.get(location);

describe('a check', () => {
  it('tells how far it is, and what it found in words', async () => {
    const { records, blobs, bytes, unjudged } = someReport;
    expect(await check()).toEqual({
      ok: true,
      value: {
        records,
        blobs,
        bytes,
        unjudged,
        damages: [
          {
            key: 'secrets/x',
            what: '“Mail”, version 1',
            kind: 'damaged',
            message: new VaultError('damaged').message,
            repairable: true,
          },
        ],
        garbageObjects: 2,
        garbageBytes: 30,
      },
    });
    expect(upkeep.asked).toEqual([['check', true]]);
    expect(app.sent).toContainEqual(
      expect.objectContaining({ payload: { work: 'check', step: 'list', done: 1, total: 2 } }),
    );
  });

  it('shows a page only the first thousand damages', async () => {
    const [damage] = someReport.damages;
    upkeep.report = { ...someReport, damages: Array.from({ length: 1500 }, () => damage!) };
    const result = (await check()) as { value: { damages: unknown[] } };
    expect(result.value.damages).toHaveLength(1000);
  });

  it('ends when it is cancelled, and leaves the way free for the next', async () => {
    upkeep.isSlow = true;
    const checking = check();
    await turn();
    expect(await call('cancel')).toEqual({ ok: true, value: {} });
    expect(await checking).toMatchObject({ ok: false, code: 'cancelled' });
    expect(await call('cancel')).toEqual({ ok: true, value: {} });
    upkeep.isSlow = false;
    expect(await check()).toMatchObject({ ok: true });
  });

  it('ends when the vault locks, and leaves the way free after unlocking', async () => {
    upkeep.isSlow = true;
    const checking = check();
    await turn();
    await app.host.lock('asked');
    expect(await checking).toMatchObject({ ok: false, code: 'locked' });
    upkeep.isSlow = false;
    await unlock();
    expect(await check()).toMatchObject({ ok: true });
  });

  it('goes on alone: whatever else is asked of the store meanwhile is told to wait', async () => {
    upkeep.isSlow = true;
    const checking = check();
    await turn();
    for (const other of [check(), call('repair'), call('collect'), call('move', toBucket)])
      expect(await other).toMatchObject({ ok: false, code: 'busy' });
    upkeep.go();
    expect(await checking).toMatchObject({ ok: true });
  });
});

describe('repair and collection', () => {
  it('need a check before, one since the vault was unlocked', async () => {
    for (const work of ['repair', 'collect'])
      expect(await call(work)).toMatchObject({ ok: false, code: 'invalid-input', message: 'Check the vault first.' });
    await check();
    await app.host.lock('asked');
    await unlock();
    expect(await call('repair')).toMatchObject({ ok: false, code: 'invalid-input' });
  });

  it('work on what the last check found, all of it and not only what was shown, with a week’s grace', async () => {
    await check();
    const later = { ...someReport, garbage: [], damages: Array.from({ length: 1200 }, () => someReport.damages[0]!) };
    upkeep.report = later;
    await check();
    expect(await call('repair')).toEqual({ ok: true, value: { repaired: 1200 } });
    expect(await call('collect')).toEqual({ ok: true, value: { removed: 0 } });
    expect(upkeep.asked.slice(2)).toEqual([
      ['repair', later],
      ['collect', later, 7 * 24 * 60 * 60 * 1000],
    ]);
    const works = app.sent.map(({ payload }) => (payload as { work?: string }).work);
    expect(works).toEqual(expect.arrayContaining(['repair', 'collect']));
  });

  it('of an earlier check are still possible when a later one failed', async () => {
    await check();
    upkeep.failure = new VaultError('store-unreachable');
    expect(await check()).toMatchObject({ ok: false, code: 'store-unreachable' });
    upkeep.failure = null;
    expect(await call('repair')).toMatchObject({ ok: true });
  });
});

describe('a move', () => {
  it('to a folder that was picked locks the vault, once the page has its answer, and opens there', async () => {
    const answer = await call('move', toFolder());
    expect(answer).toEqual({ ok: true, value: { objects: 9, bytes: 1000 } });
    expect(upkeep.asked).toEqual([['move', { kind: 'directory', path: '/new/place' }]]);
    await vi.waitFor(() => expect(app.host.phase()).toBe('locked'));
    expect(app.session.fake!.locked).toBe(true);
    await unlock();
    expect(app.host.vault().location).toEqual({ kind: 'directory', path: '/new/place' });
    expect(app.host.profile()?.location).toEqual({ kind: 'directory', path: '/new/place' });
  });

  it('to a bucket keeps its keys, when it is done and not before', async () => {
    upkeep.isSlow = true;
    const moving = call('move', toBucket);
    await turn();
    expect(app.bucketEntries.size).toBe(0);
    expect(await lentKeys()).toEqual(keys);
    upkeep.go();
    expect(await moving).toMatchObject({ ok: true });
    expect(app.bucketEntries.get(entryOf(location))).toEqual(keys);
    expect(JSON.stringify([app.sent, app.logged])).not.toContain('secret-1');
  });

  it('that fails leaves the vault open where it is, and keeps no keys', async () => {
    upkeep.failure = new VaultError('already-exists', 'It is not empty.');
    expect(await call('move', toBucket)).toMatchObject({ code: 'already-exists', message: 'It is not empty.' });
    await turn();
    await turn();
    expect(app.host.phase()).toBe('unlocked');
    expect(app.host.vault().location.kind).toBe('directory');
    expect(app.bucketEntries.size).toBe(0);
    expect(await lentKeys()).toBeNull();
  });

  it('keeps the keys it works with when somebody asks for the same once more', async () => {
    upkeep.isSlow = true;
    const moving = call('move', toBucket);
    await turn();
    expect(await call('move', toBucket)).toMatchObject({ code: 'busy' });
    expect(await lentKeys()).toEqual(keys);
    upkeep.go();
    expect(await moving).toMatchObject({ ok: true });
  });

  it('to where the vault is leaves the keys that it works with', async () => {
    app.computer.bucketKeys.lend(location, keys);
    upkeep.failure = new VaultError('invalid-input', 'That is where the vault is now.');
    const mistyped = { to: { ...toBucket.to, keys: { ...keys, accessKeyId: 'AKIA9' } } };
    Object.defineProperty(app.host.vault(), 'location', { value: { kind: 's3', ...location } });
    expect(await call('move', mistyped)).toMatchObject({ code: 'invalid-input' });
    expect(await lentKeys()).toEqual(keys);
  });

  it('to a folder that nobody picked is refused', async () => {
    expect(await call('move', { to: { kind: 'folder', handle: 'made-up' } })).toMatchObject({ code: 'invalid-input' });
    expect(upkeep.asked).toEqual([]);
    expect(await call('move', toFolder())).toMatchObject({ ok: true });
  });
});
