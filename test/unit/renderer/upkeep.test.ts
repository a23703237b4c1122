import { beforeEach, describe, expect, it, vi } from 'vitest';
import { loadAccount, useAccount } from '../../../renderer/state/account.js';
import { emptyAll } from '../../../renderer/state/lockable.js';
import { useToasts } from '../../../renderer/state/toasts.js';
import {
  acceptStoreProgress,
  cancelWork,
  checkStore,
  clearTrouble,
  collectGarbage,
  fractionDone,
  loadLocation,
  moveVault,
  repairStore,
  saveInvitation,
  useUpkeep,
} from '../../../renderer/state/upkeep.js';
import { fakeBridge, type Scenario } from '../../preview/fake-bridge.js';
import { bucket } from '../../preview/fake-store-data.js';

const open = async (scenario: Scenario = { sync: 'current' }) => {
  const { bridge, world } = fakeBridge({ workMs: 0, ...scenario });
  globalThis.coretexVault = bridge;
  emptyAll();
  useAccount.setState({ vault: null, setUp: false, creating: false, progress: null, startError: null });
  await loadAccount();
  return world;
};
const lastToast = () => useToasts.getState().toasts.at(-1);
const keys = { accessKeyId: 'AKIA', secretAccessKey: 'wJalr' };

beforeEach(() => open());

describe('where the store is', () => {
  it('is shown with the key’s id and never its secret', async () => {
    await loadLocation();
    expect(useUpkeep.getState().location).toMatchObject({
      kind: 's3',
      s3: bucket,
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    });
  });

  it('says that an invitation was saved, and that keys go apart', async () => {
    await saveInvitation();
    expect(lastToast()?.text).toContain('give them keys apart');
  });
});

describe('checking the store', () => {
  it('follows the work it started, and no other', () => {
    useUpkeep.setState({ work: 'check' });
    acceptStoreProgress({ work: 'move', step: 'Copying', done: 1, total: 2 });
    expect(useUpkeep.getState().progress).toBeNull();
    acceptStoreProgress({ work: 'check', step: 'Reading', done: 1, total: 4 });
    expect(fractionDone(useUpkeep.getState().progress)).toBe(0.25);
    expect(fractionDone({ work: 'check', step: '', done: 3, total: 0 })).toBe(0);
  });

  it('gives a report, and forgets the work', async () => {
    expect(await checkStore(true)).toBe(true);
    expect(useUpkeep.getState()).toMatchObject({ work: null, withContents: true, report: { damages: [] } });
  });

  it('is one at a time', async () => {
    const first = checkStore(false);
    expect(await checkStore(false)).toBe(false);
    expect(await first).toBe(true);
  });

  it('ends without a report and without an error when it is cancelled', async () => {
    await open({ sync: 'current', workMs: 2_000 });
    const check = checkStore(true);
    await vi.waitFor(() => expect(useUpkeep.getState().work).toBe('check'));
    await cancelWork();
    expect(await check).toBe(false);
    expect(useUpkeep.getState()).toMatchObject({ work: null, report: null, trouble: null, cancelling: false });
  });

  it('keeps what went wrong beside the work, until it is put away', async () => {
    await open({ sync: 'current', fail: { 'store.check': 'store-unreachable' } });
    expect(await checkStore(false)).toBe(false);
    expect(useUpkeep.getState().trouble).toMatchObject({ work: 'check', error: { code: 'store-unreachable' } });
    clearTrouble();
    expect(useUpkeep.getState().trouble).toBeNull();
  });

  it('looks again after a repair and after cleaning, so that the report is never older than the store', async () => {
    const world = await open({ sync: 'current', damages: true });
    await checkStore(true);
    const before = useUpkeep.getState().report;
    expect(before?.damages.length).toBeGreaterThan(0);
    Object.assign(world.scenario, { damages: false });
    expect(await repairStore()).toBe(true);
    expect(lastToast()?.text).toBe('2 objects put back');
    expect(useUpkeep.getState()).toMatchObject({ withContents: true, report: { damages: [] } });
    expect(await collectGarbage()).toBe(true);
    expect(lastToast()?.text).toBe('12 objects removed from the store');
  });

  it('does not look again when the repair failed', async () => {
    await open({ sync: 'current', damages: true, fail: { 'store.repair': 'store-readonly' } });
    await checkStore(false);
    const { report } = useUpkeep.getState();
    expect(await repairStore()).toBe(false);
    expect(useUpkeep.getState()).toMatchObject({ report, trouble: { work: 'repair' } });
  });
});

describe('moving the vault', () => {
  it('hands place and keys to the call, keeps neither, and says that it was moved', async () => {
    const world = await open({});
    const to = { kind: 's3' as const, location: bucket, keys };
    expect(await moveVault(to)).toBe(true);
    expect(world.store.given).toEqual(to);
    expect(world.phase).toBe('locked');
    expect(JSON.stringify(useUpkeep.getState())).not.toContain('wJalr');
    expect(lastToast()?.text).toContain('Unlock it there');
  });

  it('leaves everything as it was when another vault is in that place', async () => {
    const world = await open({ fail: { 'store.move': 'already-exists' } });
    expect(await moveVault({ kind: 'folder', handle: 'folder-1' })).toBe(false);
    expect(useUpkeep.getState().trouble).toMatchObject({ work: 'move', error: { code: 'already-exists' } });
    expect(world.phase).toBe('unlocked');
  });
});

describe('a lock', () => {
  it('leaves nothing of it in the window (promise 9)', async () => {
    await Promise.all([loadLocation(), checkStore(false)]);
    emptyAll();
    expect(useUpkeep.getState()).toEqual(useUpkeep.getInitialState());
  });
});
