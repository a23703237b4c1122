import { describe, expect, it } from 'vitest';
import type { Member } from '../../../app/model/people.js';
import { access, roles, type Access } from '../../../app/model/project.js';
import {
  advanced,
  begun,
  mayWriteFiles,
  objection,
  type LogOperation,
} from '../../../main/vault/projects/membership.js';
import {
  accessMeanings,
  mayGovern,
  mayManage,
  mayWrite,
  rolesToGive,
  whyNotRemove,
  whyNotSetRole,
} from '../../../renderer/state/project-rights.js';
import { hexId } from '../../preview/fake-data.js';

const [ownerId, actorId, targetId, newcomerId] = [hexId(1), hexId(2), hexId(3), hexId(4)];
const fingerprint = 'f'.repeat(64);
const newEpoch = { epoch: 2, commitment: 'x'.repeat(43), name: '', earlier: '', earlierEpoch: 1 };

/** A log in which an owner gave the actor and the target their places. */
const membershipWith = (actor: Access, target: Access) => {
  const entry = (sequence: number, operation: LogOperation) => ({
    project: hexId(9),
    sequence,
    previous: null,
    time: '2026-01-01T00:00:00.000Z',
    actor: ownerId,
    operation,
  });
  const place = (id: string, given: Access): LogOperation =>
    given === 'node'
      ? { type: 'authorize-node', node: id, fingerprint }
      : { type: 'add-member', member: id, role: given, fingerprint };
  const commitment = 'c'.repeat(43);
  const first = entry(1, { type: 'create', suite: 'vault', epoch: 1, commitment, name: '', fingerprint });
  const begin = begun(first, 'h1')!;
  return advanced(advanced(begin, entry(2, place(actorId, actor)), 'h2'), entry(3, place(targetId, target)), 'h3');
};

const member = (more: Partial<Member>): Member => ({
  id: targetId,
  name: 'Bob',
  kind: more.access === 'node' ? 'node' : 'person',
  access: 'viewer',
  since: '',
  by: ownerId,
  byName: '',
  isSelf: false,
  verified: false,
  alarm: '',
  ...more,
});

const pairs = access.options.flatMap((mine) => access.options.map((theirs) => [mine, theirs] as const));

describe('the window offers what the log’s rules allow, and nothing else', () => {
  it.each(pairs)('%s over %s', (mine, theirs) => {
    const membership = membershipWith(mine, theirs);
    const removal: LogOperation =
      theirs === 'node'
        ? { type: 'revoke-node', node: targetId, ...newEpoch }
        : { type: 'remove-member', member: targetId, ...newEpoch };
    const allowed = objection(membership, actorId, removal) === null;
    expect(mayGovern(mine, theirs)).toBe(allowed);
    expect(whyNotRemove(mine, member({ access: theirs })) === null).toBe(allowed);
    if (theirs === 'node') return;
    const given = roles.filter(
      (role) => objection(membership, actorId, { type: 'add-member', member: newcomerId, role, fingerprint }) === null,
    );
    expect(rolesToGive(mine)).toEqual(given);
  });

  it.each(access.options)('%s: managing and writing', (mine) => {
    const membership = membershipWith(mine, 'viewer');
    expect(mayManage(mine)).toBe(objection(membership, actorId, { type: 'rotate', ...newEpoch }) === null);
    expect(mayWrite(mine)).toBe(mayWriteFiles(mine));
    expect(accessMeanings[mine].match(/\./g)).toHaveLength(1);
  });

  it('offers nothing before the role is known', () => {
    expect([mayManage(undefined), mayWrite(undefined), mayGovern(undefined, 'viewer')]).toEqual([false, false, false]);
    expect(rolesToGive(undefined)).toEqual([]);
  });

  it('keeps one owner', () => {
    const last = member({ access: 'owner' });
    expect(whyNotSetRole('owner', last, [last])).toMatch(/needs an owner/);
    expect(whyNotSetRole('owner', last, [last, member({ id: ownerId, access: 'owner' })])).toBeNull();
    expect(whyNotSetRole('admin', last, [last])).toMatch(/Only an owner/);
    expect(whyNotSetRole('editor', last, [last])).toMatch(/owners and admins/);
  });

  it('lets nobody make the key that shuts themselves out (promise 5)', () =>
    expect(whyNotRemove('owner', member({ isSelf: true, access: 'owner' }))).toMatch(/must not be yours/));
});
