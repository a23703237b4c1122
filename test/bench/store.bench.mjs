/**
 * A store in a bucket: how fast contents go up and come down against the same SDK used plainly, what each operation asks of the
 * server, and what a new computer's first look at a large vault costs. The server is a Ceph of its own in memory, on this computer:
 * so the figures are those of both programs together. Takes five minutes and up to eight gigabytes of memory; Linux, as root.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, cpSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { outFolder, root } from '../../build/checkout.mjs';
import { median, ratio, seconds, takeTurns } from './rounds.mjs';
import { prepareTask } from './task-process.mjs';

const rounds = 3;
const largeMiB = 512;
const vaultMiB = 256;
const smallFiles = 2000;
const smallBytes = 16 * 1024;
const syncSecrets = 10_000;
const syncFiles = 1000;

/** @typedef {(request: { step: string, [name: string]: unknown }) => Promise<any>} Step */
/** @typedef {{ say: (text: string) => void, step: Step, sharing: Step, folder: string, places: () => { endpoint: string, bucket: string, prefix: string } }} World */

/** @param {import('../../build/bench.mjs').Bench} bench */
export default async function store({ say }) {
  const { startCeph } = await cephModule();
  const [step, sharing] = [await prepareTask('store-task'), await prepareTask('sharing-task')];
  for (const part of [synced, wholeVault, transfers]) {
    // A server for each: what is deleted stays in a Ceph's memory for hours.
    const ceph = await startCeph();
    if (typeof ceph === 'string') {
      say(`Skipped: ${ceph}.`);
      return;
    }
    const folder = mkdtempSync(join('/dev/shm', 'coretex-vault-bench-'));
    try {
      process.env['AWS_ACCESS_KEY_ID'] = ceph.owner.accessKeyId;
      process.env['AWS_SECRET_ACCESS_KEY'] = ceph.owner.secretAccessKey;
      const { endpoint, bucket } = await ceph.newBucket();
      let prefixes = 0;
      await part({ say, step, sharing, folder, places: () => ({ endpoint, bucket, prefix: `bench-${++prefixes}` }) });
    } finally {
      rmSync(folder, { recursive: true, force: true });
      await ceph.stop();
    }
  }
}

/** test/store/ceph.ts, which finds its script beside itself. */
async function cephModule() {
  const outfile = join(outFolder, 'bench', 'ceph.mjs');
  await build({
    absWorkingDir: root,
    entryPoints: ['test/store/ceph.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    define: { 'import.meta.dirname': JSON.stringify(join(root, 'test/store')) },
    logLevel: 'warning',
  });
  return import(pathToFileURL(outfile).href);
}

/**
 * @param {string} path
 * @param {number} mebibytes
 */
function fill(path, mebibytes) {
  const file = openSync(path, 'w');
  for (let n = 0; n < mebibytes; n += 1) writeSync(file, randomBytes(1024 * 1024));
  closeSync(file);
}

/**
 * @param {string} folder
 * @param {number} count
 */
function fillMany(folder, count) {
  mkdirSync(folder);
  for (let n = 0; n < count; n += 1) writeFileSync(join(folder, `${n}.bin`), randomBytes(smallBytes));
}

/** @param {number} bytes @param {number} ms */
const speed = (bytes, ms) => `${(bytes / 1024 / 1024 / (ms / 1000)).toFixed(0)} MiB/s`;

/**
 * The store alone: the same bytes by S3Store and its cache, and by the SDK.
 * @param {World} world
 */
async function transfers({ say, step, folder, places }) {
  for (const many of [false, true]) {
    const source = join(folder, many ? 'small' : 'large');
    if (many) fillMany(source, smallFiles);
    else fill(source, largeMiB);
    const bytes = many ? smallFiles * smallBytes : largeMiB * 1024 * 1024;
    /** @type {Record<string, number>} */ const peak = {};
    /** @param {'store' | 'plain'} by */
    const turn = (by) => async () => {
      const place = places();
      const local = join(folder, `local-${place.prefix}`);
      mkdirSync(local);
      const there = await step({ step: 'up', by, source, many, folder: local, ...place });
      const back = await step({ step: 'down', by, source, many, folder: local, ...place });
      rmSync(local, { recursive: true });
      peak[by] = Math.max(peak[by] ?? 0, there.peakMiB, back.peakMiB);
      (down[by] ??= []).push(back.ms);
      return there.ms;
    };
    /** @type {Record<string, number[]>} */ const down = {};
    const up = await takeTurns(rounds, { store: turn('store'), plain: turn('plain') });
    const told = (/** @type {Record<string, number[]>} */ { store = [], plain = [] }) =>
      `${ratio(store, plain).toFixed(2)} × the plain SDK's time (${speed(bytes, median(store))}, ${speed(bytes, median(plain))})`;
    const what = many ? `${smallFiles} files of ${smallBytes / 1024} KiB` : `a file of ${largeMiB} MiB`;
    say(
      `the store alone, ${what}: up ${told(up)}, down ${told(down)}; peak memory ${peak['store']?.toFixed(0)} MiB, plain ${peak['plain']?.toFixed(0)} MiB`,
    );
    rmSync(source, { recursive: true });
  }
}

/**
 * A vault that lives in the bucket; gives the folder of its first computer.
 * @param {World} world
 * @param {{ secrets: number, files: number }} contents
 */
async function vaultInBucket({ step, sharing, folder, places }, { secrets, files }) {
  const place = places();
  const vault = join(folder, `vault-${place.prefix}`);
  mkdirSync(vault);
  await sharing({ step: 'make', folder: vault, people: 1 });
  await sharing({ step: 'fill', folder: vault, projects: 1, files, secrets });
  const moved = await step({ step: 'move-in', folder: vault, ...place });
  const another = (/** @type {string} */ name) => {
    const copy = join(folder, `${name}-${place.prefix}`);
    cpSync(join(vault, 'profile'), join(copy, 'profile'), { recursive: true });
    cpSync(join(vault, 'device-key'), join(copy, 'device-key'));
    return copy;
  };
  return { place, vault, moved, another };
}

/**
 * Through the whole vault: encrypted, recorded, announced; and back, verified.
 * @param {World} world
 */
async function wholeVault(world) {
  const { say, step, folder, places } = world;
  for (const many of [false, true]) {
    const source = join(folder, many ? 'whole-small' : 'whole-large');
    if (many) fillMany(source, smallFiles);
    else fill(source, vaultMiB);
    const bytes = many ? smallFiles * smallBytes : vaultMiB * 1024 * 1024;
    /** @type {Record<string, number[]>} */ const down = { vault: [], plain: [] };
    let peak = 0;
    const up = await takeTurns(rounds, {
      vault: async () => {
        const { place, vault, another } = await vaultInBucket(world, { secrets: 0, files: 0 });
        const other = another('other');
        const there = await step({ step: 'vault-up', folder: vault, source, ...place });
        const target = join(folder, `target-${place.prefix}`);
        mkdirSync(target);
        const back = await step({ step: 'vault-down', folder: other, target, ...place });
        for (const path of [vault, other, target]) rmSync(path, { recursive: true });
        peak = Math.max(peak, there.peakMiB, back.peakMiB);
        down['vault']?.push(back.ms);
        return there.ms;
      },
      plain: async () => {
        const place = places();
        const local = join(folder, `plain-${place.prefix}`);
        mkdirSync(local);
        const there = await step({ step: 'up', by: 'plain', source, many, folder: local, ...place });
        const back = await step({ step: 'down', by: 'plain', source, many, folder: local, ...place });
        rmSync(local, { recursive: true });
        down['plain']?.push(back.ms);
        return there.ms;
      },
    });
    const told = (/** @type {Record<string, number[]>} */ { vault = [], plain = [] }) =>
      `${ratio(vault, plain).toFixed(2)} × the plain SDK's time (${speed(bytes, median(vault))}, ${speed(bytes, median(plain))})`;
    const what = many ? `${smallFiles} files of ${smallBytes / 1024} KiB` : `a file of ${vaultMiB} MiB`;
    say(`through the whole vault, ${what}: up ${told(up)}, down ${told(down)}; peak memory ${peak.toFixed(0)} MiB`);
    rmSync(source, { recursive: true });
  }
}

/** @param {World} world */
async function synced(world) {
  const { say, step, folder } = world;
  const { place, vault, moved, another } = await vaultInBucket(world, { secrets: syncSecrets, files: syncFiles });
  const first = await step({ step: 'first-sync', folder: vault, ...place });
  if (first.secrets !== syncSecrets || first.files !== syncFiles) throw new Error('the first sync lacks something');
  say(
    `first sync of ${syncSecrets} secrets and ${syncFiles} files (${moved.objects} objects, ${(moved.bytes / 1e6).toFixed(1)} MB): ${seconds(first.ms)}, ` +
      `${first.requests} requests, ${(first.bytesIn / 1e6).toFixed(1)} MB in, ${(first.bytesOut / 1e6).toFixed(1)} MB out, peak memory ${first.peakMiB.toFixed(0)} MiB`,
  );
  const idle = await step({ step: 'nothing-new', folder: vault, ...place });
  say(
    `the same vault again in a new process, remembered key to refreshed: ${seconds(idle.openMs)}; refreshed once more with nothing new: ` +
      `${idle.ms.toFixed(0)} ms, ${idle.requests} requests, ${(idle.bytesIn / 1000).toFixed(1)} kB in`,
  );
  const other = another('other');
  const source = join(folder, 'one.bin');
  writeFileSync(source, randomBytes(smallBytes));
  const told = await step({ step: 'operations', folder: vault, other, source, ...place });
  for (const [name, count] of Object.entries(told)) {
    const methods = Object.entries(count.byMethod).map(([method, times]) => `${times} ${method}`);
    say(
      `${name}: ${count.requests} requests (${methods.join(', ')}), ${(count.bytesOut / 1000).toFixed(1)} kB out, ` +
        `${(count.bytesIn / 1000).toFixed(1)} kB in, ${count.ms.toFixed(0)} ms`,
    );
  }
}
