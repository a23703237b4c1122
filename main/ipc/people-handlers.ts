import type { Handlers } from '../../app/contract/index.js';
import type { VaultHost } from './vault-host.js';

export const peopleHandlers = (host: VaultHost): Handlers['people'] => {
  const people = () => host.vault().people;
  return {
    list: async () => ({ items: (await people().list()).filter(({ kind }) => kind === 'person') }),
    verify: ({ id, fingerprintHex }) => people().verify(id, fingerprintHex),
    unverify: ({ id }) => people().unverify(id),
    reach: ({ id }) => people().reach(id),
  };
};
