/** Who has access to the made-up projects, what their logs tell, and what the last look at the store found wrong. */
import type { ActivityLine, Alarm, Member, Reach } from '../../app/model/people.js';
import type { Access, ProjectSummary } from '../../app/model/project.js';
import { account, hexId, me } from './fake-data.js';
import { aiko, gamma, jonas } from './fake-people.js';
import type { World } from './world.js';

export const [folding, checkpoints, contracts] = [hexId(0x2001), hexId(0x2002), hexId(0x2003)];
const bob = hexId(4);
const maximiliana = hexId(8);

const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();

export const accountOf = (world: World, id: string) => {
  const found = [...world.people, ...world.nodes].find((one) => one.id === id);
  return found ?? { ...account, id, name: `Account ${id.slice(-4)}`, isSelf: id === me, verified: false, alarm: '' };
};

export const memberOf = (world: World, id: string, access: Access, hours: number, by = me): Member => {
  const { name, kind, isSelf, verified, alarm } = accountOf(world, id);
  const byName = accountOf(world, by).name;
  return { id, name, kind, access, since: hoursAgo(hours), by, byName, isSelf, verified, alarm };
};

export const someMembers = (world: World): Map<string, Member[]> => {
  const many = world.scenario.many ? world.people.slice(1).map(({ id }) => memberOf(world, id, 'viewer', 90)) : [];
  return new Map([
    [
      folding,
      [
        memberOf(world, me, 'owner', 2200),
        ...(world.scenario.many
          ? many
          : [
              memberOf(world, jonas, 'admin', 2000),
              memberOf(world, aiko, 'editor', 60),
              memberOf(world, maximiliana, 'viewer', 700, jonas),
              memberOf(world, bob, 'viewer', 1200, jonas),
              memberOf(world, gamma, 'node', 400),
            ]),
      ],
    ],
    [checkpoints, [memberOf(world, me, 'owner', 900)]],
    [contracts, [memberOf(world, jonas, 'owner', 30, jonas), memberOf(world, me, 'viewer', 20, jonas)]],
  ]);
};

export type Told = Partial<ActivityLine> & Pick<ActivityLine, 'type'>;

export const linesOf = (world: World, project: ProjectSummary, hours: readonly number[], told: readonly Told[]) =>
  told.map((one, index): ActivityLine => {
    const actor = one.actor ?? me;
    return {
      projectId: project.id,
      projectName: project.name,
      sequence: index + 1,
      time: hoursAgo(hours[index] ?? 0),
      actorName: accountOf(world, actor).name,
      subject: null,
      role: null,
      epoch: null,
      receipt: null,
      void: false,
      ...one,
      actor,
    };
  });

export const about = (world: World, id: string) => ({ subject: { id, name: accountOf(world, id).name } });

const receipt = (command: string, secrets: string[], files: number): Told => ({
  type: 'receipt',
  actor: gamma,
  receipt: { command, secrets, files },
});

/** Oldest first, by project. */
export const someLog = (world: World): Map<string, ActivityLine[]> => {
  const [first, second, third] = world.projects;
  if (!first || !second || !third) return new Map();
  const removed = { subject: { id: hexId(12), name: 'Priya Natarajan' } };
  const short: Told[] = [
    { type: 'create' },
    { type: 'add-member', role: 'admin', ...about(world, jonas) },
    { type: 'add-member', role: 'editor', ...removed },
    { type: 'add-member', role: 'viewer', actor: jonas, ...about(world, bob) },
    { type: 'rename', epoch: 1 },
    { type: 'add-member', role: 'viewer', actor: jonas, ...about(world, maximiliana) },
    { type: 'authorize-node', ...about(world, gamma) },
    { type: 'remove-member', epoch: 2, ...removed },
    { type: 'rekeyed', epoch: 2 },
    { type: 'add-member', role: 'viewer', ...about(world, aiko) },
    receipt('train.py', ['AWS training cluster', 'Hugging Face write token'], 14),
    { type: 'set-role', role: 'editor', ...about(world, aiko) },
    { type: 'set-role', role: 'owner', actor: bob, void: true, ...about(world, bob) },
    receipt('uv run evaluate --suite long-context --seeds 1,2,3', [], 2),
  ];
  const hours = [2200, 2000, 1800, 1200, 1100, 700, 400, 300, 298, 60, 27, 25, 3, 1];
  const many = Array.from({ length: world.scenario.many ?? 0 }, () => receipt('train.py', ['AWS training cluster'], 3));
  return new Map([
    [
      first.id,
      many.length > 0
        ? linesOf(
            world,
            first,
            many.map((_, index) => (many.length - index) / 9),
            [{ type: 'create' }, ...many],
          )
        : linesOf(world, first, hours, short),
    ],
    [second.id, linesOf(world, second, [900, 26], [{ type: 'create' }, { type: 'rotate', epoch: 2 }])],
    [
      third.id,
      linesOf(
        world,
        third,
        [30, 20],
        [
          { type: 'create', actor: jonas },
          { type: 'add-member', role: 'viewer', actor: jonas, ...about(world, me) },
        ],
      ),
    ],
  ]);
};

export const someAlarms = (): Alarm[] => [
  {
    code: 'damaged',
    message: 'Bob Lindqvist tried to become an owner of “Protein folding dataset”. His role there is viewer.',
    severe: true,
    acceptable: false,
  },
  {
    code: 'changed-card',
    message:
      'The public key of Bob Lindqvist is not the one this computer knows, and the key that it knows did not sign the new one.',
    severe: true,
    acceptable: false,
  },
  {
    code: 'damaged',
    message: 'The file “raw/manifest.jsonl” is damaged. Its version before is shown.',
    severe: false,
    acceptable: false,
  },
];

/** An old backup was put back in the bucket, or somebody is shown another past. */
export const rollbackAlarm = (): Alarm[] => [
  {
    code: 'rolled-back',
    message: 'The store shows 12 changes less than this computer has seen. An old backup may have been put back.',
    severe: true,
    acceptable: true,
  },
];

export const reachOf = (project: ProjectSummary, access: Access): Reach => ({
  projects: [
    {
      id: project.id,
      name: project.name,
      access,
      former: true,
      files: project.files,
      bytes: project.bytes,
      credentialFiles: ['config/.env', 'deploy/id_rsa', 'certificates/a/very/long/way/down/to/the/server.pem'],
    },
  ],
  secrets: [
    { id: hexId(0x1002), name: 'AWS training cluster', type: 'aws', former: true },
    { id: hexId(0x1001), name: 'Weights & Biases', type: 'credentials', former: true },
  ],
});
