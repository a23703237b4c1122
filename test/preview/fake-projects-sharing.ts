/** What answers for the made-up projects, their members and logs. */
import type { Handlers } from '../../app/contract/index.js';
import { VaultError } from '../../app/errors.js';
import type { Member, Reach } from '../../app/model/people.js';
import type { Access, ProjectSummary } from '../../app/model/project.js';
import { hexId, me } from './fake-data.js';
import { about, accountOf, linesOf, memberOf, reachOf, type Told } from './fake-sharing-data.js';
import type { World } from './world.js';

export const fakeProjects = (world: World): Handlers['projects'] => {
  const find = (id: string): ProjectSummary => {
    const project = world.projects.find((one) => one.id === id);
    if (!project) throw new VaultError('not-found');
    return project;
  };
  const membersOf = (id: string) => world.members.get(id) ?? [];
  const note = (id: string, told: Told): void => {
    const project = find(id);
    const before = world.log.get(id) ?? [];
    const [line] = linesOf(world, project, [0], [told]);
    if (line) world.log.set(id, [...before, { ...line, sequence: before.length + 1 }]);
    world.emit('projects.changed', {});
  };
  const setMembers = (id: string, items: Member[]): ProjectSummary => {
    world.members.set(id, items);
    const project = find(id);
    project.members = items.length;
    project.nodes = items.filter((one) => one.kind === 'node').length;
    return project;
  };
  const add = (projectId: string, accountId: string, access: Access): ProjectSummary => {
    if (accountOf(world, accountId).alarm !== '') throw new VaultError('changed-card');
    return setMembers(projectId, [...membersOf(projectId), memberOf(world, accountId, access, 0)]);
  };
  const remove = (projectId: string, accountId: string, type: 'remove-member' | 'revoke-node'): Reach => {
    const member = membersOf(projectId).find((one) => one.id === accountId);
    if (!member) throw new VaultError('not-found');
    const project = setMembers(
      projectId,
      membersOf(projectId).filter((one) => one !== member),
    );
    note(projectId, { type, epoch: (project.epoch += 1), ...about(world, accountId) });
    world.emit('projects.rekey', { projectId, done: 12, total: 340 });
    return reachOf(project, member.access);
  };
  return {
    list: () => ({
      items: world.projects,
      former: [
        {
          id: hexId(0x2099),
          name: 'Ablation studies, winter',
          ended: '2026-11-02T09:15:00.000Z',
          byName: 'Jonas Weber',
        },
      ],
    }),
    create: ({ name }) => {
      if (world.projects.some((project) => project.name === name)) throw new VaultError('already-exists');
      const id = hexId(0x2100 + world.projects.length);
      const project: ProjectSummary = {
        id,
        name,
        suite: 'vault',
        role: 'owner',
        epoch: 1,
        created: new Date().toISOString(),
        members: 1,
        nodes: 0,
        files: 0,
        bytes: 0,
      };
      world.projects.push(project);
      world.members.set(id, [memberOf(world, me, 'owner', 0)]);
      note(id, { type: 'create' });
      return project;
    },
    rename: ({ id, name }) => {
      const project = find(id);
      project.name = name;
      note(id, { type: 'rename', epoch: project.epoch });
      return project;
    },
    members: ({ projectId }) => ({ items: membersOf(projectId) }),
    addMember: ({ projectId, accountId, role }) => {
      const project = add(projectId, accountId, role);
      note(projectId, { type: 'add-member', role, ...about(world, accountId) });
      return project;
    },
    setRole: ({ projectId, accountId, role }) => {
      const items = membersOf(projectId).map((one) => (one.id === accountId ? { ...one, access: role } : one));
      note(projectId, { type: 'set-role', role, ...about(world, accountId) });
      return setMembers(projectId, items);
    },
    removeMember: ({ projectId, accountId }) => remove(projectId, accountId, 'remove-member'),
    authorizeNode: ({ projectId, accountId }) => {
      const project = add(projectId, accountId, 'node');
      world.authorized.set(accountId, new Set([...(world.authorized.get(accountId) ?? []), projectId]));
      note(projectId, { type: 'authorize-node', ...about(world, accountId) });
      return project;
    },
    revokeNode: ({ projectId, accountId }) => {
      world.authorized.get(accountId)?.delete(projectId);
      return remove(projectId, accountId, 'revoke-node');
    },
    rotate: ({ projectId }) => {
      const project = find(projectId);
      note(projectId, { type: 'rotate', epoch: (project.epoch += 1) });
      world.emit('projects.rekey', { projectId, done: 12, total: 340 });
      return project;
    },
    log: ({ projectId, before, limit }) => ({
      items: (world.log.get(projectId) ?? [])
        .filter((line) => before === undefined || line.sequence < before)
        .slice(-limit)
        .reverse(),
    }),
    verifyLog: ({ projectId }) => ({
      entries: Math.max(1, world.log.get(projectId)?.length ?? 0),
      head: '9f2c51d07b3a4e8866d1c0fb2a97e35514c8b6d3f0a97e12ab45cd67ef890123',
    }),
    saveProof: () => ({ saved: true }),
  };
};

export const fakeActivity = (world: World): Handlers['activity'] => ({
  recent: ({ limit }) => ({
    items: [...world.log.values()]
      .flat()
      .sort((a, b) => (a.time < b.time ? 1 : -1))
      .slice(0, limit),
  }),
  alarms: () => ({ items: world.alarms }),
  refresh: () => ({ items: world.alarms }),
});
