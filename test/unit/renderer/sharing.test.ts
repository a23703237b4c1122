import { beforeEach, describe, expect, it } from 'vitest';
import type { ActivityLine } from '../../../app/model/people.js';
import { loadAccount, useAccount } from '../../../renderer/state/account.js';
import {
  byDay,
  dayName,
  filterActivity,
  filtered,
  loadActivity,
  noFilter,
  occurring,
  refreshActivity,
  useActivity,
} from '../../../renderer/state/activity.js';
import { acceptAlarms, alarmAdvice, inOrder, loadAlarms, useAlarms } from '../../../renderer/state/alarms.js';
import { emptyAll } from '../../../renderer/state/lockable.js';
import {
  addMember,
  beginInMembers,
  loadMembers,
  openMembersDialog,
  removeMember,
  setRole,
  useMembers,
} from '../../../renderer/state/members.js';
import {
  checkLog,
  loadLog,
  loadOlder,
  logPage,
  useProjectLog,
  withNewer,
} from '../../../renderer/state/project-log.js';
import { acceptRekey, loadProjects, useProjects } from '../../../renderer/state/projects.js';
import { useRoute } from '../../../renderer/state/route.js';
import { useToasts } from '../../../renderer/state/toasts.js';
import { fakeBridge, type Scenario } from '../../preview/fake-bridge.js';
import { hexId } from '../../preview/fake-data.js';
import { checkpoints, folding } from '../../preview/fake-sharing-data.js';

const [bob, ngozi, colab] = [hexId(4), hexId(5), hexId(0x43)];

const open = async (scenario: Scenario = {}) => {
  const { bridge, world } = fakeBridge(scenario);
  globalThis.coretexVault = bridge;
  emptyAll();
  useAccount.setState({ vault: null, setUp: false, creating: false, progress: null, startError: null });
  await loadAccount();
  await loadProjects();
  return world;
};

const memberNamed = (name: string) => useMembers.getState().items.find((member) => member.name === name)!;
const lastToast = () => useToasts.getState().toasts.at(-1)?.text;

beforeEach(() => open());

describe('members of a project', () => {
  it('are added with a role, and nodes without one; the new one is chosen', async () => {
    await loadMembers(folding);
    await addMember(folding, { id: ngozi, name: 'Ngozi Adeyemi', kind: 'person' }, 'editor');
    expect(memberNamed('Ngozi Adeyemi').access).toBe('editor');
    expect(useMembers.getState().selection.active).toBe(ngozi);
    expect(lastToast()).toBe('Ngozi Adeyemi added as editor');
    await addMember(folding, { id: colab, name: 'colab', kind: 'node' }, 'owner');
    expect(memberNamed('colab').access).toBe('node');
    expect(useProjects.getState().items.find(({ id }) => id === folding)?.members).toBe(8);
  });

  it('are not added when main refuses; the dialog stays to say why', async () => {
    await loadMembers(checkpoints);
    openMembersDialog({ kind: 'add' });
    await expect(
      addMember(checkpoints, { id: bob, name: 'Bob Lindqvist', kind: 'person' }, 'viewer'),
    ).rejects.toMatchObject({ code: 'changed-card' });
    expect(useMembers.getState()).toMatchObject({ dialog: { kind: 'add' }, items: [{ access: 'owner' }] });
  });

  it('change their role', async () => {
    await loadMembers(folding);
    await setRole(folding, memberNamed('Aiko Tanaka'), 'admin');
    expect(memberNamed('Aiko Tanaka').access).toBe('admin');
  });

  it('leave with a new key, and what they may have kept is shown', async () => {
    await loadMembers(folding);
    await removeMember(folding, memberNamed('Aiko Tanaka'));
    expect(memberNamed('Aiko Tanaka')).toBeUndefined();
    expect(useMembers.getState().dialog).toMatchObject({ kind: 'left', member: { name: 'Aiko Tanaka' } });
    expect(useProjects.getState().items.find(({ id }) => id === folding)?.epoch).toBe(2);
  });

  it('of another project are never shown as this one’s, and a lock empties them', async () => {
    await loadMembers(folding);
    const late = loadMembers(folding);
    beginInMembers(checkpoints, { kind: 'rotate' });
    await late;
    expect(useMembers.getState()).toMatchObject({ projectId: checkpoints, items: [], dialog: { kind: 'rotate' } });
    expect(useRoute.getState().route).toMatchObject({ room: 'projects', projectId: checkpoints, view: 'members' });
    emptyAll();
    expect(useMembers.getState()).toEqual(useMembers.getInitialState());
  });
});

describe('re-encryption', () => {
  it('is told while it goes on, and no longer when it is done', () => {
    acceptRekey({ projectId: folding, done: 12, total: 340 });
    expect(useProjects.getState().rekey.get(folding)).toEqual({ done: 12, total: 340 });
    acceptRekey({ projectId: folding, done: 340, total: 340 });
    expect(useProjects.getState().rekey.size).toBe(0);
  });
});

const sequences = () => useProjectLog.getState().items.map((line) => line.sequence);

describe('the log of a project', () => {
  it('comes newest first, page by page, to its first entry and no further', async () => {
    await open({ many: 250 });
    await loadLog(folding);
    expect(sequences()).toHaveLength(logPage);
    await Promise.all([loadOlder(), loadOlder()]);
    expect(sequences()).toHaveLength(2 * logPage);
    await loadOlder();
    await loadOlder();
    expect(sequences()).toEqual(Array.from({ length: 251 }, (_, index) => 251 - index));
  });

  it('takes in newer entries without a gap', () => {
    const line = (sequence: number) => ({ sequence }) as ActivityLine;
    const lines = (...numbers: number[]) => numbers.map(line);
    expect(withNewer(lines(3, 2, 1), lines(5, 4, 3))).toEqual(lines(5, 4, 3, 2, 1));
    expect(withNewer(lines(3, 2, 1), lines(5, 4))).toEqual(lines(5, 4, 3, 2, 1));
    expect(withNewer(lines(3, 2, 1), lines(9, 8, 7))).toEqual(lines(9, 8, 7));
    expect(withNewer([], lines(2, 1))).toEqual(lines(2, 1));
  });

  it('says what a check found, good or bad', async () => {
    await checkLog(folding);
    expect(useProjectLog.getState()).toMatchObject({ checking: false, check: { entries: 14 }, checkError: null });
    await open({ fail: { 'projects.verifyLog': 'rolled-back' } });
    await checkLog(folding);
    expect(useProjectLog.getState()).toMatchObject({
      checking: false,
      check: null,
      checkError: { code: 'rolled-back' },
    });
  });
});

describe('activity', () => {
  it('is filtered by project, by whom it concerns, and by every word', async () => {
    await loadActivity();
    const { items } = useActivity.getState();
    const told = (change: Partial<typeof noFilter>) => filtered(items, { ...noFilter, ...change });
    expect(told({})).toEqual(items);
    expect(new Set(told({ projectId: folding }).map((line) => line.projectId))).toEqual(new Set([folding]));
    expect(told({ accountId: bob }).map((line) => line.type)).toEqual(['set-role', 'add-member']);
    expect(told({ text: 'AIKO editor' }).map((line) => line.type)).toEqual(['set-role']);
    expect(told({ text: 'hugging' }).map((line) => line.type)).toEqual(['receipt']);
    expect(told({ text: 'bob', projectId: checkpoints })).toEqual([]);
  });

  it('offers to filter by what occurs', async () => {
    await loadActivity();
    const { projects, accounts } = occurring(useActivity.getState().items);
    expect(projects.map(([, name]) => name)).toContain('Protein folding dataset');
    expect(accounts.map(([, name]) => name).slice(0, 2)).toEqual(['Aiko Tanaka', 'Bob Lindqvist']);
  });

  it('is grouped by day', () => {
    const now = new Date(2026, 2, 2, 12);
    const at = (year: number, month: number, day: number, hour = 0) =>
      ({ time: new Date(year, month, day, hour).toISOString() }) as ActivityLine;
    const lines = [at(2026, 2, 2, 9), at(2026, 2, 2, 1), at(2026, 2, 1, 23), at(2026, 1, 3), at(2024, 1, 3)];
    expect(byDay(lines, now).map(({ name, lines: { length } }) => [name, length])).toEqual([
      ['Today', 2],
      ['Yesterday', 1],
      ['Tuesday 3 February', 1],
      ['3 February 2024', 1],
    ]);
    expect(dayName('not a time', now)).toBe('Some day');
  });

  it('is looked at anew, once at a time, and a failure is said', async () => {
    const world = await open();
    await refreshActivity();
    expect(useActivity.getState()).toMatchObject({ refreshing: false, loaded: true, error: null });
    world.alarms = [{ code: 'rolled-back', message: 'older', severe: true, acceptable: false }];
    await refreshActivity();
    expect(useAlarms.getState().items).toHaveLength(1);
    await open({ fail: { 'activity.refresh': 'store-unreachable' } });
    await refreshActivity();
    expect(useActivity.getState()).toMatchObject({ refreshing: false, error: { code: 'store-unreachable' } });
  });

  it('is emptied by a lock, filters too', async () => {
    await loadActivity();
    filterActivity({ text: 'bob' });
    emptyAll();
    expect(useActivity.getState()).toEqual(useActivity.getInitialState());
  });
});

describe('alarms', () => {
  it('stand until a look at the store finds nothing, the severe ones first', async () => {
    await open({ alarms: true });
    await loadAlarms();
    const { items } = useAlarms.getState();
    expect(inOrder([...items].reverse()).map((alarm) => alarm.severe)).toEqual([true, true, false]);
    acceptAlarms({ items: [] });
    expect(useAlarms.getState().items).toEqual([]);
  });

  it('say what they mean and what to do, also those of a newer version', () => {
    for (const code of ['damaged', 'changed-card', 'rolled-back', 'not-allowed', 'from-the-future'])
      for (const severe of [true, false]) {
        const { meaning, action } = alarmAdvice({ code, severe });
        expect(meaning && action, code).not.toBe('');
      }
    expect(alarmAdvice({ code: 'damaged', severe: true }).action).toMatch(/remove them/);
    expect(alarmAdvice({ code: 'damaged', severe: false }).action).toMatch(/earlier version/);
  });
});
