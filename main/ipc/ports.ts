/**
 * What the handlers need of the computer around them. `main/desktop` provides each with Electron; tests with a few lines.
 * The floor rule holds because of this page: ipc knows these shapes, and never a window.
 */
import type { z } from 'zod';
import type { keychainState } from '../../app/contract/account.js';
import type { Settings, SettingsPatch } from '../../app/model/settings.js';
import type { S3Keys, S3Location } from '../../app/model/store.js';
import type { SecretBytes } from '../crypto/secret-bytes.js';
import type { BucketKeychain, RecoverySheet, Vault } from '../vault/vault.js';

/** A vault this computer knows: `profileDir` is its local profile folder. */
export type KnownVault = Readonly<{ id: string; label: string; profileDir: string }>;

export interface VaultRegistry {
  list(): readonly KnownVault[];
  active(): KnownVault | null;
  /** Where the profile of a new vault goes: the default folder while it is free, else a new one. */
  freeProfileDir(): Promise<string>;
  /** Where a new vault's store goes when the person picks no folder. */
  defaultStoreDir(profileDir: string): string;
  /** Adds (or finds) the vault of that profile and makes it the active one. */
  add(profileDir: string, label: string): Promise<KnownVault>;
  /** Throws `not-found`. */
  select(id: string): Promise<KnownVault>;
  /** Throws `not-found`. */
  forget(id: string): Promise<void>;
}

export type KeychainState = z.output<typeof keychainState>;

/** Keeps one 32-byte device key per account. Every call ends within its time-out. */
export interface Keychain {
  state(): Promise<KeychainState>;
  /** Throws `keychain-unavailable`, `keychain-locked`, `keychain-timeout`. Does not dispose the key. */
  put(name: string, deviceKey: SecretBytes): Promise<void>;
  /** Null when there is none. Throws like `put`. */
  get(name: string): Promise<SecretBytes | null>;
  remove(name: string): Promise<void>;
}

/** The access keys of buckets. What somebody has just typed is lent until it is known to be right, and kept with `put`. */
export interface BucketKeys extends BucketKeychain {
  lend(location: S3Location, keys: S3Keys): void;
  takeBack(location: S3Location): void;
}

export interface Clipboard {
  /** Copies, and clears after `clearAfterMs` if the clipboard still holds it then. */
  copySecret(text: string, clearAfterMs: number): Promise<void>;
}

export type FileFilter = Readonly<{ name: string; extensions: readonly string[] }>;

/** The system's dialogs; null or empty when the person cancels. All give absolute paths. */
export interface Dialogs {
  pickFolder(title: string, button: string): Promise<string | null>;
  pickSources(kind: 'files' | 'folder'): Promise<readonly string[]>;
  pickFile(title: string, button: string, filter: FileFilter): Promise<string | null>;
  /** The system's dialog has asked about overwriting already. */
  saveFile(title: string, defaultName: string, filter?: FileFilter): Promise<string | null>;
}

export type PreviewSource = Readonly<{
  vault: Vault;
  projectId: string;
  id: string;
  version: number | undefined;
  size: number;
  mime: string;
}>;

export interface Previews {
  /** An app:// address that answers with verified plaintext until the vault locks. */
  publish(source: PreviewSource): string;
}

export interface SettingsStore {
  get(): Settings;
  set(patch: SettingsPatch): Promise<Settings>;
}

export interface RecoverySheets {
  /** The sheet as PDF, A4. */
  render(sheet: RecoverySheet): Promise<Uint8Array>;
}

export interface DragOut {
  /** Throws what `files.saveFile` throws. */
  start(vault: Vault, projectId: string, id: string, name: string): Promise<void>;
}

export type AboutFacts = Readonly<{ version: string; electron: string; platform: string; sandboxed: boolean }>;

/** All of it, as the composition root wires it. */
export type Computer = Readonly<{
  registry: VaultRegistry;
  keychain: Keychain;
  bucketKeys: BucketKeys;
  clipboard: Clipboard;
  dialogs: Dialogs;
  previews: Previews;
  settings: SettingsStore;
  recoverySheets: RecoverySheets;
  dragOut: DragOut;
  about: AboutFacts;
}>;
