import { mkdir } from 'node:fs/promises';
import { VaultError, isVaultError } from '../../app/errors.js';
import { accountSummary, createCard } from '../crypto/account-card.js';
import { unwrapMasterKey } from '../crypto/device-wrap.js';
import { parseEnrolmentCode } from '../crypto/enrolment-proof.js';
import { randomId } from '../crypto/random-id.js';
import type { MasterKey } from '../crypto/master-key.js';
import type { SecretBytes } from '../crypto/secret-bytes.js';
import { deriveMasterKey } from '../engine/derive-master-key.js';
import { AccountDirectory, type PinnedCard } from './account/account-directory.js';
import { newParameters, requireStrength } from './account/master-key-change.js';
import { makeNodeAccount } from './nodes/node-key.js';
import { generateNodeSecret, keepNodeSecret } from './nodes/node-secret.js';
import { OpenVault, deviceKeyPath } from './open-vault.js';
import { environmentKeychain } from './keychain/environment-keys.js';
import { loadProfile, readProfileFile, saveProfile } from './profile/profile.js';
import { accountKey } from './store-keys.js';
import { absolute, labelOf } from './store-location.js';
import {
  closeVaultStore,
  glanceAt,
  joinStore,
  noStore,
  removeMirror,
  storeOfProfile,
  type JoinedStore,
} from './vault-store.js';
import { deriveForCard, matchesCard } from './account/unlock.js';
import type { BucketKeychain, KeyWork, ProfileSummary, Session, StoreLocation, Vault } from './vault.js';

type CreateRequest = Parameters<Session['createVault']>[0];
type EnrolRequest = Parameters<Session['enrolNode']>[0];
type AttachRequest = Parameters<Session['attachVault']>[0];

const prepareProfile = async (profileDir: string): Promise<void> => {
  if ((await loadProfile(profileDir)) !== null)
    throw new VaultError('vault-exists', 'This profile already has a vault.');
  try {
    await mkdir(profileDir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new VaultError('target-unwritable', 'The folder of the profile cannot be made.', { cause: error });
  }
};

type Place = Readonly<{ profileDir: string; location: StoreLocation; storeId?: string }>;

/** Makes a profile in a store. Throws what `joinStore` and `work` throw; then the store is closed, and of a bucket nothing stays here. */
const joining = async (
  { profileDir, location, storeId }: Place,
  { begin, keychain }: Readonly<{ begin: boolean; keychain: BucketKeychain }>,
  work: (joined: JoinedStore) => Promise<Vault>,
): Promise<Vault> => {
  const expected = storeId === undefined ? {} : { storeId };
  const joined = await joinStore({ location, profileDir, begin, ...expected }, keychain);
  try {
    return await work(joined);
  } catch (error) {
    await closeVaultStore(joined);
    if (joined.mirror !== null) await removeMirror(profileDir);
    throw error;
  }
};

type NewAccount = Readonly<{ id: string; masterKey: MasterKey }>;

/** Publishes the first card of an account, makes its profile, and opens it. The master key is taken over. */
const publishing = async (
  { id, masterKey }: NewAccount,
  place: JoinedStore & Place & Readonly<{ storeId: string }>,
  prepare: () => Promise<Uint8Array>,
): Promise<Vault> => {
  const { storeId, ...places } = place;
  const { profileDir, location, store } = places;
  try {
    const stored = await prepare();
    if (!(await store.putIfAbsent(accountKey(id, 1), stored))) throw new VaultError('conflict');
    const directory = new AccountDirectory(profileDir, store, id);
    const { card } = await directory.pin(id, stored);
    // the profile file comes last: before it, a crash leaves an account that nobody uses; after it, everything is there
    await saveProfile(profileDir, { format: 'coretex-vault/v1/profile', store: location, storeId, accountId: id });
    return await OpenVault.open({ ...places, directory, card, masterKey });
  } catch (error) {
    masterKey.dispose();
    throw error;
  }
};

const createVault = async (keychain: BucketKeychain, request: CreateRequest, work: KeyWork = {}): Promise<Vault> => {
  const { profileDir, name, passphrase, suite, bits } = request;
  const location = absolute(request.location);
  await requireStrength(passphrase, suite);
  await prepareProfile(profileDir);
  return joining({ ...request, location }, { begin: true, keychain }, async ({ storeId, ...places }) => {
    const parameters = await newParameters(suite, bits);
    const masterKey = await deriveMasterKey(passphrase, parameters, work);
    const id = randomId();
    return publishing({ id, masterKey }, { ...places, profileDir, location, storeId }, async () => {
      work.onProgress?.({ step: 'publish', fraction: 0 });
      const kdf = parameters.suite === 'vault' ? parameters.kdf : null;
      return createCard({ id, kind: 'person', name, masterKey, kdf });
    });
  });
};

/** SECURITY: a node's secret already in place is replaced only where no profile uses it (`prepareProfile`). */
const enrolNode = async (keychain: BucketKeychain, request: EnrolRequest, work: KeyWork = {}): Promise<Vault> => {
  const { profileDir, name, suite, bits } = request;
  const location = absolute(request.location);
  const code = request.code === undefined ? undefined : parseEnrolmentCode(request.code);
  if (request.secret !== undefined) await requireStrength(request.secret, suite);
  await prepareProfile(profileDir);
  return joining({ ...request, location }, { begin: false, keychain }, async ({ storeId, ...places }) => {
    using secret = request.secret?.clone() ?? generateNodeSecret();
    const { id, masterKey, stored } = await makeNodeAccount({ name, suite, bits, secret, code }, work);
    return await publishing({ id, masterKey }, { ...places, profileDir, location, storeId }, async () => {
      work.onProgress?.({ step: 'publish', fraction: 0 });
      // before the card is out: a crash must not leave an account whose secret is gone
      await keepNodeSecret(profileDir, secret);
      return stored;
    });
  });
};

/** A machine is named by its id alone: its name may be a person's as well. */
const isCalled = (who: string | undefined, { card }: PinnedCard): boolean =>
  card.id === who || (card.kind === 'person' && (who === undefined || card.name === who));

const attachVault = async (keychain: BucketKeychain, request: AttachRequest, work: KeyWork = {}): Promise<Vault> => {
  const location = absolute(request.location);
  await prepareProfile(request.profileDir);
  return joining({ ...request, location }, { begin: false, keychain }, (joined) =>
    attachTo(joined, { ...request, location }, work),
  );
};

const attachTo = async (
  { storeId, ...places }: JoinedStore,
  { profileDir, location, who, passphrase, visit }: AttachRequest,
  work: KeyWork,
): Promise<Vault> => {
  const directory = new AccountDirectory(profileDir, places.store);
  const { accounts, problems } = await directory.refreshAll();
  const candidates = accounts.filter((account) => isCalled(who, account));
  if (candidates.length === 0) {
    throw (
      problems[0] ??
      new VaultError(
        'not-found',
        who === undefined ? 'This vault has no account yet.' : `This vault has no account “${who}”.`,
      )
    );
  }
  for (const { card } of candidates) {
    try {
      const masterKey = await deriveForCard(passphrase, card, work);
      if (card.kind === 'node' && visit !== true) await keepNodeSecret(profileDir, passphrase);
      await saveProfile(profileDir, {
        format: 'coretex-vault/v1/profile',
        store: location,
        storeId,
        accountId: card.id,
      });
      return await OpenVault.open({ ...places, profileDir, location, directory, card, masterKey });
    } catch (error) {
      if (!isVaultError(error, 'wrong-passphrase')) throw error;
    }
  }
  throw new VaultError('wrong-passphrase');
};

/** The owner's newest card: from the store when it answers, else as pinned. */
const newestCard = async (directory: AccountDirectory, accountId: string): Promise<PinnedCard> => {
  const pinned = await directory.pinned(accountId);
  try {
    return await directory.refresh(accountId);
  } catch (error) {
    // a rolled-back or unreachable store does not keep the owner out; `refresh` of the open vault reports it
    if (pinned === null || !isVaultError(error, 'store-missing', 'store-unreachable', 'rolled-back')) throw error;
    return pinned;
  }
};

/** Opens the profile's store, and the vault with the master key that `masterKeyOf` gives; closes the store again when anything fails. */
const opening = async (
  profileDir: string,
  keychain: BucketKeychain,
  work: KeyWork,
  masterKeyOf: (newest: PinnedCard) => Promise<MasterKey>,
): Promise<Vault> => {
  const profile = await loadProfile(profileDir);
  if (profile === null) throw new VaultError('no-vault');
  const places = await storeOfProfile(profile, profileDir, keychain);
  try {
    if (places.mirror !== null) await glanceAt(places.mirror);
    const directory = new AccountDirectory(profileDir, places.store, profile.accountId);
    const newest = await newestCard(directory, profile.accountId);
    const masterKey = await masterKeyOf(newest);
    work.onProgress?.({ step: 'open', fraction: 0 });
    const { card } = newest;
    return await OpenVault.open({ ...places, profileDir, location: profile.store, directory, card, masterKey });
  } catch (error) {
    await closeVaultStore(places);
    throw error;
  }
};

const unlockVault = (
  keychain: BucketKeychain,
  profileDir: string,
  passphrase: SecretBytes,
  work: KeyWork = {},
): Promise<Vault> => opening(profileDir, keychain, work, ({ card }) => deriveForCard(passphrase, card, work));

const unlockRemembered = (
  keychain: BucketKeychain,
  profileDir: string,
  deviceKey: SecretBytes,
  work: KeyWork = {},
): Promise<Vault> =>
  opening(profileDir, keychain, work, async ({ card }) => {
    const wrapped = await readProfileFile(deviceKeyPath(profileDir));
    if (wrapped === null)
      throw new VaultError('not-found', 'This computer does not remember the vault. Unlock with the passphrase.');
    const masterKey = await unwrapMasterKey(wrapped.toString('latin1'), deviceKey);
    if (matchesCard(masterKey, card)) return masterKey;
    masterKey.dispose();
    throw new VaultError(
      'wrong-passphrase',
      'The passphrase was changed since this computer remembered the vault. Unlock with the new one.',
    );
  });

const readProfile = async (profileDir: string): Promise<ProfileSummary | null> => {
  const profile = await loadProfile(profileDir);
  if (profile === null) return null;
  const pinned = await new AccountDirectory(profileDir, noStore).pinned(profile.accountId);
  if (pinned === null)
    throw new VaultError('damaged', 'The profile of this vault lacks its account card. Open the vault’s store again.');
  return {
    location: profile.store,
    storeLabel: labelOf(profile.store),
    account: accountSummary(pinned.card),
    remembered: (await readProfileFile(deviceKeyPath(profileDir))) !== null,
  };
};

/** How vaults are made and opened, with the keys of buckets from `keychain`. */
export const newSession = (keychain: BucketKeychain): Session => ({
  createVault: (request, work) => createVault(keychain, request, work),
  attachVault: (request, work) => attachVault(keychain, request, work),
  enrolNode: (request, work) => enrolNode(keychain, request, work),
  readProfile,
  unlockVault: (profileDir, passphrase, work) => unlockVault(keychain, profileDir, passphrase, work),
  unlockRemembered: (profileDir, deviceKey, work) => unlockRemembered(keychain, profileDir, deviceKey, work),
});

/** With the keys of buckets from the environment alone. */
export const session: Session = newSession(environmentKeychain);
