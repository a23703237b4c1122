import type { Handlers } from '../../app/contract/index.js';
import type { VaultHost } from './vault-host.js';

export const projectsHandlers = (host: VaultHost): Handlers['projects'] => ({
  list: () => ({ items: host.vault().projects.list() }),
  create: ({ name, suite }) => host.vault().projects.create(name, suite),
  rename: ({ id, name }) => host.vault().projects.rename(id, name),
});
