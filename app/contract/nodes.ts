import { z } from 'zod';
import { keySize, suite } from '../model/account.js';
import { enrolment, person } from '../model/people.js';
import { passphrase } from './account.js';
import { operation } from './define.js';

const name = z.string().trim().min(1).max(200);

export const nodesContract = {
  list: operation({
    when: 'unlocked',
    input: z.object({}),
    output: z.object({ items: z.array(person), enrolments: z.array(enrolment) }),
  }),
  /** Publishes the card of a node whose keys derive from a node secret (which is wiped on arrival). Progress: `account.progress`. */
  register: operation({
    when: 'unlocked',
    input: z.object({ name, suite, bits: keySize, secret: passphrase }),
    output: person,
  }),
  /** A one-time code for a node that makes its own key with `vault node enrol`. */
  invite: operation({ when: 'unlocked', input: z.object({ name }), output: enrolment }),
  /** takes back a code that was not used */
  withdraw: operation({ when: 'unlocked', input: z.object({ code: z.string() }), output: z.object({}) }),
};
