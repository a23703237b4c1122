/** Made-up people, secrets and files for the preview: the same at every run. */
import type { AccountSummary } from '../../app/model/account.js';
import type { FileEntry, ProjectSummary, Transfer } from '../../app/model/project.js';
import { conflictTag, secretFields, type SecretType } from '../../app/model/secret.js';

export type FakeSecret = {
  id: string;
  type: SecretType;
  created: string;
  /** whose it is, when it is somebody else's */
  owner?: { id: string; name: string };
  /** accounts besides the owner that can read the newest version */
  readers?: string[];
  /** accounts that could read the concealed fields as they are */
  exposed?: string[];
  ended?: boolean;
  versions: {
    version: number;
    time: string;
    name: string;
    tags: string[];
    favourite: boolean;
    trashed: boolean;
    fields: Record<string, string>;
  }[];
};

export const hexId = (number: number): string => number.toString(16).padStart(32, '0');
export const me = hexId(1);

const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();

export const account: AccountSummary = {
  id: me,
  name: 'Mira Okafor',
  kind: 'person',
  suite: 'vault',
  bits: 3072,
  version: 1,
  created: '2026-02-11T09:24:00.000Z',
  fingerprintWords: ['granite', 'overlap', 'tidy', 'banister', 'unmoved', 'cornfield', 'pebble'],
  fingerprintHex: '9f2c51d07b3a4e8866d1c0fb2a97e35514c8b6d3f0a97e12ab45cd67ef890123',
};

const secret = (
  number: number,
  type: SecretType,
  name: string,
  fields: Record<string, string>,
  more: { tags?: string[]; favourite?: boolean; trashed?: boolean; hours?: number } = {},
): FakeSecret => {
  const { tags = [], favourite = false, trashed = false, hours = number * 31 } = more;
  const version = { version: 1, time: hoursAgo(hours), name, tags, favourite, trashed, fields };
  return { id: hexId(0x1000 + number), type, created: hoursAgo(hours + 900), versions: [version] };
};

const key =
  '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ\nAAAAtzc2gtZWQyNTUxOQAAACDf0rTheV1ew00000\n-----END OPENSSH PRIVATE KEY-----';

/** The password and the website of a login were changed on two computers; so was a key of several lines. */
const collide = (list: FakeSecret[]): void => {
  const others: Readonly<Record<string, Record<string, string>>> = {
    Figma: {
      'password.other': 'correct-horse-battery-staple',
      'url.other': 'https://www.figma.com/files/team/northlab',
    },
    'inference-service .env.production': {
      'DATABASE_URL.other': 'postgres://svc:Qq81-kd02@db-replica-7.reporting-warehouse.internal.northlab.example/infer',
    },
    'GPU node gamma-07': { 'host.other': 'gamma-07.eu.northlab.internal' },
  };
  for (const version of list.flatMap(({ versions }) => versions)) {
    const other = others[version.name];
    if (!other) continue;
    Object.assign(version.fields, other);
    version.tags = [...version.tags, conflictTag];
  }
};

export const someSecrets = (conflicts = false): FakeSecret[] => {
  const list = [
    secret(
      1,
      'credentials',
      'Weights & Biases',
      {
        username: 'mira@northlab.ai',
        password: 'vT9#qLz!2mKw_84rXe',
        url: 'https://wandb.ai',
        otp: 'JBSWY3DPEHPK3PXP',
        notes: 'Team account. Ask Jonas before changing the plan.',
      },
      { tags: ['training', 'team'], favourite: true, hours: 3 },
    ),
    secret(
      2,
      'aws',
      'AWS training cluster',
      { key: 'AKIAIOSFODNN7EXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', region: 'eu-central-1' },
      { tags: ['production'], favourite: true },
    ),
    secret(
      3,
      'git',
      'GitHub release bot',
      { token: 'ghp_16C7e42F292c6912E7710c838347Ae178B4a', url: 'https://github.com', username: 'northlab-bot' },
      { tags: ['ci'] },
    ),
    secret(
      4,
      'api-token',
      'Hugging Face write token',
      { token: 'hf_QkLmNoPqRsTuVwXyZ0123456789abcdEF', url: 'https://huggingface.co', expires: '2026-12-31' },
      { tags: ['training'] },
    ),
    secret(
      5,
      'ssh-key',
      'GPU node gamma-07',
      {
        privateKey: key,
        publicKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIN/StOF5XV7DTQ mira@northlab',
        host: 'gamma-07.northlab.internal',
      },
      { tags: ['production'] },
    ),
    secret(6, 'note', 'Recovery codes for the registrar', { text: '4821-9930\n1175-0042\n9981-3307' }),
    secret(
      7,
      'totp',
      'Cloudflare',
      { otp: 'GEZDGNBVGY3TQOJQ', issuer: 'Cloudflare', account: 'ops@northlab.ai' },
      { tags: ['production'] },
    ),
    secret(
      8,
      'env',
      'inference-service .env.production',
      {
        DATABASE_URL: 'postgres://svc:8fj2kd@db.internal/infer',
        REDIS_URL: 'redis://cache.internal:6379',
        SENTRY_DSN: 'https://e3f@sentry.northlab.ai/4',
        notes: 'Rotate every quarter.',
      },
      { tags: ['production', 'ci'] },
    ),
    secret(
      9,
      'credentials',
      'Staging database superuser with an extraordinarily long name that somebody pasted from a ticket, NL-20418 (do not delete before the migration of the reporting warehouse is done)',
      { username: 'postgres_superuser_for_the_reporting_warehouse_in_staging', password: 'x' },
      { tags: ['a-tag-with-a-very-long-name-indeed-yes-really-long'] },
    ),
    secret(10, 'credentials', 'Figma', {
      username: 'mira@northlab.ai',
      password: 'correct-horse-battery',
      url: 'https://figma.com',
    }),
    secret(
      11,
      'credentials',
      'Lambda Labs',
      { username: 'ops@northlab.ai', password: 'Zr8^kkQ0', url: 'https://lambdalabs.com' },
      { tags: ['training'] },
    ),
    secret(12, 'credentials', 'Notion', { username: 'mira@northlab.ai', password: 'p4ss', url: 'https://notion.so' }),
    secret(13, 'api-token', 'OpenRouter', { token: 'sk-or-v1-abcdef', url: 'https://openrouter.ai' }),
    secret(14, 'credentials', 'RunPod', { username: 'mira@northlab.ai', password: 'n0-idea' }, { tags: ['training'] }),
    secret(15, 'git', 'GitLab mirror', { token: 'glpat-0000', url: 'https://gitlab.com' }, { tags: ['ci'] }),
    secret(16, 'aws', 'AWS sandbox', {
      key: 'AKIAI44QH8DHBEXAMPLE',
      secret: 'je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY',
    }),
    secret(17, 'credentials', '東京リージョン 管理コンソール', { username: 'mira', password: 'pw' }),
    secret(18, 'credentials', 'Old VPN', { username: 'mira', password: 'old' }, { trashed: true }),
    secret(19, 'api-token', 'Revoked Slack token', { token: 'xoxb-000' }, { trashed: true }),
    secret(20, 'credentials', 'Zoom', { username: 'mira@northlab.ai', password: 'z' }),
  ];
  const [first] = list;
  const version = first?.versions[0];
  if (first && version) {
    first.versions = [
      {
        ...version,
        version: 1,
        time: hoursAgo(900),
        tags: [],
        favourite: false,
        fields: { username: 'mira@northlab.ai', password: 'old-password', url: 'https://wandb.ai' },
      },
      {
        ...version,
        version: 2,
        time: hoursAgo(400),
        tags: ['training'],
        favourite: false,
        fields: { username: 'mira@northlab.ai', password: 'vT9#qLz!2mKw_84rXe', url: 'https://wandb.ai' },
      },
      { ...version, version: 3 },
    ];
  }
  share(list);
  if (conflicts) collide(list);
  return list;
};

const mira = account.id;
const [jonasId, aikoId, bobId, gammaId] = [hexId(2), hexId(3), hexId(4), hexId(0x41)];

/** Some of them are shared, some are somebody else's, and of some the sharing has ended. */
const share = (list: FakeSecret[]): void => {
  const [first, aws, bot, hugging, ssh] = list;
  if (first) Object.assign(first, { readers: [jonasId, aikoId, gammaId], exposed: [bobId] });
  if (aws) aws.exposed = [bobId, jonasId];
  if (bot) bot.readers = [gammaId, jonasId];
  if (hugging) Object.assign(hugging, { owner: { id: jonasId, name: 'Jonas Weber' }, readers: [mira, aikoId] });
  if (ssh) Object.assign(ssh, { owner: { id: aikoId, name: 'Aiko Tanaka' }, readers: [mira], ended: true });
};

const services = [
  'Postgres',
  'Redis',
  'Grafana',
  'Snowflake',
  'Stripe',
  'Datadog',
  'Okta',
  'Airflow',
  'Vertex',
  'Modal',
  'Pinecone',
  'Kafka',
];
const places = ['production', 'staging', 'eu-west', 'us-east', 'ap-south', 'research', 'billing', 'lab'];

/** `count` secrets of every type. */
export const manySecrets = (count: number): FakeSecret[] =>
  Array.from({ length: count }, (_, index) => {
    const type = (['credentials', 'api-token', 'aws', 'git', 'ssh-key'] as const)[index % 5] ?? 'credentials';
    const name = `${services[index % services.length] ?? ''} ${places[index % places.length] ?? ''} ${index + 1}`;
    const fields = Object.fromEntries(secretFields[type].map((field) => [field.name, `${field.name}-${index}`]));
    return secret(100 + index, type, name, fields, {
      tags: [places[index % places.length] ?? ''],
      favourite: index % 97 === 0,
      hours: index,
    });
  });

export const someProjects = (): ProjectSummary[] => [
  {
    id: hexId(0x2001),
    name: 'Protein folding dataset',
    suite: 'vault',
    role: 'owner',
    epoch: 1,
    created: hoursAgo(2200),
    members: 6,
    nodes: 1,
    files: 11,
    bytes: 7_536_660_000,
  },
  {
    id: hexId(0x2002),
    name: 'Checkpoints, spring run',
    suite: 'vault',
    role: 'owner',
    epoch: 1,
    created: hoursAgo(900),
    members: 1,
    nodes: 0,
    files: 3,
    bytes: 48_300_000_000,
  },
  {
    id: hexId(0x2003),
    name: 'Contracts and everything else that legal wants to keep for at least ten years',
    suite: 'vault',
    role: 'viewer',
    epoch: 2,
    created: hoursAgo(30),
    members: 2,
    nodes: 0,
    files: 12,
    bytes: 8_120_000,
  },
];

const firstEntry = 0x3000;
let entryNumber = firstEntry;
const entry = (
  path: string,
  size: number,
  hours: number,
  kind: 'file' | 'folder' = 'file',
  trashed = false,
): FileEntry => ({
  id: hexId(entryNumber++),
  version: 1,
  kind,
  path,
  name: path.slice(path.lastIndexOf('/') + 1),
  size,
  modified: hoursAgo(hours),
  trashed,
});

export const someFiles = (): FileEntry[] => {
  entryNumber = firstEntry;
  return [
    entry('raw', 0, 700, 'folder'),
    entry('raw/2026-01', 0, 700, 'folder'),
    entry('raw/2026-01/chain_a.cif', 4_120_331, 700),
    entry('raw/2026-01/chain_b.cif', 3_981_002, 700),
    entry('raw/manifest.jsonl', 88_431, 650),
    entry('figures', 0, 200, 'folder'),
    entry('figures/embedding.svg', 38_211, 60),
    entry('config.yaml', 1_204, 5),
    entry('README.md', 2_381, 2),
    entry('model-card.pdf', 348_112, 48),
    entry('embedding.svg', 38_211, 60),
    entry('interview.mp4', 188_001_233, 400),
    entry('weights.safetensors', 7_340_032_000, 26),
    entry(
      'an extremely long file name that was exported by a tool which puts every hyperparameter into it lr=3e-4 wd=0.1 bs=2048 warmup=2000 seed=42.csv',
      12_000,
      90,
    ),
    entry('old-notes.txt', 900, 1200, 'file', true),
  ];
};

export const manyFiles = (count: number): FileEntry[] =>
  Array.from({ length: count }, (_, index) =>
    entry(`shard-${String(index).padStart(5, '0')}.parquet`, 1_000_000 + index * 37, index / 10),
  );

const transfer = (more: Partial<Transfer> & Pick<Transfer, 'id' | 'kind' | 'state' | 'label'>): Transfer => ({
  projectId: hexId(0x2001),
  files: 1,
  filesDone: 0,
  bytes: 0,
  bytesDone: 0,
  current: [],
  failures: [],
  failedFiles: 0,
  ...more,
});

export const someTransfers = (): Transfer[] => [
  transfer({
    id: 't1',
    kind: 'upload',
    state: 'running',
    label: 'checkpoints-0420 (1,204 files)',
    files: 1204,
    filesDone: 311,
    bytes: 18_300_000_000,
    bytesDone: 6_100_000_000,
    current: [
      { path: 'checkpoints-0420/layer-17.safetensors', bytes: 2_000_000_000, bytesDone: 1_400_000_000 },
      {
        path: 'checkpoints-0420/a-file-with-a-rather-long-name-inside-the-upload.bin',
        bytes: 900_000,
        bytesDone: 200_000,
      },
    ],
  }),
  transfer({
    id: 't2',
    kind: 'upload',
    state: 'interrupted',
    label: 'interview.mp4',
    bytes: 188_001_233,
    bytesDone: 90_000_000,
  }),
  transfer({
    id: 't3',
    kind: 'upload',
    state: 'done',
    label: 'raw (3 files)',
    files: 5,
    filesDone: 3,
    bytes: 8_200_000,
    bytesDone: 8_100_000,
    failedFiles: 2,
    failures: [
      {
        path: 'raw/latest',
        code: 'source-special',
        message: 'Only files and folders can be encrypted, not links, pipes or devices.',
      },
      {
        path: 'raw/locked.db',
        code: 'source-changed',
        message: 'The file changed while it was being encrypted. Try again when nothing writes to it.',
      },
    ],
  }),
];
