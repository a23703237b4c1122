import { stat } from 'node:fs/promises';
import type { Store } from '../../main/store/store.js';

/** Stores one file, brings it back, and prints whether it was created, how many bytes came back, and the most memory (bytes) it took. */
export async function main(open: () => Promise<Store>, [key = '', file = '']: string[]): Promise<void> {
  const store = await open();
  let peak = 0;
  // Not the system's own peak: that begins with what the process had before it became this program, its parent's.
  const looking = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 10);
  const created = await store.putIfAbsent(key, { file });
  const { size } = await stat(await store.local(key));
  clearInterval(looking);
  process.stdout.write(`${JSON.stringify({ created, size, peak })}\n`);
  await store.close();
}
