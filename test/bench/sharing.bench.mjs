/**
 * Sharing: what a new member costs, a long log, a member's removal, and looking at a store in which nothing happened.
 * Takes two to three minutes, and about a gigabyte of memory where the store is kept in it.
 */
import { randomBytes } from 'node:crypto';
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, ratio, seconds, takeTurns } from './rounds.mjs';
import { prepareTask } from './task-process.mjs';

const rounds = 3;
const addedEachRound = 7;
const fewFiles = 10;
const manyFiles = 100_000;
const logEntries = 10_000;
const logMembers = 20;
const rekeyedFiles = 1000;
const fileBytes = 16 * 1024;

/** @typedef {(request: import('./sharing-task.js').SharingStep) => Promise<any>} Step */
/** @typedef {import('../../build/bench.mjs').Bench['say']} Say */

/** @param {import('../../build/bench.mjs').Bench} bench */
export default async function sharing({ say }) {
  const step = await prepareTask('sharing-task');
  const folder = mkdtempSync(join(inMemory(), 'coretex-vault-bench-'));
  try {
    for (const part of [adding, longLog, removing, idleRefresh]) {
      mkdirSync(join(folder, part.name));
      await part(say, step, join(folder, part.name));
      rmSync(join(folder, part.name), { recursive: true, force: true });
    }
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
 * @param {Say} say
 * @param {Step} step
 * @param {string} folder
 */
async function adding(say, step, folder) {
  /** @type {Record<string, () => Promise<number>>} */
  const contestants = {};
  /** @type {Record<string, number>} */
  const objects = {};
  for (const [name, files] of Object.entries({ few: fewFiles, many: manyFiles })) {
    const vault = join(folder, name);
    await step({ step: 'make', folder: vault, people: rounds * addedEachRound });
    await step({ step: 'fill', folder: vault, projects: 1, files, secrets: 0 });
    contestants[name] = async () => {
      const added = await step({ step: 'add-members', folder: vault, count: addedEachRound });
      if (added.files !== files) throw new Error(`the project has ${added.files} files`);
      objects[name] = added.objectsEach;
      return median(added.times);
    };
  }
  const { few = [], many = [] } = await takeTurns(rounds, contestants);
  say(
    `adding a member: ${median(few).toFixed(1)} ms with ${fewFiles} files, ${median(many).toFixed(1)} ms with ${manyFiles}: ` +
      `${ratio(many, few).toFixed(2)} × (aim 1, at most 1.2); objects written: ${objects['few']} and ${objects['many']}`,
  );
}

/**
 * @param {Say} say
 * @param {Step} step
 * @param {string} folder
 */
async function longLog(say, step, folder) {
  await step({ step: 'make', folder, people: logMembers });
  await step({ step: 'receipts', folder, count: logEntries });
  const opening = async () => {
    const opened = await step({ step: 'open', folder });
    if (opened.entries !== logEntries) throw new Error(`the log has ${opened.entries} entries`);
    return opened.ms;
  };
  const writer = [];
  for (let round = 0; round < rounds; round += 1) writer.push(await opening());
  /** @type {number[]} */ const first = [];
  const second = [];
  for (let round = 0; round < rounds; round += 1) {
    await step({ step: 'forget', folder });
    first.push(await opening());
    second.push(await opening());
  }
  say(
    `a log of ${logEntries} entries and ${logMembers} members, remembered key to listed project, in a new process: first ${seconds(median(first))}, ` +
      `then ${seconds(median(second))} (aim 1 s), ${ratio(second, first).toFixed(2)} ×; where it was written ${seconds(median(writer))}`,
  );
}

/**
 * @param {Say} say
 * @param {Step} step
 * @param {string} folder
 */
async function removing(say, step, folder) {
  const sources = join(folder, 'sources');
  mkdirSync(sources);
  for (let n = 0; n < rekeyedFiles; n += 1) writeFileSync(join(sources, `${n}.bin`), randomBytes(fileBytes));
  const uploads = [];
  const removals = [];
  for (let round = 0; round < rounds; round += 1) {
    const vault = join(folder, `vault-${round}`);
    await step({ step: 'make', folder: vault, people: 1 });
    uploads.push(await step({ step: 'upload', folder: vault, sources }));
    removals.push(await step({ step: 'remove-member', folder: vault }));
    if (uploads.at(-1).files !== rekeyedFiles || removals.at(-1).files !== rekeyedFiles)
      throw new Error('files are missing');
  }
  const uploadMs = uploads.map(({ ms }) => ms);
  const rekeyMs = removals.map((removal) => removal.rekeyMs);
  const middle = (/** @type {{ [name: string]: number }[]} */ all, /** @type {string} */ name) =>
    median(all.map((one) => one[name] ?? Number.NaN)).toFixed(0);
  say(
    `removing a member: ${middle(removals, 'removeMs')} ms; re-encrypting ${rekeyedFiles} files of 16 KiB after that: ` +
      `${(rekeyedFiles / (median(rekeyMs) / 1000)).toFixed(0)} files/s, ${ratio(rekeyMs, uploadMs).toFixed(2)} × the time of uploading them; ` +
      `peak memory ${middle(removals, 'peakMiB')} MiB (${middle(removals, 'beforeMiB')} before), uploading ${middle(uploads, 'peakMiB')} MiB`,
  );
}

/**
 * @param {Say} say
 * @param {Step} step
 * @param {string} folder
 */
async function idleRefresh(say, step, folder) {
  await step({ step: 'make', folder, people: 50 });
  await step({ step: 'fill', folder, projects: 20, files: 500, secrets: 1000 });
  const { refreshMs, listMs, calls } = await step({ step: 'refresh', folder, times: 11 });
  say(
    `refresh with nothing new, 20 projects of 500 files, 1000 secrets, 50 people: ${median(refreshMs).toFixed(0)} ms, ` +
      `${ratio(refreshMs, listMs).toFixed(2)} × listing the store once; ${calls.list} lists of ${calls.listed} objects, ` +
      `${calls.get} reads, ${calls.stat} stats, ${calls.put} writes`,
  );
}
