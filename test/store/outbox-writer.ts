import type { MirroredStore } from '../../main/store/mirror/mirrored-store.js';

export const waitingKey = (run: string, n: number): string => `secrets/${run}${String(n % 5)}/${String(n).padStart(10, '0')}`; // prettier-ignore
export const waitingContent = (n: number): Buffer => Buffer.alloc(1 + ((n * 7_773) % 90_000), `${String(n)}:`);

/** Writes without end while sync is `paused` (or `online`), and prints the number of each write that was accepted. */
export async function main(open: () => Promise<MirroredStore>, [run = '', how = '']: string[]): Promise<void> {
  const mirror = await open();
  mirror.setPaused(how === 'paused');
  for (let n = 1; ; n += 1) {
    if (await mirror.putIfAbsent(waitingKey(run, n), waitingContent(n))) process.stdout.write(`${String(n)}\n`);
  }
}
