import { beforeEach, describe, expect, it } from 'vitest';
import { initialsOf } from '../../../renderer/components/avatar.js';
import { loadAccount } from '../../../renderer/state/account.js';
import { emptyAll } from '../../../renderer/state/lockable.js';
import { enrolCommand, inviteNode, loadNodes, registerNode, useNodes } from '../../../renderer/state/nodes.js';
import { loadPeople, takeBackVerification, trustOf, usePeople, verifyAccount } from '../../../renderer/state/people.js';
import { loadProjects } from '../../../renderer/state/projects.js';
import {
  authorizeForProjects,
  loadReach,
  revokeFromProject,
  shareSecretsWith,
  splitReach,
  useReach,
} from '../../../renderer/state/reach.js';
import { useRoute } from '../../../renderer/state/route.js';
import { loadSecrets, useSecrets } from '../../../renderer/state/secrets.js';
import { listNames, ownAmong, shareSecret, unshareSecret } from '../../../renderer/state/sharing.js';
import { useDetail } from '../../../renderer/state/detail.js';
import { useToasts } from '../../../renderer/state/toasts.js';
import { fakeBridge } from '../../preview/fake-bridge.js';
import { aiko, gamma, jonas } from '../../preview/fake-people.js';

const personOf = (id: string) => usePeople.getState().items.find((one) => one.id === id)!;
const nodeOf = (id: string) => useNodes.getState().items.find((one) => one.id === id)!;
const secretOf = (name: string) => useSecrets.getState().items.find((one) => one.name === name)!;
const lastToast = () => useToasts.getState().toasts.at(-1);

beforeEach(async () => {
  globalThis.coretexVault = fakeBridge().bridge;
  emptyAll();
  await Promise.all([loadAccount(), loadSecrets(), loadPeople(), loadNodes(), loadProjects()]);
});

describe('people', () => {
  it('lets an alarm outweigh a verified fingerprint, and tells a signed change from both', () => {
    const plain = { isSelf: false, alarm: '', keyChanged: false, verified: false };
    expect(trustOf({ ...plain, alarm: 'x', verified: true, keyChanged: true })).toBe('alarm');
    expect(trustOf({ ...plain, verified: true, keyChanged: true })).toBe('key-changed');
    expect(trustOf({ ...plain, verified: true })).toBe('verified');
    expect(trustOf(plain)).toBe('unverified');
    expect(trustOf({ ...plain, isSelf: true })).toBe('self');
  });

  it('marks the fingerprint that was on the screen, and takes the mark back (promise 2)', async () => {
    await verifyAccount(personOf(aiko));
    await loadPeople();
    expect(personOf(aiko).verified).toBe(true);
    await takeBackVerification(personOf(aiko));
    await loadPeople();
    expect(personOf(aiko).verified).toBe(false);
  });

  it('does not mark a key that changed while its words were compared (promise 2)', async () => {
    expect(await verifyAccount({ ...personOf(aiko), fingerprintHex: '0'.repeat(64) })).toBe(false);
    await loadPeople();
    expect(personOf(aiko).verified).toBe(false);
    expect(lastToast()).toMatchObject({ kind: 'failed', code: 'changed-card' });
  });

  it('go with a lock, like what they could read (promise 9)', async () => {
    await loadReach(jonas);
    expect(useReach.getState().reach?.projects.length).toBeGreaterThan(0);
    const late = loadPeople();
    emptyAll();
    await late;
    for (const store of [usePeople, useNodes, useReach]) expect(store.getState()).toEqual(store.getInitialState());
  });

  it('have initials in every script', () => {
    expect(['Mira Okafor', 'cher', '田中 愛子', ' Dr. Ada  Lovelace ', '🦊', ''].map(initialsOf)).toEqual([
      'MO',
      'C',
      '田愛',
      'DL',
      '?',
      '?',
    ]);
  });
});

describe('what an account could read', () => {
  it('tells what is open now from what may have been kept', async () => {
    await loadReach(jonas);
    const { now, former } = splitReach(useReach.getState().reach!);
    expect(now.projects.every((one) => !one.former) && former.projects.every((one) => one.former)).toBe(true);
    expect(former.secrets.map(({ name }) => name)).toContain('AWS training cluster');
  });

  it('drops an answer about an account that is no longer on screen', async () => {
    const slow = loadReach(jonas);
    await loadReach(aiko);
    await slow;
    expect(useReach.getState().id).toBe(aiko);
  });

  it('follows authorizing and revoking a node, and gives what it leaves behind', async () => {
    const node = nodeOf(gamma);
    const [, second] = useSecrets.getState().items.filter((one) => one.mine && one.readers === 1);
    await loadReach(gamma);
    const before = useReach.getState().reach!;
    await shareSecretsWith(node, [second!.id]);
    expect(useReach.getState().reach!.secrets.length).toBe(before.secrets.length + 1);
    const left = await revokeFromProject(node, before.projects[0]!.id);
    expect(left?.projects.length).toBeGreaterThan(0);
    expect(useReach.getState().reach!.projects).toHaveLength(before.projects.length - 1);
    expect(await authorizeForProjects(node, [before.projects[0]!.id])).toBe(true);
    expect(useReach.getState().reach!.projects).toHaveLength(before.projects.length);
  });
});

describe('nodes', () => {
  it('wipe a node secret whether or not the node could be registered', async () => {
    const secret = new TextEncoder().encode('tundra spoonful arcade');
    await registerNode({ name: 'delta-01', suite: 'vault', bits: 3072, secret });
    expect(useRoute.getState()).toMatchObject({ route: { room: 'nodes' }, front: 'detail' });
    globalThis.coretexVault = fakeBridge({ fail: { 'nodes.register': 'store-full' } }).bridge;
    const other = new TextEncoder().encode('another secret');
    await expect(registerNode({ name: 'x', suite: 'vault', bits: 3072, secret: other })).rejects.toMatchObject({
      code: 'store-full',
    });
    expect([...secret, ...other].every((byte) => byte === 0)).toBe(true);
  });

  it('wait in the list from their code on', async () => {
    const enrolment = await inviteNode('delta-02');
    expect(useNodes.getState().enrolments).toContainEqual(enrolment);
  });

  it('are enrolled with a command whose name no shell takes apart, and without the code in it', () => {
    expect(enrolCommand('gamma-07')).toBe('vault node enrol --store STORE --name gamma-07 --code');
    expect(enrolCommand("it's $(rm -rf ~)")).toBe(
      `vault node enrol --store STORE --name 'it'\\''s $(rm -rf ~)' --code`,
    );
  });
});

describe('sharing one secret', () => {
  it('shares with several, ends it for one, and tells who may still have the values', async () => {
    const { id } = secretOf('Figma');
    await shareSecret(id, [personOf(jonas), nodeOf(gamma)]);
    expect(useDetail.getState().detail?.sharedWith.map((one) => one.name)).toEqual([
      'Mira Okafor',
      'Jonas Weber',
      'gamma-07',
    ]);
    expect(secretOf('Figma').readers).toBe(3);
    await unshareSecret(id, personOf(jonas));
    expect(useDetail.getState().detail?.sharedWith.map((one) => one.id)).not.toContain(jonas);
    expect(useDetail.getState().detail?.exposedTo.map((one) => one.id)).toEqual([jonas]);
  });

  it('says so when somebody’s key is in doubt (promise 2)', async () => {
    const bob = usePeople.getState().items.find((one) => one.alarm !== '')!;
    expect(await shareSecret(secretOf('Figma').id, [bob])).toBe(false);
    expect(lastToast()).toMatchObject({ kind: 'failed', code: 'changed-card' });
    expect(secretOf('Figma').readers).toBe(1);
  });

  it('leaves the secrets of others out of what is done with many', () => {
    const all = useSecrets.getState().items;
    const own = ownAmong(all.map(({ id }) => id));
    expect(own.length).toBeGreaterThan(0);
    expect(own).not.toContain(secretOf('Hugging Face write token').id);
    expect(own).toHaveLength(all.filter((one) => one.mine).length);
  });

  it('lists names as people do', () => {
    expect([[], ['A'], ['A', 'B'], ['A', 'B', 'C'], ['A', 'B', 'C', 'D']].map(listNames)).toEqual([
      '',
      'A',
      'A and B',
      'A, B and C',
      'A, B and 2 others',
    ]);
  });
});
