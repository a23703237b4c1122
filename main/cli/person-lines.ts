import type { Person } from '../../app/model/people.js';
import { accountLines } from './account-lines.js';
import { shortTime } from './format.js';

/** How far a fingerprint is trusted, in a word or two. */
export function trustOf({ alarm, isSelf, verified, keyChanged, enrolled }: Person): string {
  if (isSelf) return 'you';
  if (alarm !== '') return 'ALARM';
  if (!verified) return 'not verified';
  if (keyChanged) return 'verified, new key since';
  return enrolled ? 'verified by its code' : 'verified';
}

/** One row for `table`. */
export const personRow = (person: Person): string[] => [
  person.name,
  trustOf(person),
  person.fingerprintWords.join(' '),
  person.sameName ? 'another has this name' : '',
  person.id,
];

/** Rows for `table`: all that is known of an account. */
export const personLines = (person: Person): [label: string, value: string][] => [
  ...accountLines(person),
  ['first seen', shortTime(person.firstSeen)],
  ['trust', trustOf(person)],
  ...(person.alarm === '' ? [] : ([['alarm', person.alarm]] satisfies [string, string][])),
];
