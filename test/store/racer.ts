import { once } from 'node:events';
import type { Store } from '../../main/store/store.js';

/** What racer `name` writes: long enough to be written in several steps, different in every byte from the others'. */
export const racerContent = (name: string): Buffer => Buffer.alloc(300_000, `${name}.`);

/** Waits for a line on standard input, then tries to create every key; prints which ones it created. */
export async function main(open: () => Promise<Store>, [name = '', ...keys]: string[]): Promise<void> {
  const store = await open();
  process.stdout.write('ready\n');
  await once(process.stdin, 'data');
  const won: string[] = [];
  for (const key of keys) if (await store.putIfAbsent(key, racerContent(name))) won.push(key);
  process.stdout.write(`${JSON.stringify(won)}\n`);
  await store.close();
  process.stdin.destroy();
}
