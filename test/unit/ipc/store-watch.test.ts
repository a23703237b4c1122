import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { VaultError } from '../../../app/errors.js';
import type { StoreLocation } from '../../../main/vault/vault.js';
import { StoreWatch } from '../../../main/ipc/store-watch.js';
import { FakeVault, project } from './fake-vault.js';

describe('the watch over a store', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const folder: StoreLocation = { kind: 'directory', path: '/store' };
  const bucket: StoreLocation = { kind: 's3', endpoint: 'https://x', region: 'here', bucket: 'lab' };
  const watched = (location: StoreLocation = folder) => {
    const fake = new FakeVault('/profile', location);
    const told: unknown[] = [];
    const watch = new StoreWatch(fake.asVault(), (domain, event, payload) => void told.push([domain, event, payload]));
    return { fake, told, watch };
  };

  it('looks at once, again and again, and re-encrypts what older keys protect', async () => {
    const { fake, watch } = watched();
    watch.start();
    await vi.advanceTimersByTimeAsync(1);
    expect(fake.looks).toBe(1);
    expect(fake.rekeyed).toEqual([project.id]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(fake.looks).toBeGreaterThan(3);
    watch.stop();
  });

  it('tells what is wrong once, and again when that changes', async () => {
    const { fake, told, watch } = watched();
    fake.problems = [new VaultError('rolled-back', 'The store lost something.')];
    expect(await watch.look()).toEqual([
      { code: 'rolled-back', message: 'The store lost something.', severe: true, acceptable: false },
    ]);
    await watch.look();
    expect(told).toHaveLength(1);
    fake.problems = [];
    expect(await watch.look()).toEqual([]);
    expect(told).toHaveLength(2);
    watch.stop();
  });

  it('tells what keeps old files from being re-encrypted, until it does not', async () => {
    const { fake, watch } = watched();
    fake.rekeyFailure = new VaultError('damaged', '“a” could not be encrypted with the new key.');
    await watch.look();
    await vi.advanceTimersByTimeAsync(1);
    expect(await watch.look()).toMatchObject([{ message: expect.stringContaining('new key') as string }]);
    fake.rekeyFailure = null;
    await vi.advanceTimersByTimeAsync(1);
    await watch.look();
    await vi.advanceTimersByTimeAsync(1);
    expect(await watch.look()).toEqual([]);
    watch.stop();
  });

  it('encrypts nothing for a store that was moved away, and says once that it was', async () => {
    const { fake, watch } = watched();
    fake.problems = [new VaultError('store-readonly', '“Ada” moved this vault.', { details: { moved: true } })];
    for (let look = 0; look < 3; look += 1) {
      expect(await watch.look()).toMatchObject([{ code: 'store-readonly', message: '“Ada” moved this vault.' }]);
      await vi.advanceTimersByTimeAsync(1);
    }
    expect(fake.rekeyed).toEqual([]);
    watch.stop();
  });

  it('tells that the store is away, and goes on looking until it is back', async () => {
    const { fake, watch } = watched();
    fake.away = new VaultError('store-unreachable');
    expect(await watch.look()).toMatchObject([{ code: 'store-unreachable', severe: false }]);
    fake.away = null;
    await vi.advanceTimersByTimeAsync(6_000);
    expect(watch.alarms()).toEqual([]);
    watch.stop();
  });

  it('gives no alarm for a bucket that does not answer, keeps what was wrong before, and soon looks again', async () => {
    const { fake, watch } = watched(bucket);
    fake.problems = [new VaultError('changed-card', 'Another key.')];
    await watch.look();
    fake.away = new VaultError('store-unreachable');
    expect(await watch.look()).toMatchObject([{ code: 'changed-card' }]);
    fake.away = null;
    fake.problems = [];
    await vi.advanceTimersByTimeAsync(6_000);
    expect(watch.alarms()).toEqual([]);
    fake.away = new VaultError('store-missing', 'This place in the bucket holds another vault.');
    expect(await watch.look()).toMatchObject([{ code: 'store-missing' }]);
    watch.stop();
  });

  it('ends with the lock: no look and no word after it', async () => {
    const { fake, told, watch } = watched();
    watch.start();
    await vi.advanceTimersByTimeAsync(1);
    watch.stop();
    const { looks } = fake;
    fake.problems = [new VaultError('damaged')];
    await vi.advanceTimersByTimeAsync(600_000);
    expect(fake.looks).toBe(looks);
    expect(told).toEqual([]);
  });
});
