import { rmSync, writeFileSync } from 'node:fs';
import { readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { VaultError } from '../../app/errors.js';
import { errnoOf, isAbsent } from './failure.js';
import { ownerIsDead, ownName, unlinkQuietly } from './staging.js';

const patienceMs = 10_000;
const stepMs = 4;
/** A lock is held for milliseconds; one whose owner cannot be asked (another boot, an empty file) is given up after this long. */
const abandonedMs = 5_000;

/** Within one process, turns at the same folder are taken in the order in which they were asked for. */
const queues = new Map<string, Promise<unknown>>();

/**
 * Runs `work` while no other process and nothing else in this one holds the lock of `folder`, the file `lock` in it. Held for milliseconds,
 * never while a person thinks or a server is asked. Throws `busy` after ten seconds, and what the file system throws.
 */
export function withFolderLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const turn = (queues.get(folder) ?? Promise.resolve()).then(
    () => locked(folder, work),
    () => locked(folder, work),
  );
  queues.set(folder, turn);
  return turn;
}

async function locked<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const path = join(folder, 'lock');
  const untilMs = Date.now() + patienceMs;
  while (!tryTake(path)) {
    if (Date.now() > untilMs) throw new VaultError('busy');
    await removeAbandoned(path);
    await sleep(stepMs);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function tryTake(path: string): boolean {
  try {
    writeFileSync(path, ownName('claim'), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Two that find the same dead lock must not remove each other's new one: who removes holds a lock for just that. */
async function removeAbandoned(path: string): Promise<void> {
  if (!(await isAbandoned(path))) return;
  const removal = `${path}.removal`;
  if (!tryTake(removal)) {
    if (await isAbandoned(removal)) await unlink(removal).catch(() => undefined); // it died within these few lines
    return;
  }
  try {
    if (await isAbandoned(path)) await unlinkQuietly(path);
  } finally {
    await unlinkQuietly(removal);
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  try {
    const dead = ownerIsDead(await readFile(path, 'utf8'));
    // a clock that was set back must not make it everlasting
    return dead ?? Math.abs(Date.now() - (await stat(path)).mtimeMs) > abandonedMs;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}
