import { acceptVaultState } from './account.js';
import { attempt } from './attempt.js';
import { client } from './client.js';
import { keepDraft } from './drafts.js';
import { toast } from './toasts.js';

const lock = (): Promise<boolean> => attempt(async () => acceptVaultState(await client.account.lock({})));

/** Locks once what is unsaved is kept; when it cannot be kept, the person decides. */
export const lockVault = async (): Promise<void> => {
  if (await keepDraft()) {
    await lock();
    return;
  }
  const action = { label: 'Lock anyway', run: () => void lock() };
  toast({ kind: 'failed', text: 'Not locked: your unsaved changes could not be kept.', action });
};
