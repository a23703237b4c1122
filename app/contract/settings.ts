import { z } from 'zod';
import { settings, settingsPatch } from '../model/settings.js';
import { operation } from './define.js';

export const settingsContract = {
  get: operation({ when: 'always', input: z.object({}), output: settings }),
  set: operation({ when: 'always', input: settingsPatch, output: settings }),
  about: operation({
    when: 'always',
    input: z.object({}),
    output: z.object({ version: z.string(), electron: z.string(), platform: z.string(), sandboxed: z.boolean() }),
  }),
};

export const settingsEvents = {
  changed: settings,
};
