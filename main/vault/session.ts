import { mkdir } from 'node:fs/promises';
import { VaultError, isVaultError } from '../../app/errors.js';
import { accountSummary, createCard } from '../crypto/account-card.js';
import { unwrapMasterKey } from '../crypto/device-wrap.js';
import { parseEnrolmentCode } from '../crypto/enrolment-proof.js';
import { randomId } from '../crypto/random-id.js';
import type { SecretBytes } from '../crypto/secret-bytes.js';
import { deriveMasterKey } from '../engine/derive-master-key.js';
import { LateStore } from '../store/late-store.js';
import type { Store } from '../store/store.js';
import { AccountDirectory, type PinnedCard } from './account/account-directory.js';
import { newParameters, requireStrength } from './account/master-key-change.js';
import { makeNodeAccount } from './nodes/node-key.js';
import { generateNodeSecret, keepNodeSecret } from './nodes/node-secret.js';
import { OpenVault, deviceKeyPath } from './open-vault.js';
import { loadProfile, readProfileFile, saveProfile, type ProfileFile } from './profile/profile.js';
import { accountKey } from './store-keys.js';
import { absolute, labelOf } from './store-location.js';
import { openOrBeginStore, openStore } from './store-marker.js';
import { deriveForCard, matchesCard } from './account/unlock.js';
import type { KeyWork, ProfileSummary, Session, Vault } from './vault.js';

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

const createVault = async (request: CreateRequest, work: KeyWork = {}): Promise<Vault> => {
  const { profileDir, name, passphrase, suite, bits } = request;
  const location = absolute(request.location);
  await requireStrength(passphrase, suite);
  await prepareProfile(profileDir);
  const { store, storeId } = await openOrBeginStore(location);
  const parameters = await newParameters(suite, bits);
  const masterKey = await deriveMasterKey(passphrase, parameters, work);
  try {
    work.onProgress?.({ step: 'publish', fraction: 0 });
    const id = randomId();
    const kdf = parameters.suite === 'vault' ? parameters.kdf : null;
    const stored = await createCard({ id, kind: 'person', name, masterKey, kdf });
    if (!(await store.putIfAbsent(accountKey(id, 1), stored))) throw new VaultError('conflict');
    const directory = new AccountDirectory(profileDir, store, id);
    const { card } = await directory.pin(id, stored);
    // the profile file comes last: before it, a crash leaves an account that nobody uses; after it, everything is there
    await saveProfile(profileDir, { format: 'coretex-vault/v1/profile', store: location, storeId, accountId: id });
    return await OpenVault.open({ profileDir, location, store, directory, card, masterKey });
  } catch (error) {
    masterKey.dispose();
    throw error;
  }
};

/** SECURITY: a node's secret already in place is replaced only where no profile uses it (`prepareProfile`). */
const enrolNode = async (request: EnrolRequest, work: KeyWork = {}): Promise<Vault> => {
  const { profileDir, name, suite, bits } = request;
  const location = absolute(request.location);
  const code = request.code === undefined ? undefined : parseEnrolmentCode(request.code);
  if (request.secret !== undefined) await requireStrength(request.secret, suite);
  const { store, storeId } = await openStore(location);
  await prepareProfile(profileDir);
  using secret = request.secret?.clone() ?? generateNodeSecret();
  const { id, masterKey, stored } = await makeNodeAccount({ name, suite, bits, secret, code }, work);
  try {
    work.onProgress?.({ step: 'publish', fraction: 0 });
    // before the card is out: a crash must not leave an account whose secret is gone
    await keepNodeSecret(profileDir, secret);
    if (!(await store.putIfAbsent(accountKey(id, 1), stored))) throw new VaultError('conflict');
    const directory = new AccountDirectory(profileDir, store, id);
    const { card } = await directory.pin(id, stored);
    await saveProfile(profileDir, { format: 'coretex-vault/v1/profile', store: location, storeId, accountId: id });
    return await OpenVault.open({ profileDir, location, store, directory, card, masterKey });
  } catch (error) {
    masterKey.dispose();
    throw error;
  }
};

/** A machine is named by its id alone: its name may be a person's as well. */
const isCalled = (who: string | undefined, { card }: PinnedCard): boolean =>
  card.id === who || (card.kind === 'person' && (who === undefined || card.name === who));

const attachVault = async (request: AttachRequest, work: KeyWork = {}): Promise<Vault> => {
  const { profileDir, who, passphrase } = request;
  const location = absolute(request.location);
  await prepareProfile(profileDir);
  const { store, storeId } = await openStore(location);
  const directory = new AccountDirectory(profileDir, store);
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
      if (card.kind === 'node' && request.visit !== true) await keepNodeSecret(profileDir, passphrase);
      await saveProfile(profileDir, {
        format: 'coretex-vault/v1/profile',
        store: location,
        storeId,
        accountId: card.id,
      });
      return await OpenVault.open({ profileDir, location, store, directory, card, masterKey });
    } catch (error) {
      if (!isVaultError(error, 'wrong-passphrase')) throw error;
    }
  }
  throw new VaultError('wrong-passphrase');
};

/** The profile's store, opened when first needed: what was seen stays readable while it is away. */
const storeOf = (profile: ProfileFile): Store =>
  new LateStore(labelOf(profile.store), async () => {
    const { store, storeId } = await openStore(profile.store);
    if (storeId === profile.storeId) return store;
    await store.close();
    throw new VaultError('store-missing', 'The folder of this vault now holds another vault.');
  });

type Opening = Readonly<{ profile: ProfileFile; store: Store; directory: AccountDirectory; newest: PinnedCard }>;

/** The owner's newest card: from the store when it answers, else as pinned. */
const beginOpening = async (profileDir: string): Promise<Opening> => {
  const profile = await loadProfile(profileDir);
  if (profile === null) throw new VaultError('no-vault');
  const store = storeOf(profile);
  const directory = new AccountDirectory(profileDir, store, profile.accountId);
  const pinned = await directory.pinned(profile.accountId);
  try {
    return { profile, store, directory, newest: await directory.refresh(profile.accountId) };
  } catch (error) {
    // a rolled-back or unreachable store does not keep the owner out; `refresh` of the open vault reports it
    if (pinned === null || !isVaultError(error, 'store-missing', 'store-unreachable', 'rolled-back')) throw error;
    return { profile, store, directory, newest: pinned };
  }
};

const unlockVault = async (profileDir: string, passphrase: SecretBytes, work: KeyWork = {}): Promise<Vault> => {
  const { profile, store, directory, newest } = await beginOpening(profileDir);
  const masterKey = await deriveForCard(passphrase, newest.card, work);
  work.onProgress?.({ step: 'open', fraction: 0 });
  return OpenVault.open({ profileDir, location: profile.store, store, directory, card: newest.card, masterKey });
};

const unlockRemembered = async (profileDir: string, deviceKey: SecretBytes, work: KeyWork = {}): Promise<Vault> => {
  const { profile, store, directory, newest } = await beginOpening(profileDir);
  const wrapped = await readProfileFile(deviceKeyPath(profileDir));
  if (wrapped === null)
    throw new VaultError('not-found', 'This computer does not remember the vault. Unlock with the passphrase.');
  const masterKey = await unwrapMasterKey(wrapped.toString('latin1'), deviceKey);
  if (!matchesCard(masterKey, newest.card)) {
    masterKey.dispose();
    throw new VaultError(
      'wrong-passphrase',
      'The passphrase was changed since this computer remembered the vault. Unlock with the new one.',
    );
  }
  work.onProgress?.({ step: 'open', fraction: 0 });
  return OpenVault.open({ profileDir, location: profile.store, store, directory, card: newest.card, masterKey });
};

const readProfile = async (profileDir: string): Promise<ProfileSummary | null> => {
  const profile = await loadProfile(profileDir);
  if (profile === null) return null;
  const directory = new AccountDirectory(profileDir, storeOf(profile));
  const pinned = await directory.pinned(profile.accountId);
  if (pinned === null)
    throw new VaultError('damaged', 'The profile of this vault lacks its account card. Open the vault’s store again.');
  return {
    location: profile.store,
    storeLabel: labelOf(profile.store),
    account: accountSummary(pinned.card),
    remembered: (await readProfileFile(deviceKeyPath(profileDir))) !== null,
  };
};

/** How vaults are made and opened. */
export const session: Session = {
  createVault,
  attachVault,
  enrolNode,
  readProfile,
  unlockVault,
  unlockRemembered,
};
