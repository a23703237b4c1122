/** How a command says what it is doing, and where its helpers' output goes. */
import { writeSync } from 'node:fs';

/** @typedef {{ say: (text: string) => void, descriptor: 1 | 2 }} Voice */

/**
 * @param {1 | 2} descriptor
 * @returns {Voice}
 */
const voice = (descriptor) => ({ descriptor, say: (text) => void writeSync(descriptor, `${text}\n`) });

/** Speaks on standard output: for commands that a person watches. */
export const aloud = voice(1);
/** Speaks on standard error only: for `vault`, whose standard output belongs to scripts. */
export const aside = voice(2);

/** A reason to stop that a person can act on: printed as it is, without a stack trace. */
export class CannotGoOn extends Error {}

/**
 * Runs a command's main function and turns what it throws into words and an exit code.
 * @param {() => Promise<number>} main its answer is the exit code
 */
export async function runCommand(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(error instanceof CannotGoOn ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
}
