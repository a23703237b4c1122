/**
 * What guessing a passphrase costs, in words for people. An attacker holds the public account card, rents graphics cards of the
 * RTX 4090 class, and pays for the guesses that an attack in the usual order needs.
 */
import type { Suite } from '../../app/model/account.js';

/**
 * Guesses one card makes in a second.
 * vault: Argon2id with 64 MiB and 3 passes moves some 576 MiB per guess through about 1 TB/s of memory; checking the result against
 * the card's Ed25519 key is cheap beside it. Cards that ask for more passes cost more; the floor is what counts.
 * coretex: the attacker needs neither primes nor the whole key. He walks the SHA-256 chain for some 76 kB (2,400 hashes at
 * 2048 bits) and sees whether a candidate divides the public modulus; a card makes 22 × 10^9 hashes a second. Longer keys
 * cost more; the shortest is what counts.
 */
const guessesPerCardSecond: Readonly<Record<Suite, number>> = { vault: 1_700, coretex: 9_000_000 };

const dollarsPerCardHour = 0.4;

/** The one well-equipped attacker whose time is told. */
const attackerCards = 1_000;

/**
 * The least a new key may rest on, as log10 of guesses: about $700 and $120,000.
 * In the vault suite each key has its own salt, so every account is an attack of its own. In the coretex suite one walk tests
 * a guess against all keys in the world at once, for ever, so its floor is out of reach of a shared effort too: six random
 * words or sixteen random characters pass, four words do not.
 */
export const acceptableGuessesLog10: Readonly<Record<Suite, number>> = { vault: 10, coretex: 16 };

const second = 1;
const hour = 3_600 * second;
const day = 24 * hour;
const year = 365.25 * day;

/** How long the well-equipped attacker needs, e.g. "about 3 years". */
export function crackTime(guessesLog10: number, suite: Suite): string {
  const seconds = 10 ** guessesLog10 / (guessesPerCardSecond[suite] * attackerCards);
  if (seconds < second) return 'less than a second';
  if (seconds >= 1e10 * year) return 'longer than the universe has existed';
  const units = [
    [year, 'year'],
    [day, 'day'],
    [hour, 'hour'],
    [60, 'minute'],
    [second, 'second'],
  ] as const;
  const [length, name] = units.find(([unit]) => seconds >= unit) ?? [second, 'second'];
  return `about ${quantity(seconds / length, name)}`;
}

/** What rented cards cost until then, e.g. "about $40 million". */
export function crackCost(guessesLog10: number, suite: Suite): string {
  const dollars = (10 ** guessesLog10 / guessesPerCardSecond[suite] / hour) * dollarsPerCardHour;
  if (dollars < 1) return 'less than $1';
  if (dollars >= 1e14) return 'more money than there is';
  return `about $${magnitude(dollars)}`;
}

const quantity = (value: number, unit: string): string => {
  const text = magnitude(value);
  return `${text} ${unit}${text === '1' ? '' : 's'}`;
};

/** One significant digit, two below a hundred: more would claim to know. */
function magnitude(value: number): string {
  const names = ['', ' thousand', ' million', ' billion', ' trillion'];
  const rounded = Number(value.toPrecision(value < 100 ? 2 : 1));
  const thousands = rounded < 10_000 ? 0 : Math.min(Math.floor(Math.log10(rounded) / 3 + 1e-9), names.length - 1);
  const shown = Number((rounded / 1_000 ** thousands).toPrecision(2));
  return `${(value < 10 ? Math.round(shown) : shown).toLocaleString('en-US')}${names[thousands] ?? ''}`;
}
