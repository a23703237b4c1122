const turns = new WeakMap<object, Promise<unknown>>();

/**
 * Runs `work` when nothing else of this process changes secrets of this index: reading the newest version, writing the next one and learning
 * it are then one step, also for the merge of what waited to be sent.
 */
export const inSecretTurn = <T>(index: object, work: () => Promise<T>): Promise<T> => {
  const turn = (turns.get(index) ?? Promise.resolve()).then(work, work);
  turns.set(index, turn);
  return turn;
};
