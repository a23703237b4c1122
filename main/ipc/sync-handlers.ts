import type { Handlers } from '../../app/contract/index.js';
import type { VaultHost } from './vault-host.js';

export const syncHandlers = (host: VaultHost): Handlers['sync'] => ({
  status: () => host.vault().sync.status(),
  waiting: async () => ({ items: await host.vault().sync.waiting() }),

  discard: async ({ id }) => {
    await host.vault().sync.discard(id);
    return {};
  },

  now: async () => {
    const { sync } = host.vault();
    await host.look();
    await sync.flush({ signal: host.lockSignal() });
    return sync.status();
  },

  settings: () => host.vault().sync.settings(),
  configure: (patch) => host.vault().sync.configure(patch),
  pin: ({ projectId, pinned }) => host.vault().sync.pin(projectId, pinned),
  notices: () => ({ items: host.vault().sync.notices() }),

  dismissNotice: async ({ id }) => {
    await host.vault().sync.dismissNotice(id);
    return {};
  },

  acceptStore: async () => {
    const { sync } = host.vault();
    await sync.acceptStore();
    return sync.status();
  },
});
