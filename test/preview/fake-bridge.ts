/**
 * A bridge without a vault behind it, for looking at the renderer in a plain browser and for its unit tests. It answers the whole
 * contract from memory; nothing here is encrypted and nothing of it ships.
 */
import type { Bridge, Handlers, Result } from '../../app/contract/index.js';
import { VaultError, type ErrorCode } from '../../app/errors.js';
import { fakeAccount } from './fake-account.js';
import { fakeFiles } from './fake-files.js';
import { fakeNodes, fakePeople, gamma, manyPeople, someEnrolments, someNodes, somePeople } from './fake-people.js';
import { fakeActivity, fakeProjects } from './fake-projects-sharing.js';
import { fakeSecrets } from './fake-secrets.js';
import { fakeStore, fakeSync, someStore } from './fake-store.js';
import type { FakeCheck } from './fake-store-data.js';
import {
  account,
  hexId,
  manyFiles,
  manySecrets,
  someFiles,
  someProjects,
  someSecrets,
  someTransfers,
} from './fake-data.js';
import { rollbackAlarm, someAlarms, someLog, someMembers } from './fake-sharing-data.js';
import type { World } from './world.js';

export type Scenario = Readonly<{
  phase?: 'none' | 'locked' | 'unlocked';
  /** how many secrets and files; undefined: a realistic few */
  many?: number;
  empty?: boolean;
  transfers?: boolean;
  /** the last look at the store found something wrong; `rollback`: the store as a whole shows less than was seen */
  alarms?: boolean | 'rollback';
  /** the vault is in a bucket, which is in this state */
  sync?: 'current' | 'working' | 'offline' | 'paused' | 'trouble';
  /** what waits to be sent besides what the state brings with it */
  waiting?: 'some' | 'refused';
  /** merges that a person should know of */
  notices?: boolean;
  /** secrets that two computers changed at the same time */
  conflicts?: boolean;
  /** the keychain has no keys for the bucket */
  noKeys?: boolean;
  /** what a test of a connection finds */
  check?: FakeCheck;
  /** a check of the store finds damage */
  damages?: boolean;
  /** names of buckets and inviters as long as they get */
  longNames?: boolean;
  /** how long a test of a connection takes, and work on the store as a whole */
  testMs?: number;
  workMs?: number;
  /** every call of these operations (`secrets.list`) fails with this code */
  fail?: Readonly<Record<string, ErrorCode>>;
  remembered?: boolean;
  noKeychain?: boolean;
  lockReason?: 'start' | 'asked' | 'idle' | 'sleep' | 'screen-lock';
  /** how long a key derivation takes */
  deriveMs?: number;
}>;

const worldOf = (scenario: Scenario, emit: World['emit']): World => {
  const world: World = {
    scenario,
    emit,
    account,
    phase: scenario.phase ?? 'unlocked',
    vaults: [
      { id: 'a', label: 'Mira Okafor · This computer', active: true },
      { id: 'b', label: 'Northlab team · vault-share', active: false },
    ],
    remembered: scenario.remembered ?? false,
    lockReason: scenario.lockReason ?? 'start',
    settings: {
      theme: 'system',
      autoLockMs: 600_000,
      lockOnSleep: true,
      lockOnScreenLock: true,
      clipboardClearMs: 30_000,
    },
    secrets: scenario.empty ? [] : scenario.many ? manySecrets(scenario.many) : someSecrets(scenario.conflicts),
    projects: scenario.empty ? [] : someProjects(),
    files: scenario.empty ? [] : scenario.many ? manyFiles(scenario.many) : someFiles(),
    transfers: scenario.transfers ? someTransfers() : [],
    clipboard: '',
    people: scenario.empty ? somePeople().slice(0, 1) : scenario.many ? manyPeople(scenario.many) : somePeople(),
    nodes: scenario.empty ? [] : someNodes(),
    enrolments: scenario.empty ? [] : someEnrolments(),
    authorized: new Map([[gamma, new Set([hexId(0x2001)])]]),
    members: new Map(),
    log: new Map(),
    alarms: scenario.alarms === 'rollback' ? rollbackAlarm() : scenario.alarms ? someAlarms() : [],
    store: someStore(scenario),
    lock: () => undefined,
  };
  world.members = someMembers(world);
  world.log = someLog(world);
  return world;
};

const settingsOf = (world: World): Handlers['settings'] => ({
  get: () => world.settings,
  set: (change) => {
    world.settings = {
      ...world.settings,
      ...Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)),
    };
    return world.settings;
  },
  about: () => ({ version: '0.1.0', electron: '45.4.1', platform: 'Linux x64', sandboxed: true }),
});

export const fakeBridge = (scenario: Scenario = {}): { bridge: Bridge; world: World } => {
  const listeners = new Map<string, Set<(payload: unknown) => void>>();
  const emit: World['emit'] = (event, payload) => listeners.get(event)?.forEach((listener) => listener(payload));
  const world = worldOf(scenario, emit);
  const handlers: Handlers = {
    account: fakeAccount(world),
    secrets: fakeSecrets(world),
    projects: fakeProjects(world),
    files: fakeFiles(world),
    people: fakePeople(world),
    nodes: fakeNodes(world),
    activity: fakeActivity(world),
    store: fakeStore(world),
    sync: fakeSync(world),
    settings: settingsOf(world),
  };
  const call = async (domain: string, operation: string, input: unknown): Promise<Result<unknown>> => {
    try {
      const failing = scenario.fail?.[`${domain}.${operation}`];
      if (failing) throw new VaultError(failing);
      const handler = (handlers as unknown as Record<string, Record<string, (input: unknown) => unknown>>)[domain]?.[
        operation
      ];
      if (!handler) throw new VaultError('invalid-input');
      return { ok: true, value: structuredClone(await handler(structuredClone(input))) };
    } catch (error) {
      if (!(error instanceof VaultError)) throw error;
      return { ok: false, code: error.code, message: error.message, details: {} };
    }
  };
  const bridge: Bridge = {
    call,
    on: (domain, event, listener) => {
      const key = `${domain}.${event}`;
      const set = listeners.get(key) ?? new Set();
      listeners.set(key, set.add(listener));
      return () => void set.delete(listener);
    },
    dropped: (files) =>
      Promise.resolve({
        ok: true,
        value: files.map((file, index) => ({ handle: `dropped-${index}`, name: file.name })),
      }),
  };
  return { bridge, world };
};
