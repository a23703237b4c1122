import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { VaultError } from '../../../../app/errors.js';
import type { SyncStatus } from '../../../../app/model/sync.js';
import type { Connection, OutboxItem } from '../../../../main/store/mirror/mirror.js';
import { VaultEmitter } from '../../../../main/vault/events.js';
import { statusOf, StatusTeller, type StatusFacts } from '../../../../main/vault/sync/status.js';

const online: Connection = { state: 'online', lastContact: '2026-11-23T10:00:00.000Z', trouble: null };
const item: OutboxItem = {
  order: 1,
  operation: 'put',
  key: 'secrets/a/1',
  bytes: 10,
  time: '2026-11-23T10:00:00.000Z',
};
const idle: StatusFacts = {
  connection: online,
  items: [],
  working: false,
  progress: null,
  refused: [],
  alarms: [],
  cachedBytes: 1,
  cacheLimitBytes: 2,
};

const away = new VaultError('store-unreachable', 'The server does not answer.');
const noRight = new VaultError('not-allowed', 'You no longer have access to “Tides”.');
const alarm = new VaultError('rolled-back', 'The store was set back.');
const full = new VaultError('store-full');

const said = 'What to do.';
const offline = (reason: string): Partial<StatusFacts> => {
  const trouble = new VaultError('store-unreachable', said, { details: { reason } });
  return { connection: { ...online, state: 'offline', trouble }, items: [item] };
};

describe('how a vault stands with its store', () => {
  it.each<[string, Partial<StatusFacts>, SyncStatus['state'], string]>([
    ['everything was sent', {}, 'current', ''],
    ['something is sent', { working: true, items: [item] }, 'working', ''],
    ['it does not answer', { connection: { ...online, state: 'offline', trouble: away } }, 'offline', away.message],
    ['the network is away', offline('network'), 'offline', said],
    ['its server is overloaded', offline('busy'), 'offline', said],
    ['it does not take the keys', offline('wrong-keys'), 'trouble', said],
    ['it may not be read', offline('refused'), 'trouble', said],
    ['this computer has no keys', offline('no-keys'), 'trouble', said],
    ['its certificate is not trusted', offline('untrusted'), 'trouble', said],
    ['the clock is wrong', offline('wrong-clock'), 'trouble', said],
    ['it refuses', { connection: { ...online, state: 'offline', trouble: full } }, 'trouble', full.message],
    ['the person paused it', { connection: { ...online, state: 'paused' }, refused: [noRight] }, 'paused', ''],
    ['one thing was refused', { refused: [noRight], items: [item] }, 'trouble', noRight.message],
    ['it was rolled back', { alarms: [alarm], working: true }, 'trouble', alarm.message],
  ])('is said when %s', (_, facts, state, message) => {
    expect(statusOf({ ...idle, ...facts })).toMatchObject({ state, message });
  });

  it('counts what waits, and never says more than all or less than nothing was sent', () => {
    expect(statusOf({ ...idle, items: [item, item], progress: 1.5 })).toMatchObject({
      waitingItems: 2,
      waitingBytes: 20,
      progress: 1,
    });
    expect(statusOf({ ...idle, progress: -1 }).progress).toBe(0);
  });
});

describe('telling it', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('happens at most four times a second, only when there is news, and not after the end', () => {
    const events = new VaultEmitter();
    const told: SyncStatus[] = [];
    let changes = 0;
    let facts = idle;
    events.on('sync', (status) => told.push(status));
    events.on('sync-changed', () => (changes += 1));
    const teller = new StatusTeller(events, () => statusOf(facts));
    for (let tenth = 0; tenth < 20; tenth += 1) {
      facts = { ...idle, items: Array.from({ length: tenth }, () => item) };
      teller.tell(tenth === 3);
      vi.advanceTimersByTime(50);
    }
    vi.advanceTimersByTime(1000);
    expect(told.length).toBeLessThanOrEqual(5);
    expect(told.at(-1)?.waitingItems).toBe(19);
    expect(changes).toBe(1);
    teller.tell();
    vi.advanceTimersByTime(1000);
    teller.close();
    teller.tell(true);
    vi.advanceTimersByTime(1000);
    expect(told.filter(({ waitingItems }) => waitingItems === 19)).toHaveLength(1);
    expect(changes).toBe(1);
  });
});
