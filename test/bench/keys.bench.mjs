/** Keys: deriving a coretex-suite master key, worker thread included, against the reference's own library (PyCryptodome). */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../../build/checkout.mjs';
import { median, ratio } from './rounds.mjs';
import { prepareTask } from './task-process.mjs';

const python = '/usr/bin/python3';
const rounds = 5;
/** How long a search for primes takes is luck: each round has passphrases of its own, the same for both. */
const cases = [
  { bits: 2048, perRound: 4 },
  { bits: 3072, perRound: 2 },
];

/** @param {import('../../build/bench.mjs').Bench} bench */
export default async function keys({ say }) {
  const ours = await prepareTask('keys-task');
  const reference = spawnSync(python, ['-c', 'import Cryptodome']).status === 0;
  if (!reference) say('Without the reference: python3-pycryptodome is not installed.');
  for (const { bits, perRound } of cases) {
    /** @type {number[]} */ const mine = [];
    /** @type {number[]} */ const theirs = [];
    for (let round = 0; round < rounds; round += 1) {
      const passphrases = Array.from({ length: perRound }, (_, n) => `bench ${bits} ${round} ${n}`);
      mine.push(sum(await ours({ bits, passphrases })));
      if (reference) theirs.push(byReference(bits, passphrases));
    }
    const each = (/** @type {number[]} */ times) => `${(median(times) / perRound).toFixed(0)} ms`;
    say(
      `RSA ${bits}: ${each(mine)} a key` +
        (reference ? `, reference ${each(theirs)}, ratio ${ratio(mine, theirs).toFixed(2)} (aim 0.25)` : ''),
    );
  }
}

/** @param {readonly number[]} times */
const sum = (times) => times.reduce((total, time) => total + time, 0);

/**
 * @param {number} bits
 * @param {readonly string[]} passphrases
 * @returns {number} milliseconds in the reference's key generation alone
 */
function byReference(bits, passphrases) {
  const input = passphrases.map((text) => ({ suite: 'coretex', bits, passphrase: Buffer.from(text).toString('hex') }));
  const { stdout, status } = spawnSync(python, [join(root, 'test/interop/keys-reference.py')], {
    input: JSON.stringify(input),
  });
  if (status !== 0) throw new Error('the reference failed');
  return sum(JSON.parse(stdout.toString()).map((/** @type {{ seconds: number }} */ key) => key.seconds * 1000));
}
