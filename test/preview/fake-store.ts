/** A store as the scenario has it: a folder of this computer, or a bucket in one of its moods. */
import type { Handlers } from '../../app/contract/index.js';
import { VaultError } from '../../app/errors.js';
import type { S3Location } from '../../app/model/store.js';
import {
  syncSettings,
  type MergeNotice,
  type SyncSettings,
  type SyncStatus,
  type WaitingItem,
} from '../../app/model/sync.js';
import { hexId } from './fake-data.js';
import {
  badReport,
  bucket,
  bucketStatus,
  checkOf,
  folderStatus,
  goodReport,
  invitation,
  longBucket,
  longInvitation,
  manyWaiting,
  refusedWaiting,
  someNotices,
  someWaiting,
} from './fake-store-data.js';
import type { Scenario } from './fake-bridge.js';
import type { World } from './world.js';

export type FakeStore = {
  s3: S3Location | null;
  accessKeyId: string | null;
  waiting: WaitingItem[];
  notices: MergeNotice[];
  settings: SyncSettings;
  state: SyncStatus['state'];
  /** the last location and keys that an operation was given */
  given: unknown;
  stop: () => void;
};

const waitingOf = ({ sync, waiting, many }: Scenario): WaitingItem[] => {
  if (waiting === 'refused') return [...refusedWaiting(), ...someWaiting()];
  if (waiting === 'some') return many ? manyWaiting(many) : someWaiting();
  return sync === 'offline' || sync === 'working' ? someWaiting() : [];
};

export const someStore = (scenario: Scenario): FakeStore => ({
  s3: scenario.sync ? (scenario.longNames ? longBucket : bucket) : null,
  accessKeyId: scenario.sync && !scenario.noKeys ? 'AKIAIOSFODNN7EXAMPLE' : null,
  waiting: waitingOf(scenario),
  notices: scenario.notices ? someNotices() : [],
  settings: syncSettings.parse({ paused: scenario.sync === 'paused', pinned: scenario.sync ? [hexId(0x2001)] : [] }),
  state: scenario.sync ?? 'folder',
  given: null,
  stop: () => undefined,
});

/** What a store calls itself: "northlab-vault on s3.example", or this computer. */
export const labelOf = ({ s3 }: FakeStore): string =>
  s3 ? `${s3.bucket} on ${new URL(s3.endpoint).host}` : 'This computer';

const statusOf = ({ store }: World): SyncStatus => {
  if (store.s3 === null) return folderStatus;
  const state = store.settings.paused ? 'paused' : store.state;
  const { cacheLimitBytes } = store.settings;
  return { ...bucketStatus(state, store.waiting), cacheLimitBytes };
};

/** Goes through its steps as slowly as the scenario says, until it is told to stop. */
const work = async (world: World, name: 'move' | 'check' | 'repair' | 'collect', step: string): Promise<void> => {
  const total = 1_284;
  const ms = world.scenario.workMs ?? 60;
  const stopping = new AbortController();
  world.store.stop = () => stopping.abort();
  for (let part = 0; part <= 10; part += 1) {
    if (stopping.signal.aborted) throw new VaultError('cancelled');
    world.emit('store.progress', { work: name, step, done: Math.round((total * part) / 10), total });
    await new Promise((resolve) => setTimeout(resolve, ms / 10));
  }
};

export const fakeStore = (world: World): Handlers['store'] => {
  const { store, scenario } = world;
  return {
    location: () => ({
      kind: store.s3 ? 's3' : world.phase === 'none' ? 'none' : 'folder',
      label: labelOf(store),
      s3: store.s3,
      accessKeyId: store.accessKeyId,
    }),
    test: async (given) => {
      store.given = given;
      await new Promise((resolve) => setTimeout(resolve, scenario.testMs ?? 20));
      return checkOf(scenario.check ?? 'good');
    },
    openInvitation: () => (scenario.longNames ? longInvitation : invitation),
    saveInvitation: () => ({ saved: true }),
    replaceKeys: ({ keys }) => {
      store.given = keys;
      store.accessKeyId = keys.accessKeyId;
      return {};
    },
    move: async ({ to }) => {
      store.given = to;
      await work(world, 'move', 'Copying');
      store.s3 = to.kind === 's3' ? to.location : null;
      world.lock();
      return { objects: 1_595, bytes: 62_400_000_000 };
    },
    check: async () => {
      await work(world, 'check', 'Reading records');
      return scenario.damages ? badReport : goodReport;
    },
    repair: async () => {
      await work(world, 'repair', 'Putting back');
      return { repaired: 2 };
    },
    collect: async () => {
      await work(world, 'collect', 'Removing');
      return { removed: 12 };
    },
    cancel: () => {
      store.stop();
      return {};
    },
  };
};

export const fakeSync = (world: World): Handlers['sync'] => {
  const { store } = world;
  const told = () => {
    world.emit('sync.status', statusOf(world));
    world.emit('sync.changed', {});
  };
  const set = (change: Partial<SyncSettings>): SyncSettings => {
    store.settings = { ...store.settings, ...change };
    told();
    return store.settings;
  };
  return {
    status: () => statusOf(world),
    waiting: () => ({ items: store.waiting }),
    discard: ({ id }) => {
      if (!store.waiting.some((one) => one.id === id)) throw new VaultError('not-found');
      store.waiting = store.waiting.filter((one) => one.id !== id);
      told();
      return {};
    },
    now: () => {
      if (store.state === 'offline')
        throw new VaultError('store-unreachable', 'The server does not answer. Is this computer online?');
      store.waiting = store.waiting.filter((one) => one.state === 'refused');
      store.state = 'current';
      told();
      return statusOf(world);
    },
    settings: () => store.settings,
    configure: (patch) => set(Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined))),
    pin: ({ projectId, pinned }) => {
      const others = store.settings.pinned.filter((id) => id !== projectId);
      return set({ pinned: pinned ? [...others, projectId] : others });
    },
    notices: () => ({ items: store.notices }),
    dismissNotice: ({ id }) => {
      store.notices = store.notices.filter((one) => one.id !== id);
      told();
      return {};
    },
    acceptStore: () => {
      world.alarms = world.alarms.filter((one) => one.code !== 'rolled-back');
      world.emit('activity.alarms', { items: world.alarms });
      return statusOf(world);
    },
  };
};
