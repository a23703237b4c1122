import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { S3Store } from '../../../../main/store/s3.js';
import { KeyRing } from '../../../../main/vault/account/key-ring.js';
import type { OpenVault } from '../../../../main/vault/open-vault.js';
import { temporaryFolder } from '../../../vault-fixture.js';
import { upload, write } from '../project-fixture.js';
import { announced, meet, twoComputers } from './far-vaults.js';

const note = { type: 'note', name: 'Note', fields: { text: 'told' } } as const;

/** Locks, and gives after how many milliseconds the keys were wiped, and the lock was over. */
const timeLock = async (vault: OpenVault): Promise<{ wiped: number; over: number }> => {
  const start = performance.now();
  let wiped = Infinity;
  const dispose = vi.spyOn(KeyRing.prototype, 'dispose').mockImplementationOnce(function (this: KeyRing) {
    wiped = performance.now() - start;
    this.dispose();
  });
  await vault.lock();
  const over = performance.now() - start;
  dispose.mockRestore();
  return { wiped, over };
};

describe('promise 9: locking while the server takes requests and answers none', () => {
  it('wipes the keys within a second and a half, and the next unlock announces what was not', async () => {
    const { store, one, vaults } = await twoComputers();
    const [ada, eve] = vaults;
    await meet(store, ada, eve);
    const { id } = await ada.secrets.add(note);
    one.line.silent = true;
    const { wiped, over } = await timeLock(ada);
    expect(wiped).toBeLessThan(1_500);
    expect(over).toBeLessThan(1_500);
    one.line.silent = false;
    const key = `secrets/${id}/0000000001`;
    expect(store.objects.has(key)).toBe(true);
    expect(announced(store)).not.toContain(key);
    const again = await one.open();
    await again.refresh();
    await expect.poll(() => announced(store)).toContain(key);
    await again.lock();
    await eve.lock();
  });

  it('ends at once with a real client and a server that accepts every connection and says nothing', async () => {
    const connections = new Set<Socket>();
    const server = createServer((socket) => void connections.add(socket)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { one, vaults } = await twoComputers();
    const [ada, eve] = vaults;
    const { port } = server.address() as AddressInfo;
    const s3 = await S3Store.open({
      location: { endpoint: `http://127.0.0.1:${String(port)}`, region: 'here', bucket: 'vault' },
      credentials: () => Promise.resolve({ accessKeyId: 'id', secretAccessKey: 'secret' }),
      folder: await temporaryFolder(),
    });
    await ada.secrets.add(note); // is still to be announced
    one.line.store = s3;
    one.line.close = () => s3.close();
    const looking = expect(ada.refresh()).rejects.toMatchObject({ code: 'locked' });
    await expect.poll(() => connections.size).toBeGreaterThan(0);
    const { wiped, over } = await timeLock(ada);
    expect(wiped).toBeLessThan(1_500);
    expect(over).toBeLessThan(1_500);
    await looking;
    await eve.lock();
    for (const socket of connections) socket.destroy();
    server.close();
  });

  it.each<[string, (vault: OpenVault, project: string) => Promise<unknown>]>([
    ['a look', (vault) => vault.refresh()],
    ['sending what waits', (vault) => vault.sync.flush()],
    ['a new secret', (vault) => vault.secrets.add(note)],
    ['a new member’s key', (vault, project) => vault.projects.rotate(project)],
    [
      'an upload',
      async (vault, project) => {
        const folder = await temporaryFolder();
        await write(folder, { 'a.txt': 'a', 'b.txt': 'b' });
        await upload(vault, project, [join(folder, 'a.txt'), join(folder, 'b.txt')]);
      },
    ],
    ['reading a file', (vault, project) => vault.files.readRange(project, vault.files.resolve(project, 'first.txt').id, { start: 0, endExclusive: 9 })], // prettier-ignore
  ])('ends %s at once', async (_, work) => {
    const { store, one, vaults } = await twoComputers();
    const [ada, eve] = vaults;
    const project = (await eve.projects.create('Tide tables')).id;
    const folder = await temporaryFolder();
    await write(folder, { 'first.txt': 'by eve' });
    await upload(eve, project, [join(folder, 'first.txt')]);
    await meet(store, eve, ada);
    await ada.sync.configure({ paused: true });
    await ada.secrets.add({ ...note, name: 'Waits' });
    await ada.sync.configure({ paused: false });
    one.line.silent = true;
    const working = expect(work(ada, project)).rejects.toThrow();
    await wait(100);
    const { wiped, over } = await timeLock(ada);
    expect(wiped).toBeLessThan(500);
    expect(over).toBeLessThan(500);
    await working;
    await eve.lock();
  });
});
