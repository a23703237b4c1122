import { notedName } from '../files/file-names.js';
import { joinPath, nameOf, parentOf } from '../files/file-paths.js';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
const maxPersonLength = 40;

/** Whose version of a file it is, and when it was made (ISO 8601). */
export type Origin = Readonly<{ person: string; time: string }>;

/** `a/report (Mira, 23 Nov 2026).pdf` for `a/report.pdf`: where a version goes whose place is taken. The day is that of UTC. */
export const conflictPath = (path: string, { person, time }: Origin): string => {
  const date = new Date(time);
  const day = `${date.getUTCDate()} ${months[date.getUTCMonth()] ?? ''} ${date.getUTCFullYear()}`;
  const who = Array.from(person.normalize('NFC').replaceAll(/[/\0\p{Surrogate}]/gu, ' '))
    .slice(0, maxPersonLength)
    .join('');
  return joinPath(parentOf(path), notedName(nameOf(path), `${who}, ${day}`).normalize('NFC'));
};
