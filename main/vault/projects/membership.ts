/**
 * Who may do what in a project, as its log says: pure rules, the same for everyone who reads the same entries
 * (docs/protocol.md section 6). Nothing here opens a key or asks a store.
 */
import { z } from 'zod';
import { id, suite } from '../../../app/model/account.js';
import { role, type Access, type Role } from '../../../app/model/project.js';

const epochNumber = z.number().int().positive();
/** 32 bytes: HKDF of an epoch's key (key-commitment), so that a key handed to a member can be checked */
const commitment = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
/** of both public keys of the account as the actor knew them */
const fingerprint = z.string().regex(/^[0-9a-f]{64}$/);
/**
 * what begins an epoch: its key's commitment, the name sealed anew, and an earlier key sealed with the new one: that of
 * `earlierEpoch`, the epoch before unless nobody but a leaver has its key
 */
const newEpoch = { epoch: epochNumber, commitment, name: z.string(), earlier: z.string(), earlierEpoch: epochNumber };

export const operations = z.discriminatedUnion('type', [
  z.object({ type: z.literal('create'), suite, epoch: z.literal(1), commitment, name: z.string(), fingerprint }),
  z.object({ type: z.literal('rename'), epoch: epochNumber, name: z.string() }),
  z.object({ type: z.literal('add-member'), member: id, role, fingerprint }),
  z.object({ type: z.literal('set-role'), member: id, role }),
  z.object({ type: z.literal('remove-member'), member: id, ...newEpoch }),
  z.object({ type: z.literal('authorize-node'), node: id, fingerprint }),
  z.object({ type: z.literal('revoke-node'), node: id, ...newEpoch }),
  z.object({ type: z.literal('rotate'), ...newEpoch }),
  z.object({ type: z.literal('rekeyed'), epoch: epochNumber }),
  z.object({ type: z.literal('receipt'), epoch: epochNumber, sealed: z.string() }),
]);
export type LogOperation = z.infer<typeof operations>;
export type OperationType = LogOperation['type'];
export const operationTypes = operations.options.map((option) => option.shape.type.value);

export const logEntry = z.object({
  project: id,
  sequence: z.number().int().positive(),
  previous: z.string().nullable(),
  time: z.iso.datetime(),
  actor: id,
  operation: operations,
});
export type LogEntry = z.infer<typeof logEntry>;

/** One change of an account's access. `access` null: it ended. */
export type Grant = Readonly<{
  sequence: number;
  access: Access | null;
  by: string;
  time: string;
  /** empty where access ended */
  fingerprint: string;
}>;

export type Epoch = Readonly<{
  epoch: number;
  sequence: number;
  by: string;
  time: string;
  commitment: string;
  /** null for the first */
  earlier: Readonly<{ epoch: number; sealed: string }> | null;
}>;

/** What the verified entries of a log add up to. */
export type Membership = Readonly<{
  id: string;
  suite: z.infer<typeof suite>;
  created: string;
  /** highest sequence, and the object hash of that entry */
  sequence: number;
  hash: string;
  /** the newest name, sealed with the key of `nameEpoch` */
  sealedName: string;
  nameEpoch: number;
  /** every change of access by account, oldest first */
  grants: Readonly<Record<string, readonly Grant[]>>;
  /** ascending from 1 */
  epochs: readonly Epoch[];
  /** sequences of entries without effect: signed by someone whose role did not allow them */
  voids: readonly number[];
  /** the newest record of every file is sealed with the key of this epoch or a later one */
  rekeyed: number;
}>;

export const newestEpoch = (membership: Membership): number => membership.epochs.length;

/** What an account may do at a position of the log; null when nothing. */
export const accessAt = (membership: Membership, accountId: string, sequence: number): Access | null =>
  membership.grants[accountId]?.findLast((grant) => grant.sequence <= sequence)?.access ?? null;

export const accessNow = (membership: Membership, accountId: string): Access | null =>
  accessAt(membership, accountId, membership.sequence);

/** Accounts with access now and the grant that gave it. */
export const currentGrants = (membership: Membership): [accountId: string, grant: Grant & { access: Access }][] =>
  Object.entries(membership.grants).flatMap(([accountId, grants]) => {
    const newest = grants.at(-1);
    return newest?.access == null ? [] : [[accountId, { ...newest, access: newest.access }]];
  });

export const mayWriteFiles = (access: Access | null): boolean =>
  access === 'owner' || access === 'admin' || access === 'editor';

/** Roles that an actor may give, change or take away. */
const mayGovern = (actor: Access | null, target: Role | 'node'): boolean =>
  actor === 'owner' || (actor === 'admin' && (target === 'editor' || target === 'viewer' || target === 'node'));

const owners = (membership: Membership): string[] =>
  currentGrants(membership).flatMap(([accountId, { access }]) => (access === 'owner' ? [accountId] : []));

/** Why an operation has no effect at this point of the log; null when it is allowed. */
export const objection = (membership: Membership, actor: string, operation: LogOperation): string | null => {
  const mine = accessNow(membership, actor);
  if (mine === null) return 'has no access to this project';
  const right = rightTo(membership, actor, mine, operation);
  if (right !== null) return right;
  if ('earlierEpoch' in operation) {
    if (operation.epoch !== newestEpoch(membership) + 1) return 'names the wrong epoch';
    if (operation.earlierEpoch >= operation.epoch) return 'names the wrong epoch';
  }
  if ((operation.type === 'rename' || operation.type === 'receipt') && operation.epoch !== newestEpoch(membership)) {
    return 'names the wrong epoch';
  }
  if (operation.type === 'rekeyed' && operation.epoch !== newestEpoch(membership)) return 'names the wrong epoch';
  return null;
};

const rightTo = (membership: Membership, actor: string, mine: Access, operation: LogOperation): string | null => {
  switch (operation.type) {
    case 'create':
      return 'creates a project that exists';
    case 'rename':
    case 'rotate':
      return mine === 'owner' || mine === 'admin' ? null : 'may not manage this project';
    case 'rekeyed':
      return mayWriteFiles(mine) ? null : 'may not write to this project';
    case 'receipt':
      return null;
    case 'add-member': {
      if (accessNow(membership, operation.member) !== null) return 'adds somebody who has access already';
      return mayGovern(mine, operation.role) ? null : 'may not give that role';
    }
    case 'authorize-node': {
      if (accessNow(membership, operation.node) !== null) return 'authorizes a node that has access already';
      return mayGovern(mine, 'node') ? null : 'may not authorize nodes';
    }
    case 'remove-member':
      // SECURITY (promise 5): who leaves would make the key that comes after them
      if (operation.member === actor) return 'removes themselves, and would know the new key';
      return rightOverMember(membership, mine, operation.member, null);
    case 'set-role':
      return rightOverMember(membership, mine, operation.member, operation.role);
    case 'revoke-node': {
      if (accessNow(membership, operation.node) !== 'node') return 'revokes a node that has no access';
      return mayGovern(mine, 'node') ? null : 'may not revoke nodes';
    }
  }
};

const rightOverMember = (membership: Membership, mine: Access, member: string, next: Role | null): string | null => {
  const theirs = accessNow(membership, member);
  if (theirs === null || theirs === 'node') return 'names somebody who is not a member';
  if (!mayGovern(mine, theirs)) return `may not change an ${theirs}`.replace('an viewer', 'a viewer');
  if (next !== null && !mayGovern(mine, next)) return 'may not give that role';
  if (theirs === 'owner' && next !== 'owner' && owners(membership).length === 1)
    return 'leaves the project without an owner';
  return null;
};

/** The membership that a project's first entry begins. */
export const begun = (entry: LogEntry, hash: string): Membership | null => {
  const { operation, project, sequence, time, actor } = entry;
  if (operation.type !== 'create' || sequence !== 1) return null;
  const { fingerprint: of, commitment: committed, name } = operation;
  return {
    id: project,
    suite: operation.suite,
    created: time,
    sequence,
    hash,
    sealedName: name,
    nameEpoch: 1,
    grants: { [actor]: [{ sequence, access: 'owner', by: actor, time, fingerprint: of }] },
    epochs: [{ epoch: 1, sequence, by: actor, time, commitment: committed, earlier: null }],
    voids: [],
    rekeyed: 1,
  };
};

/** The membership after an entry; `objection` must have been null. */
export const advanced = (before: Membership, entry: LogEntry, hash: string): Membership => {
  const { operation, sequence } = entry;
  const after: Membership = { ...before, sequence, hash };
  switch (operation.type) {
    case 'create':
    case 'receipt':
      return after;
    case 'rename':
      return { ...after, sealedName: operation.name, nameEpoch: operation.epoch };
    case 'rekeyed':
      return { ...after, rekeyed: operation.epoch };
    case 'add-member':
      return granted(after, entry, operation.member, operation.role, operation.fingerprint);
    case 'authorize-node':
      return granted(after, entry, operation.node, 'node', operation.fingerprint);
    case 'set-role':
      return granted(after, entry, operation.member, operation.role, fingerprintOf(before, operation.member));
    case 'remove-member':
      return withEpoch(granted(after, entry, operation.member, null, ''), entry, operation);
    case 'revoke-node':
      return withEpoch(granted(after, entry, operation.node, null, ''), entry, operation);
    case 'rotate':
      return withEpoch(after, entry, operation);
  }
};

/** An entry without effect still has its place in the chain. */
export const passedOver = (before: Membership, entry: LogEntry, hash: string): Membership => ({
  ...before,
  sequence: entry.sequence,
  hash,
  voids: [...before.voids, entry.sequence],
});

const fingerprintOf = (membership: Membership, accountId: string): string =>
  membership.grants[accountId]?.at(-1)?.fingerprint ?? '';

const granted = (
  membership: Membership,
  { sequence, actor, time }: LogEntry,
  accountId: string,
  access: Access | null,
  print: string,
): Membership => {
  const grant: Grant = { sequence, access, by: actor, time, fingerprint: print };
  const earlier = membership.grants[accountId] ?? [];
  return { ...membership, grants: { ...membership.grants, [accountId]: [...earlier, grant] } };
};

const withEpoch = (
  membership: Membership,
  { sequence, actor, time }: LogEntry,
  operation: Extract<LogOperation, { earlierEpoch: number }>,
): Membership => {
  const { epoch, commitment: committed, name, earlier, earlierEpoch } = operation;
  const begin: Epoch = {
    epoch,
    sequence,
    by: actor,
    time,
    commitment: committed,
    earlier: { epoch: earlierEpoch, sealed: earlier },
  };
  return { ...membership, sealedName: name, nameEpoch: epoch, epochs: [...membership.epochs, begin] };
};
