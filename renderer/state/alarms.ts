/** What the last look at the store found wrong, and what that means. Nobody can put it away: it goes when it is over. */
import { errorCodes, type ErrorCode } from '../../app/errors.js';
import type { Alarm } from '../../app/model/people.js';
import { client } from './client.js';
import { errorAdvice, type Advice } from './error-advice.js';
import { lockable, whileUnlocked } from './lockable.js';

export const useAlarms = lockable<{ items: readonly Alarm[] }>(() => ({ items: [] }));

export const acceptAlarms = ({ items }: Readonly<{ items: readonly Alarm[] }>): void => useAlarms.setState({ items });

export const loadAlarms = async (): Promise<void> => acceptAlarms(await whileUnlocked(client.activity.alarms({})));

/** The severe ones first, each in the order it was found. Pure. */
export const inOrder = (items: readonly Alarm[]): readonly Alarm[] => [
  ...items.filter((alarm) => alarm.severe),
  ...items.filter((alarm) => !alarm.severe),
];

/** What somebody may be doing, where the advice for plain trouble would be too little. */
const underAttack: Partial<Readonly<Record<ErrorCode, Advice>>> = {
  damaged: {
    meaning: 'Nothing of it was used. What you see is the last that was in order.',
    action:
      'If it names somebody, ask them in another way whether it was them: if not, others may hold their key, so remove them from your projects. If it names nobody, find out who can write to the store, or bring it back from a backup.',
  },
  'not-allowed': {
    meaning: 'It has no effect: readers do not accept it.',
    action: 'Ask the person in another way whether it was them. If it was not, others may hold their key.',
  },
};

const isKnown = (code: string): code is ErrorCode => errorCodes.some((known) => known === code);

/** What an alarm means for a person's data, and what to do. A code of a newer version is told as damage. */
export const alarmAdvice = ({ code, severe }: Pick<Alarm, 'code' | 'severe'>): Advice => {
  const known = isKnown(code) ? code : 'damaged';
  return (severe ? underAttack[known] : undefined) ?? errorAdvice[known];
};
