import { z } from 'zod';
import { activityLine, alarm } from '../model/people.js';
import { operation } from './define.js';

export const activityContract = {
  /** the newest entries of all projects' logs, newest first */
  recent: operation({
    when: 'unlocked',
    input: z.object({ limit: z.number().int().min(1).max(500) }),
    output: z.object({ items: z.array(activityLine) }),
  }),
  /** what the last look at the store found wrong; empty when all is well */
  alarms: operation({ when: 'unlocked', input: z.object({}), output: z.object({ items: z.array(alarm) }) }),
  /** looks at the store now */
  refresh: operation({ when: 'unlocked', input: z.object({}), output: z.object({ items: z.array(alarm) }) }),
};

export const activityEvents = {
  alarms: z.object({ items: z.array(alarm) }),
};
