import type { VaultState } from '../../app/contract/account.js';
import { VaultError, isVaultError } from '../../app/errors.js';
import type { KeySize, Suite } from '../../app/model/account.js';
import type { Alarm } from '../../app/model/people.js';
import type { S3Keys, S3Location } from '../../app/model/store.js';
import type { SecretBytes } from '../crypto/secret-bytes.js';
import type { KeyWork, ProfileSummary, Session, StoreLocation, Vault } from '../vault/vault.js';
import type { Emit } from './events.js';
import { alarmOf } from './alarms.js';
import { keepKeys, removeUnusedKeys } from './bucket-access.js';
import type { BucketKeys, Keychain, VaultRegistry } from './ports.js';
import type { Phase } from './router.js';
import { StoreWatch } from './store-watch.js';
import { relayVaultEvents } from './vault-events.js';

export type LockReason = VaultState['lockReason'];

export type NewVault = Readonly<{
  location:
    | Readonly<{ kind: 'default' }>
    | Readonly<{ kind: 'folder'; path: string }>
    | Readonly<{ kind: 's3'; location: S3Location; keys: S3Keys }>;
  name: string;
  passphrase: SecretBytes;
  suite: Suite;
  bits: KeySize;
}>;

export type VaultHostParts = Readonly<{
  session: Session;
  registry: VaultRegistry;
  keychain: Keychain;
  bucketKeys: BucketKeys;
  emit: Emit;
  /** run at the moment of locking, before the page hears of it: whatever holds plaintext lets go of it here */
  onLocked: () => Promise<void>;
  /** when the page knows that the vault is locked, and shows nothing of it any more */
  afterLock: () => void;
}>;

const nameIsTaken = (name: string, cause: unknown): VaultError =>
  new VaultError(
    'already-exists',
    `This vault has an account called “${name}” already. Type its passphrase to open it here, or another name to join as someone new.`,
    { cause },
  );

/** Holds the one vault that is open, and everything that happens around opening and locking it. */
export class VaultHost {
  readonly #parts: VaultHostParts;
  #profile: ProfileSummary | null = null;
  #vault: Vault | null = null;
  #locking = new AbortController();
  #stopRelay: () => void = () => undefined;
  #watch: StoreWatch | null = null;
  #lockReason: LockReason = 'start';
  #keyWork = false;

  constructor(parts: VaultHostParts) {
    this.#parts = parts;
    this.#locking.abort();
  }

  /** Reads the active vault's profile. Call before the first `phase`. */
  async load(): Promise<void> {
    const active = this.#parts.registry.active();
    this.#profile = active && (await this.#parts.session.readProfile(active.profileDir));
  }

  phase(): Phase {
    if (this.#vault) return 'unlocked';
    return this.#profile ? 'locked' : 'none';
  }

  /** Throws `locked`. */
  vault(): Vault {
    if (!this.#vault) throw new VaultError('locked');
    return this.#vault;
  }

  /** What the last look at the store found wrong. */
  alarms(): readonly Alarm[] {
    return this.#watch?.alarms() ?? [];
  }

  /** Looks at the store now, as when the window gets the focus; nothing while locked. */
  look(): Promise<readonly Alarm[]> {
    return this.#watch?.look() ?? Promise.resolve([]);
  }

  /** The profile of the active vault; null when there is none. */
  profile(): ProfileSummary | null {
    return this.#profile;
  }

  /** Throws `no-vault`. */
  profileDir(): string {
    return this.#active().profileDir;
  }

  lockSignal(): AbortSignal {
    return this.#locking.signal;
  }

  async state(): Promise<VaultState> {
    const { registry, keychain } = this.#parts;
    const active = registry.active();
    const profile = this.#profile;
    return {
      phase: this.phase(),
      vaults: registry.list().map(({ id, label }) => ({ id, label, active: id === active?.id })),
      storeLabel: this.#storeLabel(),
      account: this.#vault?.account() ?? profile?.account ?? null,
      remembered: profile?.remembered ?? false,
      keychain: await keychain.state(),
      lockReason: this.#lockReason,
    };
  }

  /** Throws what `Session.createVault` throws. A vault that is open is locked first. */
  create(request: NewVault): Promise<VaultState> {
    return this.#exclusive(async () => {
      const { registry, bucketKeys } = this.#parts;
      const profileDir = await registry.freeProfileDir();
      const place = request.location;
      if (place.kind === 's3') bucketKeys.lend(place.location, place.keys);
      const vault = await this.#attachOrCreate(request, profileDir, this.#locationOf(place, profileDir)).catch(
        (error: unknown) => {
          if (place.kind === 's3') bucketKeys.takeBack(place.location);
          throw error;
        },
      );
      await this.#lockNow('asked');
      await registry.add(profileDir, request.name);
      // only now: what was mistyped, or is somebody else's, never gets into the keychain
      const trouble = place.kind === 's3' ? await keepKeys(bucketKeys, place) : null;
      return this.#opened(vault, trouble);
    });
  }

  #locationOf(place: NewVault['location'], profileDir: string): StoreLocation {
    if (place.kind === 's3') return { kind: 's3', ...place.location };
    return {
      kind: 'directory',
      path: place.kind === 'folder' ? place.path : this.#parts.registry.defaultStoreDir(profileDir),
    };
  }

  /**
   * A store may hold this person's account already (a second computer, a lost profile): the same name and passphrase open
   * it here. Any other name joins the store as someone new.
   */
  async #attachOrCreate(request: NewVault, profileDir: string, location: StoreLocation): Promise<Vault> {
    const { session } = this.#parts;
    const { name, passphrase, suite, bits } = request;
    try {
      return await session.attachVault({ profileDir, location, who: name, passphrase }, this.#work());
    } catch (error) {
      if (isVaultError(error, 'wrong-passphrase')) throw nameIsTaken(name, error);
      if (!isVaultError(error, 'store-missing', 'not-found')) throw error;
      return await session.createVault({ profileDir, location, name, passphrase, suite, bits }, this.#work());
    }
  }

  unlock(passphrase: SecretBytes): Promise<VaultState> {
    return this.#exclusive(async () => {
      const { profileDir } = this.#active();
      return this.#opened(await this.#parts.session.unlockVault(profileDir, passphrase, this.#work()));
    });
  }

  unlockRemembered(): Promise<VaultState> {
    return this.#exclusive(async () => {
      const { profileDir } = this.#active();
      using deviceKey = await this.#parts.keychain.get(this.#keychainName());
      if (!deviceKey) {
        throw new VaultError('not-found', 'The keychain holds no key for this vault. Unlock with the passphrase.');
      }
      return await this.#opened(await this.#parts.session.unlockRemembered(profileDir, deviceKey, this.#work()));
    });
  }

  async lock(reason: LockReason): Promise<void> {
    if (!this.#vault) return;
    await this.#lockNow(reason);
    await this.#changed();
    this.#parts.afterLock();
  }

  async select(vaultId: string): Promise<VaultState> {
    const wasOpen = this.#vault !== null;
    await this.#lockNow('asked');
    await this.#parts.registry.select(vaultId);
    await this.load();
    if (wasOpen) this.#parts.afterLock();
    return this.#changed();
  }

  /** Takes the vault off this computer's list, and its bucket's keys out of the keychain; its profile and store stay where they are. */
  async forget(vaultId: string): Promise<VaultState> {
    const { registry, session, bucketKeys } = this.#parts;
    const forgotten = registry.list().find(({ id }) => id === vaultId);
    if (vaultId === registry.active()?.id) await this.#lockNow('asked');
    await registry.forget(vaultId);
    if (forgotten) await removeUnusedKeys({ session, registry, bucketKeys }, forgotten);
    await this.load();
    return this.#changed();
  }

  async remember(enabled: boolean): Promise<VaultState> {
    const { keychain } = this.#parts;
    const vault = this.vault();
    if (enabled) {
      using deviceKey = await vault.rememberKey();
      try {
        await keychain.put(this.#keychainName(), deviceKey);
      } catch (error) {
        // without its half in the keychain the wrapped key in the profile is useless: take it away again
        await vault.forgetKey();
        throw error;
      }
    } else {
      await vault.forgetKey();
      await keychain.remove(this.#keychainName());
    }
    await this.load();
    return this.#changed();
  }

  changePassphrase(current: SecretBytes, next: SecretBytes, bits: KeySize): Promise<VaultState> {
    return this.#exclusive(async () => {
      await this.vault().changePassphrase(current, next, bits, this.#work());
      await this.load();
      return this.#changed();
    });
  }

  /** @param trouble of opening it, that the person should hear of as long as it is open */
  async #opened(vault: Vault, trouble: VaultError | null = null): Promise<VaultState> {
    this.#vault = vault;
    this.#locking = new AbortController();
    this.#stopRelay = relayVaultEvents(vault, this.#parts.emit);
    await this.load();
    const state = await this.#changed();
    this.#watch = new StoreWatch(vault, this.#parts.emit, trouble === null ? [] : [alarmOf(trouble)]);
    this.#watch.start();
    return state;
  }

  async #lockNow(reason: LockReason): Promise<void> {
    const vault = this.#vault;
    if (!vault) return;
    this.#vault = null;
    this.#lockReason = reason;
    // SECURITY (promise 9): calls under way end here, then everything outside the vault that holds plaintext is emptied.
    this.#locking.abort();
    this.#watch?.stop();
    this.#watch = null;
    this.#stopRelay();
    await Promise.all([this.#parts.onLocked(), vault.lock()]);
    await this.load();
  }

  async #changed(): Promise<VaultState> {
    const state = await this.state();
    this.#parts.emit('account', 'changed', state);
    return state;
  }

  #storeLabel(): string {
    const { registry } = this.#parts;
    const active = registry.active();
    if (!this.#profile || !active) return '';
    const { location, storeLabel } = this.#profile;
    const own = location.kind === 'directory' && location.path === registry.defaultStoreDir(active.profileDir);
    return own ? 'This computer' : storeLabel;
  }

  #active(): Readonly<{ profileDir: string }> {
    const active = this.#parts.registry.active();
    if (!active) throw new VaultError('no-vault');
    return active;
  }

  /** One entry per account; the account id is public. */
  #keychainName(): string {
    if (!this.#profile) throw new VaultError('no-vault');
    return this.#profile.account.id;
  }

  #work(): KeyWork {
    return { onProgress: (progress) => this.#parts.emit('account', 'progress', progress) };
  }

  /** One key derivation at a time: two would fight over cores, and over which vault is open at the end. */
  async #exclusive<T>(work: () => Promise<T>): Promise<T> {
    if (this.#keyWork) throw new VaultError('busy', 'A key is being derived already. Wait until it is done.');
    this.#keyWork = true;
    try {
      return await work();
    } finally {
      this.#keyWork = false;
    }
  }
}
