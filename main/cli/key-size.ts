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

const powers: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 };

/** For commander: bytes, with k, M, G or T (powers of ten) after the number; 0 too. */
export function parseAmount(text: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,12}(?:\.\d{1,3})?)([kmgt]?)b?$/i.exec(text) ?? [];
  const amount = Math.round(Number(digits) * (powers[unit.toLowerCase()] ?? Number.NaN));
  if (digits === '' || !Number.isSafeInteger(amount))
    throw new InvalidArgumentError('It is a number of bytes, such as 500k, 10M or 2G.');
  return amount;
}
