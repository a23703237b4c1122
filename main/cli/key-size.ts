import { InvalidArgumentError } from 'commander';
import { keySizes, type KeySize } from '../../app/model/account.js';

/** For commander: one of the sizes of an RSA key. */
export function parseKeySize(text: string): KeySize {
  const size = keySizes.find((known) => String(known) === text);
  if (size === undefined) throw new InvalidArgumentError(`It is one of ${keySizes.join(', ')}.`);
  return size;
}

/** For commander: a whole number from 1. */
export function parseCount(text: string): number {
  const count = Number(text);
  if (!/^[1-9]\d*$/.test(text) || !Number.isSafeInteger(count))
    throw new InvalidArgumentError('It is a whole number from 1.');
  return count;
}
