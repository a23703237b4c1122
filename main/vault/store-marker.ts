import { z } from 'zod';
import { id } from '../../app/model/account.js';
import { VaultError, errorSentences, isVaultError } from '../../app/errors.js';
import { randomId } from '../crypto/random-id.js';
import { DirectoryStore } from '../store/directory.js';
import type { Store, StoreOptions } from '../store/store.js';
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
export const readMarker = async (store: Store, options?: StoreOptions): Promise<string | null> => {
  try {
    return parseMarker(await store.get(markerKey, undefined, options));
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
const beginStore = async (store: Store, location: StoreLocation): Promise<string> => {
  if (!(await isEmpty(store))) throw new VaultError('store-missing', unmarked[location.kind]);
  const bytes = Buffer.from(JSON.stringify({ format, id: randomId(), created: new Date().toISOString() }));
  await store.putIfAbsent(markerKey, bytes);
  const storeId = await readMarker(store);
  if (storeId === null) throw new VaultError('store-unreachable', 'The store took its marker and does not show it.');
  return storeId;
};

type Sentences = Readonly<Record<StoreLocation['kind'], string>>;

const unmarked: Sentences = {
  directory: 'This folder holds objects of a vault but not its marker. Something removed it.',
  s3: 'This place in the bucket holds objects, but not the marker of a vault. Name an empty bucket, or a folder in it (s3://bucket/folder).',
};
const noVaultThere: Sentences = {
  directory: errorSentences['store-missing'],
  s3: 'This place in the bucket holds no vault. Check the bucket, and the folder in it.',
};
const anotherVault: Sentences = {
  directory: 'The folder of this vault now holds another vault.',
  s3: 'This place in the bucket holds another vault. Check the bucket, and the folder in it.',
};

/** The store's id, which must be there, and be `expected` where that is known. Throws `store-missing`. */
export const requireMarker = async (
  store: Store,
  location: StoreLocation,
  expected?: string,
  options?: StoreOptions,
): Promise<string> => {
  const storeId = await readMarker(store, options);
  if (storeId === null) throw new VaultError('store-missing', noVaultThere[location.kind]);
  if (expected !== undefined && expected !== storeId)
    throw new VaultError('store-missing', anotherVault[location.kind], { details: { reason: 'another-vault' } });
  return storeId;
};

/** The id of the store that is there, or of one that begins in a new or empty place. */
export const markerOrBegin = async (store: Store, location: StoreLocation): Promise<string> =>
  (await readMarker(store)) ?? (await beginStore(store, location));

/** Whether a folder holds a store, without changing anything. */
export const holdsStore = async (path: string): Promise<boolean> => {
  try {
    const store = await DirectoryStore.open(path);
    const holds = (await readMarker(store)) !== null;
    await store.close();
    return holds;
  } catch (error) {
    if (isVaultError(error, 'store-missing')) return false;
    throw error;
  }
};
