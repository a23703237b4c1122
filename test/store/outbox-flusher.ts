import { once } from 'node:events';
import type { MirroredStore } from '../../main/store/mirror/mirrored-store.js';

/** Waits for a line on standard input, then sends everything that waits, and prints how much of it. */
export async function main(open: () => Promise<MirroredStore>): Promise<void> {
  const mirror = await open();
  await mirror.pull();
  process.stdout.write('ready\n');
  await once(process.stdin, 'data');
  let sent = 0;
  for (const item of mirror.outbox.items()) if ((await mirror.outbox.send(item)) === 'sent') sent += 1;
  process.stdout.write(`${String(sent)}\n`);
  await mirror.close();
  process.stdin.destroy();
}
