/** One preparation at a time: two commands started together in a fresh clone must not install or bundle over each other. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { notesFolder } from './checkout.mjs';
import { CannotGoOn } from './voice.mjs';

const lockFile = join(notesFolder, 'preparing.lock');
const patienceMs = 15 * 60_000;

/**
 * Runs `work` while holding the checkout's lock, waiting for whoever holds it. A lock whose process is gone is taken over.
 * @template Result
 * @param {import('./voice.mjs').Voice} voice
 * @param {() => Promise<Result>} work
 * @returns {Promise<Result>}
 */
export async function whilePreparing(voice, work) {
  mkdirSync(notesFolder, { recursive: true });
  const deadline = Date.now() + patienceMs;
  for (let told = false; !take(); told = true) {
    if (!told) voice.say('Another command is preparing this checkout; waiting for it …');
    if (Date.now() > deadline)
      throw new CannotGoOn(`Waited too long for another command. Is it stuck? If not, delete ${lockFile}`);
    await sleep(200);
  }
  try {
    return await work();
  } finally {
    rmSync(lockFile, { force: true });
  }
}

function take() {
  try {
    writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  }
  if (holderIsGone()) rmSync(lockFile, { force: true });
  return false;
}

function holderIsGone() {
  try {
    const holder = Number(readFileSync(lockFile, 'utf8'));
    // An empty file is a holder between creating and writing it.
    if (holder > 0) process.kill(holder, 0);
    return false;
  } catch (error) {
    return isCode(error, 'ESRCH');
  }
}

/**
 * @param {unknown} error
 * @param {string} code
 */
const isCode = (error, code) => error instanceof Error && 'code' in error && error.code === code;
