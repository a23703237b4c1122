import type { Handlers } from '../../app/contract/index.js';
import { syncSettings } from '../../app/model/sync.js';

/** A vault in a folder: nothing to send or to fetch. */
export const fakeStore = (): Handlers['store'] => ({
  location: () => ({ kind: 'folder', label: 'This computer', s3: null, accessKeyId: null }),
  test: () => ({ steps: [], readOnly: false, holdsVault: false }),
  openInvitation: () => null,
  saveInvitation: () => ({ saved: false }),
  replaceKeys: () => ({}),
  move: () => ({ objects: 0, bytes: 0 }),
  check: () => ({ records: 0, blobs: 0, bytes: 0, damages: [], unjudged: 0, garbageObjects: 0, garbageBytes: 0 }),
  repair: () => ({ repaired: 0 }),
  collect: () => ({ removed: 0 }),
  cancel: () => ({}),
});

const folder = {
  state: 'folder',
  lastContact: null,
  waitingItems: 0,
  waitingBytes: 0,
  progress: null,
  cachedBytes: 0,
  cacheLimitBytes: 0,
  message: '',
} as const;

export const fakeSync = (): Handlers['sync'] => ({
  status: () => folder,
  waiting: () => ({ items: [] }),
  discard: () => ({}),
  now: () => folder,
  settings: () => syncSettings.parse({}),
  configure: () => syncSettings.parse({}),
  pin: () => syncSettings.parse({}),
  notices: () => ({ items: [] }),
  dismissNotice: () => ({}),
  acceptStore: () => folder,
});
