/** Vaults for the bench of sharing: real ones, without the seconds that it takes to derive a key from a passphrase. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KeySize } from '../../app/model/account.js';
import { createCard } from '../../main/crypto/account-card.js';
import { unwrapMasterKey } from '../../main/crypto/device-wrap.js';
import type { KdfParameters } from '../../main/crypto/keys.js';
import { MasterKey } from '../../main/crypto/master-key.js';
import { randomId } from '../../main/crypto/random-id.js';
import { SecretBytes } from '../../main/crypto/secret-bytes.js';
import { FileEngine } from '../../main/engine/file-engine.js';
import { DirectoryStore } from '../../main/store/directory.js';
import type { Store } from '../../main/store/store.js';
import { AccountDirectory } from '../../main/vault/account/account-directory.js';
import { CardAuthor } from '../../main/vault/account/card-author.js';
import { KeyRing } from '../../main/vault/account/key-ring.js';
import type { VaultContext } from '../../main/vault/context.js';
import { VaultEmitter } from '../../main/vault/events.js';
import { openIndexKey } from '../../main/vault/index/index-key.js';
import { LocalIndex } from '../../main/vault/index/local-index.js';
import { OpenVault, deviceKeyPath } from '../../main/vault/open-vault.js';
import { loadProfile, saveProfile } from '../../main/vault/profile/profile.js';
import { ProjectKeyring } from '../../main/vault/projects/project-keyring.js';
import { SecretRecords } from '../../main/vault/secrets/secret-records.js';
import { SecretCollection } from '../../main/vault/secrets/secrets.js';
import { session } from '../../main/vault/session.js';
import { accountKey } from '../../main/vault/store-keys.js';
import { environmentKeychain } from '../../main/vault/keychain/environment-keys.js';
import { joinStore, storesApart } from '../../main/vault/vault-store.js';
import type { Vault } from '../../main/vault/vault.js';
import { CountingStore, HastyStore } from './counting-store.js';

/** The folder that holds a vault of the bench: profile, store and device key. */
const profileIn = (folder: string): string => join(folder, 'profile');
const storeIn = (folder: string): string => join(folder, 'store');
const deviceKeyIn = (folder: string): string => join(folder, 'device-key');

/** What cards say; no key of the bench was derived with it. */
const kdf: KdfParameters = {
  alg: 'argon2id',
  memoryKib: 65_536,
  iterations: 3,
  parallelism: 1,
  salt: Buffer.alloc(16).toString('base64url'),
};

/** A key pair straight from OpenSSL. */
const newKey = async (bits: KeySize): Promise<MasterKey> => {
  const encoding = { type: 'pkcs8', format: 'der' } as const;
  const pair = generateKeyPairSync('rsa', { modulusLength: bits });
  const signing = generateKeyPairSync('ed25519');
  using wrap = SecretBytes.take(pair.privateKey.export(encoding));
  using sign = SecretBytes.take(signing.privateKey.export(encoding));
  return await MasterKey.import({ suite: 'vault', bits, wrap, sign });
};

const publishCard = async (
  store: Store,
  name: string,
  masterKey: MasterKey,
): Promise<{ id: string; stored: Uint8Array }> => {
  const id = randomId();
  const stored = await createCard({ id, kind: 'person', name, masterKey, kdf });
  await store.putIfAbsent(accountKey(id, 1), stored);
  return { id, stored };
};

/** A new vault whose key this computer remembers. The caller locks it. */
export const makeVault = async (folder: string): Promise<Vault> => {
  mkdirSync(profileIn(folder), { recursive: true, mode: 0o700 });
  const location = { kind: 'directory', path: storeIn(folder) } as const;
  const { storeId, ...places } = await joinStore(
    { location, profileDir: profileIn(folder), begin: true },
    environmentKeychain,
  );
  const masterKey = await newKey(3072);
  const { id, stored } = await publishCard(places.store, 'Ada', masterKey);
  const profileDir = profileIn(folder);
  const directory = new AccountDirectory(profileDir, places.store, id);
  const { card } = await directory.pin(id, stored);
  await saveProfile(profileDir, { format: 'coretex-vault/v1/profile', store: location, storeId, accountId: id });
  const vault = await OpenVault.open({ ...places, profileDir, location, directory, card, masterKey });
  using deviceKey = await vault.rememberKey();
  writeFileSync(deviceKeyIn(folder), deviceKey.bytes, { mode: 0o600 });
  return vault;
};

/** Cards of further people, whose keys nobody keeps. Gives their ids. */
export const addPeople = async (folder: string, count: number): Promise<string[]> => {
  const store = await DirectoryStore.open(storeIn(folder));
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) {
    using masterKey = await newKey(2048);
    ids.push((await publishCard(store, `Person ${n}`, masterKey)).id);
  }
  await store.close();
  return ids;
};

/** Opens a vault as the app does on a computer that remembers it. */
export const openRemembered = async (folder: string): Promise<Vault> => {
  using deviceKey = SecretBytes.take(readFileSync(deviceKeyIn(folder)));
  return await session.unlockRemembered(profileIn(folder), deviceKey);
};

const partsOf = async (folder: string, store: Store) => {
  const profileDir = profileIn(folder);
  const profile = await loadProfile(profileDir);
  if (profile === null) throw new Error('there is no vault');
  const directory = new AccountDirectory(profileDir, store, profile.accountId);
  const { card } = await directory.refresh(profile.accountId);
  using deviceKey = SecretBytes.take(readFileSync(deviceKeyIn(folder)));
  const masterKey = await unwrapMasterKey(readFileSync(deviceKeyPath(profileDir), 'latin1'), deviceKey);
  const openStoreAt = storesApart(profileDir, environmentKeychain);
  return {
    profileDir,
    location: profile.store,
    store,
    mirror: null,
    contents: null,
    bandwidth: null,
    openStoreAt,
    directory,
    card,
    masterKey,
  };
};

/** The same with a store that counts. */
export const openCounted = async (folder: string): Promise<{ vault: Vault; store: CountingStore }> => {
  const store = new CountingStore(await DirectoryStore.open(storeIn(folder)));
  return { vault: await OpenVault.open(await partsOf(folder, store)), store };
};

/** What the parts of an open vault share, for filling it with the domain's own functions. The store is not made durable. */
export const withContext = async (
  folder: string,
  work: (context: VaultContext, secrets: SecretCollection) => Promise<void>,
): Promise<void> => {
  const store = new HastyStore(await DirectoryStore.open(storeIn(folder)), storeIn(folder));
  const { profileDir, location, directory, card, masterKey } = await partsOf(folder, store);
  const keyRing = new KeyRing(masterKey, () => Promise.resolve(null));
  const { index } = await LocalIndex.open(profileDir, await openIndexKey(profileDir, keyRing));
  const author = new CardAuthor(card.id, keyRing, directory);
  const records = new SecretRecords({ store, index, author, keyRing, directory });
  const projectKeys = new ProjectKeyring({ records, index, keyRing, directory, store });
  const locking = new AbortController();
  const engine = new FileEngine();
  const events = new VaultEmitter();
  const { id: accountId, suite: accountSuite } = card;
  const shared = {
    profileDir,
    location,
    accountId,
    accountSuite,
    store,
    engine,
    index,
    author,
    directory,
    projectKeys,
    isWaiting: () => false,
    requireStore: () => undefined,
  };
  const secrets = new SecretCollection({ records, index, store, events, directory, accountId });
  await work({ ...shared, events, locked: locking.signal }, secrets);
  locking.abort();
  await engine.close();
  projectKeys.dispose();
  keyRing.dispose();
  index.close();
  await store.close();
};
