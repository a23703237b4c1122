import { isVaultError } from '../../app/errors.js';
import type { Store } from '../../main/store/store.js';

/** Opens, reads every object, then tries to create and delete one key; prints what became of each step: a result or an error code. */
export async function main(open: () => Promise<Store>, [key = '', existing = '']: string[]): Promise<void> {
  const told: Record<string, unknown> = {};
  const step = async (name: string, work: () => Promise<unknown>): Promise<void> => {
    told[name] = await work().catch((error: unknown) => (isVaultError(error) ? error.code : String(error)));
  };
  const store = await open();
  await step('get', async () => (await store.get(existing)).length);
  await step('list', async () => {
    let objects = 0;
    for await (const { key } of store.list('')) objects += key === '' ? 0 : 1;
    return objects;
  });
  await step('put', () => store.putIfAbsent(key, new Uint8Array(10)));
  await step('delete', () => store.delete(existing));
  process.stdout.write(`${JSON.stringify(told)}\n`);
}
