/**
 * The front door of the domain: what the router and the command may ask of an open vault.
 * Everything here throws VaultError and nothing else. No method returns key bytes.
 */
import type { VaultError } from '../../app/errors.js';
import type { AccountSummary, KeySize, Suite } from '../../app/model/account.js';
import type { ActivityLine, Enrolment, Member, Person, Reach } from '../../app/model/people.js';
import type { FileEntry, FileVersion, FormerProject, ProjectSummary, Role, Transfer } from '../../app/model/project.js';
import type { S3Keys, S3Location } from '../../app/model/store.js';
import type { MergeNotice, SyncSettings, SyncSettingsPatch, SyncStatus, WaitingItem } from '../../app/model/sync.js';
import type { SecretDetail, SecretDraft, SecretPatch, SecretSummary, SecretVersion } from '../../app/model/secret.js';
import type { SecretBytes } from '../crypto/secret-bytes.js';

export type DirectoryLocation = Readonly<{ kind: 'directory'; path: string }>;
/** Where a store is. */
export type StoreLocation = DirectoryLocation | Readonly<{ kind: 's3' } & S3Location>;

/** Where the keys of buckets are kept: the OS keychain, or the environment of a command. One entry per endpoint, bucket and prefix. */
export interface BucketKeychain {
  /** Null when there are none. Throws `keychain-unavailable`, `keychain-locked`, `keychain-timeout`. */
  get(location: S3Location): Promise<S3Keys | null>;
  put(location: S3Location, keys: S3Keys): Promise<void>;
  remove(location: S3Location): Promise<void>;
}

export type Progress = Readonly<{
  step: 'stretch' | 'derive' | 'publish' | 'open' | 'rewrap';
  /** 0 to 1, an estimate */
  fraction: number;
}>;

export type KeyWork = Readonly<{ onProgress?: (progress: Progress) => void; signal?: AbortSignal }>;

/** Public facts of a profile, readable while locked. */
export type ProfileSummary = Readonly<{
  location: StoreLocation;
  storeLabel: string;
  account: AccountSummary;
  remembered: boolean;
}>;

/**
 * main/vault/session.ts makes one. `profileDir` is the local profile folder (`--vault DIR`). `storeId`, where somebody was invited: the id
 * that the store's marker must have; throws `store-missing` when it is another, or there is none.
 */
export interface Session {
  /** Makes a master key, store (or joins the one that is there as a new person) and profile. Throws `vault-exists`, `weak-passphrase`. */
  createVault(
    request: Readonly<{
      profileDir: string;
      location: StoreLocation;
      storeId?: string;
      name: string;
      passphrase: SecretBytes;
      suite: Suite;
      bits: KeySize;
    }>,
    work?: KeyWork,
  ): Promise<Vault>;
  /**
   * Makes a profile on this computer for an account that is in the store already (a second computer, a lost profile).
   * `who` is an account's id or exact name, needed only when the passphrase alone is not enough to find it quickly, and for a
   * node, which only its id names and whose secret is then kept in the profile (see `enrolNode`).
   */
  attachVault(
    request: Readonly<{
      profileDir: string;
      location: StoreLocation;
      storeId?: string;
      who?: string;
      passphrase: SecretBytes;
      /** a profile that will not last: a node's secret is not kept in it */
      visit?: true;
    }>,
    work?: KeyWork,
  ): Promise<Vault>;
  /**
   * Makes an account of kind node and its profile, on the node itself, in a store that is there already. Without `secret` the node
   * makes a random one; either way it is kept in `<profile>/node-secret`, since nobody types a machine's passphrase. `code` is
   * what `Nodes.invite` gave. Throws `store-missing`, `vault-exists`, `weak-passphrase`, `invalid-input` for a code that is none.
   */
  enrolNode(
    request: Readonly<{
      profileDir: string;
      location: StoreLocation;
      storeId?: string;
      name: string;
      suite: Suite;
      bits: KeySize;
      secret?: SecretBytes;
      code?: string;
    }>,
    work?: KeyWork,
  ): Promise<Vault>;
  /** Null when there is no profile there. */
  readProfile(profileDir: string): Promise<ProfileSummary | null>;
  /** Throws `no-vault`, `wrong-passphrase`, `changed-card`, `weak-parameters`, `store-missing`, … The caller disposes the passphrase. */
  unlockVault(profileDir: string, passphrase: SecretBytes, work?: KeyWork): Promise<Vault>;
  /** Unlocks with the 32-byte device key that `rememberKey` gave (kept in the OS keychain by the caller). */
  unlockRemembered(profileDir: string, deviceKey: SecretBytes, work?: KeyWork): Promise<Vault>;
}

export type VaultEvents = {
  'secrets-changed': [];
  indexing: [{ done: number; total: number }];
  'projects-changed': [];
  'files-changed': [{ projectId: string }];
  'people-changed': [];
  /** old files of a project are re-encrypted with its newest key: files done of those there are; equal at the end */
  rekey: [{ projectId: string; done: number; total: number }];
  transfer: [Transfer];
  /** how the vault stands with its store */
  sync: [SyncStatus];
  /** what waits to be sent, or what merging has to tell, has changed */
  'sync-changed': [];
  /** what the last refresh found wrong; empty when all is well again */
  problems: [readonly VaultError[]];
};

export interface Vault {
  readonly profileDir: string;
  readonly location: StoreLocation;
  account(): AccountSummary;
  readonly secrets: Secrets;
  readonly projects: Projects;
  readonly files: Files;
  readonly people: People;
  readonly nodes: Nodes;
  readonly activity: Activity;
  readonly sync: Sync;
  readonly upkeep: Upkeep;
  /** Wipes every key and ends running work; transfers under way become resumable. */
  lock(): Promise<void>;
  /**
   * Reads what the store has and this computer has not, and ends what a crash interrupted. Gives what is wrong with single
   * records (damaged, forged, rolled back), which `problems` keeps; throws when the store does not answer. The app calls it
   * after unlocking and when its window gets the focus, the command before it lists. Calls at the same time are one.
   */
  refresh(): Promise<readonly VaultError[]>;
  /** What the last refresh found wrong. */
  problems(): readonly VaultError[];
  /** Next card version with a new key pair, signed by the old one too; every record is re-wrapped (resumable at the next unlock). */
  changePassphrase(current: SecretBytes, next: SecretBytes, bits: KeySize, work?: KeyWork): Promise<void>;
  /** Wraps the master key under a new random 32-byte device key, which the caller puts into the OS keychain. */
  rememberKey(): Promise<SecretBytes>;
  forgetKey(): Promise<void>;
  /** PKCS#12 (RFC 7292) with a self-signed certificate, protected by `filePassphrase`; needs the passphrase once more. */
  exportPkcs12(passphrase: SecretBytes, filePassphrase: SecretBytes): Promise<Uint8Array>;
  recoverySheet(): RecoverySheet;
  on<E extends keyof VaultEvents>(event: E, listener: (...args: VaultEvents[E]) => void): () => void;
}

/** What a person needs to get everything back without this program: public facts, and a line to write the passphrase on. */
export type RecoverySheet = Readonly<{
  account: AccountSummary;
  storeLabel: string;
  /** plain key-value lines: account id, suite, bits, KDF parameters, salt */
  facts: readonly (readonly [label: string, value: string])[];
  steps: readonly string[];
}>;

export interface Secrets {
  list(): SecretSummary[];
  /** ids, best first; looks through names, tags and fields that are not concealed */
  search(text: string): string[];
  /** by id, or by exact name among those not in the trash; throws `not-found`, `ambiguous-name` */
  resolve(nameOrId: string): SecretSummary;
  get(id: string, version?: number): Promise<SecretDetail>;
  /** one field's value, concealed or not */
  reveal(id: string, field: string, version?: number): Promise<string>;
  /** every field's value */
  revealAll(id: string, version?: number): Promise<Record<string, string>>;
  totp(id: string, field: string): Promise<{ code: string; periodMs: number; remainingMs: number }>;
  add(draft: SecretDraft): Promise<SecretSummary>;
  /** Many at once, as an import does: all are checked before the first is written. */
  addAll(drafts: readonly SecretDraft[]): Promise<SecretSummary[]>;
  edit(id: string, patch: SecretPatch): Promise<SecretSummary>;
  history(id: string): Promise<SecretVersion[]>;
  restoreVersion(id: string, version: number): Promise<SecretSummary>;
  trash(ids: readonly string[]): Promise<void>;
  restore(ids: readonly string[]): Promise<void>;
  /** deletes for good what is in the trash */
  purge(ids: readonly string[]): Promise<void>;
  /** Seals the secret to further accounts. Throws `not-allowed` unless one's own, `no-master-key`, `changed-card`, `not-found`. */
  share(id: string, accountIds: readonly string[]): Promise<SecretDetail>;
  /** The next version is not sealed to them; they count as `exposedTo` until the concealed fields change. */
  unshare(id: string, accountIds: readonly string[]): Promise<SecretDetail>;
}

export interface Projects {
  /** projects that this account has access to now */
  list(): ProjectSummary[];
  /** projects that this account had access to, newest ending first */
  former(): FormerProject[];
  resolve(nameOrId: string): ProjectSummary;
  create(name: string, suite?: Suite): Promise<ProjectSummary>;
  rename(id: string, name: string): Promise<ProjectSummary>;
  members(id: string): Promise<Member[]>;
  /**
   * Wraps the project's key to a person's pinned public key and writes it into the log; the newcomer's vault finds the project by
   * itself. Throws `no-master-key`, `changed-card`, `not-allowed`, `already-exists`, `conflict`.
   */
  addMember(id: string, accountId: string, role: Role): Promise<ProjectSummary>;
  /** Throws `not-allowed` (also for the last owner), `not-found`. */
  setRole(id: string, accountId: string, role: Role): Promise<ProjectSummary>;
  /** New epoch, new key for those who remain. Gives what the leaver could read. Old files are re-encrypted later (`Files.rekey`). */
  removeMember(id: string, accountId: string): Promise<Reach>;
  /** As `addMember`, for an account of kind node. */
  authorizeNode(id: string, accountId: string): Promise<ProjectSummary>;
  revokeNode(id: string, accountId: string): Promise<Reach>;
  rotate(id: string): Promise<ProjectSummary>;
  /** The verified log, newest first: at most `limit` entries before sequence `before`. */
  log(id: string, page: Readonly<{ before?: number; limit: number }>): Promise<ActivityLine[]>;
  /** Reads and verifies the whole log from its first entry. Throws `damaged`, `rolled-back`. */
  verifyLog(id: string): Promise<Readonly<{ entries: number; head: string }>>;
  /** A JSON file with every log entry and every card it needs: a stand-alone script checks it without any key. */
  proof(id: string): Promise<Uint8Array>;
  /** Writes a signed receipt of what a run read into the log. False when the log cannot take it (no access any more). */
  addReceipt(id: string, receipt: Receipt): Promise<boolean>;
}

export type Receipt = Readonly<{ command: string; secrets: readonly string[]; files: readonly string[] }>;

/** The accounts of this store, by the cards that this computer has pinned. */
export interface People {
  /** people and nodes, oneself first, then by name */
  list(): Promise<Person[]>;
  /** by id or exact name; throws `not-found`, `ambiguous-name` */
  resolve(nameOrId: string, kind?: Person['kind']): Promise<Person>;
  /** by the whole fingerprint, as seven words or 64 hex digits; throws `invalid-input`, `not-found` */
  byFingerprint(text: string): Promise<Person>;
  /** Marks the fingerprint as compared. Throws `changed-card` when it is not (or no longer) that account's. */
  verify(id: string, fingerprintHex: string): Promise<Person>;
  unverify(id: string): Promise<Person>;
  /** what this account could read if it leaked now */
  reach(id: string): Promise<Reach>;
}

/** Machines with key pairs of their own. They are authorized through `Projects` and `Secrets`. */
export interface Nodes {
  /** Publishes the card of a node whose keys derive from `secret`, which the caller disposes. */
  register(
    request: Readonly<{ name: string; suite: Suite; bits: KeySize; secret: SecretBytes }>,
    work?: KeyWork,
  ): Promise<Person>;
  /** A one-time code for a node that makes its own key (`Session.enrolNode`). */
  invite(name: string): Promise<Enrolment>;
  enrolments(): Promise<Enrolment[]>;
  /** Takes back a code that nobody used, or ends the alarm about one whose use verified nobody. Throws `not-found`. */
  withdraw(code: string): Promise<void>;
  /**
   * What the Coretex Python library reads on a node, keys among it: the one exception to keys staying inside, for a node's own
   * account only (`not-allowed` for a person's).
   */
  environment(): Promise<NodeEnvironment>;
}

export type NodeEnvironment = Readonly<{
  /** CTX_PRIVATE_KEY, and CTX_PROJECT_KEY_<id> for each project that the node reads: base64, which no shell needs quoted */
  variables: readonly (readonly [name: string, value: string])[];
  /** what Coretex is sent when a node is registered; `public_key` is base64 of a PKCS#1 PEM */
  registration: Readonly<{ machine_name: string; public_key: string }>;
  /** secrets in Coretex's wire form, sealed for the node's own key */
  secrets: readonly Readonly<Record<string, string | number>>[];
}>;

/** What the logs of all projects tell. */
export interface Activity {
  recent(limit: number): Promise<ActivityLine[]>;
}

/** How the vault stands with its store: what is kept here, and what waits to be sent. For a folder there is nothing to do: state `folder`. */
export interface Sync {
  status(): SyncStatus;
  waiting(): Promise<WaitingItem[]>;
  /**
   * Sends what waits, merging it with what others wrote meanwhile; calls at the same time are one. Resolves when nothing waits that can
   * be sent. Throws `store-unreachable` and the like; what is refused for one secret or file stays and is told by `waiting`.
   */
  flush(options?: Readonly<{ signal?: AbortSignal }>): Promise<void>;
  /** Gives up what waits for that secret or file. Throws `not-found`. */
  discard(id: string): Promise<void>;
  settings(): SyncSettings;
  configure(patch: SyncSettingsPatch): Promise<SyncSettings>;
  pin(projectId: string, pinned: boolean): Promise<SyncSettings>;
  notices(): MergeNotice[];
  dismissNotice(id: string): Promise<void>;
  /** Goes on with a store that shows less than this computer saw. */
  acceptStore(): Promise<void>;
}

/** What is wrong with one object of the store. */
export type Damage = Readonly<{
  key: string;
  /** what it is in a person's words: “report.pdf” in “Protein folding”, version 3 */
  what: string;
  /** `lost`: known and not there; `damaged`: its bytes are not what was signed; `unreadable`: sealed to others or with an unknown key */
  kind: 'lost' | 'damaged' | 'unreadable';
  error: VaultError;
  /** this computer still has the right bytes: `repair` puts them back */
  repairable: boolean;
}>;

export type CheckReport = Readonly<{
  records: number;
  blobs: number;
  bytes: number;
  damages: readonly Damage[];
  /** objects that only others could check: counted, not judged */
  unjudged: number;
  /** blobs that no version of a file points at */
  garbage: readonly Readonly<{ key: string; bytes: number; modifiedMs: number }>[];
}>;

export type UpkeepWork = Readonly<{
  signal?: AbortSignal;
  onProgress?: (progress: Readonly<{ step: string; done: number; total: number }>) => void;
}>;

/** Checking, cleaning and moving a store. */
export interface Upkeep {
  /** Reads every record, and with `contents` every byte of every blob; changes nothing. */
  check(options: Readonly<{ contents: boolean }> & UpkeepWork): Promise<CheckReport>;
  /** Puts back what the store lost or damaged and this computer has. Gives the keys. */
  repair(report: CheckReport, work?: UpkeepWork): Promise<readonly string[]>;
  /** Removes garbage that is older than `graceMs`. Gives what it removed. */
  collect(report: CheckReport, graceMs: number, work?: UpkeepWork): Promise<readonly string[]>;
  /**
   * Copies the whole store to an empty place (or goes on with an earlier, interrupted move), reads it back, leaves a signed note of where
   * it went, and points this profile there. The old store stays as it is. The vault must be locked and unlocked afterwards.
   * Throws `already-exists` for a place that holds another vault.
   */
  move(to: StoreLocation, work?: UpkeepWork): Promise<Readonly<{ objects: number; bytes: number }>>;
  /**
   * Points this profile to where somebody else moved the store: to the place in the signed note, or to `to`, which must hold this very vault
   * and this account. The vault must be locked and unlocked afterwards. Throws `not-found` without either. Gives the place.
   */
  follow(to: StoreLocation | null): Promise<StoreLocation>;
}

export interface Files {
  /** every entry, trash included, in path order; folders that only paths imply have the id '' and version 0 */
  list(projectId: string): FileEntry[];
  /** a file or folder by its path; throws `not-found` */
  resolve(projectId: string, path: string): FileEntry;
  /**
   * Encrypts files and folders of this computer into `folder` ('' is the top). Returns at once with the transfer;
   * `finished` resolves with its last state (never rejects: failures are in it). Same path again makes a new version.
   */
  upload(projectId: string, folder: string, sources: readonly string[]): StartedTransfer;
  /** uploads that a crash or lock interrupted, read from the profile */
  resume(transferId: string): StartedTransfer;
  cancel(transferId: string): void;
  dismiss(transferId: string): Promise<void>;
  transfers(): Transfer[];
  createFolder(projectId: string, path: string): Promise<FileEntry>;
  move(projectId: string, from: string, to: string): Promise<void>;
  trash(projectId: string, paths: readonly string[]): Promise<void>;
  restore(projectId: string, ids: readonly string[]): Promise<void>;
  purge(projectId: string, ids: readonly string[]): Promise<void>;
  history(projectId: string, id: string): Promise<FileVersion[]>;
  restoreVersion(projectId: string, id: string, version: number): Promise<FileEntry>;
  /** verified plaintext bytes [start, endExclusive) for previews; at most 16 MiB at a time */
  readRange(
    projectId: string,
    id: string,
    range: Readonly<{ start: number; endExclusive: number }>,
    version?: number,
  ): Promise<Uint8Array>;
  /** Writes one file to `target` (a path that may not exist yet unless `overwrite`), only when all of it is verified. */
  saveFile(projectId: string, id: string, target: string, options?: SaveOptions): Promise<void>;
  /** Writes files and folders below the folder `targetDir`. */
  save(projectId: string, paths: readonly string[], targetDir: string): StartedTransfer;
  /** Reads and verifies every current blob. */
  verify(projectId: string): StartedTransfer;
  /**
   * Re-encrypts what older keys of the project protect with its newest one, file by file, resumable; emits `rekey`. Ends with
   * a `rekeyed` entry in the log. Resolves at once when there is nothing to do or this account may not write.
   * @param options.patient leave it for a while to whoever began the epoch, so that a whole team does not do the same work
   */
  rekey(projectId: string, options?: Readonly<{ patient?: boolean }>): Promise<void>;
}

export type SaveOptions = Readonly<{ version?: number; overwrite?: boolean; signal?: AbortSignal }>;
export type StartedTransfer = Readonly<{ id: string; finished: Promise<Transfer> }>;
