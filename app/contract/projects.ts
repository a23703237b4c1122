import { z } from 'zod';
import { id, suite } from '../model/account.js';
import { projectName, projectSummary } from '../model/project.js';
import { operation } from './define.js';

export const projectsContract = {
  list: operation({ when: 'unlocked', input: z.object({}), output: z.object({ items: z.array(projectSummary) }) }),
  create: operation({
    when: 'unlocked',
    input: z.object({ name: projectName, suite: suite.optional() }),
    output: projectSummary,
  }),
  rename: operation({ when: 'unlocked', input: z.object({ id, name: projectName }), output: projectSummary }),
};

export const projectsEvents = {
  changed: z.object({}),
};
