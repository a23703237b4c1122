import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import type { OpenVault } from '../../../../main/vault/open-vault.js';
import { temporaryFolder } from '../../../vault-fixture.js';
import { readAll, upload, write } from '../project-fixture.js';
import { meet, twoComputers } from './far-vaults.js';

const put = async (vault: OpenVault, project: string, name: string, text: string): Promise<void> => {
  const folder = await temporaryFolder();
  await write(folder, { [name]: text });
  await upload(vault, project, [join(folder, name)]);
};

const blobsAmong = (keys: Iterable<string>, but: ReadonlySet<string> = new Set()): string[] =>
  [...keys].filter((key) => key.startsWith('blobs/') && !but.has(key));

it('what is new in a pinned project is fetched after a look and can be read offline; nothing else is fetched', async () => {
  const { store, one, vaults } = await twoComputers();
  const [ada, eve] = vaults;
  const [pinned, other] = [(await eve.projects.create('Pinned')).id, (await eve.projects.create('Other')).id];
  await put(eve, pinned, 'old.txt', 'old');
  await put(eve, other, 'old.txt', 'old too');
  await meet(store, eve, ada);
  const get = vi.spyOn(one.line, 'get');
  const fetched = (): Set<string> => new Set(blobsAmong(get.mock.calls.map(([key]) => key)));
  const [old = ''] = blobsAmong(store.objects.keys());
  await ada.sync.pin(pinned, true);
  await expect.poll(fetched).toEqual(new Set([old]));

  const before = new Set(store.objects.keys());
  await put(eve, pinned, 'new.txt', 'new');
  const [fresh = ''] = blobsAmong(store.objects.keys(), before);
  await put(eve, other, 'new.txt', 'not asked for');
  await meet(store, ada);
  await expect.poll(fetched).toEqual(new Set([old, fresh]));
  await ada.lock();

  const again = await one.open();
  await again.refresh();
  one.line.away = true;
  await again.refresh().catch(() => undefined);
  expect(await readAll(again, pinned, 'new.txt')).toBe('new');
  await expect(readAll(again, other, 'new.txt')).rejects.toMatchObject({ code: 'store-unreachable' });
  one.line.away = false;
  await again.sync.pin(pinned, false);
  await put(eve, pinned, 'later.txt', 'not asked for any more');
  await meet(store, again);
  await again.lock();
  expect(fetched()).toEqual(new Set([old, fresh]));
  await eve.lock();
});
