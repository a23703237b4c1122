/** A store in a bucket, one step in one process. Argument {step, …}, answers what the step measured; times are milliseconds. */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { BlobCache } from '../../main/store/mirror/blob-cache.js';
import { S3Store } from '../../main/store/s3.js';
import { inParallel } from '../../main/vault/in-parallel.js';
import { keysInEnvironment } from '../../main/vault/keychain/environment-keys.js';
import { loadProfile, saveProfile } from '../../main/vault/profile/profile.js';
import type { StartedTransfer, Vault } from '../../main/vault/vault.js';
import { plainClient, plainDown, plainDownAll, plainUp, plainUpAll } from './plain-s3.js';
import { openRemembered } from './sharing-vault.js';
import { Wire } from './wire.js';

type Bucket = Readonly<{ endpoint: string; bucket: string; prefix: string }>;
type Of<Step extends string, More = object> = Readonly<{ step: Step }> & Bucket & Readonly<More>;
export type StoreStep =
  | Of<'up' | 'down', { by: 'store' | 'plain'; source: string; many: boolean; folder: string }>
  | Of<'move-in', { folder: string }>
  | Of<'first-sync', { folder: string }>
  | Of<'nothing-new', { folder: string }>
  | Of<'vault-up', { folder: string; source: string }>
  | Of<'vault-down', { folder: string; target: string }>
  | Of<'operations', { folder: string; other: string; source: string }>;

const filesAtOnce = 16;
const wire = new Wire();

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const started = performance.now();
  await work();
  return performance.now() - started;
};
const peakMiB = (): number => process.resourceUsage().maxRSS / 1024;

const openBucket = ({ endpoint, bucket, prefix }: Bucket, folder: string): Promise<S3Store> => {
  const credentials = () => {
    const keys = keysInEnvironment();
    return keys === null ? Promise.reject(new Error('no keys')) : Promise.resolve(keys);
  };
  return S3Store.open({ location: { endpoint, region: 'us-east-1', bucket, prefix }, credentials, folder });
};

const up = async (request: Of<'up', { by: string; source: string; many: boolean; folder: string }>) => {
  const { by, source, many, folder, endpoint, bucket, prefix } = request;
  if (by === 'plain') {
    const client = plainClient(endpoint);
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: `${prefix}/warm`, Body: 'warm' }));
    const send = many
      ? () => plainUpAll(client, bucket, `${prefix}/blobs/`, source)
      : () => plainUp(client, bucket, `${prefix}/blobs/large`, source);
    return { ms: await timed(send), peakMiB: peakMiB() };
  }
  const store = await openBucket(request, folder);
  await store.putIfAbsent('warm', new Uint8Array(4));
  const ms = await timed(() =>
    many
      ? inParallel(readdirSync(source), filesAtOnce, (name) =>
          store.putIfAbsent(`blobs/${name}`, { file: join(source, name) }),
        )
      : store.putIfAbsent('blobs/large', { file: source }),
  );
  await store.close();
  return { ms, peakMiB: peakMiB() };
};

const down = async (request: Of<'down', { by: string; source: string; many: boolean; folder: string }>) => {
  const { by, source, many, folder, endpoint, bucket, prefix } = request;
  const names = many ? readdirSync(source) : ['large'];
  if (by === 'plain') {
    const client = plainClient(endpoint);
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: `${prefix}/warm`, Body: 'warm' }));
    const pairs = names.map((name) => [`${prefix}/blobs/${name}`, join(folder, name)] as const);
    const fetch = many
      ? () => plainDownAll(client, bucket, pairs)
      : () => plainDown(client, bucket, `${prefix}/blobs/large`, join(folder, 'large'));
    return { ms: await timed(fetch), peakMiB: peakMiB() };
  }
  const store = await openBucket(request, join(folder, 'store'));
  const cache = await BlobCache.open(join(folder, 'cache'), 8 * 1024 ** 3);
  await store.stat('warm');
  const ms = await timed(() => inParallel(names, filesAtOnce, (name) => cache.path(`blobs/${name}`, {}, store)));
  await cache.close();
  await store.close();
  return { ms, peakMiB: peakMiB() };
};

/** Copies a folder's store into the bucket as it is, and lets the profile use that: nothing of it is kept on this computer. */
const moveIn = async ({ folder, endpoint, bucket, prefix }: Of<'move-in', { folder: string }>) => {
  const [root, profileDir] = [join(folder, 'store'), join(folder, 'profile')];
  const client = plainClient(endpoint);
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  let bytes = 0;
  await inParallel(files, filesAtOnce, async (entry) => {
    const path = join(entry.parentPath, entry.name);
    const Body = readFileSync(path);
    bytes += Body.length;
    const Key = `${prefix}/${relative(root, path).split(sep).join('/')}`;
    await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
  });
  const profile = await loadProfile(profileDir);
  if (profile === null) throw new Error('there is no vault');
  await saveProfile(profileDir, { ...profile, store: { kind: 's3', endpoint, region: 'us-east-1', bucket, prefix } });
  for (const name of ['index', 'mirror']) rmSync(join(profileDir, name), { recursive: true, force: true });
  return { objects: files.length, bytes };
};

const refreshed = async (vault: Vault): Promise<void> => {
  const problems = await vault.refresh();
  if (problems.length > 0) throw new Error(`refreshing: ${problems.map(String).join('; ')}`);
};

/** A computer that has seen nothing of this vault yet. */
const firstSync = async ({ folder }: Of<'first-sync', { folder: string }>) => {
  wire.take();
  let vault: Vault | undefined;
  const ms = await timed(async () => refreshed((vault = await openRemembered(folder))));
  const [secrets, files] = [vault?.secrets.list().length, vault?.projects.list()[0]?.files];
  const count = wire.take();
  await vault?.lock();
  return { ms, peakMiB: peakMiB(), secrets, files, ...count };
};

const nothingNew = async ({ folder }: Of<'nothing-new', { folder: string }>) => {
  let vault: Vault | undefined;
  const openMs = await timed(async () => refreshed((vault = await openRemembered(folder))));
  wire.take();
  const ms = await timed(async () => vault && refreshed(vault));
  const count = wire.take();
  await vault?.lock();
  return { openMs, ms, ...count };
};

const finished = async ({ finished: end }: StartedTransfer): Promise<void> => {
  const { state, failures } = await end;
  if (state !== 'done' || failures.length > 0) throw new Error(`a transfer ended as ${state}`);
};

const firstProject = (vault: Vault): string => {
  const [project] = vault.projects.list();
  if (project === undefined) throw new Error('there is no project');
  return project.id;
};

const vaultUp = async ({ folder, source }: Of<'vault-up', { folder: string; source: string }>) => {
  const vault = await openRemembered(folder);
  await refreshed(vault);
  const { id } = await vault.projects.create(`Upload ${String(vault.projects.list().length)}`);
  const ms = await timed(() => finished(vault.files.upload(id, '', [source])));
  await vault.lock();
  return { ms, project: id, peakMiB: peakMiB() };
};

/** Saves the newest project's files on a computer that has none of their contents. */
const vaultDown = async ({ folder, target }: Of<'vault-down', { folder: string; target: string }>) => {
  const vault = await openRemembered(folder);
  await refreshed(vault);
  const project = vault.projects.list().find(({ name }) => name.startsWith('Upload'));
  if (project === undefined) throw new Error('nothing was uploaded');
  const paths = vault.files.list(project.id).flatMap(({ path }) => (path.includes('/') ? [] : [path]));
  const ms = await timed(() => finished(vault.files.save(project.id, paths, target)));
  await vault.lock();
  return { ms, peakMiB: peakMiB() };
};

/** What each operation of one person sends, its announcement included, and what another computer then asks for. */
const operations = async ({
  folder,
  other,
  source,
}: Of<'operations', { folder: string; other: string; source: string }>) => {
  const [vault, elsewhere] = [await openRemembered(folder), await openRemembered(other)];
  await refreshed(vault);
  await refreshed(elsewhere);
  const project = firstProject(vault);
  const [, person] = await vault.people.list();
  if (person === undefined) throw new Error('there is nobody to share with');
  const fields = { username: 'ada', password: 'first word' };
  const { id } = await vault.secrets.add({ type: 'credentials', name: 'Warm', fields });
  const work: Record<string, () => Promise<unknown>> = {
    'add a secret': () => vault.secrets.add({ type: 'credentials', name: 'Bench', fields }),
    'edit a secret': () => vault.secrets.edit(id, { fields: { password: 'second word' } }),
    'share a secret': () => vault.secrets.share(id, [person.id]),
    'upload a file of 16 KiB': () => finished(vault.files.upload(project, '', [source])),
    'refresh with nothing new': () => refreshed(vault),
  };
  const told: Record<string, object> = {};
  await quiet();
  for (const [name, run] of Object.entries(work)) {
    wire.take();
    const ms = await timed(run);
    await quiet();
    told[name] = { ms, ...wire.take() };
  }
  await refreshed(elsewhere);
  await vault.secrets.edit(id, { fields: { password: 'third word' } });
  await quiet();
  wire.take();
  const ms = await timed(() => refreshed(elsewhere));
  told['pull one change elsewhere'] = { ms, ...wire.take() };
  await vault.lock();
  await elsewhere.lock();
  return told;
};

/** Until what is announced a little later is announced. */
const quiet = async (): Promise<void> => {
  await pause(3_000);
};

const run = (request: StoreStep): Promise<object> => {
  switch (request.step) {
    case 'up':
      return up(request as Parameters<typeof up>[0]);
    case 'down':
      return down(request as Parameters<typeof down>[0]);
    case 'move-in':
      return moveIn(request);
    case 'first-sync':
      return firstSync(request);
    case 'nothing-new':
      return nothingNew(request);
    case 'vault-up':
      return vaultUp(request);
    case 'vault-down':
      return vaultDown(request);
    case 'operations':
      return operations(request);
  }
};

const main = async (): Promise<void> => {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  console.log(JSON.stringify(await run(JSON.parse(process.argv[2] ?? '') as StoreStep)));
};

void main();
