import { beforeEach, describe, expect, it } from 'vitest';
import { hexId } from '../../preview/fake-data.js';
import { loadAlarms, useAlarms } from '../../../renderer/state/alarms.js';
import { useFiles } from '../../../renderer/state/files.js';
import { emptyAll } from '../../../renderer/state/lockable.js';
import { useRoute } from '../../../renderer/state/route.js';
import { loadSecrets, useSecrets } from '../../../renderer/state/secrets.js';
import {
  acceptStatus,
  acceptStore,
  configureSync,
  dismissNotice,
  giveUp,
  isFar,
  isPinned,
  loadSync,
  loadWaiting,
  lookNow,
  pauseSync,
  pinProject,
  showObject,
  useSync,
  waitingCount,
} from '../../../renderer/state/sync.js';
import {
  absentWords,
  agoWords,
  cacheSizes,
  cacheWords,
  chipWords,
  rateLimits,
  rateWords,
  stateWords,
  withCurrent,
} from '../../../renderer/state/sync-words.js';
import { useToasts } from '../../../renderer/state/toasts.js';
import { syncSettings } from '../../../app/model/sync.js';
import { fakeBridge, type Scenario } from '../../preview/fake-bridge.js';
import { bucketStatus, folderStatus, someWaiting } from '../../preview/fake-store-data.js';

const folding = hexId(0x2001);

const open = async (scenario: Scenario = { sync: 'offline' }) => {
  const { bridge, world } = fakeBridge(scenario);
  globalThis.coretexVault = bridge;
  emptyAll();
  await Promise.all([loadSecrets(), loadSync()]);
  return world;
};
const lastToast = () => useToasts.getState().toasts.at(-1);

describe('how the vault stands with its store', () => {
  it('is told in one line, which a folder does not need', () => {
    const some = someWaiting();
    const words = (state: Parameters<typeof bucketStatus>[0], waiting = some) =>
      chipWords(bucketStatus(state, waiting));
    expect(chipWords(folderStatus)).toBe('');
    expect(words('current', [])).toBe('Up to date');
    expect(words('current', some.slice(1, 2))).toBe('1 change waits');
    expect(words('working')).toBe('Working… 42 %');
    expect(words('offline', [])).toBe('Offline');
    expect(words('offline')).toBe('Offline · 3 changes wait');
    expect(words('paused')).toBe('Paused · 3 changes wait');
    expect(words('trouble')).toBe('Not sent · 3 changes wait');
    expect(words('trouble', [])).toBe('The store refuses');
  });

  it('says that nothing is lost while offline, and what a refusing store says', () => {
    expect(stateWords(bucketStatus('offline', someWaiting())).text).toContain('Nothing is lost');
    const trouble = bucketStatus('trouble', []);
    expect(stateWords(trouble).text).toBe(trouble.message);
  });

  it('tells the last contact in words', () => {
    const now = new Date('2026-03-10T15:00:00').getTime();
    const ago = (minutes: number) => agoWords(new Date(now - minutes * 60_000).toISOString(), now);
    expect([null, 'nonsense'].map((time) => agoWords(time, now))).toEqual(['never', 'never']);
    expect([0.5, 1, 59, 60, 190, 14 * 60, 24 * 60, 10 * 24 * 60].map(ago)).toEqual([
      'just now',
      '1 minute ago',
      '59 minutes ago',
      '1 hour ago',
      '3 hours ago',
      'at 01:00',
      'yesterday',
      'on 28 Feb',
    ]);
  });

  it('offers sizes and limits that main takes, and what is set even when it is no usual one', () => {
    const usual = syncSettings.parse({});
    expect(cacheSizes).toContain(usual.cacheLimitBytes);
    expect(rateLimits).toContain(usual.uploadLimit);
    expect(withCurrent(rateLimits, 300_000)).toEqual([0, 256_000, 300_000, 1_000_000, 5_000_000, 20_000_000]);
    expect(rateLimits.map(rateWords)).toEqual(['No limit', '256 KB/s', '1 MB/s', '5 MB/s', '20 MB/s']);
    expect(cacheSizes.slice(0, 2).map(cacheWords)).toEqual(['1 GB', '5 GB']);
  });
});

describe('a file that was never fetched', () => {
  it('is told as what it is, not as a failure, while the store is away', () => {
    expect(absentWords('offline', 'x')).toBe('The store does not answer. The file is fetched as soon as it does.');
    expect(absentWords('paused', 'x')).toBe('Nothing is fetched until you resume.');
    expect(absentWords('trouble', 'The keys are wrong.')).toBe('The keys are wrong.');
  });
});

describe('what waits to be sent', () => {
  beforeEach(() => open());

  it('is known by id, for every row that asks', () => {
    const { waiting, waitingIds } = useSync.getState();
    expect(waiting.length).toBeGreaterThan(0);
    expect([...waitingIds.keys()]).toEqual(waiting.map((item) => item.id));
  });

  it('is counted as a person counts: a file whose content waits too is one', () => {
    const { status, waiting } = useSync.getState();
    expect(waitingCount({ status: { ...status!, waitingItems: waiting.length + 4 }, waiting })).toBe(waiting.length);
    expect(waitingCount({ status: { ...status!, waitingItems: 2 }, waiting: [] })).toBe(1); // the list is on its way
    expect(waitingCount({ status: { ...status!, waitingItems: 0 }, waiting })).toBe(0);
  });

  it('can be given up, one secret or file at a time', async () => {
    await open({ sync: 'current', waiting: 'refused' });
    const refused = useSync.getState().waiting.find((item) => item.state === 'refused')!;
    const before = useSync.getState().waiting.length;
    expect(await giveUp(refused)).toBe(true);
    expect(useSync.getState().waitingIds.has(refused.id)).toBe(false);
    expect(useSync.getState().waiting).toHaveLength(before - 1);
  });

  it('stays, and says so, when the store does not answer a look', async () => {
    await lookNow();
    expect(lastToast()).toMatchObject({ kind: 'failed', code: 'store-unreachable' });
    expect(useSync.getState()).toMatchObject({ looking: false, status: { state: 'offline', waitingItems: 3 } });
  });

  it('is gone after a look that worked', async () => {
    await open({ sync: 'current', waiting: 'some' });
    await lookNow();
    expect(useSync.getState()).toMatchObject({ waiting: [], status: { state: 'current', waitingItems: 0 } });
  });

  it('goes with a lock, also when it is told late (promise 9)', async () => {
    const late = loadWaiting();
    emptyAll();
    await expect(late).rejects.toMatchObject({ code: 'locked' });
    expect(useSync.getState()).toEqual(useSync.getInitialState());
  });
});

describe('what a person sets about it', () => {
  it('pauses and resumes', async () => {
    await open({ sync: 'current' });
    await pauseSync(true);
    expect(useSync.getState()).toMatchObject({ status: { state: 'paused' }, settings: { paused: true } });
    await pauseSync(false);
    expect(useSync.getState().status?.state).toBe('current');
  });

  it('changes a limit and leaves the rest', async () => {
    await open({ sync: 'current' });
    const before = useSync.getState().settings!;
    await configureSync({ uploadLimit: 256_000 });
    expect(useSync.getState().settings).toEqual({ ...before, uploadLimit: 256_000 });
  });

  it('keeps a project here, and no longer', async () => {
    await open({ sync: 'current' });
    expect(isPinned(useSync.getState(), folding)).toBe(true);
    await pinProject(folding, false);
    expect(isPinned(useSync.getState(), folding)).toBe(false);
    await pinProject(folding, true);
    expect(isPinned(useSync.getState(), folding)).toBe(true);
  });

  it('is not offered for a folder', async () => {
    await open({});
    expect(isFar(useSync.getState())).toBe(false);
    acceptStatus(bucketStatus('current', []));
    expect(isFar(useSync.getState())).toBe(true);
  });
});

describe('what was merged', () => {
  beforeEach(() => open({ sync: 'current', notices: true }));

  it('leads to the secret', async () => {
    const notice = useSync.getState().notices.find((one) => one.kind === 'secret')!;
    await showObject(notice.kind, notice.objectId, notice.projectId);
    expect(useSecrets.getState().selection.active).toBe(notice.objectId);
    expect(useRoute.getState()).toMatchObject({ route: { room: 'secrets' }, front: 'detail' });
  });

  it('leads to the file, in its folder', async () => {
    const notice = useSync.getState().notices.find((one) => one.kind === 'file')!;
    await showObject(notice.kind, notice.objectId, notice.projectId);
    expect(useRoute.getState().route).toMatchObject({ room: 'projects', projectId: folding, folder: '' });
    expect(useFiles.getState().selection.active).toBe('config.yaml');
  });

  it('shows the project when the file is gone since', async () => {
    await showObject('file', hexId(0xdead), folding);
    expect(useRoute.getState()).toMatchObject({ route: { room: 'projects', projectId: folding }, front: 'list' });
  });

  it('is told until the person takes note', async () => {
    const [first, second] = useSync.getState().notices;
    await dismissNotice(first!.id);
    expect(useSync.getState().notices).toEqual([second]);
  });
});

describe('a store that shows less than was seen', () => {
  it('is told from other alarms, and the person can go on with it', async () => {
    const world = await open({ sync: 'current', alarms: 'rollback' });
    await loadAlarms();
    expect(useAlarms.getState().items.map(({ acceptable }) => acceptable)).toEqual([true]);
    expect(await acceptStore()).toBe(true);
    expect(world.alarms).toEqual([]);
  });
});
