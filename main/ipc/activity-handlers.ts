import type { Handlers } from '../../app/contract/index.js';
import type { VaultHost } from './vault-host.js';

export const activityHandlers = (host: VaultHost): Handlers['activity'] => ({
  recent: async ({ limit }) => ({ items: await host.vault().activity.recent(limit) }),
  alarms: () => ({ items: [...host.alarms()] }),
  refresh: async () => ({ items: [...(await host.look())] }),
});
