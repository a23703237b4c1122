import type { ErrorCode, VaultError } from '../../app/errors.js';
import type { Alarm } from '../../app/model/people.js';

/** What may be somebody's doing, as opposed to a store that is away or a program that is too old. */
const severe: readonly ErrorCode[] = ['changed-card', 'rolled-back', 'weak-parameters', 'damaged'];

export const alarmOf = ({ code, message }: VaultError): Alarm => ({ code, message, severe: severe.includes(code) });
