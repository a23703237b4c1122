/** Files: encrypting, and decrypting with verification, against openssl (which verifies nothing), age and gpg. */
import { execFile, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { prepareEngine } from './engine-process.mjs';
import { median, ratio, seconds, takeTurns } from './rounds.mjs';

const run = promisify(execFile);
const rounds = 5;
const largeMiB = 1024;
const smallFiles = 2000;
const smallBytes = 16 * 1024;

/** @param {import('../../build/bench.mjs').Bench} bench */
export default async function files(bench) {
  const folder = mkdtempSync(join(inMemory(), 'coretex-vault-bench-'));
  try {
    const { run: task } = await prepareEngine('bench');
    const electron = await bench.electron();
    await largeFile(bench, folder, task, electron);
    await manyFiles(bench, folder, task, electron);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The figures are those of the program, not of a disk. */
function inMemory() {
  try {
    accessSync('/dev/shm', constants.W_OK);
    return '/dev/shm';
  } catch {
    return tmpdir();
  }
}

/**
 * @param {import('../../build/bench.mjs').Bench} bench
 * @param {string} folder
 * @param {Awaited<ReturnType<typeof prepareEngine>>['run']} task
 * @param {string | undefined} electron
 */
async function largeFile({ say }, folder, task, electron) {
  const source = join(folder, 'source');
  fill(source, largeMiB);
  const engines = { node: process.execPath, ...(electron && { electron }) };
  const peers = await startPeers(folder);
  /** @type {Record<string, number>} */
  const peak = {};
  /** @type {Record<string, import('./engine-task.js').Record>} */
  const records = {};
  /** @type {Record<string, () => Promise<number>>} */
  const encrypting = {};
  /** @type {Record<string, () => Promise<number>>} */
  const decrypting = {};

  for (const [name, executable] of Object.entries(engines)) {
    const blob = join(folder, `${name}.blob`);
    encrypting[name] = async () => {
      rmSync(blob, { force: true });
      const outcome = await task(executable, { task: 'encrypt', source, target: blob });
      peak[name] = Math.max(peak[name] ?? 0, outcome.peakMiB);
      if (outcome.record === undefined) throw new Error('no record');
      records[name] = outcome.record;
      return outcome.ms;
    };
    decrypting[name] = async () => {
      const target = join(folder, 'decrypted');
      const record = records[name];
      if (record === undefined) throw new Error('nothing was encrypted');
      const outcome = await task(executable, { task: 'decrypt', source: blob, target, record });
      rmSync(target);
      peak[name] = Math.max(peak[name] ?? 0, outcome.peakMiB);
      return outcome.ms;
    };
  }
  for (const { name, encrypt, decrypt } of peers) {
    const blob = join(folder, `${name}.blob`);
    encrypting[name] = async () => {
      rmSync(blob, { force: true });
      return timed(() => encrypt(source, blob));
    };
    decrypting[name] = async () => {
      const target = join(folder, 'decrypted');
      const ms = await timed(() => decrypt(blob, target));
      rmSync(target);
      return ms;
    };
  }
  say(`1 GiB, ${rounds} rounds in turns; times are medians, ratios are medians of the ratios within a round.`);
  await takeTurns(1, encrypting); // pages and caches are warm for all, or for none
  tell(say, 'encrypt', await takeTurns(rounds, encrypting), Object.keys(engines));
  tell(say, 'decrypt and verify', await takeTurns(rounds, decrypting), Object.keys(engines));
  for (const [name, mebibytes] of Object.entries(peak)) {
    say(`peak memory of the whole process, ${name}: ${mebibytes.toFixed(0)} MiB`);
  }
  rmSync(source);
  for (const name of [...Object.keys(engines), ...peers.map((peer) => peer.name)]) rmSync(join(folder, `${name}.blob`));
}

/**
 * @param {(text: string) => void} say
 * @param {string} what
 * @param {Record<string, number[]>} times
 * @param {string[]} engines
 */
function tell(say, what, times, engines) {
  say(
    `${what}: ${Object.entries(times)
      .map(([name, ms]) => `${name} ${seconds(median(ms))}`)
      .join(', ')}`,
  );
  for (const engine of engines) {
    const peers = Object.keys(times).filter((name) => !engines.includes(name));
    const ratios = peers.map((peer) => `${ratio(times[engine] ?? [], times[peer] ?? []).toFixed(2)} × ${peer}`);
    if (ratios.length > 0) say(`  ${engine}: ${ratios.join(', ')}`);
  }
}

/**
 * @param {import('../../build/bench.mjs').Bench} bench
 * @param {string} folder
 * @param {Awaited<ReturnType<typeof prepareEngine>>['run']} task
 * @param {string | undefined} electron
 */
async function manyFiles({ say }, folder, task, electron) {
  const small = join(folder, 'small');
  for (const [name, executable] of Object.entries({ node: process.execPath, ...(electron && { electron }) })) {
    /** @type {number[]} */
    const times = [];
    for (let round = 0; round < rounds; round++) {
      mkdirSync(small);
      const content = randomBytes(smallBytes);
      for (let index = 0; index < smallFiles; index++) writeFileSync(join(small, String(index)), content);
      times.push((await task(executable, { task: 'many', folder: small, count: smallFiles })).ms);
      rmSync(small, { recursive: true });
    }
    const ms = median(times);
    say(
      `${smallFiles} files of 16 KiB in one ${name} process: ${seconds(ms)}, ${(ms / smallFiles).toFixed(3)} ms each, threads started included`,
    );
  }
}

/** @typedef {{ name: string, encrypt: (source: string, blob: string) => Promise<unknown>, decrypt: (blob: string, target: string) => Promise<unknown> }} Peer */

/**
 * Those of openssl, age and gpg that are installed, each with a key of its own.
 * @param {string} folder
 * @returns {Promise<Peer[]>}
 */
async function startPeers(folder) {
  const peers = [];
  if (has('openssl')) peers.push(openssl());
  if (has('age')) peers.push(await age(folder));
  if (has('gpg')) peers.push(await gpg(folder));
  return peers;
}

/** @param {string} program */
const has = (program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;

/** @returns {Peer} */
function openssl() {
  const secret = ['-K', randomBytes(32).toString('hex'), '-iv', randomBytes(16).toString('hex')];
  const cipher = ['enc', '-aes-256-cbc', ...secret];
  return {
    name: 'openssl',
    encrypt: (source, blob) => run('openssl', [...cipher, '-in', source, '-out', blob]),
    decrypt: (blob, target) => run('openssl', [...cipher, '-d', '-in', blob, '-out', target]),
  };
}

/**
 * @param {string} folder
 * @returns {Promise<Peer>}
 */
async function age(folder) {
  const identity = join(folder, 'age-key');
  await run('age-keygen', ['-o', identity]);
  const recipient = (await run('age-keygen', ['-y', identity])).stdout.trim();
  return {
    name: 'age',
    encrypt: (source, blob) => run('age', ['-r', recipient, '-o', blob, source]),
    decrypt: (blob, target) => run('age', ['-d', '-i', identity, '-o', target, blob]),
  };
}

/**
 * @param {string} folder
 * @returns {Promise<Peer>}
 */
async function gpg(folder) {
  const home = join(folder, 'gpg');
  mkdirSync(home, { mode: 0o700 });
  const common = [
    '--homedir',
    home,
    '--batch',
    '--yes',
    '--quiet',
    '--trust-model',
    'always',
    '--compress-algo',
    'none',
  ];
  await run('gpg', [...common, '--passphrase', '', '--quick-gen-key', 'bench', 'rsa2048', 'encr', 'never']);
  return {
    name: 'gpg',
    encrypt: (source, blob) => run('gpg', [...common, '-r', 'bench', '-o', blob, '--encrypt', source]),
    decrypt: (blob, target) => run('gpg', [...common, '-o', target, '--decrypt', blob]),
  };
}

/** @param {() => Promise<unknown>} work */
async function timed(work) {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/**
 * @param {string} path
 * @param {number} mebibytes of random bytes
 */
function fill(path, mebibytes) {
  const fd = openSync(path, 'w');
  const piece = randomBytes(1024 * 1024);
  for (let count = 0; count < mebibytes; count++) writeSync(fd, piece);
  closeSync(fd);
}
