import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { VaultError } from '../../../../app/errors.js';
import { DirectoryStore } from '../../../../main/store/directory.js';
import type { Store } from '../../../../main/store/store.js';
import { MirroredStore } from '../../../../main/store/mirror/mirrored-store.js';
import { BlobCache } from '../../../../main/store/mirror/blob-cache.js';
import { createCard } from '../../../../main/crypto/account-card.js';
import { randomId } from '../../../../main/crypto/random-id.js';
import { AccountDirectory } from '../../../../main/vault/account/account-directory.js';
import { newParameters } from '../../../../main/vault/account/master-key-change.js';
import { deriveForCard } from '../../../../main/vault/account/unlock.js';
import { deriveMasterKey } from '../../../../main/engine/derive-master-key.js';
import { OpenVault } from '../../../../main/vault/open-vault.js';
import { saveProfile } from '../../../../main/vault/profile/profile.js';
import { accountKey } from '../../../../main/vault/store-keys.js';
import { MemoryStore } from '../../../memory-store.js';
import { passphraseBytes, temporaryFolder, testPassphrase } from '../../../vault-fixture.js';

/** A computer with a profile of its own for an account of a far store. */
export type FarComputer = Readonly<{
  profileDir: string;
  /** the line between this computer and the store: `away` cuts it */
  line: CutLine;
  open: () => Promise<OpenVault>;
}>;

/** One computer's way to the store; what comes between may end a request after it was carried out. */
export class CutLine implements Store {
  readonly label = 'far';
  store: Store;
  away = false;
  /** the server takes every request and answers none */
  silent = false;
  /** what a cut line says */
  trouble = new VaultError('store-unreachable');
  /** what the store says to everything that would change it; null when it does as it is asked */
  refusal: VaultError | null = null;
  /** requests of writing that still get through; then the line is cut, once the last one was carried out */
  writesLeft = Infinity;

  constructor(store: Store) {
    this.store = store;
  }

  async *list(
    ...args: Parameters<Store['list']>
  ): ReturnType<Store['list']> & AsyncGenerator<{ key: string; bytes: number }> {
    this.#check();
    await this.#unlessSilent();
    yield* this.store.list(...args);
  }

  get(...args: Parameters<Store['get']>): ReturnType<Store['get']> {
    return this.#through(() => this.store.get(...args));
  }

  putIfAbsent(...args: Parameters<Store['putIfAbsent']>): ReturnType<Store['putIfAbsent']> {
    return this.#through(() => this.store.putIfAbsent(...args), true);
  }

  delete(...args: Parameters<Store['delete']>): ReturnType<Store['delete']> {
    return this.#through(() => this.store.delete(...args), true);
  }

  stat(...args: Parameters<Store['stat']>): ReturnType<Store['stat']> {
    return this.#through(() => this.store.stat(...args));
  }

  local(...args: Parameters<Store['local']>): ReturnType<Store['local']> {
    return this.#through(() => this.store.local(...args));
  }

  close(): Promise<void> {
    return Promise.resolve(); // the store is shared
  }

  async #through<T>(request: () => Promise<T>, isWrite = false): Promise<T> {
    this.#check();
    await this.#unlessSilent();
    if (isWrite && this.refusal !== null) throw this.refusal;
    const answer = await request();
    if (isWrite) this.writesLeft -= 1;
    if (this.writesLeft > 0) return answer;
    this.away = true;
    throw this.trouble;
  }

  #unlessSilent(): Promise<void> {
    return this.silent ? new Promise(() => undefined) : Promise.resolve();
  }

  #check(): void {
    if (this.away) throw this.trouble;
  }
}

const storeId = '5'.repeat(32);
const location = { kind: 's3', endpoint: 'https://far', region: 'here', bucket: 'vault' } as const;
const parameters = newParameters('vault', 2048);

/** Publishes a new account in a store. Gives its id. */
export const publishAccount = async (store: Store, name: string, passphrase = testPassphrase): Promise<string> => {
  using bytes = passphraseBytes(passphrase);
  const chosen = await parameters;
  const masterKey = await deriveMasterKey(bytes, chosen, {});
  try {
    const id = randomId();
    const kdf = chosen.suite === 'vault' ? chosen.kdf : null;
    const stored = await createCard({ id, kind: 'person', name, masterKey, kdf });
    await store.putIfAbsent(accountKey(id, 1), stored);
    return id;
  } finally {
    masterKey.dispose();
  }
};

/** A computer of an account, with nothing on it yet. */
export const newComputer = async (
  store: Store,
  accountId: string,
  passphrase = testPassphrase,
): Promise<FarComputer> => {
  const profileDir = join(await temporaryFolder(), 'profile');
  const line = new CutLine(store);
  const marker = { format: 'coretex-vault/v1/store', id: storeId, created: '2026-11-23T10:00:00.000Z' };
  await store.putIfAbsent('store', Buffer.from(JSON.stringify(marker)));
  await saveProfile(profileDir, { format: 'coretex-vault/v1/profile', store: location, storeId, accountId });
  const open = async (): Promise<OpenVault> => {
    const folder = join(profileDir, 'mirror');
    const contents = await BlobCache.open(join(folder, 'contents'), 1024 ** 3);
    const pauses = { firstMs: 0, longestMs: 0 };
    const mirror = await MirroredStore.open({
      folder,
      label: 'far',
      remote: () => Promise.resolve(line),
      contents,
      pauses,
    });
    if (!line.away) await mirror.pull();
    const directory = new AccountDirectory(profileDir, mirror, accountId);
    const newest = (await directory.pinned(accountId)) ?? (await directory.refresh(accountId));
    using bytes = passphraseBytes(passphrase);
    const masterKey = await deriveForCard(bytes, newest.card, {});
    return await OpenVault.open({
      profileDir,
      location,
      store: mirror,
      mirror,
      contents,
      bandwidth: null,
      openStoreAt: (place, { create }) =>
        place.kind === 'directory' ? DirectoryStore.open(place.path, { create }) : Promise.resolve(line),
      directory,
      card: newest.card,
      masterKey,
    });
  };
  return { profileDir, line, open };
};

/** The keys that an entry of the change feed names. */
const namedBy = (entry: Uint8Array): string[] => {
  const payload = Buffer.from(entry).toString('latin1').split('.')[1] ?? '';
  return (JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as { written: string[] }).written;
};

/** The keys that the change feed of a store says were written. */
export const announced = (store: MemoryStore): string[] =>
  [...store.objects].filter(([key]) => key.startsWith('changes/')).flatMap(([, entry]) => namedBy(entry));

/** Waits until everything in the store was announced, and then lets these look. Gives what each of them found wrong. */
export const meet = async (store: MemoryStore, ...vaults: readonly OpenVault[]): Promise<(readonly VaultError[])[]> => {
  const until = Date.now() + 10_000;
  while (Date.now() < until) {
    const keys = [...store.objects.keys()];
    const named = new Set(announced(store));
    if (keys.every((key) => /^(?:store$|accounts|changes)/.test(key) || named.has(key))) break;
    await sleep(10);
  }
  const problems: (readonly VaultError[])[] = [];
  for (const vault of vaults) problems.push(await vault.refresh());
  return problems;
};

/** Two computers of one account on one store, both up to date. */
export const twoComputers = async () => {
  const store = new MemoryStore();
  const id = await publishAccount(store, 'Mira');
  const [one, two] = [await newComputer(store, id), await newComputer(store, id)];
  const [ada, eve] = [await one.open(), await two.open()];
  return { store, one, two, vaults: [ada, eve] as const };
};
