import { VaultError } from '../../../app/errors.js';
import { syncSettings, type SyncSettings, type SyncStatus } from '../../../app/model/sync.js';
import type { Sync } from '../vault.js';

const settings = syncSettings.parse({});

const status: SyncStatus = {
  state: 'folder',
  lastContact: null,
  waitingItems: 0,
  waitingBytes: 0,
  progress: null,
  cachedBytes: 0,
  cacheLimitBytes: 0,
  message: '',
};

const nothingToSet = (): Promise<SyncSettings> =>
  Promise.reject(
    new VaultError(
      'invalid-input',
      'This vault is in a folder of this computer. There is nothing to fetch or to send.',
    ),
  );

/** A vault in a folder has everything at hand: nothing waits, and there is nothing to set. */
export const folderSync: Sync = {
  status: () => status,
  waiting: () => Promise.resolve([]),
  flush: () => Promise.resolve(),
  discard: () => Promise.reject(new VaultError('not-found', 'Nothing waits to be sent.')),
  settings: () => settings,
  configure: nothingToSet,
  pin: nothingToSet,
  notices: () => [],
  dismissNotice: () => Promise.resolve(),
  acceptStore: () => Promise.resolve(),
};
