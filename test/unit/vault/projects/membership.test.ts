import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { roles, type Access } from '../../../../app/model/project.js';
import {
  accessAt,
  accessNow,
  advanced,
  begun,
  currentGrants,
  mayWriteFiles,
  newestEpoch,
  objection,
  passedOver,
  type LogEntry,
  type LogOperation,
  type Membership,
} from '../../../../main/vault/projects/membership.js';

const id = (digit: string): string => digit.repeat(32);
const [ada, bob, carol, node7] = ['a', 'b', 'c', 'd'].map(id) as [string, string, string, string];
const project = id('1');
const fingerprint = 'f'.repeat(64);
const commitment = 'c'.repeat(43);
const time = '2026-01-02T03:04:05.678Z';

const entryOf = (sequence: number, actor: string, operation: LogOperation): LogEntry => ({
  project,
  sequence,
  previous: sequence === 1 ? null : 'p',
  time,
  actor,
  operation,
});

const created = (): Membership => {
  const first = begun(
    entryOf(1, ada, { type: 'create', suite: 'vault', epoch: 1, commitment, name: 'n', fingerprint }),
    'h1',
  );
  if (first === null) throw new Error('no membership');
  return first;
};

const after = (membership: Membership, actor: string, operation: LogOperation): Membership => {
  expect(objection(membership, actor, operation)).toBeNull();
  const sequence = membership.sequence + 1;
  return advanced(membership, entryOf(sequence, actor, operation), `h${sequence}`);
};

const add = (member: string, role: (typeof roles)[number]): LogOperation => ({
  type: 'add-member',
  member,
  role,
  fingerprint,
});
const remove = (member: string, epoch: number): LogOperation => ({
  type: 'remove-member',
  member,
  epoch,
  commitment,
  name: 'n',
  earlier: 'e',
  earlierEpoch: 1,
});

describe('the rules of a membership log', () => {
  it('begin with an owner, and only with a creation', () => {
    expect(accessNow(created(), ada)).toBe('owner');
    expect(begun(entryOf(1, ada, add(bob, 'owner')), 'h')).toBeNull();
    expect(
      objection(created(), ada, { type: 'create', suite: 'vault', epoch: 1, commitment, name: 'n', fingerprint }),
    ).toMatch(/exists/);
  });

  it('remember who could do what at every position', () => {
    const withBob = after(created(), ada, add(bob, 'viewer'));
    const editor = after(withBob, ada, { type: 'set-role', member: bob, role: 'editor' });
    const without = after(editor, ada, remove(bob, 2));
    expect([1, 2, 3, 4].map((sequence) => accessAt(without, bob, sequence))).toEqual([null, 'viewer', 'editor', null]);
    expect(newestEpoch(without)).toBe(2);
    expect(currentGrants(without).map(([account]) => account)).toEqual([ada]);
  });

  it.each([
    ['a stranger', null, add(carol, 'viewer')],
    ['a viewer', 'viewer', add(carol, 'viewer')],
    ['an editor', 'editor', add(carol, 'viewer')],
    ['an admin, of an owner,', 'admin', add(carol, 'owner')],
    ['an admin, of an admin,', 'admin', add(carol, 'admin')],
    ['an admin, against an owner,', 'admin', remove(ada, 2)],
    ['a viewer, of themselves,', 'viewer', { type: 'set-role', member: bob, role: 'owner' }],
    ['an editor', 'editor', { type: 'rename', epoch: 1, name: 'x' }],
    ['an editor', 'editor', { type: 'rotate', epoch: 2, commitment, name: 'x', earlier: 'e', earlierEpoch: 1 }],
    ['a viewer', 'viewer', { type: 'rekeyed', epoch: 1 }],
    ['an editor', 'editor', { type: 'authorize-node', node: node7, fingerprint }],
  ] as const)('refuse %s what is not theirs (%#)', (_who, role, operation) => {
    const membership = role === null ? created() : after(created(), ada, add(bob, role));
    expect(objection(membership, bob, operation as LogOperation)).not.toBeNull();
  });

  it('let an admin govern editors, viewers and nodes', () => {
    const withAdmin = after(created(), ada, add(bob, 'admin'));
    const withCarol = after(withAdmin, bob, add(carol, 'editor'));
    const demoted = after(withCarol, bob, { type: 'set-role', member: carol, role: 'viewer' });
    const withNode = after(demoted, bob, { type: 'authorize-node', node: node7, fingerprint });
    expect(accessNow(withNode, node7)).toBe('node');
    expect(mayWriteFiles(accessNow(withNode, node7))).toBe(false);
    const revoked = after(withNode, bob, {
      type: 'revoke-node',
      node: node7,
      epoch: 2,
      commitment,
      name: 'n',
      earlier: 'e',
      earlierEpoch: 1,
    });
    expect(accessNow(revoked, node7)).toBeNull();
  });

  it('never leave a project without an owner', () => {
    expect(objection(created(), ada, remove(ada, 2))).toMatch(/themselves/);
    expect(objection(created(), ada, { type: 'set-role', member: ada, role: 'viewer' })).toMatch(/without an owner/);
    const two = after(created(), ada, add(bob, 'owner'));
    expect(objection(two, ada, remove(ada, 2))).toMatch(/themselves/);
    expect(objection(two, bob, remove(ada, 2))).toBeNull();
  });

  it('take an epoch only in its turn', () => {
    expect(
      objection(created(), ada, { type: 'rotate', epoch: 3, commitment, name: 'n', earlier: 'e', earlierEpoch: 1 }),
    ).toMatch(/epoch/);
    expect(objection(created(), ada, { type: 'rekeyed', epoch: 2 })).toMatch(/epoch/);
    expect(objection(created(), ada, { type: 'rename', epoch: 2, name: 'n' })).toMatch(/epoch/);
  });

  it('hold for every history: one owner at least, access only by who may give it, epochs in order', () => {
    const accounts = [ada, bob, carol, node7];
    const account = fc.constantFrom(...accounts);
    const role = fc.constantFrom(...roles);
    const epoch = fc.integer({ min: 1, max: 6 });
    const begin = {
      commitment: fc.constant(commitment),
      name: fc.constant('n'),
      earlier: fc.constant('e'),
      earlierEpoch: epoch,
    };
    const operation: fc.Arbitrary<LogOperation> = fc.oneof(
      fc.record({
        type: fc.constant('add-member' as const),
        member: account,
        role,
        fingerprint: fc.constant(fingerprint),
      }),
      fc.record({ type: fc.constant('set-role' as const), member: account, role }),
      fc.record({ type: fc.constant('remove-member' as const), member: account, epoch, ...begin }),
      fc.record({ type: fc.constant('authorize-node' as const), node: account, fingerprint: fc.constant(fingerprint) }),
      fc.record({ type: fc.constant('revoke-node' as const), node: account, epoch, ...begin }),
      fc.record({ type: fc.constant('rotate' as const), epoch, ...begin }),
      fc.record({ type: fc.constant('rekeyed' as const), epoch }),
    );
    const step = fc.tuple(account, operation);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let membership = created();
        for (const [position, [actor, change]] of steps.entries()) {
          const before = membership;
          const may: Access | null = accessNow(before, actor);
          const entry = entryOf(position + 2, actor, change);
          const reason = objection(before, actor, change);
          membership = reason === null ? advanced(before, entry, 'h') : passedOver(before, entry, 'h');
          const owners = currentGrants(membership).filter(([, { access }]) => access === 'owner');
          expect(owners.length).toBeGreaterThan(0);
          expect(membership.epochs.map((one) => one.epoch)).toEqual(membership.epochs.map((_one, index) => index + 1));
          expect(membership.rekeyed).toBeLessThanOrEqual(newestEpoch(membership));
          const changed = accounts.filter((one) => accessNow(before, one) !== accessNow(membership, one));
          if (changed.length > 0) expect(['owner', 'admin']).toContain(may);
          if (changed.some((one) => [accessNow(before, one), accessNow(membership, one)].includes('owner')))
            expect(may).toBe('owner');
          // whoever loses access does so with a new epoch
          if (changed.some((one) => accessNow(membership, one) === null))
            expect(newestEpoch(membership)).toBe(newestEpoch(before) + 1);
        }
      }),
      { numRuns: 500 },
    );
  });
});
