/** Made-up teammates and nodes, in every state that an account can be in, and what answers for them. */
import type { Handlers } from '../../app/contract/index.js';
import { VaultError } from '../../app/errors.js';
import type { Enrolment, Person, Reach } from '../../app/model/people.js';
import { account, hexId, me } from './fake-data.js';
import type { World } from './world.js';

const words = [
  'granite',
  'overlap',
  'tidy',
  'banister',
  'unmoved',
  'cornfield',
  'pebble',
  'harbor',
  'velvet',
  'compass',
];
const words2 = ['tundra', 'spoonful', 'arcade', 'dwindling', 'plywood', 'saxophone', 'undertake', 'walnut', 'kinship'];

/** 64 digits that look random and are the same at every run. */
const digitsOf = (seed: number): string => {
  let state = seed * 2_654_435_761 + 1;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 24).toString(16).padStart(2, '0');
  };
  return Array.from({ length: 32 }, next).join('');
};

const wordsOf = (seed: number): string[] =>
  Array.from({ length: 7 }, (_, index) => {
    const list = (seed + index) % 2 === 0 ? words : words2;
    return list[(seed * 7 + index * 3) % list.length] ?? 'pebble';
  });

const one = (number: number, name: string, more: Partial<Person> = {}): Person => ({
  id: hexId(number),
  name,
  kind: 'person',
  suite: 'vault',
  bits: 3072,
  version: 1,
  created: '2026-03-02T10:12:00.000Z',
  fingerprintWords: wordsOf(number),
  fingerprintHex: digitsOf(number),
  isSelf: false,
  firstSeen: '2026-03-02T10:15:00.000Z',
  verified: false,
  keyChanged: false,
  alarm: '',
  sameName: false,
  enrolled: false,
  ...more,
});

export const jonas = hexId(2);
export const aiko = hexId(3);
export const gamma = hexId(0x41);

const self = (): Person => one(1, account.name, { ...account, isSelf: true, firstSeen: account.created });

export const somePeople = (): Person[] => [
  self(),
  one(2, 'Jonas Weber', { verified: true }),
  one(3, 'Aiko Tanaka', { firstSeen: '2026-11-20T08:02:00.000Z' }),
  one(4, 'Bob Lindqvist', {
    verified: true,
    alarm:
      'The store shows another public key for “Bob Lindqvist” than the one this computer knows. Nothing is shared with it, and this computer keeps the key it knows. Ask Bob Lindqvist by another way than this vault: whoever began anew has a new account, and whoever did not has a store that somebody meddles with.',
  }),
  one(5, 'Ngozi Adeyemi', { verified: true, keyChanged: true, version: 2 }),
  one(6, 'Sam Lee', { sameName: true }),
  one(7, 'Sam Lee', { sameName: true, firstSeen: '2026-11-22T17:40:00.000Z' }),
  one(8, 'Dr. Maximiliana Konstantinopoulou-Featherstonehaugh of the Evaluation and Red Teaming Working Group', {
    suite: 'coretex',
    bits: 2048,
  }),
  one(9, '田中 愛子', { bits: 4096 }),
];

export const someNodes = (): Person[] => [
  one(0x41, 'gamma-07', { kind: 'node', verified: true, enrolled: true }),
  one(0x42, 'trainer-a100-eu-central-1-spot-instance-with-a-generated-name-0f9c2e7b1d', {
    kind: 'node',
    enrolled: true,
  }),
  one(0x43, 'colab', { kind: 'node', suite: 'coretex', bits: 2048 }),
];

export const manyPeople = (count: number): Person[] => [
  self(),
  ...Array.from({ length: count - 1 }, (_, index) =>
    one(0x10_000 + index, `Teammate ${index + 1}`, { verified: index % 3 === 0 }),
  ),
];

export const someEnrolments = (): Enrolment[] => [
  {
    code: 'K7QF-2MXA-90TR-HW4D',
    name: 'gamma-08',
    expires: new Date(Date.now() + 23 * 3_600_000).toISOString(),
    usedBy: [],
  },
];

const emptyReach: Reach = { projects: [], secrets: [] };

const reachOf = (world: World, person: Person): Reach => {
  if (world.scenario.empty) return emptyReach;
  const node = person.kind === 'node';
  const projects = world.projects.slice(0, 2).map((project, index) => ({
    id: project.id,
    name: project.name,
    access: node ? ('node' as const) : ('editor' as const),
    former: index === 1 && !node,
    files: project.files,
    bytes: project.bytes,
    credentialFiles: index === 0 ? ['config/.env', 'deploy/id_rsa', 'certificates/server.pem'] : [],
  }));
  const shared = world.secrets.flatMap(({ id, type, versions, readers, exposed }) => {
    const name = versions.at(-1)?.name ?? '';
    if (readers?.includes(person.id)) return [{ id, name, type, former: false }];
    return exposed?.includes(person.id) ? [{ id, name, type, former: true }] : [];
  });
  const authorized = world.authorized.get(person.id);
  return {
    projects: projects.filter(({ id }) => (node ? (authorized?.has(id) ?? false) : person.id === jonas)),
    secrets: shared,
  };
};

export const fakePeople = (world: World): Handlers['people'] => {
  const find = (id: string): Person => {
    const person = [...world.people, ...world.nodes].find((each) => each.id === id);
    if (!person) throw new VaultError('not-found');
    return person;
  };
  const change = (id: string, to: Partial<Person>): Person => {
    const changed = { ...find(id), ...to };
    world.people = world.people.map((each) => (each.id === id ? changed : each));
    world.nodes = world.nodes.map((each) => (each.id === id ? changed : each));
    world.emit('people.changed', {});
    return changed;
  };
  return {
    list: () => ({ items: world.people }),
    verify: ({ id, fingerprintHex }) => {
      if (find(id).fingerprintHex !== fingerprintHex) throw new VaultError('changed-card');
      return change(id, { verified: true, keyChanged: false });
    },
    unverify: ({ id }) => change(id, { verified: false }),
    reach: ({ id }) => (id === me ? emptyReach : reachOf(world, find(id))),
  };
};

export const fakeNodes = (world: World): Handlers['nodes'] => ({
  list: () => ({ items: world.nodes, enrolments: world.enrolments }),
  register: async ({ name, suite, bits }) => {
    for (let part = 0; part <= 10; part += 1) {
      world.emit('account.progress', { step: part < 4 ? 'stretch' : 'derive', fraction: part / 10 });
      await new Promise((resolve) => setTimeout(resolve, (world.scenario.deriveMs ?? 40) / 10));
    }
    const node = one(0x50 + world.nodes.length, name, { kind: 'node', suite, bits });
    world.nodes.push(node);
    world.emit('people.changed', {});
    return node;
  },
  invite: ({ name }) => {
    const enrolment = {
      code: 'P3VN-8KDW-51ZC-YB6J',
      name,
      expires: new Date(Date.now() + 86_400_000).toISOString(),
      usedBy: [],
    };
    world.enrolments.push(enrolment);
    return enrolment;
  },
  withdraw: ({ code }) => {
    world.enrolments = world.enrolments.filter((each) => each.code !== code);
    return {};
  },
});
