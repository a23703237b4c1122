import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { VaultError } from '../../app/errors.js';
import type { AccountSummary, KeySize } from '../../app/model/account.js';
import type { SyncSettings } from '../../app/model/sync.js';
import { accountSummary, type AccountCard } from '../crypto/account-card.js';
import { wrapMasterKey } from '../crypto/device-wrap.js';
import type { MasterKey } from '../crypto/master-key.js';
import { exportPkcs12 } from '../crypto/pkcs12.js';
import { SecretBytes } from '../crypto/secret-bytes.js';
import { FileEngine } from '../engine/file-engine.js';
import type { ContentsCache } from '../store/mirror/blob-cache.js';
import type { Mirror } from '../store/mirror/mirror.js';
import type { Store } from '../store/store.js';
import type { AccountDirectory } from './account/account-directory.js';
import { CardAuthor } from './account/card-author.js';
import type { VaultContext } from './context.js';
import { VaultEmitter } from './events.js';
import { ProjectFiles } from './files/files.js';
import { openIndexKey } from './index/index-key.js';
import { KeyRing } from './account/key-ring.js';
import { LocalIndex } from './index/local-index.js';
import { replaceMasterKey } from './account/master-key-change.js';
import { ProjectKeyring } from './projects/project-keyring.js';
import { ProjectRegistry } from './projects/projects.js';
import { keepNodeSecret } from './nodes/node-secret.js';
import { NodeRegistry } from './nodes/nodes.js';
import { PeopleRegistry } from './people/people.js';
import { removeProfileFile, writeProfileFile } from './profile/profile.js';
import { recoverySheetOf } from './account/recovery-sheet.js';
import { rewrapStale } from './account/rewrap.js';
import { SecretRecords } from './secrets/secret-records.js';
import { refreshSecrets } from './secrets/secret-refresh.js';
import { SecretCollection } from './secrets/secrets.js';
import { earlierKey } from './account/earlier-key.js';
import { ownCardProblems } from './account/own-card.js';
import { deriveForCard } from './account/unlock.js';
import { BucketSync } from './sync/bucket-sync.js';
import { folderSync } from './sync/folder-sync.js';
import { requireStoreOf } from './sync/require-store.js';
import { loadSyncSettings } from './sync/sync-settings.js';
import { WaitingObjects } from './sync/waiting-objects.js';
import { StoreUpkeep } from './upkeep/upkeep.js';
import { WriteGate } from './upkeep/write-gate.js';
import type { Bandwidth } from './bucket-store.js';
import type { OpenStoreAt } from './vault-store.js';
import type { Activity, KeyWork, RecoverySheet, StoreLocation, Sync, Vault, VaultEvents } from './vault.js';

/** The keys are wiped this long after a lock at the latest, in milliseconds: an announcement to the others takes most of it. */
const wipeMs = 1_000;
const changeType = 'coretex-vault/v1/change';
/** A record of a far store takes a round trip, and next to no work. */
const farReadsAtOnce = 48;

export const deviceKeyPath = (profileDir: string): string => join(profileDir, 'device-key.jwe');

export type OpenVaultParts = Readonly<{
  profileDir: string;
  location: StoreLocation;
  store: Store;
  /** the same store, where it is far away */
  mirror: Mirror | null;
  /** what is kept here of files, where the store is far away */
  contents: ContentsCache | null;
  /** how fast is sent and fetched, where the store is far away */
  bandwidth: Bandwidth | null;
  openStoreAt: OpenStoreAt;
  directory: AccountDirectory;
  card: AccountCard;
  masterKey: MasterKey;
}>;

/** An unlocked vault: holds the keys until `lock`, and joins the domain's parts. */
export class OpenVault implements Vault {
  readonly profileDir: string;
  readonly location: StoreLocation;
  readonly secrets: SecretCollection;
  readonly projects: ProjectRegistry;
  readonly files: ProjectFiles;
  readonly activity: Activity;
  readonly people: PeopleRegistry;
  readonly nodes: NodeRegistry;
  readonly sync: Sync;
  readonly upkeep: StoreUpkeep;
  readonly #context: VaultContext;
  readonly #contents: ContentsCache | null;
  readonly #keyRing: KeyRing;
  readonly #directory: AccountDirectory;
  readonly #records: SecretRecords;
  readonly #projectKeys: ProjectKeyring;
  readonly #locking: AbortController;
  readonly #bucket: BucketSync | null;
  readonly #mirror: Mirror | null;
  #card: AccountCard;
  #refreshing: Promise<readonly VaultError[]> | null = null;
  #problems: readonly VaultError[] = [];
  #locked: Promise<void> | null = null;

  private constructor(parts: OpenVaultParts, keyRing: KeyRing, index: LocalIndex, settings: SyncSettings) {
    this.profileDir = parts.profileDir;
    this.location = parts.location;
    this.#card = parts.card;
    this.#contents = parts.contents;
    this.#mirror = parts.mirror;
    this.#keyRing = keyRing;
    this.#directory = parts.directory;
    this.#locking = new AbortController();
    const author = new CardAuthor(parts.card.id, keyRing, parts.directory);
    const { directory, mirror, openStoreAt } = parts;
    const store = WriteGate.of(parts.store);
    const waiting = mirror === null ? null : new WaitingObjects(mirror.outbox);
    const isWaiting = (objectId: string): boolean => waiting?.has(objectId) ?? false;
    const beyond = mirror === null ? {} : { beyond: mirror.beyond };
    this.#records = new SecretRecords({ store, index, author, keyRing, directory, isWaiting, ...beyond });
    this.#projectKeys = new ProjectKeyring({ records: this.#records, index, keyRing, directory, store });
    this.#context = {
      profileDir: parts.profileDir,
      location: parts.location,
      accountId: parts.card.id,
      accountSuite: parts.card.suite,
      store,
      ...beyond,
      engine: new FileEngine(),
      index,
      author,
      directory,
      projectKeys: this.#projectKeys,
      events: new VaultEmitter(),
      isWaiting,
      requireStore: requireStoreOf(mirror),
      ...(mirror === null ? {} : { readsAtOnce: farReadsAtOnce }),
      locked: this.#locking.signal,
    };
    const { accountId, events } = this.#context;
    this.secrets = new SecretCollection({ records: this.#records, index, store, events, directory, accountId });
    this.people = new PeopleRegistry(this.#context);
    this.nodes = new NodeRegistry({ context: this.#context, keyRing, people: this.people, secrets: this.secrets });
    this.projects = new ProjectRegistry(this.#context, () => this.people);
    this.activity = { recent: (limit) => this.projects.recent(limit) };
    this.files = new ProjectFiles(this.#context);
    mirror?.announceAs({
      sign: (payload) => author.sign(changeType, { ...payload, author: parts.card.id }),
      verify: (entry) => author.verify(changeType, entry),
    });
    this.#bucket =
      mirror === null || waiting === null
        ? null
        : new BucketSync(
            {
              context: this.#context,
              mirror,
              gate: store,
              waiting,
              keyRing,
              contents: parts.contents,
              bandwidth: parts.bandwidth,
              learnRights: () => this.#learnRights(),
            },
            settings,
          );
    this.sync = this.#bucket ?? folderSync;
    this.upkeep = new StoreUpkeep({
      context: this.#context,
      keyRing,
      mirror,
      gate: store,
      openStoreAt,
      refresh: () => this.refresh(),
      flush: (signal) => this.sync.flush({ signal }),
      isWriting: () => this.files.transfers().some(({ kind, state }) => kind === 'upload' && state === 'running'),
    });
  }

  /** Takes the master key over: it is disposed by `lock`, or here when opening fails. */
  static async open(parts: OpenVaultParts): Promise<OpenVault> {
    const keyRing = new KeyRing(parts.masterKey, (than) => earlierKey(parts.directory, parts.card.id, than));
    try {
      const { index } = await LocalIndex.open(parts.profileDir, await openIndexKey(parts.profileDir, keyRing));
      const vault = new OpenVault(parts, keyRing, index, await loadSyncSettings(parts.profileDir));
      await vault.files.loadInterrupted();
      return vault;
    } catch (error) {
      keyRing.dispose();
      throw error;
    }
  }

  account(): AccountSummary {
    return accountSummary(this.#card);
  }

  on<E extends keyof VaultEvents>(event: E, listener: (...args: VaultEvents[E]) => void): () => void {
    return this.#context.events.on(event, listener);
  }

  problems(): readonly VaultError[] {
    return this.#problems;
  }

  refresh(): Promise<readonly VaultError[]> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  lock(): Promise<void> {
    this.#locked ??= this.#lock();
    return this.#locked;
  }

  async #lock(): Promise<void> {
    this.#locking.abort(new VaultError('locked'));
    this.#mirror?.hangUp(new VaultError('locked'));
    const ended = this.#endWork();
    const wiping = new AbortController();
    try {
      await Promise.race([ended, sleep(wipeMs, undefined, { signal: wiping.signal }).catch(() => undefined)]);
    } finally {
      // SECURITY (promise 9): whatever still runs, and whoever does not answer
      wiping.abort();
      this.secrets.forget();
      this.#projectKeys.dispose();
      this.#keyRing.dispose();
    }
    await ended.finally(() => this.#context.index.close());
    await this.#contents?.close();
  }

  async #endWork(): Promise<void> {
    await this.#refreshing?.catch(() => undefined);
    await this.files.settled(); // uploads under way note in their journals how far they came
    await this.#bucket?.close();
    await this.#context.engine.close();
    this.secrets.forget();
    this.#projectKeys.dispose();
    // before the keys go: what was written last is still to be announced to others, which takes a signature
    await this.#context.store.close();
  }

  async changePassphrase(current: SecretBytes, next: SecretBytes, bits: KeySize, work: KeyWork = {}): Promise<void> {
    await this.#provePassphrase(current, work);
    this.#card = await replaceMasterKey(
      {
        profileDir: this.profileDir,
        store: this.#context.store,
        directory: this.#directory,
        keyRing: this.#keyRing,
      },
      { card: this.#card, passphrase: next, bits },
      work,
    );
    // what a machine opens its profile with, since nobody types it there
    if (this.#card.kind === 'node') await keepNodeSecret(this.profileDir, next);
    await removeProfileFile(deviceKeyPath(this.profileDir));
    // what cannot be sealed anew is told by the next refresh
    await this.#rewrap([], (fraction) => work.onProgress?.({ step: 'rewrap', fraction }));
  }

  async rememberKey(): Promise<SecretBytes> {
    const deviceKey = SecretBytes.random(32);
    const wrapped = await wrapMasterKey(this.#keyRing.current, deviceKey);
    await writeProfileFile(deviceKeyPath(this.profileDir), Buffer.from(wrapped));
    return deviceKey;
  }

  forgetKey(): Promise<void> {
    return removeProfileFile(deviceKeyPath(this.profileDir));
  }

  async exportPkcs12(passphrase: SecretBytes, filePassphrase: SecretBytes): Promise<Uint8Array> {
    await this.#provePassphrase(passphrase, {});
    const { wrap, sign } = await this.#keyRing.current.exportPrivate();
    try {
      return exportPkcs12(wrap, this.#card.name, filePassphrase);
    } finally {
      wrap.dispose();
      sign.dispose();
    }
  }

  recoverySheet(): RecoverySheet {
    return recoverySheetOf(this.#card, this.#context.store.label);
  }

  /** Asks for the passphrase once more before something that outlives this session. Throws `wrong-passphrase`. */
  async #provePassphrase(passphrase: SecretBytes, work: KeyWork): Promise<void> {
    const key = await deriveForCard(passphrase, this.#card, work);
    key.dispose();
  }

  #rewrap(problems: VaultError[], onProgress?: (fraction: number) => void): Promise<void> {
    const { index, locked, directory, accountId } = this.#context;
    return rewrapStale(
      { records: this.#records, index, keyRing: this.#keyRing, directory, accountId, locked, problems },
      onProgress,
    );
  }

  async #refresh(): Promise<readonly VaultError[]> {
    const { index, events } = this.#context;
    const problems: VaultError[] = [];
    await index.catchUp();
    await this.#bucket?.pull();
    problems.push(...(await ownCardProblems(this.#directory, this.#card)));
    problems.push(...(await this.upkeep.departed()));
    problems.push(...(await this.people.refresh()), ...(await this.nodes.refresh()));
    const secrets = await this.#refreshSecrets();
    problems.push(...secrets.problems);
    if (!this.upkeep.isDeparted) await this.#rewrap(problems);
    problems.push(...(await this.projects.refresh()));
    // by now it is known who may write where, and with which keys
    if (!this.upkeep.isDeparted) await this.#bucket?.sendWaiting();
    problems.push(...(await this.files.refresh()), ...(this.#bucket?.alarms() ?? []));
    this.#bucket?.refreshPinned();
    if (secrets.changed) events.emit('secrets-changed');
    if (index.takeNews()) this.#tellNews();
    this.#problems = problems;
    events.emit('problems', problems);
    return problems;
  }

  #refreshSecrets(): ReturnType<typeof refreshSecrets> {
    const { store, index, locked, events, isWaiting, readsAtOnce } = this.#context;
    return refreshSecrets({
      store,
      index,
      records: this.#records,
      directory: this.#directory,
      accountId: this.#card.id,
      locked,
      isWaiting,
      ...(readsAtOnce === undefined ? {} : { parallel: readsAtOnce }),
      onProgress: (progress) => events.emit('indexing', progress),
    });
  }

  /** Keys that were handed over, and the logs of projects. What is wrong with them is told by `refresh`. */
  async #learnRights(): Promise<void> {
    const { changed } = await this.#refreshSecrets();
    await this.projects.refresh();
    if (changed) this.#context.events.emit('secrets-changed');
  }

  /** What another process of this profile did is in the index already, so no comparison with the store finds it new. */
  #tellNews(): void {
    const { index, events } = this.#context;
    events.emit('secrets-changed');
    events.emit('projects-changed');
    for (const projectId of index.projects.keys()) events.emit('files-changed', { projectId });
  }
}
