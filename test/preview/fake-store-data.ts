/** A made-up bucket, what waits to be sent to it, and what a check of it finds. */
import type { CheckReportView } from '../../app/contract/store.js';
import { connectionSteps, type ConnectionCheck, type S3Location, type StoreInvitation } from '../../app/model/store.js';
import type { MergeNotice, SyncStatus, WaitingItem } from '../../app/model/sync.js';
import { hexId } from './fake-data.js';

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

export const bucket: S3Location = {
  endpoint: 'https://s3.eu-central.northlab.example',
  region: 'eu-central-1',
  bucket: 'northlab-vault',
  prefix: 'teams/folding',
  pathStyle: true,
};

/** Every part as long as it may get. */
export const longBucket: S3Location = {
  endpoint:
    'https://object-storage.internal.reporting-warehouse.eu-central-1.northlab-research-cooperative.example:9443',
  region: 'eu-central-1-reporting-warehouse',
  bucket: 'northlab-research-cooperative-vault-of-the-protein-folding-team-in-the-second-building',
  prefix: 'teams/protein-folding/2026/everything-that-legal-wants-to-keep-for-at-least-ten-years',
};

export const invitation: StoreInvitation = {
  format: 'coretex-vault/v1/store-invitation',
  name: 'Northlab team',
  storeId: hexId(0x77),
  location: bucket,
};

export const longInvitation: StoreInvitation = {
  ...invitation,
  name: 'Everything of the Reporting Warehouse Migration Task Force and of the people who will be asked about it in ten years',
  location: longBucket,
};

export type FakeCheck = 'good' | 'held' | 'read-only' | 'read-only-empty' | 'wrong-keys' | 'no-create';

const wrong: Readonly<Partial<Record<FakeCheck, { step: string; message: string }>>> = {
  'wrong-keys': {
    step: 'sign-in',
    message: 'The server does not know these keys. Check the access key ID and the secret access key.',
  },
  'no-create': {
    step: 'create-if-absent',
    message:
      'This server lets a second writer replace what the first one wrote, so two people could overwrite each other. Use a server that honours “If-None-Match”.',
  },
  'read-only': {
    step: 'write',
    message: 'The access keys may not write to the bucket. Ask whoever runs it for permission.',
  },
  'read-only-empty': {
    step: 'write',
    message: 'The access keys may not write to the bucket. Ask whoever runs it for permission.',
  },
};

const outcomeOf = (kind: FakeCheck, step: string, index: number, failed: number) => {
  const read = kind === 'read-only' && ['read', 'range'].includes(step);
  if (failed < 0 || index < failed || read) return 'ok';
  return index === failed ? 'failed' : 'skipped';
};

export const checkOf = (kind: FakeCheck): ConnectionCheck => {
  const trouble = wrong[kind];
  const failed = connectionSteps.findIndex((step) => step === trouble?.step);
  return {
    steps: connectionSteps.map((step, index) => ({
      step,
      outcome: outcomeOf(kind, step, index, failed),
      message: index === failed ? (trouble?.message ?? '') : '',
    })),
    readOnly: kind.startsWith('read-only'),
    holdsVault: kind === 'held' || kind === 'read-only',
  };
};

export const folderStatus: SyncStatus = {
  state: 'folder',
  lastContact: null,
  waitingItems: 0,
  waitingBytes: 0,
  progress: null,
  cachedBytes: 0,
  cacheLimitBytes: 0,
  message: '',
};

export const bucketStatus = (state: SyncStatus['state'], waiting: readonly WaitingItem[]): SyncStatus => ({
  state,
  lastContact: state === 'offline' ? minutesAgo(190) : minutesAgo(state === 'paused' ? 25 : 1),
  waitingItems: waiting.length,
  waitingBytes: waiting.reduce((sum, item) => sum + item.bytes, 0),
  progress: state === 'working' ? 0.42 : null,
  cachedBytes: 2_310_000_000,
  cacheLimitBytes: 5 * 1024 ** 3,
  message:
    state === 'trouble'
      ? 'The bucket is full: its quota of 2 TB is used up. Free some space or ask whoever runs the server for more.'
      : '',
});

const item = (more: Partial<WaitingItem> & Pick<WaitingItem, 'id' | 'kind' | 'name'>): WaitingItem => ({
  projectId: null,
  bytes: 2_400,
  since: minutesAgo(42),
  state: 'waiting',
  message: '',
  ...more,
});

const folding = hexId(0x2001);

export const someWaiting = (): WaitingItem[] => [
  item({ id: hexId(0x1001), kind: 'secret', name: 'Weights & Biases', since: minutesAgo(181) }),
  item({
    id: hexId(0x3008),
    kind: 'file',
    projectId: folding,
    name: 'README.md',
    bytes: 2_381,
    since: minutesAgo(95),
  }),
  item({
    id: hexId(0x300c),
    kind: 'file',
    projectId: folding,
    name: 'weights.safetensors',
    bytes: 7_340_032_000,
  }),
];

export const refusedWaiting = (): WaitingItem[] => [
  item({
    id: hexId(0x300d),
    kind: 'file',
    projectId: folding,
    name: 'an extremely long file name that was exported by a tool which puts every hyperparameter into it lr=3e-4 wd=0.1 bs=2048 warmup=2000 seed=42.csv',
    bytes: 12_000,
    state: 'refused',
    message: 'You are no longer an editor of this project. Ask an owner for access, or give up this change.',
  }),
  item({ id: hexId(0x2002), kind: 'project', projectId: hexId(0x2002), name: 'Checkpoints, spring run' }),
];

export const manyWaiting = (count: number): WaitingItem[] =>
  Array.from({ length: count }, (_, index) =>
    item({
      id: hexId(0x6000 + index),
      kind: 'file',
      projectId: folding,
      name: `shard-${String(index).padStart(5, '0')}.parquet`,
      bytes: 1_000_000 + index,
    }),
  );

export const someNotices = (): MergeNotice[] => [
  {
    id: 'n1',
    time: minutesAgo(12),
    kind: 'secret',
    objectId: hexId(0x100a),
    projectId: null,
    name: 'Figma',
    text: 'You and Jonas Weber changed the password at the same time. Both are kept: say which one holds.',
  },
  {
    id: 'n2',
    time: minutesAgo(80),
    kind: 'file',
    objectId: hexId(0x3007),
    projectId: folding,
    name: 'config.yaml',
    text: 'You and Aiko Tanaka changed this file at the same time. Hers is at its place, yours is beside it as “config (Mira Okafor, 23 Nov).yaml”.',
  },
];

export const goodReport: CheckReportView = {
  records: 1_284,
  blobs: 311,
  bytes: 62_400_000_000,
  damages: [],
  unjudged: 18,
  garbageObjects: 0,
  garbageBytes: 0,
};

export const badReport: CheckReportView = {
  ...goodReport,
  damages: [
    {
      key: 'blobs/2f/2f81c6',
      what: '“weights.safetensors” in “Protein folding dataset”, version 3',
      kind: 'damaged',
      message: 'The contents are not what was signed. This computer still has them as they were.',
      repairable: true,
    },
    {
      key: 'secrets/00/1003/0000000002',
      what: '“GitHub release bot”, version 2',
      kind: 'lost',
      message: 'The store no longer has this version. This computer still has it.',
      repairable: true,
    },
    {
      key: 'blobs/91/91d00a',
      what: '“an extremely long file name that was exported by a tool which puts every hyperparameter into it lr=3e-4 wd=0.1 bs=2048.csv” in “Contracts and everything else that legal wants to keep for at least ten years”, version 1',
      kind: 'lost',
      message: 'The store has no contents for this file. Ask whoever added it, or bring the store back from a backup.',
      repairable: false,
    },
    {
      key: 'projects/2003/log/0000000004',
      what: 'an entry of the log of “Contracts and everything else that legal wants to keep for at least ten years”',
      kind: 'unreadable',
      message: 'It is sealed with a key that this account does not have.',
      repairable: false,
    },
  ],
  garbageObjects: 12,
  garbageBytes: 3_400_000_000,
};
