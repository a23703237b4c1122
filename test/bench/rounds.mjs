/** Measuring on a machine that does other things too: contestants take turns, and medians are compared. */

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[middle]];
  if (low === undefined || high === undefined) throw new Error('nothing was measured');
  return (low + high) / 2;
}

/**
 * Runs every contestant once per round, so that a slow moment of the machine hits all of them, and never keeps only the best.
 * @param {number} rounds
 * @param {Record<string, () => Promise<number>>} contestants each gives its milliseconds
 * @returns {Promise<Record<string, number[]>>}
 */
export async function takeTurns(rounds, contestants) {
  /** @type {Record<string, number[]>} */
  const times = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of Object.entries(contestants)) times[name]?.push(await run());
  }
  return times;
}

/**
 * The median of the ratios within each round: what two contestants did in the same half minute.
 * @param {readonly number[]} times
 * @param {readonly number[]} against
 */
export const ratio = (times, against) => median(times.map((time, round) => time / (against[round] ?? Number.NaN)));

/** @param {number} ms */
export const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`;
