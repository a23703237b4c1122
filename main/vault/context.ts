import type { Suite } from '../../app/model/account.js';
import type { FileEngine } from '../engine/file-engine.js';
import type { Store } from '../store/store.js';
import type { VaultEmitter } from './events.js';
import type { LocalIndex } from './index/local-index.js';
import type { ProjectKeys } from './projects/project-keys.js';
import type { AccountDirectory } from './account/account-directory.js';
import type { RecordAuthor } from './account/record-author.js';
import type { StoreLocation } from './vault.js';

/** What the parts of one unlocked vault share. Built by session.ts, ended by `Vault.lock`. */
export type VaultContext = Readonly<{
  profileDir: string;
  location: StoreLocation;
  accountId: string;
  /** the suite of the owner's keys, and of new projects unless they ask for another */
  accountSuite: Suite;
  store: Store;
  /** the store without what waits here to be sent; left out where nothing ever does */
  beyond?: Store;
  engine: FileEngine;
  index: LocalIndex;
  author: RecordAuthor;
  directory: AccountDirectory;
  projectKeys: ProjectKeys;
  events: VaultEmitter;
  /** whether versions of a secret or file wait here to be sent to a store that is far away */
  isWaiting: (objectId: string) => boolean;
  /** Throws `store-unreachable` while the store is known to be away: for what may not wait to be sent, before any of it is written. */
  requireStore: () => void;
  /** records read at the same time, where waiting for the store costs more than the work; left out for a folder */
  readsAtOnce?: number;
  /** aborted when the vault locks: work under way ends with `locked` */
  locked: AbortSignal;
}>;
