import type { ErrorCode, VaultError } from '../../app/errors.js';
import type { Alarm } from '../../app/model/people.js';

/** What may be somebody's doing, as opposed to a store that is away or a program that is too old. */
const severe: readonly ErrorCode[] = ['changed-card', 'rolled-back', 'weak-parameters', 'damaged'];

/** `details.what`: the first of several sentences, where the others say what the page's own advice says of this code. */
export const alarmOf = ({ code, message, details }: VaultError): Alarm => ({
  code,
  message: typeof details['what'] === 'string' ? details['what'] : message,
  severe: severe.includes(code),
  acceptable: details['wholeStore'] === true,
});
