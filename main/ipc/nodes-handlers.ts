import type { Handlers } from '../../app/contract/index.js';
import { SecretBytes } from '../crypto/secret-bytes.js';
import type { Emit } from './events.js';
import type { VaultHost } from './vault-host.js';

export const nodesHandlers = (host: VaultHost, emit: Emit): Handlers['nodes'] => ({
  list: async () => {
    const { people, nodes } = host.vault();
    const [everybody, enrolments] = await Promise.all([people.list(), nodes.enrolments()]);
    return { items: everybody.filter(({ kind }) => kind === 'node'), enrolments };
  },

  register: async ({ secret, ...request }) => {
    // SECURITY (promise 9): a machine's secret opens as much as a passphrase, and is wiped like one.
    using bytes = SecretBytes.take(secret);
    return await host
      .vault()
      .nodes.register(
        { ...request, secret: bytes },
        { onProgress: (progress) => emit('account', 'progress', progress), signal: host.lockSignal() },
      );
  },

  invite: ({ name }) => host.vault().nodes.invite(name),

  withdraw: async ({ code }) => {
    await host.vault().nodes.withdraw(code);
    return {};
  },
});
