import type { VaultState } from '../../../app/contract/account.js';

/** Why the vault is locked, in a sentence; nothing where it needs no explanation. */
export const lockReasonTexts: Readonly<Record<VaultState['lockReason'], string>> = {
  start: '',
  asked: 'You locked the vault.',
  idle: 'Locked because nothing was touched for a while.',
  sleep: 'Locked because the computer went to sleep.',
  'screen-lock': 'Locked together with the screen.',
};
