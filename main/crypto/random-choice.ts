import { randomInt } from 'node:crypto';

/** One of the choices, each equally likely: the system's random numbers without modulo bias. Throws RangeError when there is none. */
export function randomChoice<T>(choices: ArrayLike<T>): T {
  const choice = choices[randomInt(choices.length)];
  if (choice === undefined) throw new RangeError('nothing to choose from');
  return choice;
}
