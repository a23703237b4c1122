/**
 * Stores that hold what a person sees of an open vault. SECURITY: promise "locking empties the window": every such store
 * is made here, so {@link emptyAll} reaches all of them, and an answer that arrives after a lock is dropped.
 */
import { create } from 'zustand';
import { VaultError } from '../../app/errors.js';

const resets = new Set<() => void>();
let lockCount = 0;

/** A store that a lock puts back to `initial()`. */
export const lockable = <T extends object>(initial: () => T) => {
  const store = create<T>()(() => initial());
  resets.add(() => store.setState(initial(), true));
  return store;
};

/** Empties every lockable store. */
export const emptyAll = (): void => {
  lockCount += 1;
  for (const reset of resets) reset();
};

/** Waits for an answer; throws `locked` when the vault was locked meanwhile, so that nothing old is shown. */
export const whileUnlocked = async <T>(answer: Promise<T>): Promise<T> => {
  const before = lockCount;
  const value = await answer;
  if (before !== lockCount) throw new VaultError('locked');
  return value;
};
