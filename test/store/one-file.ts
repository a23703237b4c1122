import { stat } from 'node:fs/promises';
import type { Store } from '../../main/store/store.js';

/** Stores one file, brings it back, and prints whether it was created, how many bytes came back, and the most memory (KiB) it took. */
export async function main(open: () => Promise<Store>, [key = '', file = '']: string[]): Promise<void> {
  const store = await open();
  const created = await store.putIfAbsent(key, { file });
  const { size } = await stat(await store.local(key));
  process.stdout.write(`${JSON.stringify({ created, size, peakKib: process.resourceUsage().maxRSS })}\n`);
  await store.close();
}
