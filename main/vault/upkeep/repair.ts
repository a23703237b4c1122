import { copyFile, link, mkdir, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { objectHash } from '../../crypto/object-hash.js';
import type { Body, Store } from '../../store/store.js';
import { blobKey } from '../store-keys.js';
import { throwIfStopped, type RecordsRead } from './check.js';
import type { Examination } from './examination.js';
import { keptBlobPath } from './local-copies.js';
import { goodBlob, judgeBlob, type BlobLook } from './judge-blob.js';
import type { Steps } from './steps.js';

type Repair = Readonly<{
  keys: ReadonlySet<string>;
  /** where the store is written */
  target: Store;
  look: BlobLook;
  steps: Steps;
}>;

/**
 * Puts back what verified, and nothing else. What stands in its place is removed only when the good bytes are at hand: a crash in
 * between leaves a lost object, which the next repair puts back. Gives the keys.
 */
export const repairObjects = async (
  examination: Examination,
  read: RecordsRead,
  { keys, target, look, steps }: Repair,
): Promise<readonly string[]> => {
  const repaired: string[] = [];
  for (const key of keys) {
    throwIfStopped(examination);
    const body = read.remedies.get(key) ?? (await goodContent(examination, read, key, look));
    if (body !== null && (await putBack(target, key, body, examination.inventory.has(key)))) repaired.push(key);
    steps.one('repair', keys.size);
  }
  return repaired;
};

/** Null for a blob that is well after all, or of which there is no good copy any more. */
const goodContent = async (
  examination: Examination,
  { references }: RecordsRead,
  key: string,
  look: BlobLook,
): Promise<Body | null> => {
  const found = [...references.values()].find(([first]) => first !== undefined && blobKey(first.blob) === key) ?? [];
  const needed = found.filter((reference) => reference.needed);
  const [reference] = needed;
  if (reference === undefined || (await judgeBlob(examination, needed, look)) === null) return null;
  const path = await goodBlob(examination, reference);
  return path === null
    ? null
    : { file: await kept(path, keptBlobPath(examination.context.profileDir, reference.blob)) };
};

/** Removing the damaged object may remove the mirror's copy too: the good bytes get a name of their own before. */
const kept = async (path: string, own: string): Promise<string> => {
  if (path === own) return own;
  await mkdir(dirname(own), { recursive: true, mode: 0o700 });
  await unlink(own).catch(ignoreAbsent);
  await link(path, own).catch(() => copyFile(path, own));
  return own;
};

const ignoreAbsent = (error: unknown): void => {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
};

const putBack = async (target: Store, key: string, body: Body, isThere: boolean): Promise<boolean> => {
  if (isThere) await target.delete(key);
  if (await target.putIfAbsent(key, body)) {
    if (!(body instanceof Uint8Array)) await unlink(body.file);
    return true;
  }
  // somebody else was quicker: with the same bytes it is mended all the same
  return body instanceof Uint8Array && objectHash(await target.get(key)) === objectHash(body);
};
