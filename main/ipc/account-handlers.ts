import { basename } from 'node:path';
import type { Handlers } from '../../app/contract/index.js';
import { SecretBytes } from '../crypto/secret-bytes.js';
import { judgePassphrase } from '../vault/account/passphrase-strength.js';
import { suggestPassphrase } from '../vault/account/passphrase-suggestion.js';
import { holdsStore } from '../vault/store-marker.js';
import type { PathHandles } from './path-handles.js';
import type { Computer } from './ports.js';
import { fileNameOf, writePrivately } from './private-file.js';
import type { VaultHost } from './vault-host.js';

export const accountHandlers = (
  host: VaultHost,
  { dialogs, recoverySheets }: Pick<Computer, 'dialogs' | 'recoverySheets'>,
  handles: PathHandles,
): Handlers['account'] => ({
  state: () => host.state(),

  chooseFolder: async () => {
    const path = await dialogs.pickFolder('Where should the vault live?', 'Use this folder');
    if (path === null) return null;
    const { handle } = handles.register(path);
    return { handle, label: basename(path) || path, holdsVault: await holdsStore(path) };
  },

  create: async ({ location, passphrase, ...request }) => {
    using secret = SecretBytes.take(passphrase);
    const place =
      location.kind === 'folder' ? ({ kind: 'folder', path: handles.resolve(location.handle) } as const) : location;
    return await host.create({ ...request, location: place, passphrase: secret });
  },

  select: ({ vaultId }) => host.select(vaultId),
  forget: ({ vaultId }) => host.forget(vaultId),

  unlock: async ({ passphrase }) => {
    using secret = SecretBytes.take(passphrase);
    return await host.unlock(secret);
  },

  unlockRemembered: () => host.unlockRemembered(),

  lock: async () => {
    await host.lock('asked');
    return host.state();
  },

  remember: ({ enabled }) => host.remember(enabled),

  strength: async ({ passphrase, suite }) => {
    using secret = SecretBytes.take(passphrase);
    return await judgePassphrase(secret, suite);
  },

  suggestPassphrase: ({ words }) => ({ passphrase: suggestPassphrase(words) }),

  changePassphrase: async ({ current, next, bits }) => {
    using currentSecret = SecretBytes.take(current);
    using nextSecret = SecretBytes.take(next);
    return await host.changePassphrase(currentSecret, nextSecret, bits);
  },

  saveRecoverySheet: async () => {
    const sheet = host.vault().recoverySheet();
    const name = `Coretex Vault recovery sheet - ${fileNameOf(sheet.account.name)}.pdf`;
    const target = await dialogs.saveFile('Save the recovery sheet', name, { name: 'PDF', extensions: ['pdf'] });
    if (target === null) return { saved: false };
    await writePrivately(target, await recoverySheets.render(sheet));
    return { saved: true };
  },

  exportPkcs12: async ({ passphrase, filePassphrase }) => {
    using secret = SecretBytes.take(passphrase);
    using fileSecret = SecretBytes.take(filePassphrase);
    const bytes = await host.vault().exportPkcs12(secret, fileSecret);
    const name = `${fileNameOf(host.vault().account().name)} master key.p12`;
    const target = await dialogs.saveFile('Export the master key', name, { name: 'PKCS#12', extensions: ['p12'] });
    if (target === null) return { saved: false };
    await writePrivately(target, bytes);
    return { saved: true };
  },
});
