import { z } from 'zod';
import { id } from '../model/account.js';
import { person, reach } from '../model/people.js';
import { operation } from './define.js';

export const peopleContract = {
  /** every account of kind person that this computer has seen, oneself first, then by name */
  list: operation({ when: 'unlocked', input: z.object({}), output: z.object({ items: z.array(person) }) }),
  /** Marks a fingerprint as compared: the hex digits that were on the screen, so that a change meanwhile is refused. */
  verify: operation({ when: 'unlocked', input: z.object({ id, fingerprintHex: z.string() }), output: person }),
  unverify: operation({ when: 'unlocked', input: z.object({ id }), output: person }),
  /** what a person or node could read if it leaked now */
  reach: operation({ when: 'unlocked', input: z.object({ id }), output: reach }),
};

export const peopleEvents = {
  /** people or nodes may have changed: ask again */
  changed: z.object({}),
};
