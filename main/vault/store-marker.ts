import { z } from 'zod';
import { id } from '../../app/model/account.js';
import { VaultError, isVaultError } from '../../app/errors.js';
import { randomId } from '../crypto/random-id.js';
import { DirectoryStore, type DirectoryStoreOptions } from '../store/directory.js';
import type { Store } from '../store/store.js';
import { markerKey } from './store-keys.js';
import type { StoreLocation } from './vault.js';

const format = 'coretex-vault/v1/store';
const marker = z.object({ format: z.literal(format), id, created: z.iso.datetime() });

const parseMarker = (bytes: Uint8Array): string => {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (error) {
    throw new VaultError('damaged', 'The marker of this store is damaged.', { cause: error });
  }
  const parsed = marker.safeParse(json);
  if (parsed.success) return parsed.data.id;
  const found: unknown = typeof json === 'object' && json !== null && 'format' in json ? json.format : undefined;
  if (typeof found === 'string' && /^coretex-vault\/v\d+\/store$/.test(found) && found !== format) {
    throw new VaultError('unsupported-version');
  }
  throw new VaultError('damaged', 'The marker of this store is damaged.');
};

/** The id in the store's marker, or null when there is no marker. */
export const readMarker = async (store: Store): Promise<string | null> => {
  try {
    return parseMarker(await store.get(markerKey));
  } catch (error) {
    if (isVaultError(error, 'not-found')) return null;
    throw error;
  }
};

const isEmpty = async (store: Store): Promise<boolean> => {
  for await (const _object of store.list('')) return false;
  return true;
};

/** Writes the marker of a new store; when two begin at once, both get the winner's id. */
const beginStore = async (store: Store): Promise<string> => {
  if (!(await isEmpty(store))) {
    throw new VaultError(
      'store-missing',
      'This folder holds objects of a vault but not its marker. Something removed it.',
    );
  }
  const bytes = Buffer.from(JSON.stringify({ format, id: randomId(), created: new Date().toISOString() }));
  await store.putIfAbsent(markerKey, bytes);
  const storeId = await readMarker(store);
  if (storeId === null) throw new VaultError('store-unreachable', 'The store took its marker and does not show it.');
  return storeId;
};

const openLocation = async (location: StoreLocation, options: DirectoryStoreOptions = {}): Promise<Store> => {
  if (location.kind === 'directory') return DirectoryStore.open(location.path, options);
  throw new VaultError('store-unreachable', 'Vaults in buckets cannot be opened yet.');
};

export type OpenStore = Readonly<{ store: Store; storeId: string }>;

/** Opens a store that must be there. Throws `store-missing` when the folder is gone or holds no store. */
export const openStore = async (location: StoreLocation): Promise<OpenStore> => {
  const store = await openLocation(location);
  const storeId = await readMarker(store);
  if (storeId === null) throw new VaultError('store-missing');
  return { store, storeId };
};

/** Opens a store, or begins one in a new or empty folder. */
export const openOrBeginStore = async (location: StoreLocation): Promise<OpenStore> => {
  const store = await openLocation(location, { create: true });
  return { store, storeId: (await readMarker(store)) ?? (await beginStore(store)) };
};

/** Whether a folder holds a store, without changing anything. */
export const holdsStore = async (location: StoreLocation): Promise<boolean> => {
  try {
    const { store } = await openStore(location);
    await store.close();
    return true;
  } catch (error) {
    if (isVaultError(error, 'store-missing')) return false;
    throw error;
  }
};
