import type { VaultContext } from '../context.js';

const turnsOf = new WeakMap<VaultContext, Map<string, Promise<unknown>>>();

/**
 * Runs `work` when no other of this process is deciding on paths of the project: looking whether a path is free and
 * taking it are then one step. (Between processes a path can still be taken twice: file-tree.ts shows both.)
 */
export const inProjectTurn = <T>(context: VaultContext, projectId: string, work: () => Promise<T>): Promise<T> => {
  const turns = turnsOf.get(context) ?? new Map<string, Promise<unknown>>();
  turnsOf.set(context, turns);
  const turn = (turns.get(projectId) ?? Promise.resolve()).then(work, work);
  turns.set(projectId, turn);
  return turn;
};
