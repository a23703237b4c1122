import type { MergeNotice } from '../../../app/model/sync.js';
import type { Mirror, Outbox } from '../../store/mirror/mirror.js';
import type { KeyRing } from '../account/key-ring.js';
import type { VaultContext } from '../context.js';
import type { WaitingObjects } from './waiting-objects.js';

/** What the lines of one vault share. */
export type LineParts = Readonly<{
  context: VaultContext;
  /** the same, over the store as the bucket has it: without what waits */
  beyond: VaultContext;
  mirror: Mirror;
  /** what waits, and how it is sent as long as this is the vault's place */
  outbox: Outbox;
  waiting: WaitingObjects;
  keyRing: KeyRing;
  signal: AbortSignal;
}>;

/** The same notice however often a merge is repeated: `hash` is that of our version. */
export const noticeOf = (
  about: Omit<MergeNotice, 'id' | 'time' | 'text'>,
  { text, hash }: Readonly<{ text: string; hash: string }>,
): MergeNotice => ({ ...about, id: `${about.objectId}.${hash}`, time: new Date().toISOString(), text });

/** What the new id of ours follows from, where it cannot live in the same object: so that it is written once. */
export const besideSeed = (hash: string): string => `coretex-vault/v1/beside\0${hash}`;
