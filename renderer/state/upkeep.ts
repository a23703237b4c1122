/** Where the open vault's store is, and the work on it as a whole: checking, cleaning, moving. One at a time. */
import type { EventPayload } from '../../app/contract/index.js';
import { isVaultError, type VaultError } from '../../app/errors.js';
import type { CheckReportView } from '../../app/contract/store.js';
import type { S3Keys } from '../../app/model/store.js';
import { attempt } from './attempt.js';
import { client } from './client.js';
import { asVaultError } from './error-advice.js';
import { formatBytes, formatCount } from './format.js';
import { lockable, whileUnlocked } from './lockable.js';
import { toast } from './toasts.js';

export type StoreLocation = Awaited<ReturnType<typeof client.store.location>>;
export type StoreProgress = EventPayload<'store', 'progress'>;
export type StoreWork = StoreProgress['work'];

type UpkeepState = {
  location: StoreLocation | null;
  /** what goes on now; its progress comes as it is told */
  work: StoreWork | null;
  progress: StoreProgress | null;
  cancelling: boolean;
  /** of the last check */
  report: CheckReportView | null;
  /** whether that check read the contents too */
  withContents: boolean;
  /** what went wrong with the last work, until the next one begins */
  trouble: Readonly<{ work: StoreWork; error: VaultError }> | null;
};

export const useUpkeep = lockable<UpkeepState>(() => ({
  location: null,
  work: null,
  progress: null,
  cancelling: false,
  report: null,
  withContents: false,
  trouble: null,
}));

export const acceptStoreProgress = (progress: StoreProgress): void => {
  if (useUpkeep.getState().work === progress.work) useUpkeep.setState({ progress });
};

/** 0 to 1; 0 while nobody knows how much there is. */
export const fractionDone = (progress: StoreProgress | null): number =>
  progress === null || progress.total <= 0 ? 0 : Math.min(1, progress.done / progress.total);

export const loadLocation = (): Promise<boolean> =>
  attempt(async () => useUpkeep.setState({ location: await whileUnlocked(client.store.location({})) }));

/** Runs one work; false when it failed or was cancelled. What went wrong stays beside it, for the person to read. */
const run = async (work: StoreWork, task: () => Promise<unknown>): Promise<boolean> => {
  if (useUpkeep.getState().work !== null) return false;
  useUpkeep.setState({ work, progress: null, cancelling: false, trouble: null });
  try {
    await task();
    return true;
  } catch (failure) {
    if (!isVaultError(failure, 'cancelled', 'locked'))
      useUpkeep.setState({ trouble: { work, error: asVaultError(failure) } });
    return false;
  } finally {
    useUpkeep.setState({ work: null, progress: null, cancelling: false });
  }
};

export const checkStore = (contents: boolean): Promise<boolean> =>
  run('check', async () => {
    useUpkeep.setState({ report: null });
    const report = await whileUnlocked(client.store.check({ contents }));
    useUpkeep.setState({ report, withContents: contents });
  });

/** Forgets what went wrong. */
export const clearTrouble = (): void => useUpkeep.setState({ trouble: null });

/** Puts back what can be, then looks again: the report on screen is never older than the store. */
export const repairStore = async (): Promise<boolean> => {
  const repaired = await run('repair', async () => {
    const answer = await whileUnlocked(client.store.repair({}));
    toast({ kind: 'done', text: `${formatCount(answer.repaired, 'object')} put back` });
  });
  return repaired && checkStore(useUpkeep.getState().withContents);
};

export const collectGarbage = async (): Promise<boolean> => {
  const collected = await run('collect', async () => {
    const { removed } = await whileUnlocked(client.store.collect({}));
    const text =
      removed === 0 ? 'Nothing is older than a week yet' : `${formatCount(removed, 'object')} removed from the store`;
    toast({ kind: 'done', text });
  });
  return collected && checkStore(useUpkeep.getState().withContents);
};

export type NewPlace = Parameters<typeof client.store.move>[0]['to'];

/** Moves the store. The vault is locked afterwards, so the message about it is what is left to see. */
export const moveVault = (to: NewPlace): Promise<boolean> =>
  run('move', async () => {
    const { objects, bytes } = await client.store.move({ to });
    toast({ kind: 'done', text: `Moved: ${formatCount(objects, 'object')}, ${formatBytes(bytes)}. Unlock it there.` });
  });

export const cancelWork = (): Promise<boolean> => {
  useUpkeep.setState({ cancelling: true });
  return attempt(() => client.store.cancel({}));
};

/** Throws what is wrong with the keys, for the dialog to show. */
export const replaceKeys = async (keys: S3Keys): Promise<void> => {
  await whileUnlocked(client.store.replaceKeys({ keys }));
  await loadLocation();
  toast({ kind: 'done', text: 'Keys replaced' });
};

export const saveInvitation = (): Promise<boolean> =>
  attempt(async () => {
    const { saved } = await client.store.saveInvitation({});
    if (saved)
      toast({ kind: 'done', text: 'Invitation saved. Send it to whoever should join, and give them keys apart.' });
  });
