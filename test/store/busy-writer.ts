import type { Store } from '../../main/store/store.js';

/** What the busy writer stores under its n-th key: any part missing or mixed would show. */
export const busyContent = (n: number): Buffer => Buffer.alloc(1 + ((n * 77_773) % 900_000), `${n}:`);
export const busyKey = (run: string, n: number): string =>
  `busy/${run}/${String(n % 7)}/${String(n).padStart(10, '0')}`;

/** Writes objects without end, four at a time, and prints the number of each that the store acknowledged. */
export async function main(open: () => Promise<Store>, [run = '']: string[]): Promise<void> {
  const store = await open();
  let n = 0;
  const write = async (): Promise<void> => {
    for (;;) {
      const mine = n++;
      await store.putIfAbsent(busyKey(run, mine), busyContent(mine));
      process.stdout.write(`${String(mine)}\n`);
    }
  };
  await Promise.all([write(), write(), write(), write()]);
}
