import type { SettingsPage } from '../../state/route.js';

export const settingsNames: Readonly<Record<SettingsPage, string>> = {
  appearance: 'Appearance',
  security: 'Security',
  keys: 'Passphrase and keys',
  store: 'Store',
  vaults: 'Vaults',
  about: 'About',
};
