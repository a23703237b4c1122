import { expect, it } from 'vitest';
import { VaultError } from '../../../app/errors.js';
import { syncHandlers } from '../../../main/ipc/sync-handlers.js';
import type { VaultHost } from '../../../main/ipc/vault-host.js';
import { folderSync } from '../../../main/vault/sync/folder-sync.js';

const hostOf = (flush: () => Promise<void>) => {
  const asked: string[] = [];
  const signal = new AbortController().signal;
  const sync = {
    ...folderSync,
    flush: (options?: Readonly<{ signal?: AbortSignal }>) => {
      asked.push(options?.signal === signal ? 'flush until the lock' : 'flush');
      return flush();
    },
  };
  const look = () => Promise.resolve(asked.push('look'));
  return { asked, host: { vault: () => ({ sync }), look, lockSignal: () => signal } as unknown as VaultHost };
};

it('“now” looks at the store first, then sends, and tells how things stand', async () => {
  const { asked, host } = hostOf(() => Promise.resolve());
  expect(await syncHandlers(host).now({})).toMatchObject({ state: 'folder', waitingItems: 0 });
  expect(asked).toEqual(['look', 'flush until the lock']);
});

it('“now” says why nothing could be sent', async () => {
  const { host } = hostOf(() => Promise.reject(new VaultError('store-unreachable')));
  await expect(syncHandlers(host).now({})).rejects.toMatchObject({ code: 'store-unreachable' });
});

it('a vault in a folder has nothing waiting and nothing to set', async () => {
  const { host } = hostOf(() => Promise.resolve());
  const handlers = syncHandlers(host);
  expect(await handlers.waiting({})).toEqual({ items: [] });
  expect(await handlers.notices({})).toEqual({ items: [] });
  await expect(handlers.discard({ id: 'a'.repeat(32) })).rejects.toMatchObject({ code: 'not-found' });
  await expect(handlers.configure({ paused: true })).rejects.toMatchObject({ code: 'invalid-input' });
});
