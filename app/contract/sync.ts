import { z } from 'zod';
import { id } from '../model/account.js';
import { mergeNotice, syncSettings, syncSettingsPatch, syncStatus, waitingItem } from '../model/sync.js';
import { operation } from './define.js';

const nothing = z.object({});

/** How the open vault stands with its store (a folder's is always `folder`). */
export const syncContract = {
  status: operation({ when: 'unlocked', input: nothing, output: syncStatus }),
  /** what waits to be sent, oldest first */
  waiting: operation({ when: 'unlocked', input: nothing, output: z.object({ items: z.array(waitingItem) }) }),
  /** Gives up every change of that secret or file that was not sent yet; it is then as the store has it. */
  discard: operation({ when: 'unlocked', input: z.object({ id }), output: nothing }),
  /** Looks at the store and sends what waits, now. */
  now: operation({ when: 'unlocked', input: nothing, output: syncStatus }),
  settings: operation({ when: 'unlocked', input: nothing, output: syncSettings }),
  configure: operation({ when: 'unlocked', input: syncSettingsPatch, output: syncSettings }),
  /** Keeps all contents of a project on this computer, or no longer. */
  pin: operation({
    when: 'unlocked',
    input: z.object({ projectId: id, pinned: z.boolean() }),
    output: syncSettings,
  }),
  notices: operation({ when: 'unlocked', input: nothing, output: z.object({ items: z.array(mergeNotice) }) }),
  dismissNotice: operation({ when: 'unlocked', input: z.object({ id: z.string() }), output: nothing }),
  /** The store shows less than this computer saw, and the person goes on with what it shows. */
  acceptStore: operation({ when: 'unlocked', input: nothing, output: syncStatus }),
};

export const syncEvents = {
  status: syncStatus,
  /** `waiting` or `notices` has changed */
  changed: nothing,
};
