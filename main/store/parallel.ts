/** What one caller has under way at most. */
const width = 4;

/**
 * Does `work` for each item, a few at a time. When one fails the others are stopped; throws the first error once all have ended, so
 * that what they use may be closed.
 */
export async function allOrNone<T>(
  items: readonly T[],
  signal: AbortSignal | undefined,
  work: (item: T, stop: AbortSignal) => Promise<void>,
): Promise<void> {
  const failed = new AbortController();
  const stop = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal]);
  const rest = items.values();
  const workers = Array.from({ length: Math.min(width, items.length) }, async () => {
    for (const item of rest) {
      if (failed.signal.aborted) return;
      await work(item, stop);
    }
  });
  try {
    await Promise.all(workers);
  } catch (error) {
    failed.abort();
    await Promise.allSettled(workers);
    throw error;
  }
}
