import { realpath } from 'node:fs/promises';
import { relative } from 'node:path';
import { isVaultError, VaultError } from '../../../app/errors.js';
import type { Mirror } from '../../store/mirror/mirror.js';
import type { Store } from '../../store/store.js';
import type { VaultContext } from '../context.js';
import { loadProfile, saveProfile } from '../profile/profile.js';
import { accountKey, markerKey } from '../store-keys.js';
import { absolute, placeOf } from '../store-location.js';
import { readMarker } from '../store-marker.js';
import type { StoreLocation } from '../vault.js';
import { StoreCopy, type Copied } from './store-copy.js';
import { endMirror } from './ended-mirror.js';
import { MoveJournal } from './move-journal.js';
import { movedKey, movedProblem, movedSentence, readNote, signNote } from './moved-note.js';
import type { Steps } from './steps.js';
import type { OpenStoreAt } from './store-apart.js';
import type { WriteGate } from './write-gate.js';

export type MoveParts = Readonly<{
  context: VaultContext;
  mirror: Mirror | null;
  storeId: string;
  /** the store itself, and where it is written */
  source: Store;
  /** the source is a bucket: what `local` brings here is a copy */
  fetched: boolean;
  target: Store;
  openStoreAt: OpenStoreAt;
  /** what the rest of this vault writes through */
  gate: WriteGate;
  flush: (signal: AbortSignal) => Promise<void>;
  isWriting: () => boolean;
  signal: AbortSignal;
}>;

/** Rounds of copying what came meanwhile, before somebody is told to stop writing. */
const mostRounds = 20;

/**
 * Moves a store: copies everything, reads all of it back, copies what came meanwhile, gives the copy its marker, leaves a signed note
 * where it was, and points the profile to the new place. The marker comes last, so that a place with a marker is a whole vault; the note
 * is what decides between two people who move at once. May be repeated after a crash anywhere (promise 10).
 */
export const moveStore = async (parts: MoveParts, place: StoreLocation, steps: Steps): Promise<Copied> => {
  const { context, openStoreAt } = parts;
  const to = absolute(place);
  await requireOtherPlace(context.location, to);
  await requireRest(parts);
  await isLeft(parts, to);
  const destination = await openStoreAt(to, { create: true });
  try {
    const copy = await copyAll(parts, to, destination, steps);
    await leave(parts, to);
    await requireRest(parts); // from here on, nothing is sent to the old place
    await closeGate(parts);
    await requireRest(parts);
    // what was written between the last look and the note
    while (await copy.round()) await copy.verify();
    await switchProfile(context.profileDir, to);
    await MoveJournal.end(context.profileDir);
    return copy.copied();
  } finally {
    await destination.close();
  }
};

const copyAll = async (parts: MoveParts, to: StoreLocation, destination: Store, steps: Steps): Promise<StoreCopy> => {
  const { context, storeId, signal, source } = parts;
  const ours = await MoveJournal.has(context.profileDir, { storeId, to });
  const found = await readMarker(destination, { signal });
  if (found !== null && (found !== storeId || !ours)) throw occupied(to, found === storeId);
  const copy = new StoreCopy({ ...parts, destination, ours, steps });
  if (!ours) {
    await copy.requireEmptyOrSame(() => occupied(to, false));
    await MoveJournal.begin(context.profileDir, { storeId, to });
  }
  for (let round = 0; await copy.round(); round += 1) {
    if (round === mostRounds) {
      throw new VaultError(
        'busy',
        'Others write to this vault faster than it can be copied. Try again when they pause.',
      );
    }
  }
  await copy.verify();
  const marker = await source.get(markerKey, undefined, { signal });
  await destination.putIfAbsent(markerKey, marker, { signal });
  if ((await readMarker(destination, { signal })) === storeId) return copy;
  throw new VaultError('conflict', 'Another vault was begun at the new place meanwhile.');
};

const occupied = (to: StoreLocation, same: boolean): VaultError =>
  new VaultError(
    'already-exists',
    same
      ? `This vault is at ${placeOf(to)} already. \`vault move --follow --to …\` points this computer there.`
      : `${placeOf(to)} is not empty. Name an empty place, or one where moving this vault was interrupted.`,
  );

/** Throws `invalid-input` for the place where the store is, and for one inside it or around it. */
const requireOtherPlace = async (from: StoreLocation, to: StoreLocation): Promise<void> => {
  const [one, other] = await Promise.all([from, to].map(realPlace));
  const nested = from.kind === 'directory' && to.kind === 'directory' && (isInside(one, other) || isInside(other, one));
  const same = from.kind === to.kind && one === other;
  if (same || nested || (from.kind === 's3' && to.kind === 's3' && overlap(from, to))) {
    throw new VaultError('invalid-input', 'That is where the vault is now, or a place inside it or around it.');
  }
};

const realPlace = async (location: StoreLocation): Promise<string> =>
  location.kind === 's3'
    ? `${location.endpoint} ${placeOf(location)}`
    : realpath(location.path).catch(() => location.path);

const isInside = (inner = '', outer = ''): boolean => {
  const path = relative(outer, inner);
  return path === '' || (!path.startsWith('..') && !path.startsWith('/'));
};

type Bucket = Extract<StoreLocation, { kind: 's3' }>;
const overlap = (one: Bucket, other: Bucket): boolean => {
  if (one.endpoint !== other.endpoint || one.bucket !== other.bucket) return false;
  const [a, b] = [`${one.prefix ?? ''}/`, `${other.prefix ?? ''}/`].map((prefix) => (prefix === '/' ? '' : prefix));
  return (a ?? '').startsWith(b ?? '') || (b ?? '').startsWith(a ?? '');
};

/** Nothing may wait to be sent, and nothing be under way. An upload that was interrupted stays in the profile and goes on at the new place. */
const requireRest = async ({ mirror, flush, isWriting, signal }: MoveParts): Promise<void> => {
  if (isWriting()) {
    throw new VaultError('busy', 'Files are being encrypted just now. Move the vault when they are done.');
  }
  if (mirror === null || mirror.outbox.items().length === 0) return;
  await flush(signal);
  const waiting = mirror.outbox.items().length;
  if (waiting === 0) return;
  throw new VaultError('busy', 'Changes of this computer wait to be sent. Send or discard them, then move the vault.');
};

/** Whether an earlier run of this very move has left its note. Throws `conflict` when somebody moved this store elsewhere already. */
const isLeft = async ({ context, storeId, source, signal }: MoveParts, to: StoreLocation): Promise<boolean> => {
  const note = await readNote({ ...context, store: source, storeId }, { signal }).catch(ignoreForged);
  if (note === null) return false;
  if (note.author === context.accountId && note.to === placeOf(to)) return true;
  throw new VaultError('conflict', movedSentence(note, context.directory));
};

/** What nobody of this vault signed counts for nothing; it is told by every refresh. */
const ignoreForged = (error: unknown): null => {
  if (error instanceof VaultError && ['damaged', 'unsupported-version', 'changed-card'].includes(error.code))
    return null;
  throw error;
};

/** From the note on, this vault writes as little to the old place as everybody else. */
const closeGate = async ({ context, storeId, source, gate }: MoveParts): Promise<void> => {
  gate.refuse(await movedProblem({ ...context, store: source, storeId }));
  await gate.settled();
};

const leave = async (parts: MoveParts, to: StoreLocation): Promise<void> => {
  const { context, storeId, target, signal } = parts;
  // what a run that was killed after its note left has closed the gate for this one
  if (await isLeft(parts, to)) return;
  const note = await signNote(context.author, storeId, to);
  if (await target.putIfAbsent(movedKey, note, { signal })) return;
  if (await isLeft(parts, to)) return;
  // a forged note is in the way of ours
  await target.delete(movedKey, { signal });
  if (!(await target.putIfAbsent(movedKey, note, { signal }))) await isLeft(parts, to);
};

const switchProfile = async (profileDir: string, to: StoreLocation): Promise<void> => {
  const profile = await loadProfile(profileDir);
  if (profile === null) throw new VaultError('no-vault');
  await endMirror(profileDir, to);
  await saveProfile(profileDir, { ...profile, store: to });
};

/**
 * Points this profile to where the vault was moved: the place in the note, or `place`. It must hold this very vault and this account.
 * Throws `not-found` without a note and a place, `store-missing` for another vault. Gives the place.
 */
export const followMove = async (parts: MoveParts, place: StoreLocation | null): Promise<StoreLocation> => {
  const { context, storeId, openStoreAt, signal, mirror } = parts;
  const note = place === null ? await readNote({ ...context, store: context.store, storeId }, { signal }) : null;
  const to = place ?? note?.location;
  if (to === undefined) {
    throw new VaultError('not-found', 'Nobody left a note that this vault was moved. Say where it is: --to PLACE.');
  }
  if ((mirror?.outbox.items().length ?? 0) > 0) {
    throw new VaultError(
      'busy',
      'Changes of this computer wait to be sent to the old place, and would be lost. Write down what they are and discard them, then follow.',
    );
  }
  const location = absolute(to);
  const elsewhere = (): VaultError =>
    new VaultError('store-missing', `${placeOf(location)} does not hold this vault. Is its disk connected?`);
  const store = await openStoreAt(location, { create: false }).catch((error: unknown) => {
    throw isVaultError(error, 'store-missing') ? elsewhere() : error;
  });
  try {
    if ((await readMarker(store, { signal })) !== storeId) throw elsewhere();
    // SECURITY (promise 2): this account, with the card that this computer has pinned, and not another of its id
    const { card, stored } = await requirePinned(context);
    const there = await store.get(accountKey(card.id, card.version), undefined, { signal });
    if (Buffer.compare(there, stored) !== 0) throw new VaultError('changed-card');
  } finally {
    await store.close();
  }
  await switchProfile(context.profileDir, location);
  return location;
};

const requirePinned = async ({ directory, accountId }: VaultContext) => {
  const pinned = await directory.pinned(accountId);
  if (pinned === null) throw new VaultError('not-found');
  return pinned;
};
