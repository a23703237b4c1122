/**
 * The front door of the domain: what the router and the command may ask of an open vault.
 * Everything here throws VaultError and nothing else. No method returns key bytes.
 */
import type { VaultError } from '../../app/errors.js';
import type { AccountSummary, KeySize, Suite } from '../../app/model/account.js';
import type { FileEntry, FileVersion, ProjectSummary, Transfer } from '../../app/model/project.js';
import type { SecretDetail, SecretDraft, SecretPatch, SecretSummary, SecretVersion } from '../../app/model/secret.js';
import type { SecretBytes } from '../crypto/secret-bytes.js';

/** Where a store is: later rooms add `s3`. */
export type StoreLocation = Readonly<{ kind: 'directory'; path: string }>;

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

/** main/vault/session.ts exports these. `profileDir` is the local profile folder (`--vault DIR`). */
export interface Session {
  /** Makes a master key, store (or joins the one that is there as a new person) and profile. Throws `vault-exists`, `weak-passphrase`. */
  createVault(
    request: Readonly<{
      profileDir: string;
      location: StoreLocation;
      name: string;
      passphrase: SecretBytes;
      suite: Suite;
      bits: KeySize;
    }>,
    work?: KeyWork,
  ): Promise<Vault>;
  /**
   * Makes a profile on this computer for an account that is in the store already (a second computer, a lost profile).
   * `who` is an account's id or exact name, needed only when the passphrase alone is not enough to find it quickly.
   */
  attachVault(
    request: Readonly<{ profileDir: string; location: StoreLocation; who?: string; passphrase: SecretBytes }>,
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
  transfer: [Transfer];
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
}

export interface Projects {
  list(): ProjectSummary[];
  resolve(nameOrId: string): ProjectSummary;
  create(name: string, suite?: Suite): Promise<ProjectSummary>;
  rename(id: string, name: string): Promise<ProjectSummary>;
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
}

export type SaveOptions = Readonly<{ version?: number; overwrite?: boolean; signal?: AbortSignal }>;
export type StartedTransfer = Readonly<{ id: string; finished: Promise<Transfer> }>;
