import type { Handlers } from '../../app/contract/index.js';
import { VaultError } from '../../app/errors.js';
import type { VaultHost } from './vault-host.js';

const notYet = (): never => {
  throw new VaultError('invalid-input', 'Vaults in buckets cannot be opened from here yet. The command can.');
};

export const storeHandlers = (host: VaultHost): Handlers['store'] => ({
  location: async () => {
    const { storeLabel } = await host.state();
    return { kind: storeLabel === '' ? 'none' : 'folder', label: storeLabel, s3: null, accessKeyId: null };
  },
  test: notYet,
  openInvitation: notYet,
  saveInvitation: notYet,
  replaceKeys: notYet,
  move: notYet,
  check: notYet,
  repair: notYet,
  collect: notYet,
  cancel: () => ({}),
});
