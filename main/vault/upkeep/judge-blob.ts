import { unlink } from 'node:fs/promises';
import { isVaultError, VaultError } from '../../../app/errors.js';
import { checkCoretexLength } from '../../crypto/coretex-file.js';
import { ContainerLayout, headerBytes, parseHeader } from '../../crypto/file-container.js';
import { wrongLength } from '../../crypto/whole-container.js';
import { blobKey } from '../store-keys.js';
import type { Damage } from '../vault.js';
import type { BlobReference } from './blob-references.js';
import { damagedFault, isContentError, lostFault, type Examination, type Fault } from './examination.js';

export type BlobLook = Readonly<{
  /** read and verify every byte */
  contents: boolean;
  /** what `local` brings to this computer is a copy, to be removed at once */
  fetched: boolean;
}>;

/** Judges one blob by what the versions that point at it say; they may be several, as a move or restoring does not copy. */
export const judgeBlob = async (
  examination: Examination,
  references: readonly BlobReference[],
  look: BlobLook,
): Promise<Damage | null> => {
  const [reference] = references;
  if (reference === undefined) return null;
  for (const one of distinct(references)) {
    const fault = await blobFault(examination, one, look);
    if (fault === null) continue;
    return { ...fault, repairable: (await goodBlob(examination, one)) !== null };
  }
  return null;
};

/** Versions that say the same of a blob are one question. */
const distinct = (references: readonly BlobReference[]): BlobReference[] => [
  ...new Map(
    references.map((one) => [`${one.project} ${one.root} ${one.size} ${one.epoch} ${one.suite}`, one]),
  ).values(),
];

const blobFault = async (examination: Examination, reference: BlobReference, look: BlobLook): Promise<Fault | null> => {
  const { inventory, waiting } = examination;
  const key = blobKey(reference.blob);
  if (waiting.has(key)) return null;
  const what = `the content of ${reference.what}`;
  const info = inventory.objects.get(key);
  if (info === undefined) return lostFault(key, what);
  try {
    await checkShape(examination, reference, info.bytes);
    if (look.contents) await checkContent(examination, reference, look.fetched);
    return null;
  } catch (error) {
    if (isVaultError(error, 'not-found')) return lostFault(key, what);
    if (isContentError(error)) return damagedFault(key, what, error);
    if (!isVaultError(error, 'store-unreachable', 'source-unreadable')) throw error;
    if ((await examination.store.stat(key, { signal: examination.signal })) === null) return lostFault(key, what);
    return damagedFault(key, what, new VaultError('damaged', 'It cannot be read.', { cause: error }));
  }
};

/** SECURITY (promise 1): identity and size come from the signed record; what the header says must be the same. */
const checkShape = async (
  { store, signal }: Examination,
  { project, blob, epoch, suite, size }: BlobReference,
  storedBytes: number,
): Promise<void> => {
  if (suite === 'coretex') {
    checkCoretexLength(storedBytes, size);
    return;
  }
  const header = await store.get(blobKey(blob), { start: 0, endExclusive: headerBytes }, { signal });
  const layout = new ContainerLayout(size, parseHeader(header, { projectId: project, blobId: blob, epoch }));
  if (layout.containerBytes !== storedBytes) throw wrongLength(storedBytes, layout.containerBytes);
};

const checkContent = async (examination: Examination, reference: BlobReference, fetched: boolean): Promise<void> => {
  const { store, signal } = examination;
  const source = await store.local(blobKey(reference.blob), { signal });
  try {
    await verifyBlob(examination, reference, source);
  } finally {
    if (fetched) await unlink(source);
  }
};

/** Reads and verifies a container in pieces. Throws `damaged`, and what stops the work. */
const verifyBlob = async (
  { context, signal }: Examination,
  { project, blob, epoch, suite, size, root }: BlobReference,
  source: string,
): Promise<void> =>
  context.engine.verify({
    source,
    projectKey: await context.projectKeys.get(project, epoch),
    identity: { projectId: project, blobId: blob, epoch },
    suite,
    bytes: size,
    root: Buffer.from(root, 'base64url'),
    signal,
  });

/** A path on this computer whose bytes are that blob, every one of them verified; null when there is none. */
export const goodBlob = async (examination: Examination, reference: BlobReference): Promise<string | null> => {
  const path = await examination.copies.blob(reference.blob);
  if (path === null) return null;
  try {
    await verifyBlob(examination, reference, path);
    return path;
  } catch (error) {
    if (isContentError(error) || isVaultError(error, 'source-unreadable')) return null;
    throw error;
  }
};
