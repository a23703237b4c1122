/** Sharing, one step in one process. Argument {step, folder, …}, answers what the step measured; times are milliseconds. */
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Transfer } from '../../app/model/project.js';
import type { SecretDraft } from '../../app/model/secret.js';
import { randomId } from '../../main/crypto/random-id.js';
import type { Store } from '../../main/store/store.js';
import type { VaultContext } from '../../main/vault/context.js';
import { FileRecords } from '../../main/vault/files/file-records.js';
import { inParallel } from '../../main/vault/in-parallel.js';
import { admit, appendReceipt } from '../../main/vault/projects/project-changes.js';
import { createProject } from '../../main/vault/projects/project-creation.js';
import type { StoreCalls } from './counting-store.js';
import { addPeople, makeVault, openCounted, openRemembered, withContext } from './sharing-vault.js';

type Of<Step extends string, More = object> = Readonly<{ step: Step; folder: string }> & Readonly<More>;
/** `files` in each project */
type Contents = Readonly<{ projects: number; files: number; secrets: number }>;
export type SharingStep =
  | Of<'make', { people: number }>
  | Of<'fill', Contents>
  | Of<'add-members', { count: number }>
  | Of<'receipts', { count: number }>
  | Of<'forget'>
  | Of<'open'>
  | Of<'upload', { sources: string }>
  | Of<'remove-member'>
  | Of<'refresh', { times: number }>;

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const started = performance.now();
  await work();
  return performance.now() - started;
};

const peakMiB = (): number => process.resourceUsage().maxRSS / 1024;

const make = async ({ folder, people }: Of<'make', { people: number }>): Promise<object> => {
  const vault = await makeVault(folder);
  await vault.lock();
  await addPeople(folder, people);
  return {};
};

const fill = async ({ folder, projects, files, secrets }: Of<'fill', Contents>): Promise<object> => {
  await withContext(folder, async (context, secretsOf) => {
    for (let n = 0; n < projects; n += 1) {
      const { id } = await createProject(context, `Project ${n}`, 'vault');
      for (let start = 0; start < files; start += 1000)
        await putFiles(context, id, start, Math.min(1000, files - start));
    }
    await secretsOf.addAll(Array.from({ length: secrets }, (_, n) => secretDraft(n)));
  });
  return {};
};

const secretDraft = (n: number): SecretDraft => ({
  type: 'credentials',
  name: `Service ${n}`,
  tags: [],
  fields: { username: `user${n}@example.org`, password: `p${n}-${n * 7919}` },
});

/** Records of files with nothing behind them: no step that follows opens a file. */
const putFiles = async (context: VaultContext, projectId: string, start: number, count: number): Promise<void> => {
  const records = new FileRecords(context);
  const modified = new Date().toISOString();
  const root = randomBytes(32).toString('base64url');
  const numbers = Array.from({ length: count }, (_, at) => start + at);
  const entries = await inParallel(numbers, 16, (number) =>
    records.create(projectId, {
      kind: 'file',
      path: `folder ${number % 100}/file ${number}.txt`,
      trashed: false,
      size: 16_384,
      modified,
      content: { suite: 'vault', blob: randomId(), root, epoch: 1 },
    }),
  );
  await context.index.apply(entries.map((entry) => ({ set: 'file', entry })));
};

/** Adds people who are in no project yet to the first one. */
const addMembers = async ({ folder, count }: Of<'add-members', { count: number }>): Promise<object> => {
  const { vault, store } = await openCounted(folder);
  await vault.refresh();
  const [project] = vault.projects.list();
  if (project === undefined) throw new Error('there is no project');
  const members = new Set((await vault.projects.members(project.id)).map(({ id }) => id));
  const strangers = (await vault.people.list()).filter(({ id }) => !members.has(id)).slice(0, count);
  const times: number[] = [];
  store.take();
  for (const { id } of strangers) times.push(await timed(() => vault.projects.addMember(project.id, id, 'editor')));
  const { put } = store.take();
  await vault.lock();
  return { times, files: project.files, objectsEach: put / strangers.length };
};

/** A project of everybody, with a log of `count` entries: receipts in the end, appended one by one as runs do. */
const receipts = async ({ folder, count }: Of<'receipts', { count: number }>): Promise<object> => {
  const receipt = { command: 'deploy --all', secrets: ['Service 1', 'Service 2'], files: ['config/production.env'] };
  await withContext(folder, async (context) => {
    const { id } = await createProject(context, 'Nightly builds', 'vault');
    const { accounts } = await context.directory.refreshAll();
    const others = accounts.filter(({ card }) => card.id !== context.accountId);
    for (const { card } of others) await admit(context, id, card.id, 'viewer');
    for (let n = 1 + others.length; n < count; n += 1) await appendReceipt(context, id, receipt);
  });
  return {};
};

/** The index goes: the next opening reads and verifies everything, as on a new computer. */
const forget = ({ folder }: Of<'forget'>): Promise<object> => {
  rmSync(join(folder, 'profile', 'index'));
  return Promise.resolve({});
};

const open = async ({ folder }: Of<'open'>): Promise<object> => {
  const started = performance.now();
  const vault = await openRemembered(folder);
  const unlockMs = performance.now() - started;
  const problems = await vault.refresh();
  const [project] = vault.projects.list();
  const ms = performance.now() - started;
  if (project === undefined || problems.length > 0) throw new Error('the project did not open');
  const [newest] = await vault.projects.log(project.id, { limit: 50 });
  const pageMs = performance.now() - started - ms;
  await vault.lock();
  return { ms, unlockMs, pageMs, entries: newest?.sequence };
};

const upload = async ({ folder, sources }: Of<'upload', { sources: string }>): Promise<object> => {
  const vault = await openRemembered(folder);
  const project = vault.projects.list()[0] ?? (await vault.projects.create('Shared'));
  const before = project.files;
  let transfer: Transfer | undefined;
  const ms = await timed(async () => {
    transfer = await vault.files.upload(project.id, `round ${before}`, [sources]).finished;
  });
  if (transfer?.state !== 'done' || transfer.failures.length > 0) throw new Error('the upload failed');
  const files = vault.projects.resolve(project.id).files - before;
  await vault.lock();
  return { ms, files, peakMiB: peakMiB() };
};

const removeMember = async ({ folder }: Of<'remove-member'>): Promise<object> => {
  const vault = await openRemembered(folder);
  await vault.refresh();
  const [project] = vault.projects.list();
  const [, person] = await vault.people.list();
  if (project === undefined || person === undefined) throw new Error('there is nobody to remove');
  await vault.projects.addMember(project.id, person.id, 'editor');
  const removeMs = await timed(() => vault.projects.removeMember(project.id, person.id));
  const before = peakMiB();
  const rekeyMs = await timed(() => vault.files.rekey(project.id));
  const { files } = vault.projects.resolve(project.id);
  await vault.lock();
  return { removeMs, rekeyMs, files, beforeMiB: before, peakMiB: peakMiB() };
};

/** Refreshes when nothing is new, in turns with listing what a refresh lists, which is the least it could do. */
const refresh = async ({ folder, times }: Of<'refresh', { times: number }>): Promise<object> => {
  const { vault, store } = await openCounted(folder);
  await vault.refresh();
  const team = (await vault.people.list()).slice(1, 6);
  for (const { id } of vault.projects.list())
    for (const person of team) await vault.projects.addMember(id, person.id, 'editor');
  await vault.refresh();
  const refreshMs: number[] = [];
  const listMs: number[] = [];
  let calls: StoreCalls | undefined;
  for (let round = 0; round < times; round += 1) {
    store.take();
    refreshMs.push(await timed(() => vault.refresh()));
    calls = store.take();
    listMs.push(await timed(() => listAll(store)));
  }
  await vault.lock();
  return { refreshMs, listMs, calls };
};

const listAll = async (store: Store): Promise<number> => {
  let letters = 0;
  for (const prefix of ['accounts/', 'secrets/', 'projects/'])
    for await (const { key } of store.list(prefix)) letters += key.length;
  return letters;
};

const run = (request: SharingStep): Promise<object> => {
  switch (request.step) {
    case 'make':
      return make(request);
    case 'fill':
      return fill(request);
    case 'add-members':
      return addMembers(request);
    case 'receipts':
      return receipts(request);
    case 'forget':
      return forget(request);
    case 'open':
      return open(request);
    case 'upload':
      return upload(request);
    case 'remove-member':
      return removeMember(request);
    case 'refresh':
      return refresh(request);
  }
};

const main = async (): Promise<void> => {
  console.log(JSON.stringify(await run(JSON.parse(process.argv[2] ?? '') as SharingStep)));
};

void main();
