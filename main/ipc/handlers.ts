import type { Handlers } from '../../app/contract/index.js';
import { accountHandlers } from './account-handlers.js';
import { activityHandlers } from './activity-handlers.js';
import type { Emit } from './events.js';
import { filesHandlers } from './files-handlers.js';
import { nodesHandlers } from './nodes-handlers.js';
import type { PathHandles } from './path-handles.js';
import { peopleHandlers } from './people-handlers.js';
import type { Computer } from './ports.js';
import { projectsHandlers } from './projects-handlers.js';
import { secretsHandlers } from './secrets-handlers.js';
import { settingsHandlers } from './settings-handlers.js';
import { storeHandlers } from './store-handlers.js';
import { syncHandlers } from './sync-handlers.js';
import type { SingleSaves } from './single-saves.js';
import { upkeepHandlers } from './upkeep-handlers.js';
import type { VaultHost } from './vault-host.js';

/** Everything the contract names, answered: the compiler sees to it that none is missing. */
export const createHandlers = (
  host: VaultHost,
  computer: Computer,
  emit: Emit,
  handles: PathHandles,
  saves: SingleSaves,
): Handlers => ({
  account: accountHandlers(host, computer, handles),
  secrets: secretsHandlers(host, computer),
  projects: projectsHandlers(host, computer),
  files: filesHandlers(host, computer, handles, saves),
  people: peopleHandlers(host),
  nodes: nodesHandlers(host, emit),
  activity: activityHandlers(host),
  settings: settingsHandlers(computer, emit),
  store: {
    ...storeHandlers(host, computer),
    ...upkeepHandlers(host, { bucketKeys: computer.bucketKeys, handles, emit }),
  },
  sync: syncHandlers(host),
});
